"""A page as a browser without JavaScript reads it: its title, its words, its forms and what they would send."""

from __future__ import annotations

from dataclasses import dataclass, field
from html.parser import HTMLParser

import httpx


@dataclass
class Form:
    """A form: the fields it would send as it stands, and the values of its radio buttons, buttons and lists."""

    method: str
    target: str
    fields: dict[str, str] = field(default_factory=dict)
    choices: dict[str, list[str]] = field(default_factory=dict)

    @property
    def action(self) -> str:
        """Where it is sent, without the part that is its page's own."""
        return self.target.partition("?answer=")[0]

    def send(self, http: httpx.Client, **typed: str) -> httpx.Response:
        """Send it, with some fields typed over; underscores twice stand for the dot of `answers.KEY`."""
        fields = self.fields | {name.replace("__", "."): value for name, value in typed.items()}
        if self.method == "get":
            return http.get(self.action, params=fields)
        return http.post(self.target, data=fields)


class Page(HTMLParser):
    """Reads an answer; the last of its text is in `words`."""

    def __init__(self, answer: httpx.Response) -> None:
        super().__init__()
        self.title = ""
        self.words = ""
        self.forms: list[Form] = []
        self.links: list[str] = []
        self.wrong: dict[str, str] = {}  # the field of each element marked invalid, with what describes it
        self.texts: dict[str, str] = {}  # the words of each element with an id
        self._inside: list[tuple[str, str | None]] = []
        self._textarea: str | None = None
        self._select: str | None = None
        self._fieldsets: list[bool] = []  # of those around, whether each is disabled
        self.feed(answer.text)

    def form(self, action: str) -> Form:
        """Find the form that sends to an address."""
        return next(form for form in self.forms if form.action == action)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        """Take an element in."""
        values = {name: value or "" for name, value in attrs}
        name = values.get("name", "")
        if tag == "form":
            self.forms.append(Form(values.get("method", "get").lower(), values["action"]))
        elif tag == "fieldset":
            self._fieldsets.append("disabled" in values)
        elif tag in {"input", "textarea", "select"} and self.forms and name and not any(self._fieldsets):
            self._control(tag, name, values)
        elif tag == "button" and self.forms and name:
            self.forms[-1].choices.setdefault(name, []).append(values["value"])
        elif tag == "option" and self._select:
            self.forms[-1].choices.setdefault(self._select, []).append(values["value"])
            if "selected" in values:
                self.forms[-1].fields[self._select] = values["value"]
        elif tag == "a":
            self.links.append(values.get("href", ""))
        if tag not in {"input", "meta", "link", "br", "img", "hr"}:
            self._inside.append((tag, values.get("id")))

    def _control(self, tag: str, name: str, values: dict[str, str]) -> None:
        form = self.forms[-1]
        if "aria-invalid" in values:
            self.wrong[name] = values["aria-describedby"].split()[-1]
        if tag == "textarea":
            form.fields[name] = ""
            self._textarea = name
        elif tag == "select":
            form.fields[name] = ""
            self._select = name
        elif values.get("type") in {"radio", "checkbox"}:
            form.choices.setdefault(name, []).append(values["value"])
            if "checked" in values:
                form.fields[name] = values["value"]
        else:
            form.fields[name] = values.get("value", "")

    def handle_endtag(self, tag: str) -> None:
        """Leave an element."""
        if tag == "fieldset" and self._fieldsets:
            self._fieldsets.pop()
        while self._inside and self._inside.pop()[0] != tag:
            pass
        if tag == "textarea" and self._textarea:
            form = self.forms[-1]
            # A browser leaves out the first line break of a textarea.
            form.fields[self._textarea] = form.fields[self._textarea].removeprefix("\n")
            self._textarea = None
        if tag == "select":
            self._select = None

    def handle_data(self, data: str) -> None:
        """Read text."""
        tags = [tag for tag, _ in self._inside]
        if self._textarea:
            self.forms[-1].fields[self._textarea] += data
        if tags[-1:] == ["title"] and "svg" not in tags:
            self.title += data
        elif "style" not in tags and "script" not in tags:
            self.words += data
        for _, identity in self._inside:
            if identity:
                self.texts[identity] = self.texts.get(identity, "") + data

    def error_at(self, name: str) -> str:
        """The words of the error at a field."""
        return self.texts[self.wrong[name]]
