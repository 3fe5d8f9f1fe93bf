"""The gateway makes of requests and answers what API Gateway's HTTP API makes of them."""

import asyncio
import json
import threading
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from local import http_events
from local.environments import FunctionFailedError
from local.gateway import Gateway, Routes
from local.template import Cors, Route

AT = datetime(2020, 3, 12, 19, 3, 58, 390_000, tzinfo=UTC)

# The sample of payload format 2.0 in AWS's developer guide, but for authorizers, client certificates and stage
# variables, which this API has none of.
SAMPLE = {
    "version": "2.0",
    "routeKey": "$default",
    "rawPath": "/my/path",
    "rawQueryString": "parameter1=value1&parameter1=value2&parameter2=value",
    "cookies": ["cookie1", "cookie2"],
    "headers": {"header1": "value1", "header2": "value1,value2"},
    "queryStringParameters": {"parameter1": "value1,value2", "parameter2": "value"},
    "requestContext": {
        "accountId": "123456789012",
        "apiId": "api-id",
        "domainName": "id.execute-api.us-east-1.amazonaws.com",
        "domainPrefix": "id",
        "http": {
            "method": "POST",
            "path": "/my/path",
            "protocol": "HTTP/1.1",
            "sourceIp": "192.0.2.1",
            "userAgent": "agent",
        },
        "requestId": "id",
        "routeKey": "$default",
        "stage": "$default",
        "time": "12/Mar/2020:19:03:58 +0000",
        "timeEpoch": 1583348638390,
    },
    "body": "Hello from Lambda",
    "isBase64Encoded": False,
}


class Function:
    """Stands where the functions are: keeps the events and answers with `answer`, a value or what makes one."""

    def __init__(self) -> None:
        self.events: list[dict[str, Any]] = []
        self.called: list[str] = []
        self.answer: Any = {"statusCode": 200}

    def __call__(self, function: str, event: Any) -> Any:
        self.called.append(function)
        self.events.append(event)
        return self.answer() if callable(self.answer) else self.answer


@pytest.fixture
def function() -> Function:
    return Function()


ROUTES = (
    Route("GET", "/things/{id}", "Thing"),
    Route("POST", "/things", "Things"),
    Route("ANY", "/files/{path+}", "Files"),
)
CORS = Cors(("http://localhost:8000",), ("GET", "POST"), ("authorization",), ("etag",), credentials=True, max_age=600)


def send(gateway: Gateway, method: str, path: str, **more: Any) -> httpx.Response:
    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(app=gateway, client=("192.0.2.1", 1234))
        async with httpx.AsyncClient(transport=transport, base_url="http://id.example.test:8000") as client:
            return await client.request(method, path, **more)

    try:
        return asyncio.run(sent())
    finally:
        gateway.close()


def gateway(function: Callable[[str, Any], Any], *routes: Route, cors: Cors | None = None, **more: Any) -> Gateway:
    return Gateway(routes or ROUTES, cors, function, now=lambda: AT, **more)


def test_the_event_has_the_shape_of_the_sample_in_the_developer_guide(function: Function) -> None:
    send(
        gateway(function, Route("ANY", "$default", "F")),
        "POST",
        "/my/path?parameter1=value1&parameter1=value2&parameter2=value",
        headers=[
            ("Header1", "value1"),
            ("Header2", "value1"),
            ("Header2", "value2"),
            ("Cookie", "cookie1; cookie2"),
            ("User-Agent", "agent"),
            ("Content-Type", "text/plain"),
        ],
        content=b"Hello from Lambda",
    )
    (event,) = function.events
    assert event.keys() == SAMPLE.keys()
    own = ("headers", "requestContext")
    assert {key: event[key] for key in event if key not in own} == {
        key: SAMPLE[key] for key in SAMPLE if key not in own
    }
    assert event["headers"] | {"header1": "value1", "header2": "value1,value2"} == event["headers"]
    context, sample = event["requestContext"], SAMPLE["requestContext"]
    assert isinstance(sample, dict)
    assert context.keys() == sample.keys()
    assert context["http"] == sample["http"]
    assert (context["time"], context["timeEpoch"]) == ("12/Mar/2020:19:03:58 +0000", 1584039838390)
    assert (context["domainName"], context["domainPrefix"]) == ("id.example.test", "id")


