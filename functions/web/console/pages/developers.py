"""The API's documentation, made of its OpenAPI document."""

import json
from collections import defaultdict
from functools import cache
from typing import Any

from starlette.responses import Response

from frame.room import Room
from frame.visit import Visit
from vizdots import documentation

room = Room()

METHODS = ("get", "post", "put", "patch", "delete")


@room.get("/developers")
def show_api(visit: Visit) -> Response:
    """Every route with what it takes and gives."""
    return visit.page("developers/index", document=_document(), groups=_groups(), api=visit.request.url.netloc)


@cache
def _document() -> dict[str, Any]:
    document: dict[str, Any] = json.loads(documentation.openapi())
    return document


@cache
def _groups() -> dict[str, list[dict[str, Any]]]:
    """The routes by tag, each with its references followed as far as a reader needs them."""
    found = defaultdict(list)
    for path, item in _document()["paths"].items():
        for method in (each for each in METHODS if each in item):
            route = item[method]
            body = route.get("requestBody", {}).get("content", {}).get("application/json", {}).get("schema")
            answers = {status: _resolved(answer) for status, answer in route["responses"].items()}
            done = next((it for status, it in answers.items() if status.startswith("2")), {})
            given = done.get("content", {}).get("application/json", {}).get("schema")
            found[route.get("tags", ["other"])[0]].append(
                {
                    "id": f"{method}-{path.strip('/').replace('/', '-').replace('{', '').replace('}', '')}",
                    "method": method.upper(),
                    "path": path,
                    "summary": route.get("summary", ""),
                    "parameters": [_resolved(each) for each in route.get("parameters", [])],
                    "takes": _fields(body),
                    "gives": _fields(given),
                    "answers": {status: it.get("description", "") for status, it in answers.items()},
                    "needs_token": bool(route.get("security")),
                }
            )
    return dict(found)


def _resolved(it: dict[str, Any]) -> dict[str, Any]:
    """What a reference stands for."""
    while "$ref" in it:
        there: Any = _document()
        for part in it["$ref"].removeprefix("#/").split("/"):
            there = there[part]
        it = there
    return it


def _fields(schema: dict[str, Any] | None) -> list[dict[str, str]]:
    """The fields of an object: name, kind and what they mean."""
    if schema is None:
        return []
    whole = _resolved(schema)
    required = whole.get("required", [])
    return [
        {
            "name": name,
            "kind": _kind(it) + ("" if name in required else "?"),
            "means": it.get("description") or _resolved(it).get("description", ""),
        }
        for name, it in whole.get("properties", {}).items()
    ]


def _kind(schema: dict[str, Any]) -> str:
    if "$ref" in schema:
        return str(schema["$ref"].rpartition("/")[2])
    if "anyOf" in schema:
        return " | ".join(_kind(each) for each in schema["anyOf"])
    if "enum" in schema:
        return " | ".join(map(json.dumps, schema["enum"]))
    if schema.get("type") == "array":
        return f"[{_kind(schema.get('items', {}))}]"
    return str(schema.get("format") or schema.get("type") or "any")
