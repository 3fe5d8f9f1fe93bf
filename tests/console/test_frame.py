"""What all pages share: paths that lead nowhere else, files that may be kept, forms that tell what they lack."""

from typing import Annotated, Literal

import pytest
from jinja2 import UndefinedError
from pydantic import BaseModel, Field

from frame import assets, forgery, forms, paths, rendering
from vizdots import translations
from vizdots.texts import Words

ELSEWHERE = [
    "https://evil.test/",
    "//evil.test/",
    "/\\evil.test",
    "\\\\evil.test",
    "/\t/evil.test",
    "/ /evil.test",
    "javascript:alert(1)",
    "evil.test",
    "",
    "/\u0000dots",
    "///evil.test",
    "http:evil.test",
    "/auth/confirm?token_hash=x",
    "/static/x/console.css",
    "/api/me",
    "//[",
]


@pytest.mark.parametrize("sent", ELSEWHERE)
def test_an_address_that_leads_away_leads_home(sent: str) -> None:
    assert paths.local(sent) == paths.HOME


@pytest.mark.parametrize("sent", ["/dots", "/dots?month=2026-10", "/check-ins/1#latest", "/", "/@evil.test"])
def test_an_address_of_ours_is_kept(sent: str) -> None:
    assert paths.local(sent) == sent


def test_each_form_has_another_token_and_each_of_them_holds() -> None:
    secret = forgery.new_secret()
    assert forgery.token(secret) != forgery.token(secret)


def test_a_file_is_found_under_an_address_made_of_what_is_in_it() -> None:
    assert assets.url("console.css").endswith("/console.css")
    with pytest.raises(FileNotFoundError):
        assets.url("nothing.css")


class Visited(BaseModel):
    """A form of this test."""

    name: Annotated[Words, Field(max_length=5)]
    grade: Literal["low", "high"]
    mood: Annotated[int, Field(ge=1, le=5)]
    tools: list[str] = []


def test_a_form_that_holds_has_its_values() -> None:
    form = forms.read(Visited, {"name": " Ana ", "grade": "low", "mood": "3", "tools": ["Van"], "else": "x"})
    assert form.mistakes == {}
    assert form.value.model_dump() == {"name": "Ana", "grade": "low", "mood": 3, "tools": ["Van"]}


def test_a_form_tells_what_each_field_lacks_and_keeps_what_was_typed() -> None:
    typed = {"name": "Ana Alba", "grade": "", "mood": "nine"}
    form = forms.read(Visited, typed)
    assert form.mistakes == {
        "name": "This is too long: at most 5 characters fit.",
        "grade": "Please fill this in.",
        "mood": "Please choose a number.",
    }
    assert form.typed == typed
    with pytest.raises(ValueError, match="mistakes"):
        _ = form.value


@pytest.mark.parametrize("invisible", ["\u200b\u200b", " \t "])
def test_a_text_that_nobody_can_see_is_none(invisible: str) -> None:
    assert "name" in forms.read(Visited, {"name": invisible, "grade": "low", "mood": "1"}).mistakes


def test_a_template_that_misses_a_fact_is_a_mistake_and_no_gap() -> None:
    template = rendering.environment().from_string("{{ nobody_gave_this }}")
    with pytest.raises(UndefinedError):
        template.render()


def test_whatever_a_template_is_given_is_text() -> None:
    template = rendering.environment().from_string("{{ name }}")
    assert template.render(name="<script>") == "&lt;script&gt;"


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-CH,de;q=0.9,en;q=0.8", "de"),
        ("en;q=0.3, ja;q=0.9", "ja"),
        ("sv, fi;q=0.5, pt-BR;q=0.4", "pt"),
        ("de;q=0, fr;q=0.1", "fr"),
        ("sv", "en"),
        ("", "en"),
        ("*;q=high, de;q=??", "en"),
        ("zh-Hant-TW", "zh"),
    ],
)
def test_a_browser_is_answered_in_the_first_of_its_languages_that_we_speak(header: str, language: str) -> None:
    assert translations.accepted(header) == language


def test_what_is_counted_is_a_number_in_every_language() -> None:
    template = "{% trans title=title, count=2 %}{{ title }}: one{% pluralize %}{{ title }}: {{ count }}{% endtrans %}"
    with pytest.raises(TypeError, match="integer"):
        rendering.environment().from_string(template).render(title="Dots")
