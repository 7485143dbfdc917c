"""Embeds: a video or a map of another site, as a line of a text declares it: `{video: ADDRESS | TITLE | PICTURE}`."""

from __future__ import annotations

import re
from collections.abc import Callable
from math import cos, radians
from typing import NamedTuple
from urllib.parse import SplitResult, parse_qs, quote, unquote_plus, urlsplit

from plugins.domain.language import N_, _

LINE = re.compile(r"^ {0,3}\{(?P<kind>video|map):(?P<said>.*)\}[ ]*$", re.MULTILINE)
# What is meant as such a line and is none: among other words, or called otherwise.
STRAY = re.compile(r"\{ *(?:video|youtube|vimeo|map|maps|mappa) *: *https?:[^{}\n]*\}", re.IGNORECASE)
_EXAMPLES = {
    "video": N_("Esempio: {video: https://youtu.be/aqz-KE-bpKQ | Come lavoro, in tre minuti}"),
    "map": N_("Esempio: {map: https://www.openstreetmap.org/#map=17/45.0703/7.6869 | Dove ci vediamo, in via Po}"),
}
_KNOWN = {"video": ("YouTube", "Vimeo", "PeerTube"), "map": ("OpenStreetMap", "Google Maps")}
_YOUTUBE = frozenset({"youtube.com", "m.youtube.com", "music.youtube.com", "youtu.be", "youtube-nocookie.com"})
_ID = r"[\w-]{11}"
_NUMBER = r"-?\d{1,3}(?:\.\d+)?"
# What its frame shows, in pixels of a tile's 256.
_WIDE, _HIGH = 2.5, 1.4


class Embed(NamedTuple):
    """Embed: what a frame would load, where a link leads instead, and the words and picture shown until then."""

    kind: str
    service: str
    frame: str
    link: str
    title: str
    picture: str | None


class _Found(NamedTuple):
    service: str
    frame: str
    link: str


def parse_embed(kind: str, said: str) -> Embed:
    """Read what stands between the colon and the last bracket; ValueError says what is wrong with it."""
    address, title, picture, *more = [*(part.strip() for part in said.split(" | ")), "", ""]
    if any(more):
        raise ValueError(
            _told(kind, _("Dopo l’indirizzo vanno il titolo e, se vuoi, un’immagine: ci sono troppe «|»."))
        )
    if not address.lower().startswith("https://") or " " in address:
        raise ValueError(_told(kind, _("Manca l’indirizzo. Copialo intero dal browser, da https:// in poi.")))
    if not title:
        raise ValueError(_told(kind, _("Manca il titolo, che si legge finché nessuno apre. Scrivilo dopo una «|».")))
    try:
        parts = urlsplit(address)
        found = next((one for find in _FINDERS[kind] if (one := find(parts))), None)
    except ValueError:
        found = None
    if found is None:
        raise ValueError(_unknown(kind, address))
    return Embed(kind, *found, title, _place(picture) if picture else None)


def stray_embed(line: str) -> str:
    """What to say of a line with a declaration that is none, and is shown as it is typed."""
    found = STRAY.search(line)
    assert found is not None
    written = found[0]
    kind = "map" if "map" in written.partition(":")[0].lower() else "video"
    what = _(
        "«%(written)s» si legge così com’è. Scrivilo da solo su una riga, come nell’esempio.", written=written[:40]
    )
    return _told(kind, what)


def _told(kind: str, what: str) -> str:
    return f"{what} {_(_EXAMPLES[kind])}"


def _unknown(kind: str, address: str) -> str:
    host = address.split("/")[2]
    if kind == "map" and host in {"maps.app.goo.gl", "goo.gl"}:
        what = _("Questo indirizzo è abbreviato e non dice il luogo. Aprilo nel browser e copia quello lungo.")
    elif kind == "map":
        what = _(
            "Di «%(host)s» non so mostrare una mappa. Conosco %(known)s.", host=host, known=", ".join(_KNOWN[kind])
        )
    else:
        what = _("Di «%(host)s» non so mostrare un video. Conosco %(known)s.", host=host, known=", ".join(_KNOWN[kind]))
    return _told(kind, f"{what} {_('Un collegamento va sempre bene.')}")


def _place(picture: str) -> str:
    """The picture as Pelican finds it."""
    plain = re.sub(r"^\{(?:static|attach)\}", "", picture)
    return f"{{static}}{plain if plain.startswith('/') else f'/{plain}'}"


def _host(parts: SplitResult) -> str:
    return (parts.hostname or "").removeprefix("www.")


