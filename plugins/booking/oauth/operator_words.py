"""Words for operators on accounts: that one is not connected, the command that mends it, why consent failed."""

from __future__ import annotations

from collections.abc import Collection

from plugins.booking.oauth.access_token import Provider, Use

# Not the consent is wrong but the client id: whoever keeps the server mends it, and nobody has to consent again.
CLIENT_FAULTS = {"invalid_client", "unauthorized_client", "deleted_client", "disabled_client"}
# Google's device codes allow neither calendar nor mail.
_WITHOUT_BROWSER: dict[Provider, str] = {"google": "--paste", "microsoft": "--device"}
_FAILED = {
    "access_denied": "the consent was denied: run the command again to ask anew",
    "wrong_state": "what came back is of another attempt: run the command again",
    "expired_token": "nobody consented in time: run the command again",
    "invalid_grant": "the code was used before or has run out: run the command again",
    "scopes_missing": "a permission is missing: run the command again, and leave every tick where it is",
    "no_refresh_token": "no lasting permission was given: remove Maglia from the account's connections and try again",
    "not_pasted": "the address that the browser came to was not pasted: run the command again",
    "no_terminal": "there is no terminal and nothing to read: run it in one, on a server with --paste",
    "no_account": "the provider does not say whose account it is: run the command again",
}
# Entra ID, where the organisation lets nobody consent for herself.
BY_ADMINISTRATOR = {"consent_required", "interaction_required", "admin_consent_required"}


def in_english(uses: Collection[Use]) -> str:
    """Name uses, as `calendar and mail`."""
    return " and ".join(sorted(uses))


def client_id_of(provider: Provider) -> str:
    """Name the variable that holds the client id."""
    return f"BOOKING_{provider.upper()}_CLIENT_ID"


def how_to_connect(provider: Provider) -> str:
    """Say how an account is connected, for mail and calendar alike: what every remedy says."""
    here, on_server = connect_commands(provider)
    return f"connect it, in the agenda or by `{here}`, on a server `{on_server}` (docs/{provider}.md)"


def connect_commands(provider: Provider) -> tuple[str, str]:
    """Return the command that connects an account, as it is where a browser is, and on a server."""
    program, connecting = "python -m plugins.booking", f"connect {provider}"
    return (
        f"{program} {connecting}",
        f"{program} --env /etc/maglia/env {connecting} {_WITHOUT_BROWSER[provider]}",
    )


def how_to_mend(provider: Provider, why: str) -> str:
    """Say what makes an account let in that does not, by the code of why."""
    guide, name = f"docs/{provider}.md", client_id_of(provider)
    if why == "no_client_id":
        return f"set {name} ({guide}) and restart"
    if why in CLIENT_FAULTS:
        return f"put {name} and its secret right and restart ({guide}): nobody has to consent again"
    if why == "secret_key_changed":
        return f"put the key before into BOOKING_SECRET_KEY_OLD and restart, or {how_to_connect(provider)}"
    return how_to_connect(provider)


def not_connected(provider: Provider, uses: Collection[Use], why: str) -> str:
    """Say that an account lets nobody in, and why, where there is more to say than that it never was connected."""
    uses_in_words = in_english(uses)
    if why == "no_client_id":
        return f"{provider} is not connected for {uses_in_words}: {client_id_of(provider)} is not set"
    if why == "secret_key_changed":
        return f"{provider} is not connected for {uses_in_words}: BOOKING_SECRET_KEY is another (secret_key_changed)"
    if why == "scopes_missing":
        return (
            f"{provider} is connected, but what was consented to is not what BOOKING_SMTP_URL, BOOKING_ALARM_SMTP_URL "
            f"and BOOKING_IMAP_URL need by now (scopes_missing, {uses_in_words})"
        )
    return f"{provider} is not connected for {uses_in_words}" + ("" if why == "none" else f" ({why})")


def how_to_name_calendars(provider: Provider) -> str:
    """Say that no calendar of an account is read or written yet, and what prints the lines that name them."""
    listing = f"python -m plugins.booking --env /etc/maglia/env calendars {provider}"
    return (
        f"None of its calendars is in availability.yaml yet, so none is read or written: `{listing}` prints the lines."
    )


def why_failed(provider: Provider, why: str, has_secret: bool = True) -> str:
    """Say why an account could not be connected, and what to do; whether the settings have a client secret."""
    if why in CLIENT_FAULTS:
        name = client_id_of(provider)
        if not has_secret:
            secret = f"BOOKING_{provider.upper()}_CLIENT_SECRET"
            return (
                f"{why}: {secret} is not set, and the client may have one; put it and {name} right, as "
                f"docs/{provider}.md says, and run the command again"
            )
        return f"{why}: put {name} and its secret right, as docs/{provider}.md says, and run the command again"
    if why in BY_ADMINISTRATOR:
        return f"{why}: the organisation's administrator may have to grant the consent; then run the command again"
    return _FAILED.get(why, f"the provider refused ({why}): try again later")
