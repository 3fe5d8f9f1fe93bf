"""Templates made into pages: everything escaped, in the visit's language, with days and numbers as it writes them."""

import secrets
from collections.abc import Mapping
from datetime import date, datetime
from functools import cache
from pathlib import Path
from typing import Any, Final

from jinja2 import Environment, FileSystemLoader, StrictUndefined

from frame import assets, speech, words
from vizdots import formats, translations
from vizdots.agents import LANGUAGES

FOLDER: Final = Path(__file__).resolve().parent.parent / "templates"


def render(template: str, language: translations.Spoken, /, **facts: object) -> str:
    """The text of a template in a language. Raises UndefinedError for a fact that the template misses."""
    with speech.speaking(lambda: language):
        return environment().get_template(template).render(**facts)


@cache
def environment() -> Environment:
    """Jinja as every template of ours finds it."""
    made = Environment(
        loader=FileSystemLoader(FOLDER),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n", "jinja2.ext.do"],
    )
    made.install_gettext_callables(  # type: ignore[attr-defined]  # brought by the extension
        speech._,
        speech.ngettext,
        newstyle=True,
        pgettext=speech.pgettext,
        npgettext=speech.npgettext,
    )
    made.policies["ext.i18n.trimmed"] = True
    made.globals.update(GLOBALS)
    made.filters.update(FILTERS)
    return made


def _day(value: date | str, form: str = "long") -> str:
    return formats.day(_date(value), speech.language(), form=form)


def _moment(value: datetime | str, zone: str, form: str = "medium") -> str:
    return formats.moment(_time(value), speech.language(), zone, form=form)


def _clock(value: datetime | str, zone: str) -> str:
    return formats.clock(_time(value), speech.language(), zone)


def _number(value: float, decimals: int = 0) -> str:
    return formats.number(value, speech.language(), decimals=decimals)


def _price(value: float) -> str:
    return formats.price(value, speech.language())


def _date(value: date | str) -> date:
    return date.fromisoformat(value) if isinstance(value, str) else value


def _time(value: datetime | str) -> datetime:
    return datetime.fromisoformat(value) if isinstance(value, str) else value


FILTERS: Final[Mapping[str, Any]] = {
    "day": _day,
    "moment": _moment,
    "clock": _clock,
    "number": _number,
    "price": _price,
}
GLOBALS: Final[Mapping[str, Any]] = {
    "asset": assets.url,
    "language": speech.language,
    "words": words,
    "languages": {code: translations.NAMES[code] for code in LANGUAGES},
    "new_key": lambda: secrets.token_urlsafe(16),
    "weekdays": lambda: formats.weekdays(speech.language()),
}
