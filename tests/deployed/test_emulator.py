"""What the launcher mends in MiniStack: if one of these fails, look there first, not at the product."""

from collections.abc import Callable, Iterator

import httpx
import pytest

from tests.deployed.conftest import Deployed


@pytest.fixture(scope="module")
def http(deployed: Deployed, probe: Callable[[str], str]) -> Iterator[httpx.Client]:
    """A client of an HTTP API that leads to a probe."""
    gateway = deployed.cloud.client("apigatewayv2")
    api: str = gateway.create_api(Name="probe", ProtocolType="HTTP")["ApiId"]
    integration: str = gateway.create_integration(
        ApiId=api,
        IntegrationType="AWS_PROXY",
        IntegrationUri=probe("OpenapiFunction"),
        PayloadFormatVersion="2.0",
    )["IntegrationId"]
    gateway.create_route(ApiId=api, RouteKey="$default", Target=f"integrations/{integration}")
    gateway.create_stage(ApiId=api, StageName="$default", AutoDeploy=True)
    with deployed.cloud.api(api) as client:
        yield client


def test_a_request_is_the_event_of_an_http_api(http: httpx.Client) -> None:
    event = http.post("/some/path?one=1&two=2&two=3", json={"said": "é"}).json()
    assert event["version"] == "2.0"
    assert event["rawPath"] == "/some/path"
    assert event["rawQueryString"] == "one=1&two=2&two=3"
    assert event["queryStringParameters"] == {"one": "1", "two": "2,3"}
    assert event["requestContext"]["http"]["method"] == "POST"
    assert event["requestContext"]["timeEpoch"] > 1_700_000_000_000
    assert event["headers"]["content-type"] == "application/json"


def test_cookies_travel_in_a_list_of_their_own(http: httpx.Client) -> None:
    answer = http.get("/", headers={"Cookie": "a=1; b=2"})
    event = answer.json()
    assert event["cookies"] == ["a=1", "b=2"]
    assert "cookie" not in event["headers"]
    assert answer.headers.get_list("set-cookie") == ["first=1", "second=2"]


def test_what_a_function_died_of_is_not_told(http: httpx.Client) -> None:
    answer = http.get("/raise")
    assert answer.status_code == 500
    assert answer.json() == {"message": "Internal Server Error"}
