"""Server rules: redirects that no file can answer, for nginx and for Caddy."""

from __future__ import annotations

import re
from collections.abc import Mapping
from urllib.parse import quote

_SAFE = re.compile(r"/[\w./~%+-]*(?:\?[\w=&.%~+-]+)?", re.ASCII)


def server_rules(moved: Mapping[str, str]) -> list[str]:
    """Lines to copy into a server's configuration; addresses that neither could hold safely are left out."""
    # As browsers ask for them.
    asked = {quote(old, safe="/?=&%+~"): new for old, new in moved.items()}
    pairs = [(old, new) for old, new in sorted(asked.items()) if _SAFE.fullmatch(old) and _SAFE.fullmatch(new)]
    if not pairs:
        return []
    nginx = ["# nginx: the map beside the server's block …", "map $request_uri $moved_to {", '    default "";']
    nginx += [f'    "{old}" "{new}";' for old, new in pairs]
    nginx += ["}", "# … and this within it", "if ($moved_to) { return 301 $moved_to; }"]
    caddy = ["# Caddy: within the site's block", "map {uri} {moved_to} {"]
    caddy += [f'    "{old}" "{new}"' for old, new in pairs]
    caddy += ['    default ""', "}", '@moved expression `{moved_to} != ""`', "redir @moved {moved_to} 301"]
    return [*nginx, "", *caddy]
