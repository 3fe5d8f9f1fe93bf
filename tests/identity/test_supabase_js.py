"""Supabase's JavaScript client goes the same ways against the stand-in."""

import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.identity.conftest import StandIn

SCRIPT = Path(__file__).with_name("supabase_js.mjs")
INSTALLED = Path(__file__).parents[2] / "node_modules" / "@supabase" / "supabase-js"


@pytest.fixture
def node() -> str:
    """The Node.js of this machine, with the packages of package-lock.json."""
    found = shutil.which("node")
    if not found:
        pytest.skip("LOUD: no Node.js here, so @supabase/supabase-js has NOT judged the identity stand-in")
    if not INSTALLED.exists():
        pytest.fail("Node.js is here, but its packages are missing: run `npm ci`")
    return found


def test_a_person_goes_the_whole_way(stand_in: StandIn, node: str) -> None:
    keys = [stand_in.identity.anon_key, stand_in.identity.service_role_key]
    finished = subprocess.run(
        [node, "--no-deprecation", SCRIPT, stand_in.url, *keys],
        capture_output=True,
        text=True,
        timeout=120,
        check=False,
    )
    assert finished.returncode == 0, finished.stderr
    assert json.loads(finished.stdout) == {
        "signedUpWithoutSession": True,
        "unconfirmed": "email_not_confirmed",
        "wrongPassword": [400, "invalid_credentials"],
        "confirmed": True,
        "signedIn": "Jo",
        "claims": ["ES256", "authenticated", "authenticated", "js@acme.test"],
        "refreshed": True,
        "newPassword": True,
        "weak": ["weak_password", ["length"]],
        "accepted": True,
        "listed": [1, True, 2],
        "anonListsUsers": [403, "not_admin"],
        "pkce": "js@acme.test",
        "signedOut": True,
        "refreshAfterSigningOut": "refresh_token_not_found",
    }
