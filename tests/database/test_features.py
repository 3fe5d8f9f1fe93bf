"""What is switched on is the same word everywhere: in the product's list, in the database, in its statements."""

import re
from pathlib import Path
from typing import Any

import psycopg
import pytest

from vizdots.flags import ALWAYS_ON, FLAGS, SWITCHES, Flag

ROOT = Path(__file__).resolve().parents[2]
OFF = "select app.has_feature(%(flag)s, jsonb_build_object(%(flag)s::text, false))"
ASKED = re.compile(r"(?:my_org|has_feature|visit\.has)\(\s*[\"']([A-Z_]+)[\"'](?:,\s*[\"']([A-Z_]+)[\"'])?")


@pytest.mark.parametrize("flag", FLAGS)
def test_all_can_be_off_but_those_that_are_always_on(db: psycopg.Connection[Any], flag: Flag) -> None:
    db.execute("set local role authenticated")
    for said, off in ((OFF, ""), ("select app.has_feature(%(flag)s, '{}')", f"OTHER,{flag}")):
        db.execute("select set_config('request.features_off', %s, true)", (off,))
        assert db.execute(said, {"flag": flag}).fetchone() == (flag in ALWAYS_ON,)


@pytest.mark.parametrize("flag", FLAGS)
@pytest.mark.parametrize("off", ["", "SOMETHING_ELSE", ","])
def test_all_are_on_by_themselves(db: psycopg.Connection[Any], flag: Flag, off: str) -> None:
    db.execute("set local role authenticated")
    db.execute("select set_config('request.features_off', %s, true)", (off,))
    assert db.execute("select app.has_feature(%s, null)", (flag,)).fetchone() == (True,)


def test_no_statement_and_no_page_asks_for_a_feature_that_there_is_not() -> None:
    files = [each for kind in ("py", "sql", "html") for each in ROOT.glob(f"[fsl]*/**/*.{kind}")]
    asked = {flag for each in files for found in ASKED.findall(each.read_text(encoding="utf-8")) for flag in found}
    assert {"LANGUAGE_PREFERENCES", "MULTI_LANGUAGE"} <= asked
    assert asked - {""} - {*SWITCHES} == set()
