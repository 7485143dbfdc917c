"""Service container: the services wired together once, for the endpoint, the jobs and the commands."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from functools import cache

from sqlalchemy import Engine

from plugins.booking.oauth.connected_accounts import ConnectedAccounts
from plugins.booking.oauth.token_cipher import TokenCipher
from plugins.booking.oauth.token_store import TokenStore
from plugins.booking.service.booking_changes import BookingChanges
from plugins.booking.service.booking_service import BookingService
from plugins.booking.service.link_tokens import Tokens
from plugins.booking.service.mail_composer import MailComposer
from plugins.booking.service.testimonials import Testimonials
from plugins.booking.service.waiting_list import WaitingList
from plugins.booking.settings import Settings
from plugins.booking.storage.booking_store import Store
from plugins.booking.storage.testimonial_store import TestimonialStore
from plugins.booking.storage.waiting import WaitingStore
from plugins.booking.storage.waiting_offers import WaitingOffers
from plugins.content.office import Office


@dataclass(frozen=True)
class Services:
    """Service container: the services of one store and one content."""

    tokens: Tokens
    mail_composer: MailComposer
    booking_service: BookingService
    changes: BookingChanges
    waiting_list: WaitingList
    testimonials: Testimonials


def services_of(
    settings: Settings,
    store: Store,
    clock: Callable[[], datetime],
    office: Callable[[], Office],
    wake: Callable[[], None] = lambda: None,
) -> Services:
    """Put the parts together; opens no file and no connection before they are used."""
    tokens = Tokens(_secrets(settings, store))
    mail_composer = MailComposer(settings, store, tokens, office)
    booking_service = BookingService(store, tokens, mail_composer, office, clock, wake)
    kept, offers = WaitingStore(store.engine), WaitingOffers(store.engine)
    return Services(
        tokens,
        mail_composer,
        booking_service,
        BookingChanges(store, mail_composer, office, clock, wake),
        WaitingList(kept, offers, booking_service, tokens, mail_composer, office, clock, wake),
        Testimonials(TestimonialStore(store.engine), tokens, mail_composer, office, clock, wake),
    )


def accounts_of(settings: Settings, engine: Engine, clock: Callable[[], datetime]) -> ConnectedAccounts:
    """Return the connected accounts, whose tokens mail and calendars ask for; asks nobody before it is asked."""
    cipher = TokenCipher(settings.secret_key, settings.secret_key_old)
    return ConnectedAccounts(TokenStore(engine, cipher), settings.oauth, clock, settings.mail_accounts)


def _secrets(settings: Settings, store: Store) -> Callable[[], tuple[str, ...]]:
    @cache
    def own() -> str:
        # One for all processes on this database, made when first needed.
        return store.secret("tokens", lambda: secrets.token_urlsafe(32))

    def keys() -> tuple[str, ...]:
        old = (settings.secret_key_old,) if settings.secret_key_old else ()
        return (settings.secret_key or own(), *old)

    return keys
