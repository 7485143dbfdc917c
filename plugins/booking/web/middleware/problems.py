"""Problem details: errors as problem+json (RFC 9457) under /api/, as a page elsewhere."""

from __future__ import annotations

import logging
from collections.abc import Callable, Mapping
from typing import Any

from fastapi import FastAPI, Request
from starlette.concurrency import run_in_threadpool
from starlette.exceptions import HTTPException
from starlette.responses import HTMLResponse, JSONResponse, Response

from plugins.booking.storage.engine import Unavailable
from plugins.booking.storage.idempotency import KeyReused
from plugins.booking.web.middleware.security_headers import POLICY, SECRET, headers_of
from plugins.booking.web.middleware.visitor_language import asked
from plugins.domain.booking_lifecycle import ChangeRefused
from plugins.domain.language import N_, _, speaking
from plugins.domain.requests import InvalidRequest, UnknownMeeting

_log = logging.getLogger(__name__)

WORDS: dict[int, tuple[str, str]] = {
    400: (
        N_("Richiesta non leggibile"),
        N_("Quello che è arrivato non si può leggere. Riprova dalla pagina precedente."),
    ),
    403: (
        N_("Richiesta rifiutata"),
        N_("Questa richiesta arriva da un altro sito. Riparti dalle pagine di questo sito."),
    ),
    404: (
        N_("Pagina non trovata"),
        N_("A questo indirizzo non c’è niente: forse il collegamento è incompleto o vecchio."),
    ),
    405: (N_("Metodo non ammesso"), N_("Questo indirizzo non accetta questo tipo di richiesta.")),
    408: (N_("Tempo scaduto"), N_("La richiesta ha impiegato troppo ad arrivare. Riprova.")),
    409: (N_("Orario non più libero"), N_("Questo orario non si può prenotare. Scegline un altro.")),
    413: (N_("Testo troppo lungo"), N_("Quello che hai inviato supera i 64 kB. Accorcialo e riprova.")),
    415: (N_("Formato non ammesso"), N_("Il contenuto è arrivato in un formato che questo indirizzo non accetta.")),
    422: (N_("Dati da correggere"), N_("Alcuni campi vanno corretti.")),
    429: (N_("Troppi invii"), N_("Sono arrivati troppi invii in poco tempo. Riprova fra qualche minuto.")),
    500: (N_("Qualcosa è andato storto"), N_("C’è stato un errore imprevisto, non dipende da te. Riprova fra poco.")),
    503: (
        N_("Servizio momentaneamente fermo"),
        N_("In questo momento il calendario e i messaggi non rispondono. Riprova fra poco."),
    ),
}


class Problem(Exception):
    """An error to be told: a status, words, and members of its own for the JSON form."""

    def __init__(
        self,
        status: int,
        detail: str | None = None,
        headers: Mapping[str, str] | None = None,
        **members: object,
    ) -> None:
        title, words = WORDS.get(status, WORDS[500 if status >= 500 else 400])
        super().__init__(title)
        self.status = status
        self.title = _(title)
        self.detail = detail or _(words)
        self.headers = dict(headers or {})
        self.members = members

    def document(self) -> dict[str, Any]:
        """Return the RFC 9457 document."""
        return {
            "type": "about:blank",
            "title": self.title,
            "status": self.status,
            "detail": self.detail,
        } | self.members


def as_problem(error: Exception) -> Problem:
    """Tell any exception of ours, of the domain or of the framework as a problem."""
    match error:
        case Problem():
            return error
        case InvalidRequest():
            return Problem(422, errors=[{"field": fault.field, "message": fault.message} for fault in error.errors])
        case ChangeRefused():
            return Problem(409, str(error), nearest=[])
        case UnknownMeeting():
            return Problem(404, _("Questo tipo di appuntamento non esiste."))
        case KeyReused():
            return Problem(422, _("Questa chiave di idempotenza è già stata usata per un’altra richiesta."), errors=[])
        case Unavailable():
            return Problem(503, headers={"Retry-After": "5"})
        case HTTPException():
            return Problem(error.status_code, headers=error.headers)
    return Problem(500)


Page = Callable[[Problem], str]


def install(app: FastAPI, page: Page, page_policy: Callable[[], str], elsewhere: bool = False) -> None:
    """Make the application answer every exception.

    `page` renders a problem as HTML and may block; `page_policy` is what such a page may do,
    `elsewhere` whether the pages of the site are.
    """

    async def answer(request: Request, error: Exception) -> Response:
        return await told(error, request.url.path)

    async def answer_outside(request: Request, error: Exception) -> Response:
        language, path = asked(request.scope)
        with speaking(language):
            return await told(error, path)

    async def told(error: Exception, path: str) -> Response:
        problem = as_problem(error)
        if problem.status == 503:
            _log.warning("%s: %s", type(error).__name__, type(error.__cause__).__name__)
        # A 500 is answered outside all middleware, that of the headers included; and any address may hold a token.
        headers = headers_of(path, elsewhere) | SECRET | problem.headers
        if wants_json(path):
            return JSONResponse(problem.document(), problem.status, headers, "application/problem+json")
        html = await run_in_threadpool(page, problem)
        return HTMLResponse(html, problem.status, headers | {POLICY: page_policy()})

    for kind in (
        Problem,
        InvalidRequest,
        ChangeRefused,
        UnknownMeeting,
        KeyReused,
        Unavailable,
        HTTPException,
    ):
        app.add_exception_handler(kind, answer)
    app.add_exception_handler(Exception, answer_outside)


def wants_json(path: str) -> bool:
    """Say whether an address speaks JSON, its errors included."""
    return path.startswith("/api/") or path in {"/api", "/health", "/metrics"} or path.startswith("/metrics/")
