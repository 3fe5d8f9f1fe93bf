"""Letters: a mail of one kind, composed of its facts in somebody's language.

A mail is written once, in `templates/<kind>.jinja`, as a title, paragraphs and a button. What these are is said by the
form that it is read in: `templates/html` and `templates/text` each bring their paper and their parts. So both forms say
the same.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Final, Literal

from jinja2 import Environment, FileSystemLoader, StrictUndefined
from jinja2.environment import TemplateModule

from vizdots import formats, translations
from vizdots.agents import Language
from vizdots.mails.kinds import KINDS, Facts
from vizdots.mails.names import visible
from vizdots.translations import Spoken

Form = Literal["html", "text"]

TEMPLATES: Final = Path(__file__).parent / "templates"

_GAP: Final = re.compile(r"\n\s*\n\s*")


@dataclass(frozen=True)
class Letter:
    """A mail as it is sent. Subject and preheader are one line each; HTML and text say the same."""

    subject: str
    preheader: str
    html: str
    text: str
    language: Spoken


def compose(kind: str, facts: Facts | Mapping[str, object], language: Spoken, *, app_url: str) -> Letter:
    """The mail of a kind, for somebody who reads this language.

    Raises KeyError for a kind that there is none of, and pydantic's ValidationError for facts that aren't the kind's.
    """
    known = KINDS[kind].facts.model_validate(facts)
    told = {**dict(known), "nature": KINDS[kind].nature, "app_url": app_url.rstrip("/")}
    html, text = (_desk(form, language).get_template(f"{kind}.jinja").make_module(told) for form in ("html", "text"))
    return Letter(
        subject=_line(text, "subject"),
        preheader=_line(text, "preheader"),
        html=str(html),
        text=_GAP.sub("\n\n", str(text)).strip() + "\n",
        language=language,
    )


def _line(module: TemplateModule, name: str) -> str:
    """What a template says of itself, in one line whatever a name in it contains: it becomes a header."""
    return visible(str(getattr(module, name)))


@cache
def _desk(form: Form, language: Spoken) -> Environment:
    """Jinja, as it writes one form of every mail in one language."""
    grammar: Language = "en" if language == translations.PSEUDO else language
    made = Environment(
        loader=FileSystemLoader([TEMPLATES, TEMPLATES / form]),
        autoescape=form == "html",  # noqa: S701 - plain text has nothing that could be escaped
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
        auto_reload=False,
        extensions=["jinja2.ext.i18n"],
    )
    made.install_gettext_translations(translations.of("mail", language), newstyle=True)  # type: ignore[attr-defined]
    made.globals.update(language=grammar, direction=formats.locale(grammar).text_direction)
    made.filters["day"] = lambda value: formats.day(value, grammar).replace(" ", "\u00a0")  # in one line
    return made
