"""The names of what an edit may change of a content without a whole build."""

from __future__ import annotations

# Of the text and not of what is said about it in lists.
BODY = frozenset({"content", "get_content", "_content", "sections", "_get_content"})
# Whatever else is read is as it was.
CHANGEABLE = (
    *sorted(BODY),
    *("title", "summary", "_summary", "get_summary", "reading_minutes", "modified", "locale_modified", "metadata"),
)
