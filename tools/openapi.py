"""Merge what all functions declare into one OpenAPI 3.1 document, and write it next to the function that serves it.

A handler says most of it by its signature: fields, answers, and by the type of its caller also who may call it and
which errors can come. What the framework says of errors is replaced by our problem documents.
"""

import importlib.util
import json
import re
import sys
import tomllib
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from pathlib import Path
from types import ModuleType
from typing import Annotated, Any, Final, get_args, get_origin, get_type_hints

from aws_lambda_powertools.event_handler import Response
from aws_lambda_powertools.event_handler.depends import Depends
from pydantic import BaseModel

from common import api, auth, callers, requests
from vizdots import errors
from vizdots.transaction import Json

ROOT: Final = Path(__file__).parent.parent
DOCUMENT: Final = ROOT / "shared/vizdots/openapi.json"

Part = dict[str, Any]

METHODS: Final = ("get", "post", "put", "patch", "delete")
TAGS: Final = {
    "admin": "What owners and admins see and settle.",
    "analytics": "Aggregates of groups that are large enough.",
    "auth": "Joining an organisation.",
    "billing": "Subscription and payments.",
    "email": "Mail preferences without signing in.",
    "evidence": "Why we are saying what we say.",
    "internal": "Our own jobs, by hand.",
    "service": "The service itself.",
    "sessions": "Check-ins and their talks.",
    "user": "The caller: who they are, what they said, what is known of their work.",
}
ROOMS: Final = {"health": "service", "openapi.json": "service", "me": "user"}  # else a path's second part names it

ORGANISATION: Final[Part] = {
    "name": "X-Org-Id",
    "in": "header",
    "required": False,
    "description": "Which of the caller's organisations is meant; needed by those who belong to several.",
    "schema": {"type": "string", "format": "uuid"},
}
IDEMPOTENCY_KEY: Final[Part] = {
    "name": "Idempotency-Key",
    "in": "header",
    "required": False,
    "description": "Sent again with the same key, the request is done once and answered alike.",
    "schema": {"type": "string", "minLength": 1, "maxLength": callers.LONGEST_KEY},
    "example": "9b1c6a52-0f0e-4d1c-8f5e-2f6f7d0c9a11",
}
PROBLEM: Final[Part] = {
    "title": "Problem",
    "description": "A problem document (RFC 9457). `code` is stable; the texts are for people.",
    "type": "object",
    "required": ["type", "title", "status", "code"],
    "properties": {
        "type": {"type": "string", "format": "uri"},
        "title": {"type": "string"},
        "status": {"type": "integer"},
        "code": {"type": "string"},
        "detail": {"type": "string"},
        "errors": {
            "type": "array",
            "description": "The fields that need another value (422).",
            "items": {
                "type": "object",
                "required": ["path"],
                "properties": {
                    "path": {"type": "string"},
                    "type": {"type": "string"},
                    "message": {"type": "string"},
                },
            },
        },
    },
}
SCHEMES: Final[Part] = {
    "signedIn": {
        "type": "http",
        "scheme": "bearer",
        "bearerFormat": "JWT",
        "description": "The access token of Supabase Auth.",
    },
    "internalSecret": {
        "type": "http",
        "scheme": "bearer",
        "description": "The secret of one of our own jobs.",
    },
}
PROBLEMS: Final[Mapping[str, errors.VizDotsError]] = {
    "NotSignedIn": errors.NotSignedIn(),
    "Forbidden": errors.Forbidden(),
    "NotFound": errors.NotFound(),
    "NotAllowed": errors.NotAllowed(),
    "Conflict": errors.Conflict(),
    "Stale": errors.Stale(),
    "TooLarge": requests.TooLarge(),
    "UnsupportedMediaType": api.UnsupportedMediaType(),
    "Invalid": errors.Invalid(errors=[{"path": "body.agent_code", "type": "missing", "message": "Field required"}]),
    "TooMany": errors.TooMany(retry_after=30),
    "Unavailable": errors.Unavailable(retry_after=2),
}


class UndocumentableError(Exception):
    """The functions contradict each other; says in what."""


