"""The scripted interviewer: asks fixed questions, takes explicit answers, and needs no model and no memory."""

from typing import Any, Final, NamedTuple
from unicodedata import normalize

from vizdots.agents import MAX_EXCHANGES, AgentCode, Language, TopicCode, required
from vizdots.concerns import detect
from vizdots.interview import answers
from vizdots.interview.reading import shortened
from vizdots.interview.recognition import recognise
from vizdots.interview.script import Script, load
from vizdots.outputs import OUTPUTS, Output, Turn, is_over, turn_model
from vizdots.texts import REPLY_LENGTH

ASKED_AT_MOST: Final = 2  # a question that wasn't understood is asked once more, kindly, and then left alone


class Question(NamedTuple):
    """One question: its key in the texts, the fields it is asked for, and how its answer is read."""

    key: str
    needs: tuple[str, ...]
    read: answers.Reader


MOOD = Question("mood", ("rating",), answers.mood)
LOAD = Question("load", ("workload_rating", "burnout_risk"), answers.load)
SUMMARY = Question("summary", ("role_summary",), answers.summary)
DUTIES = Question("duties", ("primary_duties",), answers.duties)
CUSTOMERS = Question("customers", ("customer_facing",), answers.customers)
PROCESS = Question("process", ("workflow_name", "steps"), answers.process)
TOOLS = Question("tools", ("tools",), answers.tools)
INVENTORY = Question("inventory", ("workflow_name", "tools"), answers.inventory)
SOURCES = Question("sources", ("data_sources",), answers.sources)
CONFIRM = Question("confirm", ("confirmed",), answers.confirmation)
PAIN = Question("pain", ("pain_rating",), answers.pain)
WHAT = Question("what", ("reason",), answers.what)
PAIN_TOOL = Question("pain_tool", ("tool_ref",), answers.pain_tool)
PAIN_WORKFLOW = Question("pain_workflow", ("workflow_ref",), answers.pain_workflow)
OFTEN = Question("often", ("frequency", "impact"), answers.often)
FOCUS = Question("focus", ("current_focus_label",), answers.focus)
FOCUS_RATING = Question("focus_rating", ("focus_rating",), answers.focus_rating)

# The questions of each topic in their order. The first one is asked by the opening, in the topic's own words.
PLANS: Final[dict[TopicCode, tuple[Question, ...]]] = {
    "pulse_weekly": (MOOD, LOAD),
    "pulse_followup": (MOOD, LOAD),
    "role_initial": (SUMMARY, DUTIES, CUSTOMERS),
    "role_update": (SUMMARY, DUTIES, CUSTOMERS),
    "role_change": (SUMMARY, DUTIES, CUSTOMERS),
    "workflow_discovery": (PROCESS, TOOLS, CONFIRM),
    "workflow_deep_dive": (PROCESS, TOOLS, CONFIRM),
    "tools_inventory": (INVENTORY, SOURCES, CONFIRM),
    "pain_general": (PAIN, WHAT, OFTEN),
    "pain_tool_specific": (PAIN_TOOL, PAIN, OFTEN),
    "pain_workflow_specific": (PAIN_WORKFLOW, PAIN, OFTEN),
    "focus_current": (FOCUS, FOCUS_RATING),
    "focus_priorities": (FOCUS, FOCUS_RATING),
    "focus_goals": (FOCUS, FOCUS_RATING),
}


def opening(agent: AgentCode, topic: TopicCode, language: Language, first_name: str | None = None) -> str:
    """The greeting and the first question. KeyError when the agent has no such topic."""
    required(agent, topic)  # refuses a topic of another agent
    texts = load(language).texts
    greeting = texts["hello"].format(name=first_name.strip()) if first_name else texts["hello_nameless"]
    return _joined(language, greeting, texts["open"][topic])


