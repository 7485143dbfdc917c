"""Content made by seed: the sample site with odd but plausible posts, pages, services, hours, pictures and files."""

from __future__ import annotations

import json
import random
import re
import shutil
from datetime import date, timedelta
from pathlib import Path

from tests.building import CONTENT
from tests.content.base.test_ignored_files import leave
from tests.media.photo import photo

DAY = date(2026, 12, 1)
WORDS = (
    *("Il campo <Causale>", "R&D &amp; C.", "“Virgolette” 'e' \"altre\"", "due: punti", "# cancelletto", "100 % vero"),
    *(
        "{{ 7 * 7 }}",
        "{% raw %}",
        "%(nome)s %s",
        "$1 \\1 \\n",
        "perché è così",
        "日本語",
        "עברית",
        "👩‍💻 emoji",
        "2027",
    ),
    *("null", "-", "@chi", "a|b|c", "<b>forte</b>", "</script><script>", "]]>", "<!-- commento", "|", "C++", "&lt;"),
    *("parola " * 30, "x" * 120, "e\u0301 combinato", "\u00a0spazio\u2009stretto", "l’ora", "..", "/", "~", "`codice`"),
)
LABELS = ("Mestiere", "R&D", "C++", "l’ora", "Ènne", "a/b", "2027", "<tag>", "Due parole", "x" * 90, "Back office", "è")
NAMES = ("uno", "due-tre", "2027", "index", "feed", "a" * 80, "blog", "home-2", "x-1-y", "admin-mia", "con", "nul")
LINKS = (
    *("{filename}/pages/contatti.md", "{filename}/pages/come-lavoro.md#", "{filename}cosa-delegare-per-primo.md"),
    *("{filename}/blog/passare-le-consegne.md?a=1&b=2", "{filename}/services/micro/posta-e-telefono.md", "/chi-sono/"),
    *("{filename}/services/micro/index.md", "{static}/images/scrivania.svg", "/", "#", "#qui", "/blog/tag/delega/"),
    *("https://esempio.it/?a=1&b=[c]", "mailto:a@esempio.it", "tel:+3902", "//altro.it/x", "?q=1", "{filename}/no.md"),
    *("{attach}allegato.pdf", "{static}/blog/allegato.pdf", "{filename}%C3%A8.md", "javascript:void(0)", "{tag}x"),
    *("/images/scrivania.svg", "/appuntamenti/orari?meeting=conoscitiva", "/drafts/blog/x/", "http://[rotto", "a b"),
)
BLOCKS = (
    *(
        "## Titolo\n\nParole.",
        "## Titolo\n\n## Titolo\n\nDue volte.",
        "### Salto\n\n# Grande",
        "Sotto\n=====\n\nAltro\n---",
    ),
    *(
        "|a|b|\n|-|-|\n|1|2|",
        "|a|\n|-|",
        "| |\n|-|\n||",
        "- uno\n    - due\n\n        tre\n- quattro",
        "1. a\n3. b\n\n* c",
    ),
    *(
        "Nota[^1] e[^2].\n\n[^1]: Prima.\n[^2]: Seconda.\n\n    Ancora.",
        "Nota[^niente].",
        "[^sola]: Sola.",
        "***",
        "* * *",
    ),
    *(
        "Termine\n:   Definizione\n\nAltro\n:   Ancora",
        "*[HTML]: Linguaggio\n\nHTML.",
        "[TOC]",
        "[[wiki]]",
        "$x^2$",
        "> > a\n> b",
    ),
    *(
        '<div markdown="1">\n## Dentro\n</div>',
        "<details><summary>A</summary>\n\nB\n\n</details>",
        "<p>aperto",
        "</div>",
        "<br>",
    ),
    *(
        '<iframe src="https://video.example/x"></iframe>',
        '<video controls src="{static}/images/scrivania.svg"></video>',
    ),
    *(
        "<style>p{color:red}</style>",
        '<script>var a = "<p>" && 1;</script>',
        "<!-- chiuso -->",
        "<!-- aperto",
        "<?php x ?>",
    ),
    *("<![CDATA[ x ]]>", "&copy; &#8212; &nonesiste; &", "a < b > c", "<a@esempio.it>", "<https://esempio.it/a?b=c&d>"),
    *(
        "```\n{filename}/no.md\n```",
        "````\n```\n<b>\n````",
        "    [x]({filename}/no.md)",
        "~~~ python\nprint(1)\n~~~",
        "```aperto",
    ),
    *(
        "{: .classe #qui }",
        "Parole {: #qui }",
        "## Con id {: #qui }\n\nA.",
        '![Alt]({static}/images/scrivania.svg){: width="9" }',
    ),
    *(
        "\\*non\\* \\[link\\]",
        "{{ articolo }} {% include 'x' %}",
        "a\u2028b\u0085c",
        "\ue000\ue0011\ue002",
        "riga  \nsotto",
        "\t tab",
    ),
    *(
        "Fine\r\ncon CR",
        "x" * 3000,
        "(" * 60,
        "[" * 60,
        "*" * 41,
        "`" * 33,
        ">" * 30 + " a",
        "- " * 20 + "a",
        "_a" * 30,
    ),
)
FORMS = (
    *("[{w}]({t})", "[{w}](<{t}>)", '[{w}]({t} "titolo")', "[{w}][r]\n\n[r]: {t}", '<a href="{t}">{w}</a>'),
    *("![{w}]({t})", "<{t}>", "`{t}`"),
)
RANGES = (
    "09:00-13:00",
    "14:30-17:30",
    "20:00-24:00",
    "20:00-00:00",
    "00:00-00:00",
    "13:00-14:30",
    "22:00-02:00",
    "06:00-06:05",
)