@dataclass(frozen=True, slots=True)
class Operation:
    """One method of one path, with the handler that answers it and what Powertools says of it."""

    path: str
    method: str
    handler: Any
    module: ModuleType
    told: Part

    @property
    def depends_on(self) -> set[Any]:
        """What the handler asks to be given: `_signed_in`, `_anyone` or an internal job's check."""
        hints = get_type_hints(self.handler, include_extras=True).values()
        return {
            each.dependency
            for hint in hints
            if get_origin(hint) is Annotated
            for each in get_args(hint)
            if isinstance(each, Depends)
        }

    @property
    def is_for_people(self) -> bool:
        return _dependency(auth.SignedIn) in self.depends_on

    @property
    def is_internal(self) -> bool:
        return any(each.__qualname__.startswith(auth.internal.__qualname__) for each in self.depends_on)

    @property
    def takes_csv(self) -> bool:
        return _dependency(api.CsvFile) in self.depends_on

    @property
    def is_write(self) -> bool:
        return self.method != "get"

    def problems(self) -> list[str]:
        """The errors that may come, by what the operation takes and touches."""
        takes_input = "requestBody" in self.told or "parameters" in self.told
        may = {
            "NotSignedIn": self.is_for_people or self.is_internal,
            "Forbidden": self.is_for_people,
            "NotFound": "{" in self.path,
            "NotAllowed": "405" in self.told["responses"],
            "Conflict": self.is_for_people and self.is_write,
            "Stale": any(each.get("name") == "if-match" for each in self.told.get("parameters", [])),
            "TooLarge": self.is_write,
            "UnsupportedMediaType": "requestBody" in self.told or self.takes_csv,
            "Invalid": self.is_for_people or takes_input,
            "TooMany": hasattr(self.module, "ai"),  # whoever asks a model is rate-limited
            "Unavailable": bool(self.depends_on),  # whoever has a caller has a transaction
        }
        return [name for name, it_may in may.items() if it_may]


def document(root: Path = ROOT) -> Part:
    """The whole document, the same for the same sources. Raises UndocumentableError."""
    paths: dict[str, Part] = {}
    schemas: Part = {"Problem": PROBLEM}
    names: set[str] = set()
    for operation, found in _operations(root):
        for name, schema in found.items():
            if schemas.setdefault(name, schema) != schema:
                raise UndocumentableError(f"There are two models called {name}: rename one of them.")
        if operation.handler.__name__ in names:
            raise UndocumentableError(f"Two handlers are called {operation.handler.__name__}: rename one of them.")
        names.add(operation.handler.__name__)
        paths.setdefault(operation.path, {})[operation.method] = _described(operation, schemas)
    used = {tag for path in paths.values() for each in path.values() for tag in each["tags"]}
    ordered = {path: {it: paths[path][it] for it in METHODS if it in paths[path]} for path in sorted(paths)}
    return {
        "openapi": "3.1.0",
        "info": {
            "title": api.TITLE,
            "version": tomllib.loads((root / "pyproject.toml").read_text(encoding="utf-8"))["project"]["version"],
            "description": "Small, regular check-ins that show how a business really runs.",
        },
        "servers": [{"url": "/"}],
        "tags": [{"name": tag, **({"description": TAGS[tag]} if tag in TAGS else {})} for tag in sorted(used)],
        "paths": ordered,
        "components": {
            "schemas": dict(sorted(schemas.items())),
            "parameters": {"Organisation": ORGANISATION, "IdempotencyKey": IDEMPOTENCY_KEY},
            "responses": {name: _response(problem) for name, problem in PROBLEMS.items()},
            "securitySchemes": SCHEMES,
        },
    }


def text(root: Path = ROOT) -> str:
    """The document as it is committed."""
    return json.dumps(document(root), indent=2, ensure_ascii=False) + "\n"


def load(file: Path, root: Path = ROOT) -> ModuleType:
    """The module of one app.py, loaded by its path as Lambda does: functions are no package."""
    name = ".".join(file.relative_to(root).with_suffix("").parts)
    spec = importlib.util.spec_from_file_location(name, file)
    if spec is None or spec.loader is None:
        raise UndocumentableError(f"{file} is no module.")
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # type hints are resolved in the module that their function names
    spec.loader.exec_module(module)
    return module


def _operations(root: Path) -> Iterator[tuple[Operation, Part]]:
    """Every operation, with the models that its function speaks of."""
    for file in sorted(root.glob("functions/*/*/app.py")):
        if file.parent.parent.name not in {"api", "cron", "webhook"}:
            continue  # pages, workers and the deploy have no API
        module = load(file, root)
        if not hasattr(module, "app"):
            continue  # woken by the clock alone
        told = _whole(json.loads(module.app.get_openapi_json_schema(title=api.TITLE, version="1")))
        schemas = told.get("components", {}).get("schemas", {})
        ours = {name: it for name, it in schemas.items() if not name.endswith("ValidationError")}
        for path, methods in told["paths"].items():
            for method, each in methods.items():
                yield Operation(path, method, _handler(module, path, method, each["operationId"]), module, each), ours


