"""The process that builds while somebody writes tells what is wrong, goes on, and sees what is mended."""

from __future__ import annotations

from pathlib import Path

from plugins.publishing.writing.build_worker import Builder
from tests.building import copy_checkout, edit

POST = "blog/cosa-delegare-per-primo"


def test_one_process_builds_tells_what_is_wrong_and_builds_again(tmp_path: Path) -> None:
    copy_checkout(tmp_path, "content", "theme", "plugins", "pelicanconf.py")
    post, page = tmp_path / "content" / f"{POST}.md", tmp_path / "output" / POST / "index.html"
    builder = Builder(tmp_path, tmp_path / "output")
    try:
        assert builder.build() == ""
        edit(post, "category: ", "categori: ")
        assert f"content/{POST}.md" in builder.build()
        edit(post, "categori: ", "category: ")
        post.write_text(f"{post.read_text(encoding='utf-8')}\nParola mai vista.\n", encoding="utf-8")
        assert builder.build() == ""
        assert "Parola mai vista." in page.read_text(encoding="utf-8")
        edit(tmp_path / "theme/templates/article.html", "</article>", "<hr></article>")
        assert builder.build() == ""
        assert "<hr></article>" in page.read_text(encoding="utf-8")
    finally:
        builder.stop()
