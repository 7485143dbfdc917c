"""What plugins do with contents while these are still being read: an edit does not tell them again."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from typing import Any

from blinker import Signal
from pelican import signals
from pelican.contents import Content

from plugins.fastbuild import reads
from plugins.fastbuild.reads import CHANGEABLE, plain, traced

_READ = (
    signals.article_generator_pretaxonomy,
    signals.article_generator_finalized,
    signals.page_generator_finalized,
)
# Told of each content that is about to be written: it may be another one afterwards.
_WRITING = (signals.article_generator_write_article, signals.page_generator_write_page)


@contextmanager
def overheard() -> Iterator[set[str]]:
    """The names of what is read or changed meanwhile, of whichever content, by those who are told of contents."""
    names = set(CHANGEABLE) if any(signal.receivers for signal in _WRITING) else set()
    with ExitStack() as ending:
        for signal in _READ:
            if signal.receivers:
                ending.enter_context(_noted(signal, names))
        yield names


@contextmanager
def _noted(signal: Signal, names: set[str]) -> Iterator[None]:
    tell = signal.send

    def send(generator: Any, **others: Any) -> list[tuple[Callable[..., Any], Any]]:  # noqa: ANN401 - as the base has it
        contents = [one for one in generator.context["generated_content"].values() if one is not None]
        before = [_said(one) for one in contents]
        for one in contents:
            one.__class__ = traced(type(one))
        reads.forget()
        try:
            return tell(generator, **others)
        finally:
            names.update(reads.names_read())
            for one in contents:
                one.__class__ = plain(type(one))
                # An address that was asked for may be another one later.
                vars(one).pop("_url", None)
                vars(one).pop("_save_as", None)
            for one, said in zip(contents, before, strict=True):
                now = _said(one)
                names.update(name for name in CHANGEABLE if said.get(name) is not now.get(name))

    signal.send = send  # type: ignore[method-assign, assignment]
    try:
        yield
    finally:
        del signal.send


def _said(content: Content) -> dict[str, Any]:
    own = vars(content)
    return {name: own[name] for name in CHANGEABLE if name in own}
