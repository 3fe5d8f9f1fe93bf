"""The five agents, their topics and languages, and how long a talk with one is: the words that everything uses."""

from typing import Final, Literal, get_args

AgentCode = Literal["pulse", "role_mapper", "workflow_mapper", "pain_scanner", "focus_tracker"]
TopicCode = Literal[
    "pulse_weekly",
    "pulse_followup",
    "role_initial",
    "role_update",
    "role_change",
    "workflow_discovery",
    "workflow_deep_dive",
    "tools_inventory",
    "pain_general",
    "pain_tool_specific",
    "pain_workflow_specific",
    "focus_current",
    "focus_priorities",
    "focus_goals",
]
Language = Literal["en", "es", "fr", "de", "pt", "it", "nl", "pl", "ja", "zh", "ko"]
Concern = Literal["none", "self_harm", "harassment", "violence"]
Source = Literal["stated", "inferred"]
Grade = Literal["low", "medium", "high"]

AGENTS: Final[tuple[AgentCode, ...]] = get_args(AgentCode)
LANGUAGES: Final[tuple[Language, ...]] = get_args(Language)

MIN_EXCHANGES: Final = 2  # one answer is too thin to be kept as somebody's view
MAX_EXCHANGES: Final = 3  # a check-in takes one or two minutes, and never longer

# Per agent, its topics; per topic, what must be known before the talk may end early.
TOPICS: Final[dict[AgentCode, dict[TopicCode, tuple[str, ...]]]] = {
    "pulse": dict.fromkeys(("pulse_weekly", "pulse_followup"), ("rating", "workload_rating", "burnout_risk")),
    "role_mapper": dict.fromkeys(
        ("role_initial", "role_update", "role_change"), ("role_summary", "primary_duties", "customer_facing")
    ),
    "workflow_mapper": {
        "workflow_discovery": ("workflow_name", "steps", "tools", "confirmed"),
        "workflow_deep_dive": ("workflow_name", "steps", "tools", "confirmed"),
        "tools_inventory": ("workflow_name", "tools", "confirmed"),
    },
    "pain_scanner": {
        "pain_general": ("pain_rating", "reason", "frequency", "impact"),
        "pain_tool_specific": ("tool_ref", "pain_rating", "frequency", "impact"),
        "pain_workflow_specific": ("workflow_ref", "pain_rating", "frequency", "impact"),
    },
    "focus_tracker": dict.fromkeys(
        ("focus_current", "focus_priorities", "focus_goals"), ("current_focus_label", "focus_rating")
    ),
}


def required(agent: AgentCode, topic: TopicCode) -> tuple[str, ...]:
    """The fields that make the agent's output complete on this topic. KeyError when the agent has no such topic."""
    return TOPICS[agent][topic]
