"""Every mistake is told at its file and line, in Italian, in one run; the sample content has none."""

from __future__ import annotations

import shutil
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from plugins.content.markup.markdown_parts import _FOLLOWED
from plugins.content.templates.used_css import _TAG
from plugins.publishing.__main__ import main
from plugins.publishing.checks.advice import _MARKS
from plugins.publishing.checks.check import Report, check
from tests.building import CONTENT, beside_sample, edit
from tests.content.pictures.samples import frames
from tests.cpu_time import quiet_seconds
from tests.media.photo import photo
from tests.publishing.mistakes import MISTAKES, POST, Mistake, expected_line, seed


@pytest.fixture(scope="module")
def seeded(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Report]:
    content = seed(tmp_path_factory.mktemp("seeded"))
    return content, check(content)


def test_there_are_at_least_sixty_mistakes() -> None:
    assert len(MISTAKES) >= 60


@pytest.mark.parametrize("mistake", MISTAKES, ids=lambda mistake: mistake.name)
def test_a_mistake_is_told_at_its_file_and_line(seeded: tuple[Path, Report], mistake: Mistake) -> None:
    content, report = seeded
    there = [fault for fault in report.errors if fault.path.as_posix() == mistake.path]
    line = expected_line(content, mistake)
    assert any(fault.line == line and mistake.told in fault.what for fault in there), (
        line,
        [str(one) for one in there],
    )


def test_nothing_is_told_of_files_without_a_mistake(seeded: tuple[Path, Report]) -> None:
    _, report = seeded
    wrong = {mistake.path for mistake in MISTAKES}
    assert [str(fault) for fault in report.errors if fault.path.as_posix() not in wrong] == []


def test_the_sample_content_has_no_error_and_no_advice() -> None:
    assert check(CONTENT) == Report((), ())


def seed_nothing(folder: Path) -> Path:
    return Path(shutil.copytree(CONTENT, folder / "content"))


@pytest.mark.parametrize(
    ("old", "new", "told", "line"),
    [
        ("title: Un articolo di prova", f"title: {'Un titolo lungo ' * 6}", "si tronca", 2),
        ("summary: Una frase che", "summary: Corta #", "Il riassunto ha", 6),
        ("service: cosa-delegare\n", "", "non nomina un servizio", 1),
        ("## Una sezione", "# Una sezione", "Il titolo grande c’è già", 11),
        ("## Una sezione", "#### Una sezione", "Si salta dal livello 1 al livello 4", 11),
        ("[collegamento]({filename}/pages/contatti.md)", "nulla", "non porta a nessuna pagina del sito", 9),
        ("[collegamento]", "[qui]", "«qui» non dice dove porta", 9),
        ("summary: Una frase che", "summary: Una **frase** che", "«**frase**»", 6),
        ("summary: Una frase che", "summary: Una [frase](/chi-sono/) che", "«[frase](/chi-sono/)»", 6),
        ("summary: Una frase che", "summary: Una frase[^1] che", "«[^1]»", 6),
        ("title: Un articolo di prova", "title: Un articolo *di prova*", "«*di prova*»", 2),
        ("title: Un articolo di prova", "title: Un `articolo` di prova", "«`articolo`»", 2),
        ("tags: [delega]", "tags: [delega, __altro__]", "«__altro__»", 5),
        ("Fine.", f"{'considerazioni amministrative conseguentemente improcrastinabili ' * 40}.", "Gulpease", 9),
    ],
)
def test_advice_is_given_apart_from_errors(tmp_path: Path, old: str, new: str, told: str, line: int) -> None:
    content = seed_nothing(tmp_path)
    assert old in POST
    (content / "blog" / "prova.md").write_text(POST.replace(old, new), encoding="utf-8")
    report = check(content)
    assert report.errors == ()
    assert [(fault.line, told in fault.what) for fault in report.advice] == [(line, True)]


@pytest.mark.parametrize("title", ["2 * 3 * 4", "Un asterisco* e due*", "snake_case_name", "A [b] (c)", "L’1 ** 2"])
def test_signs_that_are_no_markdown_are_not_advised_against(tmp_path: Path, title: str) -> None:
    content = seed_nothing(tmp_path)
    text = POST.replace("title: Un articolo di prova", f'title: "{title}"')
    (content / "blog" / "prova.md").write_text(text, encoding="utf-8")
    assert check(content) == Report((), ())


