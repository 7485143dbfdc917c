"""Source files: the Markdown files of the content, each with its parsed front matter."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from pydantic import BaseModel

from plugins.content.base.faults import ContentError, Fault
from plugins.content.base.parsing import read_value
from plugins.content.base.translated_files import original_files
from plugins.content.base.yaml_locations import Document, read_front_matter
from plugins.content.markup.rst_document import TEXTS, is_rst, read_rst_document

Model = TypeVar("Model", bound=BaseModel, covariant=True)


@dataclass(frozen=True)
class Source(Generic[Model]):
    """A file of the content: `value` is what it says, `document` has its lines and its body."""

    document: Document
    value: Model

    @property
    def path(self) -> Path:
        """The file, relative to the content's folder; of a translation that of its original."""
        return self.document.original or self.document.path


class SourcesReader(Protocol):
    """Reads all texts of a kind: the originals, or the translations into a language."""

    def __call__(
        self,
        root: Path,
        pattern: str,
        model: type[Model],
        faults: list[Fault],
        given: Callable[[Path], dict[str, str]],
        but: str | None = None,
    ) -> tuple[Source[Model], ...]:
        """Read every text that matches, in the order of names."""


def text_files(root: Path, pattern: str, but: str | None = None) -> list[Path]:
    """The texts below `root` that match, in the order of names, without translations and those called `but`."""
    return sorted(path for path in original_files(root, pattern) if path.suffix in TEXTS and path.name != but)


def read_source(
    root: Path,
    path: Path,
    model: type[Model],
    faults: list[Fault],
    given: Mapping[str, str] | None = None,
    reader: Callable[[Path, Path], Document] = read_front_matter,
) -> Source[Model] | None:
    """Read one file as a model; adds to `faults` and returns None when it is not one.

    `given` are the values the file's place decides.
    """
    try:
        document = (read_rst_document if is_rst(path) else reader)(root, path)
    except ContentError as error:
        faults.extend(error.faults)
        return None
    value = read_value(document, model, faults, **(given or {}))
    return None if value is None else Source(document, value)


def read_sources(
    root: Path,
    pattern: str,
    model: type[Model],
    faults: list[Fault],
    given: Callable[[Path], dict[str, str]],
    but: str | None = None,
) -> tuple[Source[Model], ...]:
    """Read every file below `root` that matches and is a text, in the order of names, but those called `but`.

    Translations are none of them.
    `given` tells, of each path, the values its place decides.
    """
    read = [read_source(root, path, model, faults, given(path)) for path in text_files(root, pattern, but)]
    return tuple(source for source in read if source is not None)
