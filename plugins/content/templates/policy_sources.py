"""Sources of a Content Security Policy: whether a page under it may load an address (CSP level 3, 6.7.2)."""

from __future__ import annotations

from urllib.parse import urlsplit

# What governs where a directive is not named; of the others nothing is forbidden then.
_FALLBACK = {
    "script-src-elem": "script-src",
    "script-src-attr": "script-src",
    "style-src-elem": "style-src",
    "style-src-attr": "style-src",
    **dict.fromkeys(
        ("script-src", "style-src", "img-src", "media-src", "font-src", "frame-src", "object-src"), "default-src"
    ),
    **dict.fromkeys(("connect-src", "manifest-src", "worker-src", "prefetch-src"), "default-src"),
}


class PolicySources:
    """Parsed policy: what each directive allows."""

    def __init__(self, policy: str) -> None:
        directives = (one.split() for one in policy.split(";"))
        self._sources = {name: sources for name, *sources in directives}

    def allows(self, directive: str, address: str | None) -> bool:
        """Whether an address may be loaded, or sent to; None is what stands in the page itself."""
        while directive not in self._sources:
            if directive not in _FALLBACK:
                return True
            directive = _FALLBACK[directive]
        return any(_matches(source, address) for source in self._sources[directive])


def _matches(source: str, address: str | None) -> bool:
    if address is None:
        # A text brings no hash along.
        return source == "'unsafe-inline'"
    try:
        parts = urlsplit(address.strip())
    except ValueError:
        return False
    if source == "'self'":
        return not parts.scheme and not parts.netloc
    if source.endswith(":"):
        return f"{parts.scheme.lower()}:" == source
    allowed = urlsplit(source)
    if not allowed.netloc or (parts.scheme.lower(), parts.netloc.lower()) != (allowed.scheme, allowed.netloc.lower()):
        return False
    # One without a path stands for all of the host, one that ends with a stroke for what is below it.
    is_below = allowed.path.endswith("/") and parts.path.startswith(allowed.path)
    return not allowed.path or is_below or parts.path == allowed.path
