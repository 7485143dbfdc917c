"""Language schemas: how a program says the visitor's language, for the OpenAPI document."""

from __future__ import annotations

from typing import Any

from pydantic import BaseModel, Field

_WORDS = (
    "The visitor's language, one of the site's (`en`). Else the prefix of the address says it (`/en/api/…`), or "
    "Accept-Language where no page asks; it is the site's own where nothing does."
)


class InLanguage(BaseModel):
    """A request in a visitor's language, that of its answer and errors, and of the mails that follow."""

    language: str | None = Field(None, description=_WORDS)


class OfLanguage(BaseModel):
    """An answer that says the visitor's language."""

    language: str | None = Field(None, description="The visitor's, where the site has several.")


# Of a request without a body.
LANGUAGE: dict[str, Any] = {
    "parameters": [{"name": "language", "in": "query", "schema": {"type": "string"}, "description": _WORDS}]
}
