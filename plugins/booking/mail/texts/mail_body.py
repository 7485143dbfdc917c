"""Mail body: paragraphs, facts and links, rendered as plain text and as HTML."""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from urllib.parse import quote

from plugins.domain.language import spoken


@dataclass(frozen=True, slots=True)
class MailBody:
    """Paragraphs around a list of facts, links, and the sender's closing lines."""

    opening: tuple[str, ...]
    facts: tuple[tuple[str, str], ...] = ()
    links: tuple[tuple[str, str], ...] = ()
    closing: tuple[str, ...] = ()
    signature: tuple[str | None, ...] = ()  # of which those that she has are written
    linked: tuple[str, ...] = ()  # addresses that facts are or end in: programs make links of text, but not of HTML

    def plain(self) -> str:
        """The letter as plain text."""
        facts = "\n".join(f"{_introduced(label)} {_indented(value)}" for label, value in self.facts)
        links = "\n".join(f"{label}: {address}" for label, address in self.links)
        blocks = (*self.opening, facts, links, *self.closing, "-- \n" + "\n".join(self._signed_by()))
        return "\n\n".join(block for block in blocks if block) + "\n"

    def html(self) -> str:
        """The same letter as HTML; all text is escaped, nothing is loaded from elsewhere."""
        facts = "".join(f"<dt><b>{escape(label)}</b></dt><dd>{self._fact(value)}</dd>" for label, value in self.facts)
        links = "".join(f'<li><a href="{escape(address)}">{escape(label)}</a></li>' for label, address in self.links)
        return (
            f'<!doctype html><html lang="{spoken().tag}"><head><meta charset="utf-8"><title></title></head><body>'
            + "".join(f"<p>{_broken(text)}</p>" for text in self.opening)
            + (f"<dl>{facts}</dl>" if facts else "")
            + (f"<ul>{links}</ul>" if links else "")
            + "".join(f"<p>{_broken(text)}</p>" for text in self.closing)
            + f"<p><small>{'<br>'.join(map(_signed, self._signed_by()))}</small></p></body></html>\n"
        )

    def _signed_by(self) -> list[str]:
        """The closing lines that she has; one whose site has her own name is said once."""
        return list(dict.fromkeys(filter(None, self.signature)))

    def _fact(self, value: str) -> str:
        return "<br>".join(map(self._fact_line, value.split("\n")))

    def _fact_line(self, line: str) -> str:
        for address in self.linked:
            if line == address or line.endswith(f", {address}"):
                return escape(line.removesuffix(address)) + _link(address)
        return escape(line)


def _introduced(label: str) -> str:
    """A label with its colon; a question has its own sign."""
    return label if label.endswith(("?", "!", ":", ".", "…")) else f"{label}:"


def _indented(value: str) -> str:
    return value.replace("\n", "\n    ")


def _signed(line: str) -> str:
    return _link(line) if line.startswith(("http://", "https://")) else escape(line)


def _link(address: str) -> str:
    leads_to = address if address.startswith(("http://", "https://")) else f"mailto:{quote(address, safe='@')}"
    return f'<a href="{escape(leads_to)}">{escape(address)}</a>'


def _broken(value: str) -> str:
    return escape(value).replace("\n", "<br>")
