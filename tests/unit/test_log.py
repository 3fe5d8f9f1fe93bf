"""The log says where it went wrong, and never what anybody said."""

from typing import Any

import pytest

from common import config
from common.log import log, where
from tests.requests import logged

SECRET_WORDS = "ana said that she is tired"


def caught(call: Any) -> BaseException:
    try:
        call()
    except Exception as error:  # noqa: BLE001 - whatever it is
        return error
    raise AssertionError("nothing was raised")


def test_an_error_is_placed_at_the_deepest_line_of_ours(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("APP_URL", raising=False)
    assert where(caught(lambda: config.setting("APP_URL"))).startswith("common.config.setting:")


def test_an_error_that_was_never_raised_has_no_place() -> None:
    assert where(ValueError(SECRET_WORDS)) == "unknown"


def test_the_place_of_an_error_holds_nothing_of_its_text() -> None:
    assert SECRET_WORDS not in where(caught(lambda: [][len(SECRET_WORDS)]))


def test_a_line_is_json_with_what_it_was_told() -> None:
    with logged() as lines:
        log.info("request", extra={"status": 200})
    assert (lines[0]["message"], lines[0]["status"], lines[0]["level"]) == ("request", 200, "INFO")


def test_an_exception_is_logged_by_its_kind_and_place_alone() -> None:
    with logged() as lines:
        try:
            config.setting("SUCH_A_SETTING_IS_NEVER_SET")
        except config.MisconfiguredError:
            log.exception("failed")
    assert lines[0]["exception_name"] == "MisconfiguredError"
    assert lines[0]["exception"].startswith("common.config.setting:")
    assert "SUCH_A_SETTING" not in str(lines)
