"""What an agent may have learnt is closed: what doesn't fit is refused, and the model is told the same shape."""

from typing import Any

import pytest
from pydantic import ValidationError

from vizdots.agents import AGENTS, TOPICS, AgentCode
from vizdots.outputs import (
    OUTPUTS,
    FocusTracker,
    PainScanner,
    Pulse,
    WorkflowMapper,
    is_over,
    missing,
    turn_model,
    turn_schema,
)

COMPLETE_PULSE: dict[str, Any] = {
    "rating": 4,
    "rating_source": "stated",
    "workload_rating": 3,
    "workload_rating_source": "stated",
    "burnout_risk": "low",
    "burnout_risk_source": "inferred",
}


@pytest.mark.parametrize("value", [0, 6, -1, 10, 4.5, 4.0, "4", True])
def test_a_rating_out_of_range_or_of_another_type_is_refused_not_clamped(value: object) -> None:
    for model, field in ((Pulse, "rating"), (PainScanner, "pain_rating"), (FocusTracker, "focus_rating")):
        with pytest.raises(ValidationError):
            model.model_validate({field: value, f"{field}_source": "stated"})


def test_a_rating_needs_to_say_whether_it_was_stated() -> None:
    with pytest.raises(ValidationError, match="rating needs rating_source"):
        Pulse.model_validate({"rating": 4})
    assert Pulse.model_validate({"rating_source": "stated"}).rating_source is None


@pytest.mark.parametrize(
    "sent",
    [
        {"burnout_risk": "extreme", "burnout_risk_source": "stated"},
        {"unknown": 1},
        {"reason": "x" * 1_001},
        {"reason": "nul \x00 byte"},
    ],
)
def test_what_is_not_in_the_shape_is_refused(sent: dict[str, object]) -> None:
    with pytest.raises(ValidationError):
        Pulse.model_validate(sent)


def test_lists_are_bounded() -> None:
    assert WorkflowMapper.model_validate({"steps": ["step"] * 20}).steps == ["step"] * 20
    with pytest.raises(ValidationError):
        WorkflowMapper.model_validate({"steps": ["step"] * 21})
    with pytest.raises(ValidationError):
        WorkflowMapper.model_validate({"steps": ["x" * 201]})


def test_a_refusal_does_not_repeat_what_the_person_wrote() -> None:
    with pytest.raises(ValidationError) as refused:
        Pulse.model_validate({"reason": ["my secret"]})
    assert "my secret" not in str(refused.value)


def test_a_blank_text_is_no_answer() -> None:
    assert Pulse.model_validate({"reason": "  "}).reason is None


def test_a_pulse_ends_at_the_second_answer_only_when_it_is_complete() -> None:
    complete, empty = Pulse.model_validate(COMPLETE_PULSE), Pulse()
    assert [is_over("pulse", "pulse_weekly", exchange, complete) for exchange in (1, 2, 3)] == [False, True, True]
    assert [is_over("pulse", "pulse_weekly", exchange, empty) for exchange in (1, 2, 3)] == [False, False, True]


def test_no_tools_is_an_answer_but_no_steps_is_not() -> None:
    output = WorkflowMapper(workflow_name="Invoicing", display_label="Invoicing", steps=[], tools=[], confirmed=True)
    assert missing("workflow_mapper", "workflow_discovery", output) == ["steps"]
    assert missing("workflow_mapper", "tools_inventory", output) == []


def test_every_topic_requires_fields_that_its_agent_has() -> None:
    assert set(TOPICS) == set(AGENTS) == set(OUTPUTS)
    for agent, topics in TOPICS.items():
        for fields in topics.values():
            assert fields
            assert set(fields) <= set(OUTPUTS[agent].model_fields)


def objects(schema: Any) -> list[dict[str, Any]]:
    """All object schemas within a schema."""
    if isinstance(schema, list):
        return [found for entry in schema for found in objects(entry)]
    if not isinstance(schema, dict):
        return []
    here = [schema] if schema.get("type") == "object" else []
    return here + [found for entry in schema.values() for found in objects(entry)]


@pytest.mark.parametrize("agent", AGENTS)
def test_the_schema_is_in_the_strict_subset_of_structured_outputs(agent: AgentCode) -> None:
    schema = turn_schema(agent)
    found = objects(schema)
    assert len(found) == 2
    for it in found:
        assert it["additionalProperties"] is False
        assert it["required"] == list(it["properties"])
    assert schema["properties"]["extracted"] == {"$ref": f"#/$defs/{OUTPUTS[agent].__name__}"}
    unsupported = ("'default'", "'title'", "'minLength'", "'maxLength'", "'pattern'", "'oneOf'", "'allOf'", "'const'")
    assert [word for word in unsupported if word in str(schema)] == []


@pytest.mark.parametrize("agent", AGENTS)
def test_a_turn_with_every_field_null_is_valid_and_one_with_more_is_refused(agent: AgentCode) -> None:
    sent = {
        "reply": "Hi!",
        "is_complete": False,
        "extracted": dict.fromkeys(OUTPUTS[agent].model_fields),
        "language_code": "en",
        "concern": "none",
    }
    assert turn_model(agent).model_validate(sent).extracted == OUTPUTS[agent]()
    nothing = ({"reply": text} for text in ("", " \n", "\u200b"))
    for extra in ({"tool_call": "x"}, {"language_code": "xx"}, {"concern": "alarm"}, *nothing):
        with pytest.raises(ValidationError):
            turn_model(agent).model_validate(sent | extra)
