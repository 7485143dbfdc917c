"""Import command: another system's posts, pages and pictures into the content."""

from __future__ import annotations

import argparse
import sys
from pathlib import Path
from typing import Any

from plugins.publishing.checks.check import check
from plugins.publishing.importing.hugo import read_hugo
from plugins.publishing.importing.import_report import summary, whole_report
from plugins.publishing.importing.import_writer import write_site
from plugins.publishing.importing.jekyll import read_jekyll
from plugins.publishing.importing.markdown_folder import read_markdown_folder
from plugins.publishing.importing.pelican_site import read_pelican
from plugins.publishing.importing.wordpress import read_wordpress

KINDS = ("wordpress", "jekyll", "hugo", "pelican", "markdown")


def add_command(commands: Any) -> None:  # noqa: ANN401 - argparse keeps the type to itself
    """Add `import` to a command line."""
    command: argparse.ArgumentParser = commands.add_parser("import", help="posts, pages and pictures of another system")
    command.add_argument("kind", choices=KINDS, metavar="|".join(KINDS))
    command.add_argument("path", type=Path, metavar="PATH", help="the site's folder; of WordPress its XML export")
    command.add_argument("--content", type=Path, default=Path("content"))
    command.add_argument("--category", default="Blog", help="of posts that have none")
    command.add_argument("--site", action="append", default=[], help="an address of the old site: https://…")
    command.add_argument("--uploads", type=Path, help="WordPress: a copy of its folder wp-content/uploads")
    command.add_argument("--report", type=Path, default=Path("import-report.txt"), help="where the report is written")


def run(asked: argparse.Namespace) -> int:
    """Import, print what it came to, and return the exit code."""
    if fault := _fault(asked):
        print(fault, file=sys.stderr)
        return 1
    readers = {
        "jekyll": read_jekyll,
        "hugo": read_hugo,
        "pelican": read_pelican,
        "markdown": read_markdown_folder,
    }
    path = asked.path.resolve()
    site = read_wordpress(path, asked.uploads) if asked.kind == "wordpress" else readers[asked.kind](path)
    site.origins.extend(asked.site)
    if not site.found:
        print(f"{asked.path} holds no post and no page of {asked.kind}.", file=sys.stderr)
        for one in site.told:
            print(f"{one.file}:{one.line} — {one.what}", file=sys.stderr)
        return 1
    outcome = write_site(site, asked.content, asked.category)
    for line in summary(outcome):
        print(line)
    title = f"Import of {asked.kind} from {asked.path} into {asked.content}"
    asked.report.write_text(whole_report(outcome, title), encoding="utf-8")
    print(f"\nEverything that could not be carried is in {asked.report}. Checking what was imported …", flush=True)
    places = {Path(place) for place in (*outcome.written, *outcome.there)}
    left = [fault for fault in check(asked.content).errors if fault.path in places]
    print(
        f"{len(left)} errors are left in what was imported: see make controlla."
        if left
        else "What was imported passes."
    )
    return 0


def _fault(asked: argparse.Namespace) -> str:
    if not asked.content.is_dir():
        return f"The folder {asked.content} is not there."
    if asked.kind == "wordpress" and asked.path.suffix.lower() in (".zip", ".gz", ".tar"):
        return f"{asked.path} is an archive: unpack it first."
    if not asked.path.exists() or (asked.kind != "wordpress" and not asked.path.is_dir()):
        return f"{asked.path} is not there." if not asked.path.exists() else f"{asked.path} is no folder."
    if asked.uploads is not None and not asked.uploads.is_dir():
        return f"The folder {asked.uploads} is not there."
    return ""
