"""Only explicit answers are taken: a number that counts meetings is no rating, and a doubt is null."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from vizdots.agents import LANGUAGES, Language
from vizdots.interview.reading import agrees, choice, entries, own_words, rating, sections, yes_or_no
from vizdots.interview.recognition import HAN, recognise
from vizdots.interview.script import load, plain
from vizdots.texts import LABEL_LENGTH, LIST_LENGTH


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "4", 4),
        ("en", "４", 4),
        ("en", "four", 4),
        ("en", "4/5", 4),
        ("en", "4 out of 5", 4),
        ("en", "I'd say 4", 4),
        ("en", "It was a solid four.", 4),
        ("en", "4 because the team was great", 4),
        ("en", "4, we shipped 10 versions", 4),
        ("en", "Rating: 2", 2),
        ("en", "3 😊", 3),
        ("en", "Quiet.\n5", 5),
        ("es", "Un 4, por el equipo", 4),
        ("es", "cuatro de cinco", 4),
        ("fr", "C’était un 3", 3),
        ("de", "fünf!", 5),
        ("de", "4 von 5, weil es lief", 4),
        ("pt", "tres", 3),
        ("it", "direi 4", 4),
        ("nl", "4 van de 5", 4),
        ("pl", "oceniam na 4", 4),
        ("pl", "piec", 5),
        ("ja", "５点満点中４点です", 4),
        ("ja", "今週は3でした。", 3),
        ("zh", "五分", 5),
        ("zh", "打4分吧，大家很帮忙", 4),
        ("ko", "5점 만점에 4점이요", 4),
        ("ko", "다섯", 5),
    ],
)
def test_an_explicit_rating_is_read(language: Language, text: str, value: int) -> None:
    assert rating(text, load(language)) == value


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", "7"),
        ("en", "0"),
        ("en", "-3"),
        ("en", "10/10"),
        ("en", "8 out of 10"),
        ("en", "4.5"),
        ("en", "4,5"),
        ("en", "3-4"),
        ("en", "4 or 5"),
        ("en", "3, I'd say 4"),
        ("en", "I had 3 meetings"),
        ("en", "3 meetings"),
        ("en", "We closed project 3"),
        ("en", "I worked until 5"),
        ("en", "4%"),
        ("en", "a good one"),
        ("en", "pretty good"),
        ("en", ""),
        ("de", "3 Termine und 2 Besuche"),
        ("fr", "un bon jour"),
        ("ja", "一番大変でした"),
        ("ja", "会議が3件ありました"),
        ("zh", "一般"),
        ("zh", "开了3个会"),
        ("ko", "이번 주는 힘들었어요"),
        ("ko", "회의가 4번 있었어요"),
    ],
)
def test_what_is_no_explicit_rating_stays_null(language: Language, text: str) -> None:
    assert rating(text, load(language)) is None


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(
    "text", ["4" * 10_000, "不是" * 5_000 + "x", "\n" * 10_000, "yes no " * 2_000 + "x", "1.1." * 5_000]
)
def test_an_absurd_text_is_read_in_passing(language: Language, text: str) -> None:
    script = load(language)
    assert rating(text, script) is None
    assert yes_or_no(text, script) == []
    assert sections(text, script) == {"": text}


@given(st.sampled_from(LANGUAGES), st.text())
def test_a_rating_is_in_range_or_null_whatever_is_written(language: Language, text: str) -> None:
    assert rating(text, load(language)) in {None, 1, 2, 3, 4, 5}


@pytest.mark.parametrize(
    ("language", "text", "value"),
    [
        ("en", "4, medium", "medium"),
        ("en", "Pretty HIGH this week", "high"),
        ("en", "not high", None),
        ("en", "medium to high", None),
        ("en", "highway works", None),
        ("es", "bastante alta", "high"),
        ("fr", "eleve", "high"),
        ("de", "nicht hoch", None),
        ("pl", "niskie", "low"),
        ("ja", "4、高いです", "high"),
        ("ja", "高くない", None),
        ("zh", "不高", None),
        ("zh", "中等吧", "medium"),
        ("ko", "높지 않아요", None),
        ("ko", "보통이에요", "medium"),
    ],
)
def test_one_option_and_no_denial_is_a_choice(language: Language, text: str, value: str | None) -> None:
    assert choice(text, load(language), "grade") == value


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "yes, no", [True, False]),
        ("en", "Yes no", [True, False]),
        ("en", "1) no 2) yes", [False, True]),
        ("en", "yes, every day with customers", [True]),
        ("en", "yes and no", []),
        ("en", "sometimes", []),
        ("es", "no, no mucho", [False]),
        ("es", "Sí, sí", [True, True]),
        ("de", "Ja, leider nein", [True]),
        ("ja", "はい、いいえ", [True, False]),
        ("zh", "不会，知道", [False, True]),
        ("en", "yes thanks, no thank you", [True, False]),
        ("ko", "네, 아니요", [True, False]),
    ],
)
def test_yes_and_no_are_read_in_their_order(language: Language, text: str, told: list[bool]) -> None:
    assert yes_or_no(text, load(language)) == told


@pytest.mark.parametrize(
    ("language", "text", "told"),
    [
        ("en", "Yes, that's right. Thanks!", True),
        ("en", "yes, but the third step is wrong", None),
        ("en", "No, I use SAP", False),
        ("en", "more or less", None),
        ("zh", "不错", None),
        ("ja", "はい、合っています。", True),
        ("en", "yes thanks", True),
        ("en", "Yes please, thank you very much", True),
        ("en", "no thanks", False),
        ("en", "thanks", None),
        ("en", "yes thanks but the third step is wrong", None),
        ("de", "Passt danke", True),
        ("es", "Sí muchas gracias", True),
        ("fr", "Oui merci beaucoup", True),
        ("it", "va bene grazie", True),
        ("pt", "Sim, muito obrigada", True),
        ("nl", "ja hoor dank je wel", True),
        ("pl", "Tak, dziękuję bardzo", True),
        ("pl", "zgadza się dzięki", True),
        ("ja", "はいありがとうございます", True),
        ("zh", "对的谢谢", True),
        ("ko", "네 감사합니다", True),
    ],
)
def test_only_a_plain_yes_confirms(language: Language, text: str, told: bool | None) -> None:
    assert agrees(text, load(language)) is told


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("calls, routes, and training", ["calls", "routes", "training"]),
        ("sales, research and development", ["sales", "research and development"]),
        ("1. open\n2. check\n3) close", ["open", "check", "close"]),
        ("- Excel\n- excel\n- SAP", ["Excel", "SAP"]),
        ("open -> check → close", ["open", "check", "close"]),
        ("2.5 ton reports; more than 1,000 calls", ["2.5 ton reports", "more than 1,000 calls"]),
        ("none", []),
        (" ,, ", []),
    ],
)
def test_a_list_keeps_the_persons_words(text: str, found: list[str]) -> None:
    assert entries(text, load("en")) == found


def test_a_list_in_japanese_needs_no_spaces() -> None:
    assert entries("時間を確認、請求書を作成、送付", load("ja")) == ["時間を確認", "請求書を作成", "送付"]


def test_a_word_that_begins_like_an_and_stays_whole() -> None:
    assert entries("PartsHub, E-mail, e Internet", load("es")) == ["PartsHub", "E-mail", "Internet"]


@given(st.sampled_from(LANGUAGES), st.text(max_size=3_000))
def test_a_list_is_bounded_whatever_is_written(language: Language, text: str) -> None:
    found = entries(text, load(language))
    assert len(found) <= LIST_LENGTH
    assert all(0 < len(entry) <= LABEL_LENGTH for entry in found)


def test_headings_divide_a_text() -> None:
    told = sections("Invoicing\nSteps: check, send. Tools：Excel, SAP\ndata: orders", load("en"))
    assert told == {"": "Invoicing\n", "steps": "check, send", "tools": "Excel, SAP", "data": "orders"}


def test_an_accent_more_or_less_makes_no_difference_to_a_heading() -> None:
    assert sections("étapes : a, b", load("fr")) == sections("Etapes: a, b", load("fr")) == {"": "", "steps": "a, b"}


@pytest.mark.parametrize(
    ("language", "text", "words"),
    [
        ("en", "4, the team was great!", "the team was great!"),
        ("en", "The team was great. 4", "The team was great"),
        ("en", "Because of 3 releases, all went well", "Because of 3 releases, all went well"),
        ("en", "4", None),
        ("en", "4/5.", None),
        ("en", "4, high", None),
        ("en", "The team was great. I'd say 4.", "The team was great"),
        ("en", "I'd say 4. The team was great.", "The team was great."),
        ("en", "4 out of 5", None),
        ("en", "4 😊", None),
        ("en", "The van broke down. The new boss is a 2.", "The van broke down. The new boss is a 2."),
        ("en", "Too much rain. Planning: 2", "Too much rain. Planning: 2"),
        ("en", "4 because the team was great", "4 because the team was great"),
        ("es", "Nadie avisa cuando un pedido se retrasa. Un 3.", "Nadie avisa cuando un pedido se retrasa"),
        ("fr", "Trop de route. Un 3.", "Trop de route"),
        ("de", "Ganz gut, viel los. Ich sage 3.", "Ganz gut, viel los"),
        ("ja", "忙しかったです。3点です。", "忙しかったです"),
    ],
)
def test_a_reason_is_the_text_without_the_bare_rating(language: Language, text: str, words: str | None) -> None:
    assert own_words(text, load(language)) == words


@given(st.text())
def test_the_plain_form_is_as_long_as_the_text_so_that_positions_hold(text: str) -> None:
    assert len(plain(text)) == len(text)


@pytest.mark.parametrize(
    ("text", "assumed", "language"),
    [
        ("It was a good week and the team is great", "es", "en"),
        ("Ha sido una semana muy dura, pero el equipo ayuda", "en", "es"),
        ("La semaine était difficile mais nous avons fini", "en", "fr"),
        ("Die Woche war gut, aber nicht leicht", "en", "de"),
        ("A semana foi muito boa, mas não acabou", "es", "pt"),
        ("La settimana è stata molto bella perché il team aiuta", "es", "it"),
        ("Het was een zware week maar het team helpt", "de", "nl"),
        ("To był dobry tydzień, ale nie było łatwo", "en", "pl"),
        ("今週は大変でした", "en", "ja"),
        ("这周很忙", "en", "zh"),
        ("이번 주는 좋았어요", "en", "ko"),
        ("普通", "ja", "ja"),
        ("4, ok", "pl", "pl"),
        ("Bombas de calor en Riverside", "es", "es"),
        ("Bombas de calor en Riverside", "en", "en"),
        ("Los contratos de mantenimiento de la ciudad en Excel", "en", "es"),
        ("It works as long as nobody is off sick.", "en", "en"),
        ("Invoicing as of March, as of April", "en", "en"),
        ("non, non", "fr", "fr"),
        ("van stock", "en", "en"),
        ("", "fr", "fr"),
    ],
)
def test_the_language_of_a_text_is_recognised(text: str, assumed: Language, language: Language) -> None:
    assert recognise(text, assumed) == language


DEMO = Path(__file__).parents[2] / "local/demo/words"


@pytest.mark.parametrize("language", sorted(file.stem for file in DEMO.glob("*.json")))
def test_what_people_of_the_demo_say_is_never_taken_for_a_language_that_nobody_speaks(language: Language) -> None:
    for text in _texts(json.loads((DEMO / f"{language}.json").read_text(encoding="utf-8"))):
        assert recognise(text, language) == language, text
        if not HAN.search(text):  # "毎日" may be Chinese to whoever has never heard the person
            for assumed in LANGUAGES:
                assert recognise(text, assumed) in (language, assumed), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_the_interviewer_says_in_a_language_reads_as_that_language(language: Language) -> None:
    for text in _texts(load(language).texts):
        assert recognise(text, language) == language, text


def _texts(held: Any) -> Iterator[str]:
    if isinstance(held, str):
        yield held
        return
    for each in held.values() if isinstance(held, dict) else held:
        yield from _texts(each)