def _handler(module: ModuleType, path: str, method: str, operation_id: str) -> Any:
    """The function behind Powertools' operation id, which is its name followed by path and method."""
    return getattr(module, operation_id.removesuffix(f"{re.sub(r'[^A-Za-z0-9]', '_', path)}_{method}"))


def _described(operation: Operation, schemas: Part) -> Part:
    told = operation.told
    summary, _, more = (operation.handler.__doc__ or "").partition("\n")
    parameters = [*told.get("parameters", [])]
    if operation.is_for_people:
        parameters.append({"$ref": "#/components/parameters/Organisation"})
        if operation.is_write:
            parameters.append({"$ref": "#/components/parameters/IdempotencyKey"})
    described: Part = {
        "tags": [_room(operation.path)],
        "summary": summary.strip(),
        "operationId": operation.handler.__name__,
    }
    if more.strip():
        described["description"] = " ".join(more.split())
    if parameters:
        described["parameters"] = parameters
    if "requestBody" in told:
        described["requestBody"] = told["requestBody"]
    elif operation.takes_csv:
        described["requestBody"] = {"required": True, "content": {"text/csv": {"schema": {"type": "string"}}}}
    described["responses"] = {**_answers(operation, schemas), **_refusals(operation)}
    if operation.is_for_people or operation.is_internal:
        described["security"] = [{"signedIn" if operation.is_for_people else "internalSecret": []}]
    return described


def _answers(operation: Operation, schemas: Part) -> Part:
    """The good answers, each model under its own name instead of written out in place."""
    answers: Part = {}
    for status, answer in operation.told["responses"].items():
        if not status.startswith("2"):
            continue
        described: Part = {"description": HTTPStatus(int(status)).phrase, "content": answer["content"]}
        if "application/json" in answer["content"]:
            schema = _named(operation, answer["content"]["application/json"]["schema"], schemas)
            described["content"] = {"application/json": {"schema": schema}}
        answers[status] = described
    return answers


def _named(operation: Operation, schema: Part, schemas: Part) -> Part:
    returned = get_type_hints(operation.handler)["return"]
    if (get_origin(returned) or returned) is Response:
        (returned,) = get_args(returned) or (None,)
        if get_origin(returned) is not Json:
            return {"type": "object"}  # a document that the handler has in hand already
    model = get_args(returned)[0] if get_origin(returned) is Json else returned
    if "$ref" in schema or not (isinstance(model, type) and issubclass(model, BaseModel)):
        return schema
    name = re.sub(r"[^A-Za-z0-9._-]", "_", model.__name__)
    named = {**schema, "title": model.__name__}
    if schemas.setdefault(name, named) != named:
        raise UndocumentableError(f"There are two models called {name}: rename one of them.")
    return {"$ref": f"#/components/schemas/{name}"}


def _refusals(operation: Operation) -> Part:
    return {str(PROBLEMS[name].status): {"$ref": f"#/components/responses/{name}"} for name in operation.problems()}


def _response(problem: errors.VizDotsError) -> Part:
    answer = api.problem(problem)
    described: Part = {"description": problem.title}
    if problem.retry_after is not None:
        described["headers"] = {"Retry-After": {"description": "Seconds to wait.", "schema": {"type": "integer"}}}
    schema = {"$ref": "#/components/schemas/Problem"}
    described["content"] = {"application/problem+json": {"schema": schema, "example": json.loads(answer.body or "")}}
    return described


def _room(path: str) -> str:
    second = path.split("/")[2]
    return ROOMS.get(second, second)


def _dependency(annotated: Any) -> Any:
    return next(each.dependency for each in get_args(annotated) if isinstance(each, Depends))


def _whole(value: Any) -> Any:
    """Powertools writes bounds as floats: an integer's maximum is 200, not 200.0."""
    match value:
        case dict():
            return {key: _whole(each) for key, each in value.items()}
        case list():
            return [_whole(each) for each in value]
        case float() if value.is_integer():
            return int(value)
        case _:
            return value


if __name__ == "__main__":
    DOCUMENT.write_text(text(), encoding="utf-8")