def respond(
    agent: AgentCode, topic: TopicCode, language: Language, history: list[str], extracted: Output | None = None
) -> Turn[Any]:
    """The turn that answers the last of the person's texts.

    `history` holds all texts of the person, oldest first, one to three of them; `extracted` is what was known before
    the last one, from a model or from here, or None. Nothing else is remembered: the same input gives the same
    turn, so it can take over a talk at any point. ValueError without a text.
    """
    if not history:
        raise ValueError("There is no answer to respond to")
    script = load(language)
    history = [normalize("NFC", text) for text in history]  # one form of "é", so that words compare
    known, asked = _replayed(topic, script, history[:-1])
    if extracted is not None:
        known |= extracted.model_dump(exclude_none=True)
    if question := _next(topic, known, asked):
        _read(question, history[-1], script, known)
        asked.append(question)
    output = OUTPUTS[agent].model_validate(known)
    over = is_over(agent, topic, len(history), output)
    following = None if over else _next(topic, known, asked)
    return turn_model(agent)(
        reply=_closing(agent, script, known) if following is None else _asking(following, script, known, asked),
        is_complete=following is None,
        extracted=output,
        language_code=recognise(history[-1], language),
        concern=detect(history[-1]),
    )


def _replayed(topic: TopicCode, script: Script, texts: list[str]) -> tuple[dict[str, Any], list[Question]]:
    """What earlier texts told, and the questions they answered: the talk lived through once more."""
    known: dict[str, Any] = {}
    asked: list[Question] = []
    for text in texts:
        if question := _next(topic, known, asked):
            _read(question, text, script, known)
            asked.append(question)
    return known, asked


def _next(topic: TopicCode, known: dict[str, Any], asked: list[Question]) -> Question | None:
    """The first question of the plan that is still open. The last word about work belongs to the person."""
    plan = PLANS[topic]
    if not asked:
        return plan[0]
    if plan[-1] is CONFIRM and len(asked) == MAX_EXCHANGES - 1 and known:
        return CONFIRM
    return next((it for it in plan if (it is not CONFIRM or known) and _is_open(it, known, asked)), None)


def _is_open(question: Question, known: dict[str, Any], asked: list[Question]) -> bool:
    return any(known.get(name) is None for name in question.needs) and asked.count(question) < ASKED_AT_MOST


def _read(question: Question, text: str, script: Script, known: dict[str, Any]) -> None:
    """Add what the answer tells. A text in another language is read in that one, too."""
    known |= question.read(text, script, known)
    other = recognise(text, script.language)
    if other != script.language:
        known |= question.read(text, load(other), known)


def _asking(question: Question, script: Script, known: dict[str, Any], asked: list[Question]) -> str:
    texts = script.texts
    if question is CONFIRM:
        return _filled(texts["confirm"], _understood(script, known))
    if question in asked:
        understood_some = any(known.get(name) is not None for name in question.needs)
        return _joined(script.language, texts["thanks" if understood_some else "sorry"], texts["again"][question.key])
    return _joined(script.language, texts["thanks"], texts["ask"][question.key])


def _closing(agent: AgentCode, script: Script, known: dict[str, Any]) -> str:
    understood = _understood(script, known)
    ending = script.texts["close"]["nothing" if not understood else agent]
    if known.get("confirmed") is False:
        ending = script.texts["close"]["unconfirmed"]
    return _filled(ending, understood)


def _filled(template: str, understood: str) -> str:
    """The template with as much of what was understood as leaves room for the template itself."""
    return template.format(understood=shortened(understood, REPLY_LENGTH - len(template)))


def _understood(script: Script, known: dict[str, Any]) -> str:
    """What is known, a line for each field: the person's own words under a label."""
    return "\n".join(
        label.format(value=_shown(known[name], script))
        for name, label in script.texts["labels"].items()
        if known.get(name) not in (None, [])
    )


def _shown(value: Any, script: Script) -> str:
    separator = "、" if script.language in ("ja", "zh") else ", "
    if isinstance(value, list):
        return separator.join(value)
    named: str | None = script.texts["values"].get(str(value).lower())
    return named or shortened(str(value), 600)


def _joined(language: Language, first: str, then: str) -> str:
    return first + ("" if language in ("ja", "zh") else " ") + then
