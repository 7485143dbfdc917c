"""The trial of a Microsoft account tells what was seen, and leaves nothing behind."""

from __future__ import annotations

from tests.booking.calendars.graph.account import NOW, Reader
from tests.booking.calendars.graph.standin import GraphRefusal, GraphStandin


def facts(standin: GraphStandin) -> dict[str, str]:
    lines = (line.partition(": ") for line in Reader(standin).account.facts(NOW))
    return {name: seen for name, _, seen in lines}


def test_every_fact_is_seen_and_nothing_is_left() -> None:
    standin = GraphStandin()
    standin.add("Dentista", "2028-03-05T15:00:00", "2028-03-05T16:00:00")
    found = facts(standin)
    assert found == {
        "make an event": "made",
        "a second POST with its transactionId": "it answers 409 (ErrorDuplicateTransactionId)",
        "find it by its mark": "1 found, 1 with the mark",
        "its mark in a view": "1 of 1 with the mark",
        "a delta of the view": "1 pages, then 0 changes",
        "a change against an old ETag": "refused: it answers 412 (ErrorIrresolvableConflict)",
        "text and HTML": "'One.\\r\\n\\r\\nTwo  <b> & “three”.\\r\\n\\r\\n'",
        "an event that lasts all day": "2028-03-05T00:00:00.0000000 UTC, made in Europe/Rome",
    }
    assert [one.fields["subject"] for one in standin.events.values()] == ["Dentista"]


def test_what_is_refused_is_seen_and_nothing_is_left() -> None:
    standin = GraphStandin(has_delta=False, view_marks="left_out", keeps_conditions=False)
    found = facts(standin)
    assert found["a delta of the view"] == "it answers 400 (ErrorInvalidUrlQuery)"
    assert found["its mark in a view"] == "0 of 1 with the mark"
    assert found["a change against an old ETag"] == "it answers 412 (ErrorIrresolvableConflict)"
    assert standin.events == {}
    standin.refusals = [GraphRefusal(403, "ErrorAccessDenied") for _ in range(20)]
    assert "consent was given without calendars" in facts(standin)["make an event"]