def test_what_a_request_does_not_have_has_no_key(function: Function) -> None:
    send(gateway(function, Route("GET", "/plain", "F")), "GET", "/plain")
    (event,) = function.events
    assert not {"cookies", "queryStringParameters", "pathParameters", "body"} & event.keys()
    assert (event["routeKey"], event["rawQueryString"], event["isBase64Encoded"]) == ("GET /plain", "", False)


def test_headers_come_in_lower_case_without_cookies_and_with_what_the_gateway_adds(function: Function) -> None:
    headers = {"X-Thing": "A", "Cookie": "a=1; b=2", "X-Forwarded-For": "198.51.100.7"}
    send(gateway(function), "GET", "/things/1", headers=headers)
    (event,) = function.events
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert event["headers"]["x-thing"] == "A"
    assert event["headers"]["host"] == "id.example.test:8000"
    assert event["headers"]["x-forwarded-for"] == "198.51.100.7, 192.0.2.1"
    assert (event["headers"]["x-forwarded-port"], event["headers"]["x-forwarded-proto"]) == ("8000", "http")
    assert event["headers"]["x-amzn-trace-id"].startswith("Root=1-")


def test_path_and_parameters_arrive_decoded_and_the_raw_query_does_not(function: Function) -> None:
    send(gateway(function), "GET", "/things/a%20b%2Fc?q=x%20y&empty=&q=z%2C1")
    (event,) = function.events
    assert event["rawPath"] == event["requestContext"]["http"]["path"] == "/things/a b/c"
    assert event["pathParameters"] == {"id": "a b/c"}
    assert event["rawQueryString"] == "q=x%20y&empty=&q=z%2C1"
    assert event["queryStringParameters"] == {"q": "x y,z,1", "empty": ""}


@pytest.mark.parametrize(
    ("kind", "body", "sent", "is_base64"),
    [
        ("application/json", '{"a": "é"}'.encode(), '{"a": "é"}', False),
        ("text/csv; charset=utf-8", b"a,b", "a,b", False),
        ("", b"plain", "plain", False),
        ("application/x-www-form-urlencoded", b"a=1", "YT0x", True),
        ("image/png", b"\x89PNG", "iVBORw==", True),
        ("application/json", b"\xff\xfe", "//4=", True),
    ],
)
def test_text_travels_as_text_and_all_else_in_base64(
    function: Function, kind: str, body: bytes, sent: str, is_base64: bool
) -> None:
    headers = {"Content-Type": kind} if kind else {}
    send(gateway(function), "POST", "/things", content=body, headers=headers)
    assert (function.events[0]["body"], function.events[0]["isBase64Encoded"]) == (sent, is_base64)


def test_an_answer_with_a_status_code_is_followed_to_the_letter(function: Function) -> None:
    function.answer = {
        "statusCode": 201,
        "headers": {"Content-Type": "image/png", "X-Count": 3, "X-Yes": True},
        "cookies": ["a=1; HttpOnly", "b=2"],
        "body": "iVBORw==",
        "isBase64Encoded": True,
    }
    answer = send(gateway(function), "GET", "/things/1")
    assert (answer.status_code, answer.content) == (201, b"\x89PNG")
    assert answer.headers.get_list("set-cookie") == ["a=1; HttpOnly", "b=2"]
    assert (answer.headers["content-type"], answer.headers["x-count"], answer.headers["x-yes"]) == (
        "image/png",
        "3",
        "true",
    )
    assert len(answer.headers["apigw-requestid"]) == 16
    assert answer.headers["apigw-requestid"] == function.events[0]["requestContext"]["requestId"]


@pytest.mark.parametrize(
    ("answer", "body"),
    [({"a": "é"}, b'{"a": "\\u00e9"}'), ([1], b"[1]"), ("Hello from Lambda!", b"Hello from Lambda!")],
)
def test_an_answer_without_a_status_code_is_a_json_body(function: Function, answer: Any, body: bytes) -> None:
    function.answer = answer
    got = send(gateway(function), "GET", "/things/1")
    assert (got.status_code, got.headers["content-type"], got.content) == (200, "application/json", body)


