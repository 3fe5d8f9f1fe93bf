"""When people work: a week of seven days, each on or off, with a window from one time of day to a later one."""

from datetime import time
from typing import Annotated, Final, Literal, get_args

from pydantic import Field, StringConstraints, ValidationInfo, field_validator, model_validator
from pydantic_core import PydanticCustomError

from vizdots.shapes import Input

Weekday = Literal["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"]

WEEKDAYS: Final[tuple[Weekday, ...]] = get_args(Weekday)
USUAL_HOURS: Final = {"start": "09:00", "end": "17:00"}
USUAL_WEEK: Final = {day: {"on": day not in ("saturday", "sunday"), **USUAL_HOURS} for day in WEEKDAYS}
SCHEDULER_RUNS_AT: Final = time(8)  # UTC, every day: check-ins go out then (template.yaml tells it to AWS)

Clock = Annotated[
    str, StringConstraints(pattern=r"^([01][0-9]|2[0-3]):[0-5][0-9]$"), Field(description="HH:MM, of the local day.")
]


class Day(Input):
    """One day of the week. The window of a day that is off is kept for when it is on again."""

    on: bool
    start: Clock
    end: Clock

    @field_validator("end")
    @classmethod
    def end_after_its_start(cls, end: str, info: ValidationInfo) -> str:
        """Refuse a window that is over before it begins."""
        if end <= info.data.get("start", ""):
            raise PydanticCustomError("ends_before_it_starts", "The end should be later than the start")
        return end


OwnDays = dict[Weekday, Day]
"""The days on which somebody works at other times than their organisation, or not at all."""


class Week(Input):
    """The seven days of an organisation."""

    monday: Day
    tuesday: Day
    wednesday: Day
    thursday: Day
    friday: Day
    saturday: Day
    sunday: Day

    @model_validator(mode="after")
    def work_at_all(self) -> "Week":
        """Refuse a week without a working day: nobody would ever be asked."""
        if not any(getattr(self, name).on for name in WEEKDAYS):
            raise PydanticCustomError("no_working_day", "At least one day should be on")
        return self
