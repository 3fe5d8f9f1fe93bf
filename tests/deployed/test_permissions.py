"""IAM as deployed: a function reads the secrets of its powers and no other's."""

from collections.abc import Callable

import pytest

from tests.deployed.cloud import STAGE
from tests.deployed.conftest import Deployed

SECRETS = ("database-url", "database-admin-url", "scheduler-secret", "supabase-service-role-key")


@pytest.mark.parametrize(
    ("function", "may_read"),
    [
        ("MeFunction", {"database-url"}),
        ("SchedulerFunction", {"database-url", "scheduler-secret"}),
        ("MigrateFunction", {"database-url", "database-admin-url"}),
        ("AcceptInviteFunction", {"database-url", "supabase-service-role-key"}),
        ("ConsoleFunction", {"database-url"}),
        ("OpenapiFunction", set()),
    ],
)
def test_a_role_reads_the_secrets_of_its_powers_only(
    deployed: Deployed, probe: Callable[[str], str], function: str, may_read: set[str]
) -> None:
    names = [f"vizdots/{STAGE}/{each}" for each in SECRETS]
    found = deployed.cloud.invoke(probe(function), {"secrets": names})
    assert found == {
        f"vizdots/{STAGE}/{each}": "read" if each in may_read else "AccessDeniedException" for each in SECRETS
    }
