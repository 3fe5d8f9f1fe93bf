"""Days of the week as a form: monday_on, monday_start, monday_end, and so on (`templates/admin/fields.html`).

In an organisation's week each day is on or off; of one person's own days those that are neither are as usual.
"""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from frame.speech import N_, _, language
from vizdots import formats
from vizdots.schedules import USUAL_HOURS, WEEKDAYS

MISTAKES: Final = {
    "string_pattern_mismatch": N_("Please give both times like 09:00."),
    "ends_before_it_starts": N_("The end should be later than the start."),
    "no_working_day": N_("At least one day should be on, or nobody would ever be asked."),
}


def names() -> dict[str, str]:
    """What the days are called, Monday first."""
    return dict(zip(WEEKDAYS, formats.weekdays(language(), form="wide"), strict=True))


def as_typed(days: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a week, or of somebody's own days, as they stand."""
    typed: dict[str, str] = {}
    for name in WEEKDAYS:
        day = days.get(name)
        typed[f"{name}_on"] = "" if day is None else "on" if day["on"] else "off"
        typed |= {f"{name}_{edge}": (day or USUAL_HOURS)[edge] for edge in ("start", "end")}
    return typed


def as_sent(fields: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a week as they came: a browser says nothing of a day that isn't ticked."""
    off = {f"{name}_on": "off" for name in WEEKDAYS}
    return off | {name: str(value).strip() for name, value in fields.items()}


def read(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The week that was typed. 9:00 is 09:00, and nobody need fill in the hours of a day that is off."""
    return {name: _day(typed, name) for name in WEEKDAYS}


def read_own(typed: Mapping[str, Any]) -> dict[str, Any]:
    """Somebody's own days that were typed."""
    return {name: _day(typed, name) for name in WEEKDAYS if typed.get(f"{name}_on") in ("on", "off")}


def same_hours(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with the hours of the first working day on all of them."""
    on = [name for name in WEEKDAYS if typed.get(f"{name}_on") == "on"]
    first = on[:1]
    hours = {
        f"{name}_{edge}": typed.get(f"{it}_{edge}", "") for it in first for name in on for edge in ("start", "end")
    }
    return {**typed, **hours}


def mistakes(error: ValidationError) -> dict[str, str]:
    """What is wrong with a week that is one field of a model: a sentence for each field, "" for the whole of it."""
    told: dict[str, str] = {}
    for each in error.errors():
        mistake = each["type"]
        sentence = _(MISTAKES[mistake])
        match each["loc"]:
            case (_week, str(day), str(edge)):
                told[f"{day}_{edge}"] = f"{names()[day]}: {sentence}"
            case _:
                told[""] = sentence
    return told


def _day(typed: Mapping[str, Any], name: str) -> dict[str, Any]:
    is_on = typed.get(f"{name}_on") == "on"
    hours = {edge: str(typed.get(f"{name}_{edge}", "")).strip() for edge in ("start", "end")}
    if not is_on and not all(hours.values()):
        hours = USUAL_HOURS
    return {"on": is_on, **{edge: time.zfill(5) for edge, time in hours.items()}}
