"""Other dialects of Markdown and other programs' commands, which a page shows as they are typed."""

from __future__ import annotations

import re

from plugins.domain.language import N_, _

# What each looks like in a line of a text, with what to say of it; the mark is what is shown.
_DIALECTS = (
    (
        r"^ {0,3}(?:!!!|\?\?\?\+?) +\w+|^ {0,3}:::+ *\{?\w+|^ {0,3}> ?\[!\w+\]",
        N_(
            "«%(mark)s» si legge così com’è: questi riquadri qui non ci sono. Usa una citazione. "
            "Esempio: > **Nota.** Il primo incontro è gratuito."
        ),
    ),
    (
        r"^ *(?:[-*+]|\d+\.) +\[[ xX]\](?= )",
        N_("«%(mark)s» si legge così com’è: le caselle da spuntare qui non ci sono. Lascia solo il trattino."),
    ),
    (r"~~(?=[^\s~])[^~\n]*[^\s~]~~", N_("«%(mark)s» si legge così com’è. Per barrare scrivi <del>parole</del>.")),
    (
        r"\{%[^\n]*?%\}|\{\{[<%][^\n]*?[>%]\}\}|\{\{ ?[a-z_]\w*\.[^\n}]*\}\}",
        N_(
            "«%(mark)s» è il comando di un altro programma, e si legge così com’è. Toglilo, o scrivi che cosa doveva "
            "mostrare. Per un video: {video: https://youtu.be/aqz-KE-bpKQ | Il titolo}"
        ),
    ),
    (
        r"\[/?(?:gallery|caption|embed|playlist|contact-form-7)\b[^\]\n]*\](?![(\[:])",
        N_(
            "«%(mark)s» è un comando di WordPress, e si legge così com’è. Metti le immagini una per una. "
            "Esempio: ![Una scrivania piena di fogli]({static}/images/scrivania.svg)"
        ),
    ),
)
MARK = re.compile("|".join(f"({pattern})" for pattern, _words in _DIALECTS), re.MULTILINE)


def shown_at(mark: re.Match[str]) -> int:
    """The place, in its line, of the first sign that is shown: a list or a quotation begins as one."""
    text = mark[0]
    is_within = mark.lastindex in {1, 2} and "[" in text
    return mark.start() + (text.index("[") if is_within else len(text) - len(text.lstrip()))


def dialect_advice(line: str) -> str:
    """What to say of a line that has such a mark."""
    found = MARK.search(line)
    assert found is not None
    assert found.lastindex is not None
    return _(_DIALECTS[found.lastindex - 1][1], mark=found[0].strip()[:40])
