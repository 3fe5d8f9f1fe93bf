"""The open transaction that the product's functions receive: what they may ask of it, without knowing who opened it."""

from collections.abc import Callable
from typing import Any, Concatenate, Generic, LiteralString, ParamSpec, Protocol, TypeVar, get_args

from pydantic import GetCoreSchemaHandler, GetJsonSchemaHandler, TypeAdapter
from pydantic.json_schema import JsonSchemaValue
from pydantic_core import CoreSchema, core_schema

T = TypeVar("T")
P = ParamSpec("P")
R = TypeVar("R")


class Json(str, Generic[T]):
    """An answer that the database has already written as the JSON of a `T`, passed on as it is.

    Building and encoding twenty models costs more than the query that fetched them. The model `T` documents the
    answer in the OpenAPI document; the tests validate it.
    """

    __slots__ = ()

    @classmethod
    def __get_pydantic_core_schema__(cls, source: Any, handler: GetCoreSchemaHandler) -> CoreSchema:
        return core_schema.any_schema(metadata={"pydantic_js_annotation_functions": [_document(*get_args(source))]})


def _document(kind: Any) -> Callable[[CoreSchema, GetJsonSchemaHandler], JsonSchemaValue]:
    """Document a `Json[kind]` as a `kind`, whose schema is built only when somebody asks for it."""
    return lambda _, js: js(TypeAdapter(kind).core_schema)


class Transaction(Protocol):
    """One transaction of one caller. Statements take named parameters: `%(name)s`."""

    def rows(self, statement: LiteralString, /, **parameters: object) -> list[dict[str, Any]]:
        """All rows, as dictionaries by column name."""

    def row(self, statement: LiteralString, /, **parameters: object) -> dict[str, Any] | None:
        """The first row, or None."""

    def value(self, statement: LiteralString, /, **parameters: object) -> Any:
        """The first column of the first row, or None when there is no row."""

    def json(self, statement: LiteralString, /, **parameters: object) -> Json[Any] | None:
        """The first column of the first row, which the statement has cast to text, as JSON; None without a row."""


class Key(Protocol):
    """A client's Idempotency-Key, and what it was sent for."""

    @property
    def value(self) -> str:
        """The key."""

    @property
    def route(self) -> str:
        """Where it was sent."""

    @property
    def fingerprint(self) -> str:
        """What of; another one under the same key is a mistake of the client."""


class Step(Protocol):
    """Run a rule of one statement in a transaction of its own, as the person who asks."""

    def __call__(self, rule: Callable[Concatenate[Transaction, P], R], *args: P.args, **kwargs: P.kwargs) -> R:
        """The rule's answer, committed."""
