"""Generator of the editor: writes its page, configuration and program, or nothing at all."""

from __future__ import annotations

import json
import os
import sys
from html import escape
from pathlib import Path
from typing import Any

from pelican import signals
from pelican.generators import Generator
from pelican.writers import Writer

from plugins.admin.cms_config import configuration
from plugins.admin.decap_program import NAME, ProgramError, cached_in, program
from plugins.content.output_folder import announced
from plugins.domain.language import _, spoken

# The editor compiles its own checks and writes its own styles; it loads no script from anywhere else, and talks to the
# host of the repository.
_POLICY = (
    "default-src 'self'; script-src 'self' 'unsafe-eval'; style-src 'self' 'unsafe-inline'; "
    "img-src 'self' data: blob: https:; connect-src 'self' blob: https: http://127.0.0.1:* http://localhost:*"
)
_PAGE = f"""<!doctype html>
<html lang="{{tag}}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<meta http-equiv="Content-Security-Policy" content="{_POLICY}">
<title>{{title}}</title>
<link rel="cms-config-url" type="text/yaml" href="config.yml">
</head>
<body>
<noscript>{{without}}</noscript>
<script src="{NAME}"></script>
</body>
</html>
"""


class AdminGenerator(Generator):  # type: ignore[misc]
    """The editor at `/admin/`."""

    # Its forms are made of the catalogue and of the hours; of posts and pages it reads nothing.
    is_traced = True

    def generate_output(self, _writer: Writer) -> None:
        """Write it where the setting `ADMIN` is not empty."""
        settings: dict[str, Any] = self.settings.get("ADMIN") or {}
        if not settings:
            return
        try:
            script = program(cached_in())
        except ProgramError as error:
            sys.stderr.write(f"{error}\n")
            raise SystemExit(1) from None
        content = Path(self.settings["PATH"])
        told = configuration(settings, self.settings["SITE"], self.settings["SITEURL"], content)
        # JSON is YAML, and nothing in it needs thought about quoting.
        self._write("config.yml", json.dumps(told, ensure_ascii=False, indent=1).encode())
        page = _PAGE.format(
            tag=spoken().tag,
            title=escape(_("Scrivere")),
            without=escape(_("Per scrivere dal browser serve JavaScript. Il sito ne fa a meno.")),
        )
        self._write("index.html", page.encode())
        self._write(NAME, script)

    def _write(self, name: str, content: bytes) -> None:
        path = Path(self.output_path) / "admin" / name
        announced.send(self.output_path, paths=[str(path)])
        path.parent.mkdir(parents=True, exist_ok=True)
        part = path.with_name(f"{path.name}.{os.getpid()}.part")
        part.write_bytes(content)
        part.replace(path)
        signals.content_written.send(str(path), context=None)
