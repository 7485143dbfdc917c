"""Redirects: pages at former addresses (`aliases`) that lead to the new one.

On any web server that serves files.
"""

from __future__ import annotations

from collections.abc import Mapping
from html import escape

from plugins.content.markup.aliases import as_requested
from plugins.domain.language import _, spoken

# Search engines take a refresh without delay for a permanent redirect; the link is for whoever turned it off.
_PAGE = """<!doctype html>
<html lang="{tag}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<title>{title}</title>
<meta http-equiv="refresh" content="0; url={target}">
<link rel="canonical" href="{target}">
<meta name="robots" content="noindex">
</head>
<body>
<main>
<h1>{title}</h1>
<p>{moved}</p>
</main>
</body>
</html>
"""


def page(target: str, title: str) -> str:
    """The page that stands at an address left behind; `target` is where the content is now."""
    moved = _('Questa pagina ha cambiato indirizzo. <a href="%(target)s">Adesso è qui</a>.', target=escape(target))
    return _PAGE.format(tag=spoken().tag, target=escape(target), title=escape(title), moved=moved)


def rules(redirects: Mapping[str, str], path: str = "") -> str:
    """The `_redirects` file, which hosted pages answer with a 301; each alias with the address it leads to.

    `path` is that of the site's address, which GitLab Pages has in front of what is asked for.
    """
    return "".join(f"{path}{as_requested(alias)} {target} 301\n" for alias, target in sorted(redirects.items()))
