"""Every language says and understands everything: the same keys, the same placeholders, its own words."""

import json
import re
from typing import Any

import pytest

from vizdots.agents import AGENTS, LANGUAGES, TOPICS, Language
from vizdots.interview.reading import choice, rating, yes_or_no
from vizdots.interview.script import FOLDER, load
from vizdots.interview.scripted import PLANS, opening
from vizdots.outputs import OUTPUTS


def leaves(value: Any, path: str = "") -> dict[str, Any]:
    """All texts and word lists of a file by their path."""
    if not isinstance(value, dict):
        return {path: value}
    return {found: it for key, entry in value.items() for found, it in leaves(entry, f"{path}/{key}").items()}


def held(language: Language) -> dict[str, Any]:
    return leaves(json.loads((FOLDER / f"{language}.json").read_text(encoding="utf-8")))


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_language_has_the_same_keys_and_placeholders_as_english(language: Language) -> None:
    english, own = held("en"), held(language)
    assert list(own) == list(english)
    for path, text in own.items():
        if path.startswith("/texts"):
            assert text.strip()
            assert re.findall(r"{\w*}", text) == re.findall(r"{\w*}", english[path]), path


@pytest.mark.parametrize("language", [it for it in LANGUAGES if it != "en"])
def test_no_sentence_was_left_in_english(language: Language) -> None:
    english = held("en")
    same = [path for path, text in held(language).items() if text == english[path] and isinstance(text, str)]
    assert [path for path in same if " " in english[path] and not re.fullmatch(r"\w+ ?: {value}", english[path])] == []


def test_every_text_is_used_and_every_used_text_exists() -> None:
    texts = load("en").texts
    questions = {question for plan in PLANS.values() for question in plan}
    followed = {question.key for plan in PLANS.values() for question in plan[1:]}
    assert set(texts["open"]) == set(PLANS) == {topic for topics in TOPICS.values() for topic in topics}
    assert set(texts["ask"]) == followed - {"confirm"}
    assert set(texts["again"]) == {question.key for question in questions} - {"confirm"}
    assert set(texts["close"]) == {*AGENTS, "unconfirmed", "nothing"}
    fields = {name for output in OUTPUTS.values() for name in output.model_fields}
    assert set(texts["labels"]) <= fields
    assert {name for question in questions for name in question.needs} - set(texts["labels"]) == {
        "confirmed",
        "current_focus_label",  # shown among current_focus_tags
    }


def test_a_plan_asks_for_all_that_its_topic_requires() -> None:
    for topics in TOPICS.values():
        for topic, fields in topics.items():
            assert set(fields) <= {name for question in PLANS[topic] for name in question.needs}


def test_there_is_a_file_for_each_language_and_no_other() -> None:
    assert {file.stem for file in FOLDER.iterdir()} == set(LANGUAGES)


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_that_are_offered_are_understood(language: Language) -> None:
    script = load(language)
    offered = script.texts["values"]
    for kind in ("grade", "frequency", "change"):
        for value in script.words[kind]:
            assert choice(offered[value], script, kind) == value
    assert yes_or_no(offered["true"], script) == [True]
    assert yes_or_no(offered["false"], script) == [False]


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_words_for_numbers_are_understood(language: Language) -> None:
    script = load(language)
    for value, words in script.words["numbers"].items():
        for word in [*words, value, chr(ord("０") + int(value))]:
            assert rating(word, script) == int(value)
            assert rating(f"{word}!", script) == int(value)


@pytest.mark.parametrize("language", LANGUAGES)
def test_no_word_stands_for_two_things(language: Language) -> None:
    words = load(language).words
    for kind in ("numbers", "grade", "frequency", "change", "headings"):
        listed = [word for entries in words[kind].values() for word in entries]
        assert len(listed) == len(set(listed)), kind
    assert not set(words["yes"]) & set(words["no"])


@pytest.mark.parametrize("language", LANGUAGES)
def test_the_opening_greets_by_name_and_asks(language: Language) -> None:
    for agent, topics in TOPICS.items():
        for topic in topics:
            assert "Ana" in opening(agent, topic, language, "Ana")
            nameless = opening(agent, topic, language)
            assert load(language).texts["open"][topic] in nameless
            assert "{" not in nameless


def test_a_topic_of_another_agent_is_refused() -> None:
    with pytest.raises(KeyError):
        opening("pulse", "role_initial", "en")
