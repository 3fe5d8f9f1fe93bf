"""Json[T]: text on its way through, documented as a T."""

from typing import Any

from pydantic import BaseModel, GetCoreSchemaHandler, TypeAdapter
from pydantic_core import CoreSchema

from vizdots.pages import Page
from vizdots.transaction import Json


class Thing(BaseModel):
    """Something."""

    name: str


def test_it_is_documented_as_its_model() -> None:
    assert TypeAdapter(Json[Thing]).json_schema() == Thing.model_json_schema()


def test_a_page_of_it_is_documented_as_that_page() -> None:
    schema = TypeAdapter(Json[Page[Thing]]).json_schema()
    assert schema["properties"]["items"]["items"] == {"$ref": "#/$defs/Thing"}


def test_the_text_goes_through_untouched() -> None:
    text = Json[Thing]('{"name":  "é"}')
    assert TypeAdapter(Json[Thing]).validate_python(text) is text


def test_the_models_schema_is_not_built_before_somebody_asks_for_it() -> None:
    built: list[Any] = []

    class Costly(BaseModel):
        @classmethod
        def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
            built.append(source)
            return handler(source)

    built.clear()
    adapter = TypeAdapter(Json[Costly])
    assert built == []
    assert adapter.json_schema()["type"] == "object"
