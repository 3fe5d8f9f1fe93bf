"""A form as it was filled in: its values where it holds, else what each field lacks, and what was typed in any case."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Final, Generic, TypeVar

from pydantic import BaseModel, ValidationError

from frame.speech import N_, _

M = TypeVar("M", bound=BaseModel)

NO_MISTAKES: Final[Mapping[str, str]] = {}

# What pydantic calls a mistake, and how a person is told. Anything else: "Please check this field."
MISTAKES: Final = {
    "missing": N_("Please fill this in."),
    "blank": N_("Please write something that can be read."),
    "string_too_short": N_("Please fill this in."),
    "string_too_long": N_("This is too long: at most %(max_length)s characters fit."),
    "too_long": N_("These are too many: at most %(max_length)s fit."),
    "literal_error": N_("Please choose one of the options."),
    "value_error": N_("Please check this field."),
    "invalid_email": N_("Please check the e-mail address: it looks like name@example.com."),
    "int_parsing": N_("Please choose a number."),
    "greater_than_equal": N_("Please choose %(ge)s or more."),
    "less_than_equal": N_("Please choose %(le)s or less."),
    "date_from_datetime_parsing": N_("Please choose a day."),
    "date_parsing": N_("Please choose a day."),
}
CHECK: Final = N_("Please check this field.")


@dataclass(frozen=True)
class Form(Generic[M]):
    """One form: `typed` by field name, and either `value` or `mistakes` (a sentence by field name)."""

    typed: Mapping[str, Any] = field(default_factory=dict)
    mistakes: Mapping[str, str] = field(default_factory=dict)
    _value: M | None = None

    @property
    def value(self) -> M:
        """What was filled in. ValueError where the form has mistakes."""
        if self._value is None:
            raise ValueError("the form has mistakes: show it again")
        return self._value

    def with_mistake(self, name: str, told: str) -> "Form[M]":
        """The form with a mistake that only the server could find; `name` "" stands for the form as a whole."""
        return Form(self.typed, {**self.mistakes, name: told})


def read(model: type[M], typed: Mapping[str, Any]) -> Form[M]:
    """Read a form as `model`. An empty field counts as not filled in."""
    filled = {name: value for name, value in typed.items() if name in model.model_fields and value not in ("", [""])}
    try:
        return Form(typed, {}, model.model_validate(filled))
    except ValidationError as error:
        return Form(typed, {str(each["loc"][0] if each["loc"] else ""): told(each) for each in error.errors()})


def told(mistake: Any) -> str:
    """What pydantic found, as a sentence for a person."""
    kind = mistake["type"]
    if kind == "too_long" and isinstance(mistake["input"], str):  # pydantic's word for lists, and for checked texts
        kind = "string_too_long"
    template = _(MISTAKES.get(kind, CHECK))
    return template % mistake.get("ctx", {}) if "%(" in template else template


Read = Callable[[type[M]], Form[M]]