@pytest.mark.parametrize(
    "answer",
    [
        {"statusCode": "many"},
        {"statusCode": 99},
        {"statusCode": 200, "body": {"a": 1}},
        {"statusCode": 200, "headers": {"X": ["a"]}},
        {"statusCode": 200, "headers": {"X": "a\r\nSet-Cookie: b=1"}},
        {"statusCode": 200, "body": "not base64!", "isBase64Encoded": True},
        {"statusCode": 200, "body": "x" * (6 * 1024 * 1024)},
    ],
    ids=["no number", "no status", "no text", "a list", "two lines", "no base64", "over 6 MB"],
)
def test_an_answer_that_can_not_be_followed_is_an_internal_server_error(function: Function, answer: Any) -> None:
    function.answer = answer
    got = send(gateway(function), "GET", "/things/1")
    assert (got.status_code, got.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_fails_is_an_internal_server_error(function: Function) -> None:
    def fail() -> None:
        raise FunctionFailedError("Thing", {"errorType": "KeyError", "errorMessage": "secret detail"})

    function.answer = fail
    got = send(gateway(function), "GET", "/things/1")
    assert (got.status_code, got.json()) == (500, {"message": "Internal Server Error"})


def test_a_function_that_takes_too_long_is_service_unavailable() -> None:
    released = threading.Event()

    def waits(name: str, event: Any) -> Any:
        released.wait(30)
        return {"statusCode": 200}

    async def sent() -> httpx.Response:
        transport = httpx.ASGITransport(app=gateway(waits, waits=0.01))
        async with httpx.AsyncClient(transport=transport, base_url="http://x.test") as client:
            try:
                return await client.get("/things/1")
            finally:
                released.set()

    got = asyncio.run(sent())
    assert (got.status_code, got.json()) == (503, {"message": "Service Unavailable"})


def test_a_body_of_more_than_ten_megabytes_is_refused_unread_by_any_function(function: Function) -> None:
    got = send(gateway(function), "POST", "/things", content=b"x" * (http_events.LARGEST_REQUEST + 1))
    assert (got.status_code, got.json(), function.events) == (413, {"message": "Request Entity Too Large"}, [])


def test_an_event_that_is_larger_than_lambda_takes_is_refused(function: Function) -> None:
    headers = {"Content-Type": "image/png"}
    got = send(gateway(function), "POST", "/things", content=b"x" * (5 * 1024 * 1024), headers=headers)
    assert (got.status_code, function.events) == (413, [])


@pytest.mark.parametrize(
    ("method", "path"), [("GET", "/"), ("GET", "/things/1/"), ("PUT", "/things/1"), ("HEAD", "/things/1")]
)
def test_what_has_no_route_is_not_found(function: Function, method: str, path: str) -> None:
    got = send(gateway(function), method, path)
    assert got.status_code == 404
    assert method == "HEAD" or got.json() == {"message": "Not Found"}


def test_no_content_has_no_content(function: Function) -> None:
    function.answer = {"statusCode": 204, "body": "something"}
    got = send(gateway(function), "GET", "/things/1")
    assert (got.status_code, got.content) == (204, b"")
    assert "content-length" not in got.headers


# The example of the developer guide on how a route is selected.
GUIDE = (
    Route("ANY", "$default", "default"),
    Route("ANY", "/{proxy+}", "any"),
    Route("GET", "/pets/{proxy+}", "pets"),
    Route("GET", "/pets/dog/{id}", "dog"),
    Route("GET", "/pets/dog/1", "first dog"),
    Route("ANY", "/pets/cat", "cats"),
    Route("POST", "/pets/cat", "new cat"),
)


@pytest.mark.parametrize(
    ("method", "path", "function", "parameters"),
    [
        ("GET", "/pets/dog/1", "first dog", {}),
        ("GET", "/pets/dog/2", "dog", {"id": "2"}),
        ("GET", "/pets/cat/1", "pets", {"proxy": "cat/1"}),
        ("POST", "/pets/dog/1", "any", {"proxy": "pets/dog/1"}),
        ("POST", "/pets/cat", "new cat", {}),
        ("GET", "/pets/cat", "cats", {}),
        ("GET", "/", "default", {}),
    ],
)
def test_a_full_match_comes_before_a_greedy_one_and_that_before_the_default(
    method: str, path: str, function: str, parameters: dict[str, str]
) -> None:
    found = Routes(GUIDE).find(method, path)
    assert found is not None
    assert (found[0].function, found[1]) == (function, parameters)


PREFLIGHT = {
    "Origin": "http://localhost:8000",
    "Access-Control-Request-Method": "POST",
    "Access-Control-Request-Headers": "authorization",
}


def test_a_preflight_is_answered_by_the_gateway_itself(function: Function) -> None:
    got = send(gateway(function, cors=CORS), "OPTIONS", "/things", headers=PREFLIGHT)
    assert (got.status_code, got.content, function.events) == (204, b"", [])
    assert {name: value for name, value in got.headers.items() if name.startswith("access-control")} == {
        "access-control-allow-origin": "http://localhost:8000",
        "access-control-allow-credentials": "true",
        "access-control-allow-methods": "GET,POST",
        "access-control-allow-headers": "authorization",
        "access-control-max-age": "600",
    }


def test_a_page_of_an_origin_that_is_not_allowed_gets_no_cors_headers(function: Function) -> None:
    for method, headers in (("OPTIONS", PREFLIGHT), ("POST", {})):
        got = send(gateway(function, cors=CORS), method, "/things", headers={**headers, "Origin": "http://evil.test"})
        assert not [name for name in got.headers if name.startswith("access-control")]


def test_the_gateways_cors_headers_take_the_place_of_the_functions(function: Function) -> None:
    function.answer = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*", "X-A": "1"}}
    got = send(gateway(function, cors=CORS), "GET", "/things/1", headers={"Origin": "http://localhost:8000"})
    assert got.headers["access-control-allow-origin"] == "http://localhost:8000"
    assert (got.headers["access-control-expose-headers"], got.headers["x-a"]) == ("etag", "1")


def test_errors_of_the_gateway_carry_cors_headers_too(function: Function) -> None:
    got = send(gateway(function, cors=CORS), "GET", "/nowhere", headers={"Origin": "http://localhost:8000"})
    assert (got.status_code, got.headers["access-control-allow-origin"]) == (404, "http://localhost:8000")


def test_without_a_cors_configuration_the_function_speaks_for_itself(function: Function) -> None:
    function.answer = {"statusCode": 200, "headers": {"Access-Control-Allow-Origin": "*"}}
    route = Route("OPTIONS", "/things", "Things")
    got = send(gateway(function, route), "OPTIONS", "/things", headers=PREFLIGHT)
    assert (got.headers["access-control-allow-origin"], function.called) == ("*", ["Things"])


@pytest.mark.parametrize(
    ("origins", "allowed"), [(("*",), "*"), (("http://*",), "http://a.test"), (("https://*",), None)]
)
def test_wildcard_origins_are_those_that_aws_knows(
    function: Function, origins: tuple[str, ...], allowed: str | None
) -> None:
    got = send(gateway(function, cors=Cors(origins)), "GET", "/things/1", headers={"Origin": "http://a.test"})
    assert got.headers.get("access-control-allow-origin") == allowed


def test_one_line_is_said_for_each_request(function: Function) -> None:
    said: list[str] = []
    send(gateway(function, says=said.append), "GET", "/things/1?secret=token")
    (line,) = said
    assert line.startswith("GET /things/1 200 ")
    assert "secret" not in line


def test_requests_are_answered_while_another_one_waits() -> None:
    released = threading.Event()

    def invoke(name: str, event: Any) -> Any:
        if event["rawPath"] == "/things/slow":
            released.wait(30)
        else:
            released.set()
        return {"path": event["rawPath"]}

    async def both() -> list[httpx.Response]:
        transport = httpx.ASGITransport(app=gateway(invoke))
        async with httpx.AsyncClient(transport=transport, base_url="http://x.test") as client:
            return list(await asyncio.gather(client.get("/things/slow"), client.get("/things/quick")))

    assert [json.loads(each.content)["path"] for each in asyncio.run(both())] == ["/things/slow", "/things/quick"]


def test_a_client_that_hangs_up_before_its_request_is_whole_wakes_nobody(function: Function) -> None:
    parts = iter([{"type": "http.request", "body": b'{"a"', "more_body": True}, {"type": "http.disconnect"}])
    sent: list[object] = []

    async def receive() -> Any:
        return next(parts)

    async def answer(message: Any) -> None:
        sent.append(message)

    scope = {"method": "POST", "path": "/things", "raw_path": b"/things", "query_string": b"", "headers": []}
    asyncio.run(gateway(function)(scope, receive, answer))
    assert (function.events, sent) == ([], [])


def test_a_body_that_comes_in_pieces_is_put_together(function: Function) -> None:
    async def pieces() -> AsyncIterator[bytes]:
        for piece in (b'{"a":', b" 1}"):
            yield piece

    send(gateway(function), "POST", "/things", content=pieces(), headers={"Content-Type": "application/json"})
    assert function.events[0]["body"] == '{"a": 1}'
