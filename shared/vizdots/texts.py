"""What people write, and how much of it fits: the types of every text that comes in."""

import unicodedata
from typing import Annotated, Final

from pydantic import AfterValidator, Field, StringConstraints
from pydantic_core import PydanticCustomError

MESSAGE_LENGTH: Final = 4_000  # characters that a person says at once
REPLY_LENGTH: Final = 4_000  # characters; what was understood of a long workflow still fits
TEXT_LENGTH: Final = 1_000  # characters of a reason or a summary
LABEL_LENGTH: Final = 200  # characters of a name, a step, a tool
NAME_LENGTH: Final = 80  # characters that somebody wants to be called by
LIST_LENGTH: Final = 20  # entries; a process with more steps is two processes

# NUL is refused because PostgreSQL's text and jsonb can't hold it.
WITHOUT_NUL: Final = r"^[^\x00]*$"

INVISIBLE: Final = frozenset({"Cc", "Cf", "Zs", "Zl", "Zp"})  # Unicode's controls, formats and spaces
BLANK: Final = frozenset(
    "\u034f\u115f\u1160\u2800\u3164\ufe0e\ufe0f\uffa0"
)  # signs that show nothing, whatever their kind


def is_blank(text: str) -> bool:
    """Whether nothing of the text can be seen, as of spaces and joiners."""
    return all(character in BLANK or unicodedata.category(character) in INVISIBLE for character in text)


def says_something(text: str) -> str:
    """The text, as it is. Raises a pydantic error for one of which nothing can be seen."""
    if is_blank(text):
        raise PydanticCustomError("blank", "Text should hold something that can be seen")
    return text


def on_one_line(text: str) -> str:
    """The text with blanks and line breaks made one blank each."""
    return " ".join(text.split())


Text = Annotated[str, StringConstraints(strip_whitespace=True, max_length=TEXT_LENGTH, pattern=WITHOUT_NUL)]
Label = Annotated[str, StringConstraints(strip_whitespace=True, max_length=LABEL_LENGTH, pattern=WITHOUT_NUL)]
Name = Annotated[Label, StringConstraints(min_length=1), AfterValidator(on_one_line), AfterValidator(says_something)]
Labels = Annotated[list[Label], Field(max_length=LIST_LENGTH)]
Reply = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=REPLY_LENGTH, pattern=WITHOUT_NUL),
    AfterValidator(says_something),
]
Words = Annotated[
    str,
    StringConstraints(strip_whitespace=True, min_length=1, max_length=MESSAGE_LENGTH, pattern=WITHOUT_NUL),
    AfterValidator(says_something),
]
