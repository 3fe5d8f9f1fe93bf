"""MiniStack with what it lacks for a SAM HTTP API; a script for the Python of .venv-ministack.

The fixes reach into MiniStack's private functions, so its version is pinned and test_emulator.py holds what they mend.
The interpreter LAMBDA_PYTHON runs the functions; the other settings are MiniStack's own (GATEWAY_PORT, AUTH …).
"""

import copy
import ctypes
import os
import re
import signal
import sys
from pathlib import Path
from typing import Any, Final

from ministack.app import main  # type: ignore[import-not-found]
from ministack.core import lambda_runtime  # type: ignore[import-not-found]
from ministack.services import apigateway, lambda_svc  # type: ignore[import-not-found]
from ministack.services.cloudformation import (  # type: ignore[import-not-found]
    changesets,
    engine,
    handlers,
    provisioners,
)

Json = dict[str, Any]

LAMBDA_PYTHON: Final = os.environ["LAMBDA_PYTHON"]
METHODS: Final = {
    "x-amazon-apigateway-any-method": "ANY",
    **{name: name.upper() for name in ("get", "put", "post", "delete", "options", "head", "patch")},
}


# ---- SAM describes the routes of an HTTP API in its OpenAPI `Body`, which MiniStack doesn't read -------------------

_create_api, _update_api = provisioners._apigw_v2_api_create, provisioners._apigw_v2_api_update


def create_api(logical_id: str, properties: Json, stack_name: str) -> tuple[str, Json]:
    """Create an AWS::ApiGatewayV2::Api with the routes of its Body."""
    api_id, attributes = _create_api(logical_id, properties, stack_name)
    _import_body(api_id, properties.get("Body") or {})
    return api_id, attributes


def update_api(physical_id: str, old: Json, new: Json, stack_name: str, logical_id: str | None = None) -> Any:
    """Update an AWS::ApiGatewayV2::Api and replace its routes by those of its Body."""
    answer = _update_api(physical_id, old, new, stack_name, logical_id)
    _import_body(answer[0], new.get("Body") or {})
    return answer


def _import_body(api_id: str, body: Json) -> None:
    if cors := body.get("x-amazon-apigateway-cors"):
        apigateway._apis[api_id]["corsConfiguration"] = cors
    apigateway._routes[api_id], apigateway._integrations[api_id] = {}, {}
    for path, operations in (body.get("paths") or {}).items():
        for method, operation in operations.items():
            if method in METHODS:
                integration = _integration(operation["x-amazon-apigateway-integration"])
                made = _accepted(apigateway._create_integration(api_id, integration))
                key = "$default" if path == "/$default" else f"{METHODS[method]} {path}"
                route = {"routeKey": key, "target": f"integrations/{made['integrationId']}"}
                _accepted(apigateway._create_route(api_id, route))


def _integration(spec: Json) -> Json:
    return {
        "integrationType": spec["type"].upper(),
        "integrationUri": spec["uri"],
        "integrationMethod": spec["httpMethod"],
        "payloadFormatVersion": spec["payloadFormatVersion"],
    }


def _accepted(answer: Any) -> Json:
    accepted: Json = provisioners._apigw_v2_result(answer, "the import of an OpenAPI body")
    return accepted


provisioners._RESOURCE_HANDLERS["AWS::ApiGatewayV2::Api"].update(create=create_api, update=update_api)


# ---- SAM resolves parameters, with the values of the deploy and not with the template's defaults ---------------------

_apply_transforms = engine._apply_transforms


def apply_transforms(template: Json, provided: Any = None, previous: Any = None) -> Any:
    """The template as plain CloudFormation."""
    given = copy.deepcopy(template)
    for name, value in engine._transform_parameters(template, provided, previous).items():
        given["Parameters"][name]["Default"] = value
    applied = _apply_transforms(given, provided, previous)
    if isinstance(applied, dict) and "Parameters" in applied:
        applied["Parameters"] = template["Parameters"]
    return applied


