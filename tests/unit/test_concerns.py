"""Who mentions self-harm, harassment or violence is shown help at once; who is killing it is not."""

import json
import re
from typing import Any

import pytest

from vizdots.agents import LANGUAGES, Concern, Language
from vizdots.concerns import FOLDER, KINDS, answered, detect, help_text
from vizdots.interview.scripted import respond
from vizdots.outputs import Pulse, Turn

MENTIONS: list[tuple[Concern, str]] = [
    ("self_harm", "Some days I want to kill myself."),
    ("self_harm", "I’ve been thinking about suicide"),
    ("self_harm", "I don’t want to live any more"),
    ("harassment", "My team lead keeps harassing me"),
    ("harassment", "I was bullied in front of everyone"),
    ("violence", "A customer punched me on Tuesday"),
    ("violence", "He threatened to hurt me"),
    ("self_harm", "A veces pienso en el suicidio"),
    ("self_harm", "no quiero seguir viviendo"),
    ("harassment", "Mi jefe me ACOSA"),
    ("violence", "un cliente me pegó ayer"),
    ("self_harm", "J’ai envie de mourir"),
    ("harassment", "je suis harcelée par un collègue"),
    ("violence", "Un client m’a frappée"),
    ("self_harm", "Ich will nicht mehr leben"),
    ("harassment", "Ich werde seit Wochen gemobbt"),
    ("violence", "Er hat mich geschlagen"),
    ("self_harm", "às vezes penso em me matar"),
    ("harassment", "sofri assédio do gerente"),
    ("violence", "um cliente me agrediu"),
    ("self_harm", "vorrei morire"),
    ("harassment", "subisco molestie in ufficio"),
    ("violence", "un cliente mi ha picchiato"),
    ("self_harm", "ik wil dood"),
    ("harassment", "ik word gepest door collega’s"),
    ("violence", "een klant heeft me geslagen"),
    ("self_harm", "Myślę o samobójstwie"),
    ("harassment", "kierownik mnie nęka"),
    ("violence", "klient mnie uderzył"),
    ("self_harm", "もう死にたいです"),
    ("harassment", "上司からパワハラを受けています"),
    ("violence", "お客様に殴られました"),
    ("self_harm", "我最近不想活了"),
    ("harassment", "领导一直欺负我"),
    ("violence", "客户动手打了我"),
    ("self_harm", "요즘 죽고 싶어요"),
    ("harassment", "직장 내 괴롭힘을 당하고 있어요"),
    ("violence", "손님에게 폭행을 당했어요"),
]

FIGURES_OF_SPEECH = [
    "We are killing it this week!",
    "The deadline is murder",
    "Traffic was murder, my feet are killing me",
    "That meeting nearly killed me, lol",
    "I'm dying to see the results",
    "The new release hit me with extra work",
    "We beat our target and crushed the competition",
    "I attacked the backlog and shot off five e-mails",
    "Kill the process, then cut the branch and execute the script",
    "I did the anti-harassment training and the suicide prevention course",
    "It would be career suicide to skip it",
    "Beats me why it takes so long",
    "Me muero de ganas de empezar",
    "Hice el curso de prevención del acoso",
    "me mata la burocracia",
    "Je suis mort de fatigue",
    "Ce projet va me tuer à la tâche",
    "Der Termin bringt mich noch ins Grab",
    "Wir haben das Ziel um Längen geschlagen",
    "Estou morrendo de fome",
    "Trabalhei até me matar de rir",
    "Sono stanco morto",
    "Ik lach me dood",
    "Umieram z nudów",
    "死ぬほど忙しかったです",
    "ハラスメント研修を受けました",
    "累死了，笑得想死",
    "바빠 죽겠어요",
    "배고파 죽겠어요",
    "The die is cast: die Woche war gut",
    "4",
    "",
]


@pytest.mark.parametrize(("concern", "text"), MENTIONS)
def test_a_mention_is_noticed_in_every_language(concern: Concern, text: str) -> None:
    assert detect(text) == concern


@pytest.mark.parametrize("text", FIGURES_OF_SPEECH)
def test_a_figure_of_speech_is_no_mention(text: str) -> None:
    assert detect(text) == "none"


def test_the_gravest_of_several_mentions_decides() -> None:
    assert detect("I am bullied so much that I want to die") == "self_harm"


def test_a_figure_of_speech_does_not_hide_a_mention_beside_it() -> None:
    assert detect("After the harassment training he harassed me again") == "harassment"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_has_help_for_every_concern_and_invents_no_number(language: Language) -> None:
    held = json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8"))
    assert set(held["help"]) == set(held["mentions"]) == set(KINDS)
    known = {
        *("112", "911", "988", "116 123", "024", "3114", "0800 111 0 111", "188", "190", "192", "113"),
        *("0120-279-338", "119", "110", "120", "109"),
    }
    for concern in KINDS:
        text = help_text(concern, language)
        assert "findahelpline.com" in text
        assert "112" in text or language == "ja"
        assert {number.strip() for number in re.findall(r"\d[\d -]*", text)} <= known
        assert held["mentions"][concern]
    assert help_text("none", language) == ""


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_scripted_interviewer_shows_help_first_and_goes_on(language: Language) -> None:
    text = "I want to kill myself"
    turn = respond("pulse", "pulse_weekly", language, [text])
    assert turn.concern == "self_harm"
    assert answered(turn, text, language) == f"{help_text('self_harm', language)}\n\n{turn.reply}"


def turn_of_a_model(concern: Concern) -> Turn[Any]:
    return Turn[Pulse](reply="I see.", is_complete=False, extracted=Pulse(), language_code="en", concern=concern)


def test_help_is_shown_when_the_model_or_the_words_call_for_it() -> None:
    assert answered(turn_of_a_model("none"), "killing it!", "en") == "I see."
    assert answered(turn_of_a_model("violence"), "it happened again", "en").startswith(help_text("violence", "en"))
    assert answered(turn_of_a_model("none"), "he harasses me", "en").startswith(help_text("harassment", "en"))


def test_what_is_extracted_holds_no_trace_of_a_concern() -> None:
    turn = respond("pulse", "pulse_weekly", "en", ["2, I was harassed", "4, high"])
    assert "concern" not in turn.extracted.model_dump()
