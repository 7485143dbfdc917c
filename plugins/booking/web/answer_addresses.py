"""Answer addresses: each form of a page is posted to an address of its own, so that Back finds every answer.

Two answers in a row at one address are one page to WebKit: where a link within the earlier was followed, Back stays on
the later, and the next forgets what was typed.
"""

from __future__ import annotations

import re
import secrets

ANSWER = "answer"  # the parameter, which nothing reads
_POSTING = re.compile(r'<form\b[^<>]*\bmethod="post".*?</form>', re.DOTALL)
_ADDRESS = re.compile(r'(<(?:form|button)\b[^<>]*\b(?:form)?action="[^"?]*)(?=")')


def with_answer_addresses(page: str) -> str:
    """Give each address that a page's forms are posted to a part that no other page of it has."""
    own = rf"\1?{ANSWER}={secrets.token_urlsafe(4)}"
    return _POSTING.sub(lambda form: _ADDRESS.sub(own, form[0]), page)


def without_answer(fields: dict[str, str]) -> dict[str, str]:
    """Take the part out of what an address asks for, when a visitor asks for an answer's address again."""
    return {name: value for name, value in fields.items() if name != ANSWER}
