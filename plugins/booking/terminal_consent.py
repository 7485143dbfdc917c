"""Browser consent at a terminal: what it prints and reads until she has consented, by loopback, paste or code."""

from __future__ import annotations

import select
import sys
from collections.abc import Callable, Mapping
from datetime import datetime
from io import BufferedReader
from typing import TextIO

from plugins.booking.oauth.access_token import Provider, TokenUnavailable, Use
from plugins.booking.oauth.consent import ConsentFailed, Consents, PendingConsent
from plugins.booking.oauth.device_code import connect_by_code
from plugins.booking.oauth.loopback import listen_on_loopback, query_of, wait_for_return
from plugins.booking.oauth.operator_words import in_english
from plugins.booking.oauth.token_store import Grant
from plugins.domain.language import _

_WAIT_SECONDS = 600.0
_MOST_PASTES = 3

Clock = Callable[[], datetime]


def by_code(consents: Consents, uses: tuple[Use, ...], clock: Clock) -> Grant:
    """Connect by a code that she types elsewhere; raises as `Consents` does."""

    def show(address: str, code: str) -> None:
        print(f"Open {address} and type the code {code} ({in_english(uses)}). Waiting.", flush=True)

    return connect_by_code(consents, uses, show, clock)


def by_browser(consents: Consents, uses: tuple[Use, ...], port: int, *, paste: bool) -> Grant:
    """Connect by the browser's way back, which is waited for here or pasted; raises as `Consents` does, and OSError."""
    host = "127.0.0.1" if consents.provider == "google" else "localhost"
    if paste:
        pending = consents.begin(uses, redirect_at(consents.provider, port))
        print(f"Open this address in a browser, anywhere, and consent ({in_english(uses)}):")
        print(f"\n{pending.address}\n")
        words = (
            f"At the end the browser goes to http://{host}:{port} and shows an error: so it should. Copy the whole "
            "address from its bar, and paste it here:"
        )
        print(words, flush=True)
        return consents.finish(pending, _pasted())
    with listen_on_loopback(port) as listener:
        pending = consents.begin(uses, redirect_at(consents.provider, listener.getsockname()[1]))
        if nobody_reads(sys.stdin):
            raise ConsentFailed("no_terminal")
        print(f"Open this address in a browser on this computer, and consent ({in_english(uses)}):")
        print(f"\n{pending.address}\n", flush=True)
        return _when_back(
            consents, pending, wait=lambda show: wait_for_return(listener, _WAIT_SECONDS, pending.state, show)
        )


def redirect_at(provider: Provider, port: int) -> str:
    """The address that the browser comes back to, as it has to be registered: for Microsoft by name, without a path."""
    return f"http://127.0.0.1:{port}/" if provider == "google" else f"http://localhost:{port}"


def _when_back(
    consents: Consents,
    pending: PendingConsent,
    wait: Callable[[Callable[[Mapping[str, str]], str]], Mapping[str, str] | None],
) -> Grant:
    """Finish while the browser waits, so that it shows how it ended."""
    ended: list[Grant | ConsentFailed | TokenUnavailable] = []

    def show(query: Mapping[str, str]) -> str:
        try:
            ended.append(consents.finish(pending, query))
        except (ConsentFailed, TokenUnavailable) as error:
            ended.append(error)
            return _("Non è collegato: il terminale dice perché.")
        return _("Collegato. Puoi chiudere questa pagina.")

    if wait(show) is None or not ended:
        raise ConsentFailed("expired_token")
    if isinstance(ended[0], Exception):
        raise ended[0]
    return ended[0]


def _pasted() -> Mapping[str, str]:
    for _time in range(_MOST_PASTES):
        line = sys.stdin.readline()
        if not line:
            break
        if query := query_of(line):
            return query
        print("Not that one: it begins with http:// and has code= and state= in it. Paste it once more:", flush=True)
    raise ConsentFailed("not_pasted")


def nobody_reads(stdin: TextIO | None) -> bool:
    """Say whether there is neither a terminal nor anything that could still be read, as behind `</dev/null`."""
    if stdin is None or stdin.closed:
        return True
    if stdin.isatty():
        return False
    ready, _, _ = select.select([stdin], [], [], 0)
    # What an open pipe has sent stays in it; one that says nothing yet may have somebody at its other end.
    return bool(ready) and isinstance(stdin.buffer, BufferedReader) and not stdin.buffer.peek(1)
