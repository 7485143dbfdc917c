"""Pelican builds what our reader reads, and nothing while the content has a fault."""

from __future__ import annotations

import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.building import CONTENT, ROOT, build, edit


@pytest.fixture(scope="module")
def output(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("site")
    done = build(CONTENT, folder)
    assert done.returncode == 0, done.stderr + done.stdout
    return folder


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


@pytest.mark.parametrize(
    "address",
    [
        *("", "servizi/", "servizi/macro/", "servizi/macro/verifica-costi/", "blog/", "come-lavoro/", "chi-sono/"),
        *("blog/chi-e-un-assistente-virtuale/", "blog/categoria/", "blog/categoria/mestiere/", "blog/tag/"),
        *("blog/tag/delega/", "blog/archivio/", "cerca/", "contatti/", "prenota/", "grazie/"),
        "privacy/",
    ],
)
def test_every_address_of_the_site_has_its_page(output: Path, address: str) -> None:
    page = (output / address / "index.html").read_text(encoding="utf-8")
    assert len(re.findall(r"<h1[ >]", page)) == 1
    assert '<html lang="it"' in page


def test_not_found_page_is_written_as_404_html_at_root(output: Path) -> None:
    assert "<h1" in (output / "404.html").read_text(encoding="utf-8")


def test_content_faults_stop_the_build_with_their_file_and_line(content: Path, tmp_path: Path) -> None:
    edit(content / "services" / "macro" / "verifica-costi.md", "summary:", "sumary:")
    edit(content / "blog" / "cosa-delegare-per-primo.md", "{filename}/", "{filename}/non-")
    done = build(content, tmp_path / "output")
    assert done.returncode == 1
    faults = done.stderr.splitlines()
    assert any(re.match(r"content/services/macro/verifica-costi\.md:\d+ — .*summary", line) for line in faults)
    assert any(re.match(r"content/blog/cosa-delegare-per-primo\.md:\d+ — .*nessuna pagina", line) for line in faults)
    assert "Traceback" not in done.stderr
    assert not (tmp_path / "output" / "index.html").exists()


def test_blog_page_heading_opens_the_list_of_posts(output: Path) -> None:
    words = re.search(r"^heading: (.*)$", (CONTENT / "pages" / "blog.md").read_text(encoding="utf-8"), re.MULTILINE)
    assert words
    assert words[1] in (output / "blog" / "index.html").read_text(encoding="utf-8").replace("\u00a0", " ")


def test_a_post_of_tomorrow_waits_as_a_draft(content: Path, tmp_path: Path) -> None:
    edit(content / "blog" / "cosa-delegare-per-primo.md", "date: 20", "date: 29")
    assert build(content, tmp_path / "output").returncode == 0
    assert (tmp_path / "output" / "drafts" / "blog" / "cosa-delegare-per-primo" / "index.html").exists()
    assert not (tmp_path / "output" / "blog" / "cosa-delegare-per-primo").exists()
    feed = (tmp_path / "output" / "feed.xml").read_text(encoding="utf-8")
    assert '/cosa-delegare-per-primo/" rel="alternate"' not in feed


def test_post_is_published_on_its_date_by_the_owners_calendar(content: Path, tmp_path: Path) -> None:
    post = Path("blog") / "cosa-delegare-per-primo" / "index.html"
    text = (content / "blog" / "cosa-delegare-per-primo.md").read_text(encoding="utf-8")
    edit(content / "blog" / "cosa-delegare-per-primo.md", text.split("date: ")[1][:10], "2027-02-03")
    for day, published in (("2027-02-02", False), ("2027-02-03", True)):
        output = tmp_path / day
        done = build(content, output, "pelicanconf.py", "-e", f'TODAY="{day}"')
        assert done.returncode == 0, done.stderr
        assert (output / post).exists() == published
        assert (output / "drafts" / post).exists() != published


def test_a_site_builds_from_any_folder_of_content(content: Path, tmp_path: Path) -> None:
    moved = content.rename(tmp_path / "altrove")
    edit(moved / "identity.yaml", "brand:", "brand: Altra Ditta #")
    assert build(moved, tmp_path / "output").returncode == 0
    assert "Altra Ditta" in (tmp_path / "output" / "index.html").read_text(encoding="utf-8")


def test_draft_build_lists_unpublished_posts_and_public_build_does_not(content: Path, tmp_path: Path) -> None:
    edit(content / "blog" / "cosa-delegare-per-primo.md", "date: 2026", "date: 2926")
    edit(content / "blog" / "passare-le-consegne.md", "title:", "status: draft\ntitle:")
    assert build(content, tmp_path / "writing", "pelicanconf.py", "-e", "LIVE_RELOAD=true").returncode == 0
    blog = (tmp_path / "writing" / "blog" / "index.html").read_text(encoding="utf-8")
    assert re.search(r">Uscirà il \d+ \w+ 2926<", blog)
    assert ">Bozza<" in blog
    assert build(content, tmp_path / "public").returncode == 0
    public = (tmp_path / "public" / "blog" / "index.html").read_text(encoding="utf-8")
    assert "/drafts/" not in public


def test_removed_post_and_image_leave_the_output_and_nothing_else(content: Path, tmp_path: Path) -> None:
    output = tmp_path / "output"
    post = content / "blog" / "prova.md"
    words = "title: Prova\ndate: 2026-05-04\ncategory: Solo qui\ntags: [solo-qui]"
    post.write_text(f"---\n{words}\n---\nCiao.\n", encoding="utf-8")
    (content / "images" / "prova.svg").write_text("<svg xmlns='http://www.w3.org/2000/svg'/>", encoding="utf-8")
    assert build(content, output).returncode == 0
    (output / "CNAME").write_text("esempio.test", encoding="utf-8")
    gone = ["blog/prova", "blog/categoria/solo-qui", "blog/tag/solo-qui", "images/prova.svg"]
    assert all((output / path).exists() for path in gone)
    post.unlink()
    (content / "images" / "prova.svg").unlink()
    assert build(content, output).returncode == 0
    assert [path for path in gone if (output / path).exists()] == []
    assert (output / "CNAME").exists()
    assert (output / "theme" / "fonts" / "OFL.txt").exists()


def test_plain_pelican_builds_with_either_settings_from_any_folder(tmp_path: Path) -> None:
    pelican = str(Path(sys.executable).with_name("pelican"))
    for settings in ("pelicanconf.py", "publishconf.py"):
        command = [
            pelican,
            str(CONTENT),
            "-s",
            str(ROOT / settings),
            "-o",
            str(tmp_path / settings),
            "--fatal",
            "errors",
        ]
        done = subprocess.run(command, cwd=tmp_path, capture_output=True, text=True, check=False)
        assert done.returncode == 0, done.stderr + done.stdout
        assert "WARNING" not in done.stderr + done.stdout
        assert (tmp_path / settings / "servizi" / "index.html").exists()
