"""A check-in without a model: plain answers complete it in three exchanges in every language; nothing is guessed."""

from itertools import product
from typing import Any, get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from vizdots.agents import LANGUAGES, TOPICS, AgentCode, Language, TopicCode
from vizdots.interview.script import load
from vizdots.interview.scripted import PLANS, opening, respond
from vizdots.outputs import Output, Turn, is_over, missing

ALL_TOPICS = [(agent, topic) for agent, topics in TOPICS.items() for topic in topics]

# What people of each language answer: a reason, a job, a process with its steps, its tools, its sources.
WORDS: dict[Language, dict[str, str]] = {
    "en": {"reason": "the team helped me", "job": "I plan routes", "process": "Invoicing", "tool": "Excel"},
    "es": {"reason": "el equipo me ayudó", "job": "Planifico rutas", "process": "Facturación", "tool": "Excel"},
    "fr": {"reason": "l’équipe m’a aidé", "job": "Je planifie les tournées", "process": "Factures", "tool": "Excel"},
    "de": {"reason": "das Team hat geholfen", "job": "Ich plane Touren", "process": "Rechnungen", "tool": "Excel"},
    "pt": {"reason": "a equipe me ajudou", "job": "Planejo rotas", "process": "Faturamento", "tool": "Excel"},
    "it": {"reason": "il team mi ha aiutato", "job": "Pianifico i percorsi", "process": "Fatture", "tool": "Excel"},
    "nl": {"reason": "het team hielp me", "job": "Ik plan routes", "process": "Facturen", "tool": "Excel"},
    "pl": {"reason": "zespół mi pomógł", "job": "Planuję trasy", "process": "Faktury", "tool": "Excel"},
    "ja": {
        "reason": "チームが助けてくれました",
        "job": "訪問の計画を立てています",
        "process": "請求",
        "tool": "エクセル",
    },
    "zh": {"reason": "同事帮了我", "job": "我负责安排路线", "process": "开票", "tool": "表格"},
    "ko": {"reason": "팀이 도와줬어요", "job": "방문 일정을 짭니다", "process": "청구", "tool": "엑셀"},
}


def plain_answers(topic: TopicCode, language: Language) -> tuple[list[str], dict[str, Any]]:  # noqa: PLR0911
    """What somebody answers who simply does what is asked, and what must have been learnt then."""
    it, script = WORDS[language], load(language)
    values = script.texts["values"]
    comma = "、" if language == "ja" else "，" if language == "zh" else ", "
    heading = {name: words[0] for name, words in script.words["headings"].items()}
    listed = comma.join(["A1", "B2", "C3"])
    letters = ["A1", "B2", "C3"]
    match topic:
        case "pulse_weekly" | "pulse_followup":
            return [f"4{comma}{it['reason']}", f"3{comma}{values['high']}"], {
                "rating": 4,
                "rating_source": "stated",
                "reason": it["reason"],
                "workload_rating": 3,
                "workload_rating_source": "stated",
                "burnout_risk": "high",
                "burnout_risk_source": "stated",
            }
        case "role_initial" | "role_update" | "role_change":
            return [it["job"], listed, f"{values['true']}{comma}{values['false']}"], {
                "role_summary": it["job"],
                "primary_duties": letters,
                "customer_facing": True,
                "kpis_known": False,
            }
        case "workflow_discovery" | "workflow_deep_dive":
            tools = f"{heading['tools']}: {it['tool']}\n{heading['data']}: {listed}"
            return [f"{it['process']}: {listed}", tools, values["true"]], {
                "workflow_name": it["process"],
                "display_label": it["process"],
                "steps": letters,
                "tools": [it["tool"]],
                "data_sources": letters,
                "confirmed": True,
            }
        case "tools_inventory":
            return [f"{it['process']}: {listed}", it["tool"], values["true"]], {
                "workflow_name": it["process"],
                "display_label": it["process"],
                "tools": letters,
                "data_sources": [it["tool"]],
                "confirmed": True,
            }
        case "pain_general":
            return [f"{it['reason']}{comma}4", f"{values['weekly']}{comma}{values['medium']}"], {
                "reason": it["reason"],
                "pain_rating": 4,
                "pain_rating_source": "stated",
                "frequency": "weekly",
                "impact": "medium",
            }
        case "pain_tool_specific" | "pain_workflow_specific":
            ref, name = ("tool_ref", it["tool"]) if topic == "pain_tool_specific" else ("workflow_ref", it["process"])
            return [name, f"2{comma}{it['reason']}", f"{values['rarely']}{comma}{values['low']}"], {
                ref: name,
                "reason": it["reason"],
                "pain_rating": 2,
                "pain_rating_source": "stated",
                "frequency": "rarely",
                "impact": "low",
            }
        case "focus_current" | "focus_priorities" | "focus_goals":
            return [listed, f"5{comma}{values['same']}{comma}{it['reason']}"], {
                "current_focus_label": "A1",
                "current_focus_tags": letters,
                "focus_rating": 5,
                "focus_rating_source": "stated",
                "change_vs_last_time": "same",
                "reason": it["reason"],
            }


