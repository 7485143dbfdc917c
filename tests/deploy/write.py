"""Writes the policies of the code into the configurations of web servers: `python -m tests.deploy.write`."""

from __future__ import annotations

import re

from plugins.content.templates.security_policy import inlined, site_policy
from tests.building import ROOT

_POLICY = re.compile(r"\"script-src [^\"]*\"")


def main() -> None:
    """Put the present policy in the place of each that is written, that of the search where it is one."""
    scripts = inlined(ROOT / "theme")
    for name in ("nginx.conf", "Caddyfile"):
        file = ROOT / "deploy" / name
        text = file.read_text(encoding="utf-8")
        file.write_text(
            _POLICY.sub(lambda found: f'"{site_policy(scripts, searches="wasm" in found[0])}"', text), encoding="utf-8"
        )


if __name__ == "__main__":
    main()
