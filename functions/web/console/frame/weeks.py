"""A week as a form: monday_on, monday_start, monday_end, and so on (`templates/admin/fields.html`)."""

from collections.abc import Mapping
from typing import Any, Final

from pydantic import ValidationError

from frame.speech import N_, _, language
from vizdots import formats
from vizdots.schedules import WEEKDAYS

MISTAKES: Final = {
    "string_pattern_mismatch": N_("Please give both times like 09:00."),
    "ends_before_it_starts": N_("The end should be later than the start."),
    "no_working_day": N_("At least one day should be on, or nobody would ever be asked."),
}


def names() -> dict[str, str]:
    """What the days are called, Monday first."""
    return dict(zip(WEEKDAYS, formats.weekdays(language(), form="wide"), strict=True))


def as_typed(week: Mapping[str, Any]) -> dict[str, str]:
    """The fields of a week as it stands."""
    typed: dict[str, str] = {}
    for name in WEEKDAYS:
        day = week[name]
        typed |= {f"{name}_on": "on" if day["on"] else "", f"{name}_start": day["start"], f"{name}_end": day["end"]}
    return typed


def read(typed: Mapping[str, Any]) -> dict[str, Any]:
    """The week that was typed. 9:00 is 09:00, and nobody need fill in the hours of a day that is off."""
    return {name: _day(typed, name) for name in WEEKDAYS}


def same_hours(typed: Mapping[str, str]) -> dict[str, str]:
    """What was typed, with the hours of the first working day on all of them."""
    on = [name for name in WEEKDAYS if typed.get(f"{name}_on")]
    first = on[:1]
    hours = {
        f"{name}_{edge}": typed.get(f"{it}_{edge}", "") for it in first for name in on for edge in ("start", "end")
    }
    return {**typed, **hours}


def mistakes(error: ValidationError) -> dict[str, str]:
    """A sentence for each field; what is wrong with the week as a whole, which was one field of a model, at ""."""
    told: dict[str, str] = {}
    for each in error.errors():
        sentence = _(MISTAKES[each["type"]])
        match each["loc"]:
            case (_week, str(day), str(edge)):
                told[f"{day}_{edge}"] = f"{names()[day]}: {sentence}"
            case _:
                told[""] = sentence
    return told


def _day(typed: Mapping[str, Any], name: str) -> dict[str, Any]:
    is_on = bool(typed.get(f"{name}_on"))
    start, end = (str(typed.get(f"{name}_{edge}", "")).strip() for edge in ("start", "end"))
    if not is_on and not (start and end):
        start, end = "09:00", "17:00"
    return {"on": is_on, "start": start.zfill(5), "end": end.zfill(5)}