def talk(agent: AgentCode, topic: TopicCode, language: Language, *answers: str) -> list[Turn[Any]]:
    """The turns of a talk, each knowing what the last one had extracted."""
    turns: list[Turn[Any]] = []
    for count in range(1, len(answers) + 1):
        known = turns[-1].extracted if turns else None
        turns.append(respond(agent, topic, language, list(answers[:count]), known))
    return turns


def learnt(output: Output) -> dict[str, Any]:
    return output.model_dump(exclude_none=True)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("agent", "topic"), ALL_TOPICS)
def test_plain_answers_complete_every_check_in(agent: AgentCode, topic: TopicCode, language: Language) -> None:
    answers, expected = plain_answers(topic, language)
    turns = talk(agent, topic, language, *answers)
    assert [turn.is_complete for turn in turns] == [False] * (len(turns) - 1) + [True]
    assert learnt(turns[-1].extracted) == expected
    assert missing(agent, topic, turns[-1].extracted) == []
    own_words = {"reason", "role_summary", "primary_duties", "workflow_name", "steps", "tools", "tool_ref"}
    for told in [value for name, value in expected.items() if name in own_words]:
        assert all(word in turns[-1].reply for word in (told if isinstance(told, list) else [told]))
    assert all(turn.concern == "none" for turn in turns)


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("agent", "topic"), ALL_TOPICS)
def test_it_takes_over_at_any_point_knowing_only_what_the_person_wrote(
    agent: AgentCode, topic: TopicCode, language: Language
) -> None:
    answers, _ = plain_answers(topic, language)
    for count, remembered in enumerate(talk(agent, topic, language, *answers), start=1):
        assert respond(agent, topic, language, answers[:count]) == remembered


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize(("agent", "topic"), ALL_TOPICS)
def test_a_talk_of_nonsense_ends_kindly_at_the_third_answer_and_states_nothing(
    agent: AgentCode, topic: TopicCode, language: Language
) -> None:
    turns = talk(agent, topic, language, "???", "…", "🙂")
    assert [turn.is_complete for turn in turns] == [False, False, True]
    assert learnt(turns[-1].extracted) == {}
    assert turns[-1].reply == load(language).texts["close"]["nothing"]
    assert turns[0].reply.startswith(load(language).texts["sorry"])


def test_an_answer_that_is_not_understood_is_asked_for_once_more_and_not_a_third_time() -> None:
    first, second, third = talk("pulse", "pulse_weekly", "en", "It was fine", "Just fine", "3, low")
    again = load("en").texts["again"]["mood"]
    assert again in first.reply
    assert again not in second.reply
    assert "workload" in second.reply
    assert learnt(third.extracted) == {
        "reason": "It was fine",
        "workload_rating": 3,
        "workload_rating_source": "stated",
        "burnout_risk": "low",
        "burnout_risk_source": "stated",
    }


def test_a_bare_number_for_what_hurts_is_asked_what_it_is() -> None:
    first, second, third = talk("pain_scanner", "pain_general", "en", "4", "The VPN is slow", "daily, high")
    assert load("en").texts["ask"]["what"] in first.reply
    assert load("en").texts["ask"]["often"] in second.reply
    assert (third.extracted.pain_rating, third.extracted.reason) == (4, "The VPN is slow")
    assert third.extracted.frequency == "daily"


ANSWERS = ["4", "yes", "Name: x", "a, b, c", "Tools: none", "weekly, high", "...", "x: a, b", "5, no"]


@pytest.mark.parametrize(("agent", "topic"), {PLANS[topic]: (agent, topic) for agent, topic in ALL_TOPICS}.values())
def test_a_farewell_is_said_exactly_when_the_session_is_over(agent: AgentCode, topic: TopicCode) -> None:
    for answers in product(ANSWERS, repeat=3):
        for count, turn in enumerate(talk(agent, topic, "en", *answers), start=1):
            assert turn.is_complete == is_over(agent, topic, count, turn.extracted), (answers, count)
            if turn.is_complete:
                break


@pytest.mark.parametrize("answer", ["7", "0", "4.5", "10/10", "3 meetings"])
def test_a_rating_out_of_range_is_asked_for_again(answer: str) -> None:
    (turn,) = talk("pulse", "pulse_weekly", "en", answer)
    assert turn.extracted.rating is None
    assert load("en").texts["again"]["mood"] in turn.reply


