"""The endpoints that tell about the stand-in itself: its set-up, its health, its public key."""

from typing import Any

from local.identity.door import Call


def settings(call: Call) -> dict[str, Any]:
    """GET /settings: what clients may know of the set-up."""
    return {
        "external": {"email": True, "phone": False, "anonymous_users": False},
        "disable_signup": False,
        "mailer_autoconfirm": not call.identity.settings.confirms_email,
        "phone_autoconfirm": False,
        "sms_provider": "",
        "saml_enabled": False,
    }


def health(call: Call) -> dict[str, Any]:
    """GET /health: that the stand-in and its database answer."""
    with call.identity.pool.transaction() as db:
        db.execute("select 1")
    return {"name": "GoTrue", "version": "stand-in", "description": "A local double of Supabase Auth"}


def jwks(call: Call) -> dict[str, Any]:
    """GET /.well-known/jwks.json: the public key."""
    return dict(call.identity.keys.public())
