"""The language of the page that is being made: texts, plural forms, dates and numbers.

A page is made in one go, so its language is a context variable; whatever makes a part of it simply says `_("…")`.
"""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from gettext import NullTranslations
from operator import index
from typing import Final

from vizdots import translations
from vizdots.agents import Language

DOMAIN: Final = "console"

_language: ContextVar[Callable[[], translations.Spoken]] = ContextVar("language", default=lambda: "en")


@contextmanager
def speaking(language: Callable[[], translations.Spoken]) -> Iterator[None]:
    """Let everything within the `with` block be said in this language, which is asked for once something is said."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> Language:
    """The language that is being spoken; a pseudo-language stands on English grammar and formats."""
    spoken = _language.get()()
    return "en" if spoken == translations.PSEUDO else spoken


def _catalogue() -> NullTranslations:
    return translations.of(DOMAIN, _language.get()())


def _(message: str) -> str:
    """The text in the language of the page."""
    return _catalogue().gettext(message)


def ngettext(one: str, many: str, count: int) -> str:
    """The text for so many of something. Raises TypeError, in English as well, for a count that is no whole number.

    In a template `{% trans %}` counts by the first of its variables.
    """
    return _catalogue().ngettext(one, many, index(count))


def pgettext(context: str, message: str) -> str:
    """The text where the same English word means several things."""
    return _catalogue().pgettext(context, message)


def npgettext(context: str, one: str, many: str, count: int) -> str:
    """The text for so many of something, where the same English words mean several things."""
    return _catalogue().npgettext(context, one, many, index(count))


def N_(message: str) -> str:  # noqa: N802 - gettext's own name for a text that is translated later
    """Mark a text for translation, to be said with `_` when a language is known."""
    return message