def test_an_answer_in_another_language_is_read_in_that_one() -> None:
    _, turn = talk("pulse", "pulse_weekly", "en", "4", "Mi carga es de 4 y es muy alta, pero está bien: alta")
    assert turn.language_code == "es"
    assert turn.extracted.burnout_risk == "high"


def test_what_the_model_had_understood_is_kept_when_the_script_takes_over() -> None:
    by_model = talk("pulse", "pulse_weekly", "en", "4, all good")[0].extracted.model_copy(
        update={"rating": 2, "rating_source": "inferred", "reason": "long nights"}
    )
    turn = respond("pulse", "pulse_weekly", "en", ["Long nights again", "5 and high"], by_model)
    assert (turn.extracted.rating, turn.extracted.rating_source, turn.extracted.reason) == (
        2,
        "inferred",
        "long nights",
    )
    assert (turn.extracted.workload_rating, turn.extracted.burnout_risk) == (5, "high")
    assert turn.is_complete


def test_the_person_has_the_last_word_about_work() -> None:
    answers = ("Invoicing: check, write, send", "Excel")
    asked = talk("workflow_mapper", "workflow_discovery", "en", *answers)[-1]
    assert not asked.is_complete
    assert "Steps: check, write, send" in asked.reply
    assert "shared with your organisation, without your name" in asked.reply
    corrected = talk("workflow_mapper", "workflow_discovery", "en", *answers, "Steps: check, send. Tools: SAP")[-1]
    assert (corrected.extracted.steps, corrected.extracted.tools) == (["check", "send"], ["SAP"])
    assert corrected.extracted.confirmed is True
    refused = talk("workflow_mapper", "workflow_discovery", "en", *answers, "No, that's wrong")[-1]
    assert refused.extracted.confirmed is False
    assert refused.reply == load("en").texts["close"]["unconfirmed"]
    vague = talk("workflow_mapper", "workflow_discovery", "en", *answers, "yes, but not quite")[-1]
    assert vague.extracted.confirmed is None


def test_a_process_named_without_steps_is_asked_for_its_steps_without_an_excuse() -> None:
    first, second, third = talk(
        "workflow_mapper", "workflow_discovery", "en", "Invoicing", "Steps: check, send\nTools: none", "yes"
    )
    assert first.reply.startswith(load("en").texts["thanks"])
    assert "Is that right?" in second.reply
    assert learnt(third.extracted) == {
        "workflow_name": "Invoicing",
        "display_label": "Invoicing",
        "steps": ["check", "send"],
        "tools": [],
        "confirmed": True,
    }


def test_braces_in_what_a_person_writes_are_only_text() -> None:
    turns = talk("role_mapper", "role_initial", "en", "{0} {understood} {name.x}", "{a}, {b}", "yes, no")
    assert "{0} {understood} {name.x}" in turns[-1].reply
    assert "{name}" in opening("pulse", "pulse_weekly", "en", "{name}")


def test_without_an_answer_there_is_nothing_to_respond_to() -> None:
    with pytest.raises(ValueError, match="no answer"):
        respond("pulse", "pulse_weekly", "en", [])


@settings(max_examples=150, deadline=None)
@given(st.sampled_from(ALL_TOPICS), st.sampled_from(LANGUAGES), st.lists(st.text(), min_size=1, max_size=3))
def test_whatever_is_written_a_valid_turn_comes_back(
    topic: tuple[AgentCode, TopicCode], language: Language, texts: list[str]
) -> None:
    turn = respond(*topic, language, texts)
    assert turn.reply.strip()
    assert turn.language_code in get_args(Language)
    assert type(turn.extracted).model_validate(turn.extracted.model_dump()) == turn.extracted
    assert turn == respond(*topic, language, texts)
    assert turn.is_complete == is_over(*topic, len(texts), turn.extracted)


def test_a_list_that_is_asked_for_does_not_rename_the_process() -> None:
    _, turn = talk("workflow_mapper", "workflow_discovery", "en", "Invoicing", "check hours, send it")
    assert (turn.extracted.workflow_name, turn.extracted.steps) == ("Invoicing", ["check hours", "send it"])


def test_a_long_answer_is_shortened_not_refused() -> None:
    steps = ", ".join(f"{number} {'step ' * 90}" for number in range(30))
    turns = talk("workflow_mapper", "workflow_discovery", "en", f"{'x' * 5_000}: {steps}", "Excel")
    assert len(turns[-1].reply) <= 4_000
    assert "Is that right?" in turns[-1].reply
    assert turns[-1].extracted.workflow_name.endswith("…")
    assert len(turns[-1].extracted.steps) == 20