changesets._apply_transforms = handlers._apply_transforms = apply_transforms


# ---- Python functions run under AWS's own runtime client, like those that bring a runtime along --------------------


class RuntimeClient(lambda_runtime.ProvidedWorker):  # type: ignore[misc]
    """An environment that runs awslambdaric."""

    def _build_handler_class(self, *args: Any) -> Any:
        handler = super()._build_handler_class(*args)
        handler.disable_nagle_algorithm = True  # headers and body leave in two writes: else 40 ms an invocation
        return handler


_worker_class, _run_warm = lambda_runtime._worker_class_for, lambda_svc._execute_function_warm
_unpack_code, _environment = lambda_svc._provided_runtime_code_dir, lambda_svc._provided_worker_env


def worker_class(config: Json) -> Any:
    """What runs a function."""
    return RuntimeClient if _is_python(config) else _worker_class(config)


def run_warm(function: Json, event: Any, request_id: str) -> Any:
    """Run a function in an environment that is there, or in a new one."""
    run = lambda_svc._execute_function_provided_warm if _is_python(function.get("config") or function) else _run_warm
    return run(function, event, request_id)


def unpack_code(code: bytes) -> str:
    """Unpack a function's code and give it a bootstrap that starts the runtime client."""
    folder = str(_unpack_code(code))
    bootstrap = Path(folder, "bootstrap")
    with lambda_svc._provided_code_lock:  # no process may be forked while it is open
        if not bootstrap.exists():
            bootstrap.write_text(f'#!/bin/sh\nexec "{LAMBDA_PYTHON}" -m awslambdaric "$_HANDLER"\n')
            bootstrap.chmod(0o755)
    return folder


def environment(config: Json, folder: str, port: int) -> Json:
    """The environment variables of a function, its layers on the import path."""
    variables: Json = _environment(config, folder, port)
    if _is_python(config):
        layers = (
            lambda_svc._docker_extracted_dir(lambda_svc._resolve_layer_zip(layer), "layer")
            for layer in config.get("Layers") or []
        )
        variables["PYTHONPATH"] = os.pathsep.join([folder, *(f"{layer}/python" for layer in layers)])
        variables["TZ"] = ":UTC"
    return variables


def _is_python(config: Json) -> bool:
    return re.fullmatch(r"python3\.\d+", config.get("Runtime") or "") is not None


lambda_runtime._worker_class_for, lambda_svc._execute_function_warm = worker_class, run_warm
lambda_svc._provided_runtime_code_dir, lambda_svc._provided_worker_env = unpack_code, environment
# MiniStack waits 50 ms for a line of log after an invocation that prints nothing.
lambda_runtime.Worker._drain_stderr_bounded.__defaults__ = (0.004, 0.002, 0.25)


# ---- An HTTP API hands cookies over in a list of their own, and doesn't tell what a function died of ---------------

_execute, _as_response = (
    lambda_svc._execute_function_with_config_scope,
    lambda_svc.lambda_execute_result_to_api_proxy_response,
)


def execute(function: Json, event: Any) -> Any:
    """Invoke a function; the event of an HTTP API has its cookies where AWS puts them."""
    if isinstance(event, dict) and event.get("version") == "2.0" and "cookie" in (event.get("headers") or {}):
        event["cookies"] = [cookie.strip() for cookie in event["headers"].pop("cookie").split(";") if cookie.strip()]
    return _execute(function, event)


def as_response(result: Json) -> Any:
    """The HTTP response of an invocation."""
    if result.get("error"):
        return {"statusCode": 500, "body": '{"message":"Internal Server Error"}'}, None
    return _as_response(result)


lambda_svc._execute_function_with_config_scope = execute
lambda_svc.lambda_execute_result_to_api_proxy_response = as_response


if __name__ == "__main__":
    if sys.platform == "linux":
        ctypes.CDLL(None).prctl(1, signal.SIGKILL)  # PR_SET_PDEATHSIG: end with whoever started us
    main()
