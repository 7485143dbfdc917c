"""New translation: a draft beside its original, with the words that are to be put into another language."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import yaml

from plugins.content.base.front_matter_split import parted
from plugins.content.base.translated_files import original_files, translation_of
from plugins.content.base.yaml_locations import parse_yaml
from plugins.content.cross_checks import AREA
from plugins.content.locale import codes
from plugins.content.markup.links import OF_CLIENTS
from plugins.domain.language import _, own_language

# Of a front matter the keys that hold words; all others are the original's.
_WORDS = (
    *("title", "slug", "kicker", "heading", "lead", "path", "menu_label", "summary", "image_alt", "category", "tags"),
    *("for_whom", "not_for_whom", "deliverables", "duration", "action", "steps", "faq", "who", "about", "result"),
)
# Pages whose addresses are what they are.
_FIXED = ("home", "404")
_FOLDERS = ("blog", "pages", "services", *OF_CLIENTS)


def new_translation(content: Path, named: str, code: str) -> Path:
    """Write the draft of a translation of the text that a title, a slug or a path names; ValueError where none can be.

    Its words are the original's, each to be written over.
    """
    if code == own_language().code or code not in codes():
        listed = ", ".join(one for one in codes() if one != own_language().code)
        raise ValueError(_("«%(code)s» non è un’altra lingua del sito. Scegli fra %(names)s.", code=code, names=listed))
    found = [path for path in _texts(content) if _is_named(content, path, named)]
    if len(found) != 1:
        files = ", ".join(path.as_posix() for path in found)
        raise ValueError(
            _("Sono più testi: %(files)s. Scrivi il file al posto del titolo.", files=files)
            if found
            else _("Nessun testo si chiama «%(title)s». Scrivi il titolo com’è, o il file.", title=named)
        )
    (original,) = found
    if translation_of(content, original, code):
        raise ValueError(_("La traduzione di %(file)s c’è già.", file=original.as_posix()))
    text = parted(content, original)
    said = parse_yaml(original, text.head).values
    words: dict[str, Any] = {key: said[key] for key in _WORDS if key in said}
    if original.stem in _FIXED:
        words.pop("slug", None)
    path = content / original.with_name(f"{original.stem}.{code}{original.suffix}")
    status = {} if original.name == AREA else {"status": "draft"}
    head = yaml.safe_dump(words | status, allow_unicode=True, sort_keys=False, width=10_000)
    with path.open("x", encoding="utf-8") as file:
        file.write(f"---\n{head}---\n{text.body.lstrip()}")
    return path


def _texts(content: Path) -> list[Path]:
    return sorted(path for folder in _FOLDERS for path in original_files(content, f"{folder}/**/*.md"))


def _is_named(content: Path, path: Path, named: str) -> bool:
    plain = named.strip().removeprefix("content/")
    if plain in (path.as_posix(), path.stem):
        return True
    title = parse_yaml(path, parted(content, path).head).values.get("title")
    return str(title).strip().casefold() == plain.casefold()
