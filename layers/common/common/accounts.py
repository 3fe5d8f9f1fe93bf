"""Accounts that are opened for their people: the identity service's admin API, with the one key that opens everything.

Only api/accept_invite is given that key (`CreatesAccounts` in template.yaml).
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final
from uuid import UUID

from common import config, identity
from common.log import log
from vizdots.errors import Conflict, Invalid, NotSignedIn, Unavailable

if TYPE_CHECKING:
    from supabase_auth import SyncGoTrueClient

THE_PERSONS_PART: Final = ("weak_password", "email_address_invalid", "validation_failed")  # all else is ours to mend


def open_account(email: str, language: str, *, password: str) -> UUID:
    """A confirmed account with this password, for whoever has proved the address: a new one, or one that waits for it.

    Its mails are in `language`, which the identity service's templates ask for (docs/runbook.md).

    Raises Conflict (sign_in_first) where the address has been confirmed before, Invalid (weak_password), TooMany,
    Unavailable.
    """

    def opened(client: SyncGoTrueClient) -> UUID:
        # The one question to the service by address that mails nothing: it makes the account where there is none, and
        # refuses one that is confirmed. The password of somebody who signed up with an address of others goes.
        user = client.admin.generate_link({"type": "invite", "email": email}).user
        client.admin.update_user_by_id(
            user.id, {"password": password, "email_confirm": True, "user_metadata": {"language": language}}
        )
        return UUID(user.id)

    key = config.secret("SUPABASE_SERVICE_ROLE_KEY")
    try:
        account: UUID = identity.ask(opened, {"apikey": key, "Authorization": f"Bearer {key}"})
    except Invalid as refused:
        if refused.code == "email_exists":
            raise Conflict("There is an account with this address: sign in with it.", code="sign_in_first") from None
        if refused.code in THE_PERSONS_PART:
            raise
        raise _refused(refused.code) from None
    except NotSignedIn as refused:
        raise _refused(refused.code) from None
    return account


def _refused(code: str) -> Unavailable:
    config.forget_secret("SUPABASE_SERVICE_ROLE_KEY")  # it may have been rotated since this function started
    log.error("the identity service refuses to open an account", extra={"code": code})
    return Unavailable("The identity service doesn't open accounts at present.", retry_after=5)