class Author:
    """Somebody who writes: by chance, and by the same chance the same."""

    def __init__(self, content: Path, chance: random.Random) -> None:
        self.content, self.chance = content, chance

    def write(self) -> None:
        """Do a few things to a content, each of which might be right."""
        doings = [self.post, self.post, self.post, self.page, self.service, self.area, self.hours, self.identity]
        doings += [self.picture, self.litter, self.attachment, self.line_ends, self.cover]
        for doing in self.chance.choices(doings, k=self.chance.randint(1, 4)):
            doing()

    def words(self) -> str:
        return " ".join(self.chance.choices(WORDS, k=self.chance.randint(1, 3)))

    def text(self) -> str:
        pieces = [*self.chance.choices(BLOCKS, k=self.chance.randint(0, 4)), self.words()]
        pieces += [self.link() for _ in range(self.chance.randint(0, 2))]
        self.chance.shuffle(pieces)
        return "\n\n".join(pieces)

    def link(self) -> str:
        to, words = self.chance.choice(LINKS), self.chance.choice(WORDS)
        return self.chance.choice(FORMS).replace("{t}", to).replace("{w}", words)

    def put(self, file: str, values: dict[str, object], body: str) -> None:
        head = "".join(f"{key}: {json.dumps(value, ensure_ascii=False)}\n" for key, value in values.items())
        path = self.content / file
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(f"---\n{head}---\n{body}\n", encoding="utf-8", newline="")

    def maybe(self, likely: float, **values: object) -> dict[str, object]:
        return {key: value for key, value in values.items() if self.chance.random() < likely}

    def day(self) -> str:
        days = (0, 1, -1, -400, 45, -11000, 26000)
        return (DAY + timedelta(days=self.chance.choice(days))).isoformat()

    def common(self) -> dict[str, object]:
        alias = ["/Vecchia/", "/caffè.html", "/a/b", "/feed", "/?p=1", "/x%20y/", "/chi-sono", "/images/x.svg", "/v1.0"]
        status = self.chance.choice(("published", "published", "draft", "hidden"))
        aliases = self.chance.sample(alias, 2)
        return {"title": self.words(), **self.maybe(0.7, summary=self.words()), **self.maybe(0.4, status=status)} | (
            self.maybe(0.3, aliases=aliases)
        )

    def post(self) -> None:
        name, folder = self.chance.choice(NAMES), self.chance.choice(("", "", "2026/"))
        labels = {"category": self.chance.choice(LABELS), **self.maybe(0.6, tags=self.chance.sample(LABELS, 2))}
        more = self.maybe(0.3, modified=self.day(), service="posta-e-telefono", slug=f"altro-{name}"[:80])
        self.put(f"blog/{folder}{name}.md", {**self.common(), "date": self.day(), **labels, **more}, self.text())

    def page(self) -> None:
        more = self.maybe(
            0.3, kicker=self.words(), heading=self.words(), lead=self.words(), menu=self.chance.randint(-1, 9)
        )
        more |= self.maybe(0.2, menu_label=self.words(), faq=[{"question": self.words(), "answer": self.words()}])
        more |= self.maybe(0.2, steps=[{"title": self.words(), "text": self.words()}], action={"label": self.words()})
        self.put(f"pages/{self.chance.choice(NAMES)}.md", {**self.common(), **more}, self.text())

    def service(self) -> None:
        area = self.chance.choice(("micro", "macro"))
        said = {**self.common(), "summary": self.words(), "meeting": self.chance.choice(("conoscitiva", "telefonata"))}
        amount = self.chance.choice((0, 28, "28.50", 999999))
        prices = ({"from": amount, "unit": self.words()}, {"exact": amount}, {"on_request": True})
        more = self.maybe(0.4, price=self.chance.choice(prices))
        more |= self.maybe(
            0.3, faq=[{"question": self.words(), "answer": self.words()}], steps=[self.words()], order=-3
        )
        more |= self.maybe(0.3, for_whom=[self.words()], deliverables=self.words(), related=["cosa-delegare"])
        self.put(f"services/{area}/{self.chance.choice(NAMES[:4])}.md", {**said, **more}, self.text())

    def area(self) -> None:
        area = self.chance.choice(NAMES)
        self.put(
            f"services/{area}/index.md",
            {"title": self.words(), "path": self.words(), "summary": self.words()},
            self.text(),
        )

    def hours(self) -> None:
        file = self.content / "availability.yaml"
        text = file.read_text(encoding="utf-8")
        ranges = ", ".join(f'"{one}"' for one in self.chance.sample(RANGES, 2))
        text = re.sub(r"(?m)^  tuesday: .*$", f"  tuesday: [{ranges}]", text)
        zone = self.chance.choice(("Europe/Rome", "Pacific/Apia", "America/New_York", "UTC", "Asia/Kathmandu"))
        file.write_text(text.replace("Europe/Rome", zone), encoding="utf-8")

    def identity(self) -> None:
        file = self.content / "identity.yaml"
        key = self.chance.choice(("brand", "claim", "name", "address"))
        text = re.sub(
            rf"(?m)^{key}: .*$", lambda _: f"{key}: {json.dumps(self.words())}", file.read_text(encoding="utf-8")
        )
        file.write_text(text, encoding="utf-8")

    def picture(self) -> None:
        name = self.chance.choice(("foto.jpg", "foto.png", "Foto.JPG", "la-foto.webp", "v1.0.jpg"))
        form = {"jpg": "JPEG", "png": "PNG", "webp": "WEBP"}[name.lower().rpartition(".")[2]]
        (self.content / "images" / name).write_bytes(photo(90, 60, 1, form))
        self.put(
            "blog/con-foto.md",
            {"title": "Foto", "date": self.day(), "category": "Mestiere"},
            f"![Una foto]({{static}}/images/{name})",
        )

    def cover(self) -> None:
        image = {"image": "images/scrivania.svg", "image_alt": self.words()}
        self.put(
            "blog/copertina.md",
            {"title": self.words(), "date": self.day(), "category": "Mestiere", **image},
            self.text(),
        )

    def litter(self) -> None:
        if not (self.content / "blog" / ".#prova.md").is_symlink():
            leave(self.content)

    def attachment(self) -> None:
        (self.content / "blog" / "allegato.pdf").write_bytes(b"%PDF-1.4\n")
        status = self.maybe(0.5, status="draft")
        said = {"title": "Allegato", "date": DAY.isoformat(), "category": "Mestiere", **status}
        self.put("blog/allega.md", said, "[Il documento]({attach}allegato.pdf)")

    def line_ends(self) -> None:
        for file in (self.content / "blog").glob("*.md"):
            if file.is_file() and b"\r" not in (said := file.read_bytes()):
                file.write_bytes(b"\xef\xbb\xbf" + said.replace(b"\n", b"\r\n"))


def generate(content: Path, seed: int) -> None:
    """Write a content into a new folder."""
    shutil.copytree(CONTENT, content)
    Author(content, random.Random(seed)).write()
