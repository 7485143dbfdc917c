"""Posts, images and links are checked with all the rest."""

from __future__ import annotations

import re
import shutil
from pathlib import Path

import pytest

from plugins.content.base.faults import ContentError
from plugins.content.front_matter import Post
from plugins.content.site import read_site
from tests.building import CONTENT, edit

POST = Path("blog/cosa-delegare-per-primo.md")


@pytest.fixture
def content(tmp_path: Path) -> Path:
    return Path(shutil.copytree(CONTENT, tmp_path / "content"))


def faults(content: Path) -> list[str]:
    with pytest.raises(ContentError) as caught:
        read_site(content)
    return [str(fault) for fault in caught.value.faults]


def test_the_sample_content_is_read_whole() -> None:
    site = read_site(CONTENT)
    files = {path.relative_to(CONTENT).as_posix() for path in CONTENT.rglob("*.md")}
    # Of what clients said pages are told by the office.
    files = {file for file in files if not file.startswith(("testimonials/", "cases/"))}
    assert set(site.sources) == files
    assert isinstance(site.sources[POST.as_posix()].value, Post)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ("service: ", "service: non-", "Il servizio «non-"),
        ("date: 20", "date: ieri 20", "date"),
        ("title: ", "titolo: ", "«titolo»"),
        ("slug: cosa-delegare-per-primo", "slug: passare-le-consegne", "è già di"),
        ("slug: cosa-delegare-per-primo", "slug: tag", "serve agli elenchi"),
        ("slug: cosa-delegare-per-primo", "slug: ../fuori", "slug"),
        ("{filename}/", "{filename}/nessuna/", "non porta a nessuna pagina"),
        ("title: ", "image: images/nessuna.jpg\nimage_alt: Niente\ntitle: ", "non c’è"),
        ("title: ", "image: images/scrivania.svg\ntitle: ", "image_alt"),
        ("title: ", "image: ../identity.yaml\nimage_alt: x\ntitle: ", "non c’è"),
    ],
)
def test_a_fault_of_a_post_is_told_with_its_file(content: Path, old: str, new: str, told: str) -> None:
    edit(content / POST, old, new)
    found = faults(content)
    # Of two posts with one slug, the second by name is told.
    assert any(told in fault and fault.startswith("blog/") for fault in found), found


def test_a_broken_link_is_told_at_its_own_line(content: Path) -> None:
    with (content / POST).open("a", encoding="utf-8") as file:
        file.write("\nUna riga.\n\n![x]({static}/images/scrivani.svg)\n")
    line = len((content / POST).read_text(encoding="utf-8").splitlines())
    found = faults(content)
    assert found == [
        f"{POST.as_posix()}:{line} — Il collegamento «{{static}}/images/scrivani.svg» porta a un file che non c’è. "
        "Mettilo in images, o correggi il nome. Forse «/images/scrivania.svg»?"
    ]


@pytest.mark.parametrize(
    ("one", "other", "told"),
    [
        ("C", "C++", "Se sono due cose"),
        ("C#", "C", "Se sono due cose"),
        ("A/B", "A b", "Se sono due cose"),
        ("Delega", "delega", "Scrivile sempre nello stesso modo"),
        ("L’ora", "L ora", "Scrivile sempre nello stesso modo"),
        ("caffè", "caffe", "Scrivile sempre nello stesso modo"),
    ],
)
def test_labels_of_one_address_are_told_in_true_words(content: Path, one: str, other: str, told: str) -> None:
    for name, tag in (("cosa-delegare-per-primo", one), ("passare-le-consegne", other)):
        file = content / "blog" / f"{name}.md"
        file.write_text(re.sub(r"(?m)^tags: .*$", f"tags: ['{tag}']", file.read_text(encoding="utf-8")), "utf-8")
    assert [told in fault for fault in faults(content)] == [True]


def test_faults_of_posts_and_of_the_office_come_together(content: Path) -> None:
    edit(content / POST, "service: ", "service: non-")
    edit(content / "identity.yaml", "12345678903", "12345678900")
    assert {fault.split(":")[0] for fault in faults(content)} == {POST.as_posix(), "identity.yaml"}
