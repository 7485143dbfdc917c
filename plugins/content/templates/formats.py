"""Formats of dates, times and money in the language in force.

By Babel where it is not Italian.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

from plugins.domain.catalogue import Price
from plugins.domain.language import ITALIAN, _, ngettext, spoken
from plugins.domain.wall_clock import clocks_agree

# What Babel says too, without the time it takes to import.
DAYS = ("lunedì", "martedì", "mercoledì", "giovedì", "venerdì", "sabato", "domenica")
MONTHS = (
    "gennaio", "febbraio", "marzo", "aprile", "maggio", "giugno",
    "luglio", "agosto", "settembre", "ottobre", "novembre", "dicembre",
)  # fmt: skip
# Their fields in a pattern of CLDR, outside of its quotes.
_MONTH = re.compile(r"M{3,}(?=(?:[^']*'[^']*')*[^']*$)")
_WEEKDAY = re.compile(r"(?:E+|c+)(?=(?:[^']*'[^']*')*[^']*$)")
_SEPARATORS = str.maketrans(",.", ".,")


def _written(day: date, style: str) -> str:
    from babel.dates import format_date

    # On its own clock: Babel would read an instant on that of Greenwich.
    return format_date(date(day.year, day.month, day.day), style, spoken().locale)


def _without_year(day: date) -> str:
    from babel import Locale
    from babel.dates import match_skeleton

    known = Locale.parse(spoken().locale).datetime_skeletons
    pattern = str(known[match_skeleton("MMMMEEEEd", known)].pattern)
    # The closest there is may have short names: widths are the asker's to choose (UTS 35, part 4, 2.6.2.2).
    return _written(day, _MONTH.sub("MMMM", _WEEKDAY.sub("EEEE", pattern)))


def long_day(day: date) -> str:
    """`mercoledì 4 marzo`; a datetime is read on its own clock."""
    if spoken() is not ITALIAN:
        return _without_year(day)
    number = "1º" if day.day == 1 else str(day.day)
    return f"{DAYS[day.weekday()]} {number} {MONTHS[day.month - 1]}"


def long_day_year(day: date) -> str:
    """`mercoledì 4 marzo 2027`."""
    return f"{long_day(day)} {day.year}" if spoken() is ITALIAN else _written(day, "full")


def day_year(day: date) -> str:
    """`4 marzo 2027`."""
    return f"{day.day} {MONTHS[day.month - 1]} {day.year}" if spoken() is ITALIAN else _written(day, "long")


def month_year(day: date) -> str:
    """`marzo 2027`."""
    if spoken() is ITALIAN:
        return f"{MONTHS[day.month - 1]} {day.year}"
    from babel.dates import format_skeleton

    return format_skeleton("yMMMM", day, locale=spoken().locale)


def weekdays() -> list[tuple[str, str]]:
    """`lun` and `lunedì`, and so on to Sunday."""
    if spoken() is ITALIAN:
        return [(name[:3], name) for name in DAYS]
    from babel.dates import get_day_names

    short, whole = (get_day_names(width, "stand-alone", spoken().locale) for width in ("abbreviated", "wide"))
    return [(short[number], whole[number]) for number in range(7)]


def hour(minute: int) -> str:
    """`10:30`, of the minutes since midnight; the end of a day is its 24:00 in Italian."""
    if spoken() is ITALIAN:
        return f"{minute // 60:02}:{minute % 60:02}"
    return _time(datetime(2000, 1, 1, minute // 60 % 24, minute % 60))


def clock(instant: datetime, zone: ZoneInfo) -> str:
    """`10:30`, on the clock of that zone."""
    local = instant.astimezone(zone)
    return f"{local:%H:%M}" if spoken() is ITALIAN else _time(local)


def _time(local: datetime) -> str:
    from babel.dates import format_time

    return format_time(local.time(), "short", locale=spoken().locale)


def clock_name(zone: ZoneInfo) -> str:
    """`ora italiana`, or `ora di Lisbon` after the city of another zone."""
    if zone.key == "Europe/Rome":
        return _("ora italiana")
    return _("ora di %(city)s", city=_city(zone))


def _city(zone: ZoneInfo) -> str:
    plain = zone.key.split("/")[-1].replace("_", " ")
    if spoken() is ITALIAN:
        return plain
    from babel.dates import get_timezone_location

    try:
        return get_timezone_location(zone.key, locale=spoken().locale, return_city=True)
    except LookupError:
        return plain  # of a zone that is no place


def moment(instant: datetime, zone: ZoneInfo) -> str:
    """`mercoledì 4 marzo 2027 alle 10:30 (ora italiana)`; the clock is named."""
    return _(
        "%(day)s alle %(time)s (%(clock)s)",
        day=long_day_year(instant.astimezone(zone)),
        time=clock(instant, zone),
        clock=clock_name(zone),
    )


def day_and_time(instant: datetime, zone: ZoneInfo) -> str:
    """`mer 4 mar, 10:30`, as short as it can be."""
    local = instant.astimezone(zone)
    if spoken() is ITALIAN:
        day = f"{DAYS[local.weekday()][:3]} {'1º' if local.day == 1 else local.day} {MONTHS[local.month - 1][:3]}"
    else:
        from babel.dates import format_skeleton

        day = format_skeleton("MMMEd", local.replace(tzinfo=None), locale=spoken().locale)
    return _("%(day)s, %(time)s", day=day, time=clock(instant, zone))


def duration(length: timedelta) -> str:
    """`12 ore`, `2 giorni`, `un’ora`, `90 minuti`: in the largest unit that has no rest; a day is 24 hours."""
    minutes = int(length.total_seconds()) // 60
    if minutes % 60:
        return ngettext("un minuto", "%(number)s minuti", minutes)
    hours = minutes // 60
    if hours % 24 or hours == 24:
        return ngettext("un’ora", "%(number)s ore", hours)
    return ngettext("un giorno", "%(number)s giorni", hours // 24)


def time_and_day(instant: datetime, zone: ZoneInfo) -> str:
    """`21:00 di lunedì 1º marzo`, as a sentence says until when, or by when."""
    return _("%(time)s di %(day)s", time=clock(instant, zone), day=long_day(instant.astimezone(zone)))


def own_clock(instant: datetime, zone: ZoneInfo, own: ZoneInfo) -> str:
    """`22:30` on another clock, with the day where it differs too; nothing where both clocks read the same."""
    if clocks_agree(instant, zone, own):
        return ""
    there, here = instant.astimezone(zone), instant.astimezone(own)
    time = clock(instant, own)
    return time if there.date() == here.date() else _("%(day)s, %(time)s", day=long_day(here), time=time)


def decimal(number: Decimal | float, places: int) -> str:
    """`1.234,5`, with so many decimals."""
    if spoken() is ITALIAN:
        return f"{number:,.{places}f}".translate(_SEPARATORS)
    from babel.numbers import format_decimal

    return format_decimal(number, f"#,##0{'.' if places else ''}{'0' * places}", spoken().locale)


def money(amount: Decimal, currency: str = "EUR") -> str:
    """`1.200 €`, never parted from its sign, with two decimals only where there are cents."""
    places = 0 if amount == int(amount) else 2
    if spoken() is ITALIAN and currency == "EUR":
        return f"{decimal(amount, places)}\N{NO-BREAK SPACE}€"
    from babel import Locale
    from babel.numbers import format_currency

    pattern = str(Locale.parse(spoken().locale).currency_formats["standard"].pattern)
    pattern = pattern if places else pattern.replace("0.00", "0")
    written = format_currency(amount, currency, pattern, spoken().locale, currency_digits=False)
    # CLDR has a space there, which Babel leaves out: `CHF 180`, where `€180` has none.
    return re.sub(r"(?<=[^\W\d_])(?=\d)", "\N{NO-BREAK SPACE}", written)


def price(value: Price, currency: str = "EUR") -> str:
    """`da 28 € l’ora`, `70 € a seduta`, or that it is told on request."""
    if value.amount is None:
        return " ".join(part for part in (_("prezzo su richiesta"), value.unit) if part)
    amount = money(value.amount, currency)
    if value.exact is None:
        return _("da %(amount)s %(unit)s", amount=amount, unit=value.unit)
    return f"{amount} {value.unit}" if value.unit else amount
