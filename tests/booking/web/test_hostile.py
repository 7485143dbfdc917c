"""Whatever arrives, the answer is one the contract names, and never a 5xx."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from urllib.parse import quote

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.office import asked, write_content

LETTERS = st.text(st.characters(), max_size=40)  # lone surrogates and control characters included
VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | LETTERS,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(LETTERS, inner, max_size=3),
    max_leaves=5,
)
BOOKING = ("meeting", "start", "name", "email", "phone", "service", "message", "answers", "other")


@pytest.fixture(scope="module")
def shared(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Endpoint]:
    folder = tmp_path_factory.mktemp("hostile")
    with endpoint(write_content(folder / "content"), f"sqlite:///{folder}/booking.db") as running:
        yield running


@example(changed={"answers": {"\ud800": "x"}}, path="bookings")
@example(changed={"other": [[{"\udfff": 1}]]}, path="messages")
@example(changed={"answers": {"a": "\ud800"}}, path="bookings")
@given(
    changed=st.dictionaries(st.sampled_from(BOOKING), VALUES, max_size=4),
    path=st.sampled_from(["bookings", "messages"]),
)
def test_json_of_any_kind_gets_an_answer(shared: Endpoint, changed: dict[str, object], path: str) -> None:
    body = json.dumps(asked(message="Ciao") | changed)
    answer = shared.http.post(f"/api/{path}", content=body, headers={"Content-Type": "application/json"})
    # A name that is no Unicode text makes the body unreadable; a value is a field to correct.
    assert answer.status_code in ({201, 404, 409, 422} if _is_readable(body) else {400})
    if answer.status_code == 422:
        assert answer.json()["errors"]


def _is_readable(body: str) -> bool:
    """Whether all names of the objects in a JSON text are Unicode text, and none is given twice in one."""
    is_readable = True

    def look(pairs: list[tuple[str, object]]) -> dict[str, object]:
        nonlocal is_readable
        names = [name for name, _ in pairs]
        is_readable &= len(set(names)) == len(names) and not re.search("[\ud800-\udfff]", "".join(names))
        return dict(pairs)

    json.loads(body, object_pairs_hook=look)
    return is_readable


@given(depth=st.integers(1, 15_000), brackets=st.sampled_from([("[", "]"), ('{"a":', "}")]), key=st.booleans())
def test_json_nested_however_deep_gets_an_answer(
    shared: Endpoint, depth: int, brackets: tuple[str, str], key: bool
) -> None:
    opening, closing = brackets
    body = f'{{"name":{opening * min(depth, 10_000)}1{closing * min(depth, 10_000)}}}'
    headers = {"Content-Type": "application/json"} | ({"Idempotency-Key": "k"} if key else {})
    for path in ("/api/bookings", "/api/messages"):
        answer = shared.http.post(path, content=body, headers=headers)
        assert answer.status_code in {400, 404, 413, 422}


@given(body=st.binary(max_size=200), kind=st.sampled_from(["application/json", "application/x-www-form-urlencoded"]))
def test_bytes_of_any_kind_get_an_answer(shared: Endpoint, body: bytes, kind: str) -> None:
    for path in ("/api/bookings", "/api/messages", "/messaggi/", "/appuntamenti/", "/appuntamenti/controlla"):
        answer = shared.http.post(path, content=body, headers={"Content-Type": kind})
        assert 300 <= answer.status_code < 500


@given(
    fields=st.dictionaries(
        st.sampled_from(["meeting", "service", "start", "from", "to", "answers.x"]),
        st.text(max_size=30) | st.sampled_from(["conoscitiva", "0001-01-01", "9999-12-31", "2027-01-12T09:00:00Z"]),
        max_size=5,
    )
)
def test_any_query_gets_an_answer(shared: Endpoint, fields: dict[str, str]) -> None:
    query = "&".join(f"{name}={quote(value)}" for name, value in fields.items())
    for path in ("/api/slots", "/appuntamenti/orari", "/appuntamenti/dettagli"):
        assert shared.http.get(f"{path}?{query}").status_code < 500


@given(token=st.binary(min_size=1, max_size=60))
def test_any_token_gets_a_404(shared: Endpoint, token: bytes) -> None:
    for path in (f"/appuntamenti/{quote(token, safe='')}/", f"/api/bookings/{quote(token, safe='')}"):
        assert shared.http.get(path).status_code in {303, 307, 404, 405}