def test_ranges_that_touch_are_one_time_and_no_fault(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    edit(content / "availability.yaml", '"09:00-13:00", "14:30-17:30"', '"13:00-17:30", "09:00-13:00"')
    edit(content / "availability.yaml", "minutes: 30", "minutes: 500")
    assert check(content) == Report((), ())


def test_links_large_files_and_drawings_with_a_script_are_errors(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    images = content / "images"
    (images / "collegata.jpg").symlink_to("/etc/hostname")
    with (images / "enorme.jpg").open("wb") as file:
        file.truncate(13 * 1024 * 1024)
    svg = '<svg xmlns="http://www.w3.org/2000/svg">\n<{}/></svg>'
    (images / "script.svg").write_text(svg.format("script"), encoding="utf-8")
    (images / "evento.svg").write_text(svg.format('rect onload="x()"'), encoding="utf-8")
    (images / "bomba.svg").write_text('<!DOCTYPE svg [<!ENTITY a "b">]><svg/>', encoding="utf-8")
    (images / "La mia Foto.jpg").write_bytes(photo(60, 40))
    (images / "rovinata.jpg").write_bytes(photo()[:3000])
    (images / "scritta.heic").write_bytes(b"non una foto")
    found = {(fault.path.name, fault.line) for fault in check(content).errors}
    names = {
        "collegata.jpg": 1,
        "enorme.jpg": 1,
        "script.svg": 2,
        "evento.svg": 2,
        "bomba.svg": 1,
        "La mia Foto.jpg": 1,
        "rovinata.jpg": 1,
        "scritta.heic": 1,
    }
    assert found == set(names.items())


def test_words_from_windows_and_word_are_no_mistake(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    text = POST.replace("Un testo breve", "Un\u00a0testo “breve” e l’altro").replace("\n", "\r\n")
    (content / "blog" / "prova.md").write_bytes(b"\xef\xbb\xbf" + text.encode())
    assert check(content) == Report((), ())


def test_the_command_exits_1_with_a_line_for_each_error(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    content = seed_nothing(tmp_path)
    (content / "blog" / "prova.md").write_text(POST.replace("date: 2026-05-04", "date: ieri"), encoding="utf-8")
    assert main(["check", "--content", str(content)]) == 1
    assert f"{content}/blog/prova.md:3 — «date»" in capsys.readouterr().out


def test_check_command_prints_all_mistakes_at_once_one_a_line(seeded: tuple[Path, Report]) -> None:
    content, _ = seeded
    command = [sys.executable, "-m", "plugins.publishing", "check", "--content", str(content)]
    done = subprocess.run(command, **beside_sample(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (1, "")
    lines = done.stdout.splitlines()
    for mistake in MISTAKES:
        place = f"{content.as_posix()}/{mistake.path}:{expected_line(content, mistake)} — "
        assert any(line.startswith(place) and mistake.told in line for line in lines), mistake.name


def test_duplicate_service_name_across_areas_is_an_error(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    shutil.copy(content / "services" / "micro" / "posta-e-telefono.md", content / "services" / "macro")
    assert any("si chiama già «posta-e-telefono»" in fault.what for fault in check(content).errors)


def test_the_command_exits_0_on_the_sample_content() -> None:
    command = [sys.executable, "-m", "plugins.publishing", "check"]
    done = subprocess.run(command, **beside_sample(), capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (0, "Nessun errore: si può pubblicare.\n")


@pytest.mark.parametrize(
    "name", ["blog/ciao.txt", "blog/ciao.MD", "ciao.md", "services/ciao.md", "services/micro/sub/ciao.md"]
)
def test_a_text_that_would_become_no_page_is_told(tmp_path: Path, name: str) -> None:
    content = seed_nothing(tmp_path)
    (content / name).parent.mkdir(parents=True, exist_ok=True)
    (content / name).write_text(POST, encoding="utf-8")
    assert [
        (fault.path.as_posix(), "non diventa una pagina" in fault.what.lower()) for fault in check(content).errors
    ] == [(name, True)]


def test_link_to_a_photo_is_to_where_it_is_published(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    (content / "images" / "foto.webp").write_bytes(photo(60, 40, form="WEBP"))
    for address, count in (("/images/foto.jpg", 0), ("/images/foto.webp", 1), ("{static}/images/foto.webp", 0)):
        text = POST.replace("Fine.", f"[Intera]({address})")
        (content / "blog" / "prova.md").write_text(text, encoding="utf-8")
        assert len(check(content).errors) == count, address


def test_films_of_pictures_get_advice_and_are_no_error(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    (content / "images" / "moto.avif").write_bytes(frames("AVIF"))
    (content / "images" / "moto.gif").write_bytes(frames("GIF"))
    report = check(content)
    assert report.errors == ()
    assert [(fault.path.name, "resta ferma" in fault.what) for fault in report.advice] == [("moto.avif", True)]


@pytest.mark.parametrize("wrong", [("summary: ", "sumary: "), ("title: Un", "title: [Un"), ("---\ntitle", "title")])
def test_a_wrong_head_hides_no_mistake_of_its_text(tmp_path: Path, wrong: tuple[str, str]) -> None:
    content = seed_nothing(tmp_path)
    text = POST.replace(*wrong, 1).replace("Fine.", "![x](no.jpg) [y](/niente/) <iframe src='/x'></iframe>")
    (content / "blog" / "prova.md").write_text(text, encoding="utf-8")
    line = text.splitlines().index("![x](no.jpg) [y](/niente/) <iframe src='/x'></iframe>") + 1
    told = [fault.what for fault in check(content).errors if fault.line == line]
    assert [any(word in what for what in told) for word in ("no.jpg", "/niente/", "<iframe>")] == [True] * 3
    assert len(check(content).errors) > 3


def test_a_document_that_nobody_reads_is_told_unless_linked(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    for name in ("vecchio.html", "Altro.adoc", "listino.odt"):
        (content / "blog" / name).write_text("<p>Ciao</p>", encoding="utf-8")
    text = POST.replace("Fine.", "[Il listino]({static}listino.odt)")
    (content / "blog" / "prova.md").write_text(text, encoding="utf-8")
    told = {fault.path.name: fault.what for fault in check(content).errors}
    assert told.keys() == {"vecchio.html", "Altro.adoc"}
    assert all("Non diventa una pagina" in what for what in told.values())


@pytest.mark.parametrize(
    ("file", "wrong"),
    [("availability.yaml", "notice: mai\n"), ("identity.yaml", "links: 3\n"), ("identity.yaml", "links:\n\t- x\n")],
)
def test_a_mistake_elsewhere_forbids_no_allowed_form(tmp_path: Path, file: str, wrong: str) -> None:
    content = seed_nothing(tmp_path)
    with (content / "identity.yaml").open("a", encoding="utf-8") as identity:
        identity.write("form_addresses: [https://lista.example/iscriviti]\n")
    with (content / "pages" / "privacy.md").open("a", encoding="utf-8") as page:
        page.write('\n<form action="https://lista.example/iscriviti"><input name="a" aria-label="a"></form>\n')
    assert check(content).errors == ()
    if file == "availability.yaml":
        edit(content / file, "notice: 24h", wrong.rstrip())
    else:
        with (content / file).open("a", encoding="utf-8") as identity:
            identity.write(wrong)
    assert {fault.path.as_posix() for fault in check(content).errors} == {file}


@pytest.mark.parametrize("sign", ["1. ", "> ", "- 1. "])
def test_levels_without_end_are_told(tmp_path: Path, sign: str) -> None:
    content = seed_nothing(tmp_path)
    (content / "blog" / "prova.md").write_text(POST.replace("Fine.", f"{sign * 3000}x"), encoding="utf-8")
    assert [fault.path.name for fault in check(content).errors] in ([], ["prova.md"])


@pytest.mark.parametrize("read", [_MARKS.findall, _FOLLOWED.findall, _TAG.findall])
@pytest.mark.parametrize("sign", ["[ ", "<", "<a ", "[a]("])
def test_signs_of_a_text_are_gone_through_once(read: Callable[[str], object], sign: str) -> None:
    assert quiet_seconds(lambda: read(sign * (30_000 // len(sign)))) < 2


def test_a_sign_that_nobody_types_is_no_line_number(tmp_path: Path) -> None:
    content = seed_nothing(tmp_path)
    text = POST.replace("Fine.", f"{{video: x}} <b\ue001{'9' * 5000}\ue002>a</b> \ue001{'9' * 5000}\ue002!!! a")
    (content / "blog" / "prova.md").write_text(text, encoding="utf-8")
    assert all(fault.line < 100 for fault in check(content).errors)
