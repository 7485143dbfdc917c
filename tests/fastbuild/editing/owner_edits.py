"""What is done with the rest of a site's content: who she is, when she can be booked, pages, clients, pictures."""

from __future__ import annotations

import io
from collections.abc import Callable, Mapping
from pathlib import Path

from PIL import Image

from tests.fastbuild.editing.editor import Editor

_DRAWING = (
    '<svg xmlns="http://www.w3.org/2000/svg" width="{0}0" height="40" viewBox="0 0 {0}0 40"><circle r="{0}"/></svg>'
)
_ADDED = "prova"


class OwnerEdits:
    """Edits of what is neither a post nor a service."""

    def __init__(self, editor: Editor) -> None:
        self._editor, self._chance, self._content = editor, editor.chance, editor.place.content

    def edits(self) -> Mapping[Callable[[], None], int]:
        """Each, and how often it is done."""
        pages = {self._page: 2, self._menu: 1, self._new_page: 1, self._delete_page: 1}
        pictures = {self._new_picture: 3, self._change_picture: 2, self._cover: 2, self._delete_picture: 2}
        clients = {self._client: 2, self._new_client: 1, self._delete_client: 1, self._case: 1}
        return {**pages, **pictures, **clients, self._availability: 3, self._identity: 3, self._portrait: 1}

    def _page(self) -> None:
        self._editor.add(self._editor.one_of(self._content / "pages", "*.md"), f"\n{self._editor.words()}\n")

    def _menu(self) -> None:
        file = self._editor.one_of(self._content / "pages", "*.md")
        key, value = self._chance.choice((("menu", "15"), ("menu", None), ("menu_label", "Altro"), ("title", "Altra")))
        self._editor.set_key(file, key, value)

    def _new_page(self) -> None:
        file = self._content / "pages" / f"{_ADDED}-{self._editor.fresh()}.md"
        menu = self._chance.choice(("", "menu: 25\n"))
        self._editor.put(file, f"---\ntitle: Prova\nsummary: Una prova.\n{menu}---\n{self._editor.words()}\n")

    def _delete_page(self) -> None:
        for file in self._editor.texts(self._content / "pages", f"{_ADDED}*.md")[:1]:
            self._editor.remove(file)

    def _availability(self) -> None:
        line, other = self._chance.choice(
            (
                ("  friday:", f'  friday: ["09:00-1{self._chance.randint(0, 9)}:00"]'),
                (
                    "  - {from: 2027",
                    f"  - {{from: 2027-08-0{self._chance.randint(1, 9)}, to: 2027-08-22, reason: ferie}}",
                ),
                ("    title: Telefonata", f"    title: Telefonata {self._editor.words()}"),
                ("    minutes: 20", f"    minutes: {self._chance.choice((15, 20, 25))}"),
                ("notice:", f"notice: {self._chance.randint(2, 40)}h"),
                ("retention:", f"retention: {self._chance.randint(300, 700)}d"),
            )
        )
        self._replace_line(self._content / "availability.yaml", line, other)

    def _identity(self) -> None:
        key = self._chance.choice(("claim", "brand", "voice", "region", "since", "clients", "languages"))
        values = {"since": str(self._chance.randint(2001, 2020)), "clients": str(self._chance.randint(1, 90))}
        values["languages"] = self._chance.choice(("[it]", "[it, en, fr]"))
        value = values.get(key, self._editor.words())
        self._replace_line(self._content / "identity.yaml", f"{key}:", f"{key}: {value}")

    def _replace_line(self, file: Path, start: str, other: str) -> None:
        lines = file.read_text(encoding="utf-8").split("\n")
        self._editor.put(file, "\n".join(other if line.startswith(start) else line for line in lines))

    def _portrait(self) -> None:
        file = self._content / "images" / "ritratto.svg"
        text = file.read_text(encoding="utf-8")
        self._editor.put(file, text.replace("</svg>", f"<circle r='{self._chance.randint(1, 9)}'/></svg>"))

    def _client(self) -> None:
        self._editor.add(self._editor.one_of(self._content / "testimonials", "*.md"), f"\n{self._editor.words()}\n")

    def _new_client(self) -> None:
        file = self._editor.one_of(self._content / "testimonials", "*.md")
        self._editor.put(file.with_name(f"{_ADDED}-{self._editor.fresh()}.md"), file.read_bytes())

    def _delete_client(self) -> None:
        files = self._editor.texts(self._content / "testimonials", "*.md")
        if len(files) > 1:
            self._editor.remove(self._chance.choice(files))

    def _case(self) -> None:
        self._editor.add(self._editor.one_of(self._content / "cases", "*.md"), f"\n{self._editor.words()}\n")

    def _picture(self, kind: str) -> bytes:
        if kind == ".svg":
            return _DRAWING.format(self._chance.randint(10, 99)).encode()
        made = io.BytesIO()
        size = self._chance.choice(((90, 60), (700, 500)))
        Image.new("RGB", size, tuple(self._chance.randint(0, 255) for _ in range(3))).save(made, "PNG")
        return made.getvalue()

    def _added(self) -> list[Path]:
        return sorted((self._content / "images").glob(f"{_ADDED}*"))

    def _new_picture(self) -> None:
        """A picture, and mostly a post that shows it."""
        kind = self._chance.choice((".svg", ".png"))
        file = self._content / "images" / f"{_ADDED}-{self._editor.fresh()}{kind}"
        self._editor.put(file, self._picture(kind))
        if self._chance.random() < 0.8:
            self._editor.add(self._editor.post(), f"\n![Prova]({{static}}/images/{file.name})\n")

    def _change_picture(self) -> None:
        if not (files := self._added()):
            self._new_picture()
            return
        file = self._chance.choice(files)
        self._editor.put(file, self._picture(file.suffix))

    def _cover(self) -> None:
        """A post has a picture of its own, or none."""
        file = self._editor.post()
        names = [f"images/{one.name}" for one in self._added()]
        self._editor.set_key(file, "image", self._chance.choice((None, "images/scrivania.svg", *names)))
        self._editor.set_key(file, "image_alt", "Prova")

    def _delete_picture(self) -> None:
        """A picture goes, and with it what shows it."""
        if files := self._added():
            gone = self._chance.choice(files)
            self._editor.replace_everywhere(rf"\n.*{gone.name}.*", "")
            self._editor.remove(gone)
