"""The code of a sign-in mail: good once, in the browser that asked, and not to be guessed."""

from __future__ import annotations

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

from plugins.booking.agenda.sign_in import MOST_TRIES
from plugins.booking.storage.schema import passes
from tests.booking.agenda.owner import link, mails, read
from tests.booking.endpoint import Endpoint, endpoint
from tests.booking.page import Page


def both(desk: Endpoint) -> tuple[str, str]:
    """Ask, and read the link and the code in the mail."""
    before = mails(desk, kind="sign-in")
    way = link(desk)
    (mail,) = set(mails(desk, kind="sign-in")) - set(before)
    return way, re.findall(r"\b\d{4} \d{4}\b", mail)[0]


def code(desk: Endpoint) -> str:
    return both(desk)[1]


def other(right: str) -> str:
    return f"{(int(right.replace(' ', '')) + 1) % 10**8:08}"


def type_in(http: httpx.Client, typed: str) -> httpx.Response:
    return http.post("/agenda/codice", data={"code": typed})


@pytest.mark.parametrize("form", ["{}", " {} ", "codice: {}", "{}."])
def test_code_lets_in_the_browser_that_asked(desk: Endpoint, form: str) -> None:
    typed = form.format(code(desk))
    assert "Il codice che è nella mail" in read(desk, "/agenda/").words  # an app that is opened anew, too
    assert type_in(desk.http, typed).headers["location"] == "/agenda/"
    assert "In programma" in read(desk, "/agenda/").words


def test_code_is_good_in_no_other_browser(desk: Endpoint) -> None:
    right = code(desk)
    with httpx.Client(base_url=desk.http.base_url) as stranger:
        assert type_in(stranger, right).status_code == 410
        # Not in one that has asked for a code of its own, either.
        assert stranger.post("/agenda/entra").status_code == 303
        assert type_in(stranger, right).status_code == 422
        assert "agenda" not in stranger.cookies
    assert type_in(desk.http, right).status_code == 303


def test_code_and_link_use_each_other_up(desk: Endpoint) -> None:
    way, right = both(desk)
    assert type_in(desk.http, right).status_code == 303
    assert type_in(desk.http, right).status_code == 410
    assert desk.http.post(way).status_code == 410
    way, right = both(desk)
    assert desk.http.post(way).status_code == 303
    assert type_in(desk.http, right).status_code == 410


def test_code_is_good_for_fifteen_minutes(desk: Endpoint) -> None:
    right = code(desk)
    desk.clock.now += timedelta(minutes=15)
    assert type_in(desk.http, right).status_code == 410
    assert "Il codice" not in read(desk, "/agenda/").words


def test_wrong_code_is_told_at_its_field_with_tries_left(desk: Endpoint) -> None:
    right = code(desk)
    answer = type_in(desk.http, other(right))
    assert answer.status_code == 422
    page = Page(answer)
    assert page.title.startswith("Errore: ")
    assert "ancora 4 volte" in page.error_at("code")
    # What cannot be a code is no try.
    for typed in ("", "1234", "123456789", "otto cifre"):
        assert "otto cifre" in Page(type_in(desk.http, typed)).error_at("code")
    assert type_in(desk.http, right).status_code == 303


def test_after_five_wrong_tries_the_right_code_opens_nothing(desk: Endpoint) -> None:
    way, right = both(desk)
    codes = [type_in(desk.http, other(right)).status_code for _ in range(MOST_TRIES)]
    assert codes == [422] * (MOST_TRIES - 1) + [410]
    assert type_in(desk.http, right).status_code == 410
    # Whoever reads the mail still gets in by its link.
    assert desk.http.post(way).status_code == 303


def test_tries_at_once_are_all_counted_and_one_gets_in(desk: Endpoint) -> None:
    right = code(desk)
    cookies = dict(desk.http.cookies)

    def attempt(typed: str) -> int:
        with httpx.Client(base_url=desk.http.base_url, timeout=30, cookies=cookies) as browser:
            return type_in(browser, typed).status_code

    with ThreadPoolExecutor(8) as pool:
        assert sorted(pool.map(attempt, [right] * 8)).count(303) == 1
    right = code(desk)
    cookies = dict(desk.http.cookies)
    with ThreadPoolExecutor(8) as pool:
        list(pool.map(attempt, [other(right)] * 12))
    assert attempt(right) == 410


def test_code_is_posted_from_the_site_alone_and_rarely(content: Path, tmp_path: Path) -> None:
    with endpoint(content, f"sqlite:///{tmp_path}/b.db", BOOKING_RATE_LIMIT="3/10minutes") as desk:
        right = code(desk)
        strange = desk.http.post("/agenda/codice", data={"code": right}, headers={"Origin": "https://x.test"})
        assert strange.status_code == 403
        assert [type_in(desk.http, other(right)).status_code for _ in range(3)] == [422, 422, 429]


def test_tables_keep_no_code_and_no_asker(desk: Endpoint) -> None:
    right = code(desk)
    with desk.engine.begin() as connection:
        kept = str(connection.execute(select(passes)).all())
    assert right.replace(" ", "") not in kept
    assert desk.http.cookies["agenda-asker"] not in kept


def test_cookie_of_whoever_asks_is_httponly_and_short_lived(desk: Endpoint) -> None:
    cookie = desk.http.post("/agenda/entra").headers["set-cookie"].lower()
    for part in ("agenda-asker=", "path=/agenda/", "httponly", "samesite=lax", "max-age=900"):
        assert part in cookie
