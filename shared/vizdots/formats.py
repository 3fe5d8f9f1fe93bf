"""Days, times and numbers as each language writes them (Unicode CLDR, by Babel)."""

from datetime import date, datetime
from functools import cache
from typing import Literal
from zoneinfo import ZoneInfo

from babel import Locale
from babel.dates import format_date, format_skeleton, format_time, get_day_names
from babel.numbers import format_currency, format_decimal

from vizdots.agents import Language


@cache
def locale(language: Language) -> Locale:
    """Babel's knowledge of a language."""
    return Locale.parse(language)


def day(value: date, language: Language, *, form: str = "long") -> str:
    """A day: short, medium, long or full, or a CLDR skeleton like MMMEd."""
    if form in ("short", "medium", "long", "full"):
        return format_date(value, form, locale=locale(language))
    return format_skeleton(form, value, locale=locale(language))


def moment(value: datetime, language: Language, zone: str, *, form: str = "medium") -> str:
    """Day and time without seconds, in the zone of the person's organisation."""
    there = value.astimezone(ZoneInfo(zone))
    together = str(locale(language).datetime_formats[form])
    return together.format(clock(value, language, zone), format_date(there, form, locale=locale(language)))


def clock(value: datetime, language: Language, zone: str) -> str:
    """The time of day, in the zone of the person's organisation."""
    return format_time(value, "short", ZoneInfo(zone), locale=locale(language))


def number(value: float, language: Language, *, decimals: int = 0) -> str:
    """A number with at most so many decimals."""
    pattern = "#,##0" + ("." + "#" * decimals if decimals else "")
    return format_decimal(value, pattern, locale(language))


def price(dollars: float, language: Language) -> str:
    """An amount of US dollars, whole ones without cents."""
    pattern = locale(language).currency_formats["standard"].pattern.replace(".00", "")
    return format_currency(dollars, "USD", pattern, locale(language), currency_digits=False)


def weekdays(language: Language, *, form: Literal["abbreviated", "wide"] = "abbreviated") -> list[str]:
    """The days of the week, Monday first; abbreviated as for the head of a calendar."""
    names = get_day_names(form, "stand-alone", locale(language))
    return [names[nth] for nth in range(7)]
