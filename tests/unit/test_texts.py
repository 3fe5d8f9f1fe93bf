"""What counts as having said something: all that can be seen, and nothing else."""

import pytest
from pydantic import TypeAdapter, ValidationError

from vizdots.texts import Reply, Words

WORDS: TypeAdapter[str] = TypeAdapter(Words)
REPLY: TypeAdapter[str] = TypeAdapter(Reply)


@pytest.mark.parametrize(
    "text",
    [
        "",
        " ",
        "\n\t",
        "\u200b",
        "\u2060",
        "\ufeff",
        "\u00ad",
        "\u200d",
        "\u200e \u202e",
        "\u3000",
        "\u2028",
        "\x01",
        "\ufe0f",
        "\u3164",
    ],
    ids=ascii,
)
def test_what_can_not_be_seen_says_nothing(text: str) -> None:
    for said in (WORDS, REPLY):
        with pytest.raises(ValidationError):
            said.validate_python(text)


@pytest.mark.parametrize(
    "text", ["4", "👩\u200d🔧", "❤\ufe0f", "می\u200cخواهم", "\u202bשלום", "…", "\u200b ok"], ids=ascii
)
def test_what_can_be_seen_stays_as_it_was_written(text: str) -> None:
    for said in (WORDS, REPLY):
        assert said.validate_python(text) == text


def test_white_space_around_a_text_goes() -> None:
    assert [said.validate_python(" ok \n") for said in (WORDS, REPLY)] == ["ok", "ok"]
