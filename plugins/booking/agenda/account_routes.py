"""Routes of accounts in the agenda, under /agenda/collegamenti/."""

from __future__ import annotations

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import Response

from plugins.booking.agenda.accounts_page import ACCOUNTS, COOKIE, AccountsPage
from plugins.booking.agenda.calendars_page import CALENDARS
from plugins.booking.agenda.routes import Check
from plugins.booking.agenda.session_check import SessionCheck, see
from plugins.booking.oauth.access_token import Provider
from plugins.booking.oauth.account_words import PROVIDER_NAMES
from plugins.booking.web.page_router import PageRouter
from plugins.booking.web.request_bodies import fields_of, form_fields


def account_routes(page: AccountsPage, session_check: SessionCheck, origin: Check) -> PageRouter:
    """Return the routes of those who are signed in; only the way back from a provider is a GET that does something."""
    router = PageRouter(ACCOUNTS.rstrip("/"))
    for provider in PROVIDER_NAMES:
        _add(router, provider, page, session_check, origin)
    return router


def _add(
    router: PageRouter, provider: Provider, page: AccountsPage, session_check: SessionCheck, origin: Check
) -> None:
    @router.post(f"/{provider}/collega", checks=[origin])
    async def begin(request: Request) -> Response:
        fields = await form_fields(request)

        def begun() -> Response:
            session = session_check.session(request)
            session_check.check(session, fields)
            return page.begin(session, provider, fields)

        return await run_in_threadpool(begun)

    @router.post(f"/{provider}/scollega", checks=[origin])
    async def disconnect(request: Request) -> Response:
        fields = await form_fields(request)

        def done() -> Response:
            session_check.check(session_check.session(request), fields)
            return page.disconnect(provider, fields)

        return await run_in_threadpool(done)

    @router.get(f"/{provider}/ritorno")
    def back(request: Request) -> Response:
        session = session_check.session(request)
        return page.back(session, provider, fields_of(request.url.query), request.cookies.get(COOKIE, ""))

    @router.get(f"/{provider}/scollega")
    def ask(request: Request) -> Response:
        return page.ask_to_disconnect(session_check.session(request), provider, fields_of(request.url.query))

    # The address of an answer to a post, when it is asked for again.
    @router.get(f"/{provider}/collega")
    def elsewhere(request: Request) -> Response:
        session_check.session(request)
        return see(CALENDARS)