def _youtube(parts: SplitResult) -> _Found | None:
    if _host(parts) not in _YOUTUBE:
        return None
    asked = parse_qs(parts.query)
    named = re.fullmatch(rf"/(?:(?:shorts|live|embed|v)/)?({_ID})", parts.path)
    id_ = named[1] if named else next(iter(asked.get("v", ())), "")
    if not re.fullmatch(_ID, id_):
        return None
    seconds = _seconds(next(iter(asked.get("t", asked.get("start", ()))), ""))
    start, since = (f"&start={seconds}", f"&t={seconds}s") if seconds else ("", "")
    return _Found(
        "YouTube",
        f"https://www.youtube-nocookie.com/embed/{id_}?autoplay=1&rel=0{start}",
        f"https://www.youtube.com/watch?v={id_}{since}",
    )


def _seconds(text: str) -> int:
    found = re.fullmatch(r"(?:(\d{1,2})h)?(?:(\d{1,3})m)?(?:(\d{1,5})s?)?", text)
    hours, minutes, seconds = (int(one or 0) for one in found.groups()) if found else (0, 0, 0)
    return hours * 3600 + minutes * 60 + seconds


def _vimeo(parts: SplitResult) -> _Found | None:
    found = re.fullmatch(r"/(?:video/)?(\d{5,12})(?:/(\w{6,20}))?/?", parts.path)
    if _host(parts) not in {"vimeo.com", "player.vimeo.com"} or not found:
        return None
    # Of a video that is not listed.
    secret = found[2] or next(iter(parse_qs(parts.query).get("h", ())), "")
    secret = secret if re.fullmatch(r"\w{6,20}", secret) else ""
    return _Found(
        "Vimeo",
        f"https://player.vimeo.com/video/{found[1]}?dnt=1&autoplay=1{f'&h={secret}' if secret else ''}",
        f"https://vimeo.com/{found[1]}{f'/{secret}' if secret else ''}",
    )


def _peertube(parts: SplitResult) -> _Found | None:
    found = re.fullmatch(r"/(?:w|videos/watch|videos/embed)/([\w-]{22,36})/?", parts.path)
    host = parts.netloc.lower()
    if not found or not re.fullmatch(r"[a-z0-9-]+(?:\.[a-z0-9-]+)+(?::\d{1,5})?", host):
        return None
    return _Found(host, f"https://{host}/videos/embed/{found[1]}?autoplay=1", f"https://{host}/videos/watch/{found[1]}")


def _openstreetmap(parts: SplitResult) -> _Found | None:
    if _host(parts) != "openstreetmap.org":
        return None
    found = re.match(rf"map=(\d{{1,2}})/({_NUMBER})/({_NUMBER})", parts.fragment)
    asked = {name: values[0] for name, values in parse_qs(parts.query).items()}
    at = (asked.get("mlat", ""), asked.get("mlon", ""))
    is_marked = all(re.fullmatch(_NUMBER, one) for one in at)
    if not found and not is_marked:
        return None
    zoom = min(int(found[1]), 19) if found else 16
    latitude, longitude = map(float, (found[2], found[3]) if found else at)
    marked = at if is_marked else (f"{latitude}", f"{longitude}")
    wide = 360 / 2**zoom * _WIDE / 2
    high = wide * _HIGH / _WIDE * cos(radians(min(abs(latitude), 85)))
    box = ",".join(f"{one:.5f}" for one in (longitude - wide, latitude - high, longitude + wide, latitude + high))
    pin = f"mlat={marked[0]}&mlon={marked[1]}"
    return _Found(
        "OpenStreetMap",
        f"https://www.openstreetmap.org/export/embed.html?bbox={box}&layer=mapnik&marker={marked[0]},{marked[1]}",
        f"https://www.openstreetmap.org/?{pin}#map={zoom}/{latitude}/{longitude}",
    )


def _google(parts: SplitResult) -> _Found | None:
    is_of_maps = _host(parts) == "maps.google.com" or parts.path.startswith("/maps")
    if not re.fullmatch(r"(?:maps\.)?google(?:\.[a-z]{2,3}){1,2}", _host(parts)) or not is_of_maps:
        return None
    address = parts.geturl()
    if parts.path == "/maps/embed" and (code := parse_qs(parts.query).get("pb")):
        frame = f"https://www.google.com/maps/embed?pb={quote(code[0], safe='!')}"
        return _Found("Google Maps", frame, frame)
    name = re.search(r"/maps/(?:place|search)/([^/@]+)", parts.path)
    at = re.search(rf"/@({_NUMBER}),({_NUMBER}),(\d{{1,2}})", parts.path)
    asked = parse_qs(parts.query)
    words = unquote_plus(name[1]) if name else next(iter(asked.get("q", asked.get("query", ()))), "")
    sought = words or (f"{at[1]},{at[2]}" if at else "")
    if not sought:
        return None
    near = f"&ll={at[1]},{at[2]}&z={at[3]}" if at else ""
    return _Found("Google Maps", f"https://www.google.com/maps?q={quote(sought)}{near}&output=embed", address)


_FINDERS: dict[str, tuple[Callable[[SplitResult], _Found | None], ...]] = {
    "video": (_youtube, _vimeo, _peertube),
    "map": (_openstreetmap, _google),
}
