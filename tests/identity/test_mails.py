"""What the stand-in mails: the product's letters, in the language of whom they are for, with a link that leads on."""

from datetime import timedelta
from typing import Any
from urllib.parse import parse_qsl

import pytest

from local.identity.mails import KINDS
from tests.identity.conftest import PASSWORD, StandIn, Starter
from vizdots.mails import letters

SUBJECTS = {
    "en": "Confirm your e-mail address",
    "de": "Bestätige deine E-Mail-Adresse",
    "ja": "メールアドレスを確認してください",
}


def sign_up(stand_in: StandIn, email: str, data: dict[str, Any] | None = None, accepted: str = "") -> dict[str, Any]:
    """Sign up as a browser does that asks for a language; the mail."""
    body = {"email": email, "password": PASSWORD, "data": data or {}}
    headers = {"accept-language": accepted}
    stand_in.http.post("/auth/v1/signup", json=body, headers=headers).raise_for_status()
    return stand_in.mails(email)[0]


def test_a_mail_carries_all_that_a_test_needs(stand_in: StandIn) -> None:
    stand_in.client().sign_up({"email": "json@box.test", "password": PASSWORD})
    [mail] = stand_in.mails("json@box.test")
    assert mail.keys() == {"id", "to", "kind", "subject", "html", "text", "link", "code", "created_at"}
    assert (mail["to"], mail["kind"], mail["subject"]) == ("json@box.test", "signup", SUBJECTS["en"])
    assert mail["link"] in mail["text"].splitlines()
    assert mail["code"] in mail["text"].splitlines()
    assert mail["link"].startswith(f"{stand_in.url}/auth/v1/verify?token=")
    assert mail["created_at"]


def test_each_kind_is_a_letter_of_the_product_that_leads_on(stand_in: StandIn) -> None:
    client = stand_in.sign_up("kinds@box.test")
    stand_in.admin().admin.invite_user_by_email("kinds-invited@box.test")
    client.reset_password_for_email("kinds@box.test")
    client.sign_in_with_otp({"email": "kinds@box.test"})
    client.update_user({"email": "kinds-new@box.test"})
    addresses = ("kinds@box.test", "kinds-invited@box.test", "kinds-new@box.test")
    mails = {mail["kind"]: mail for address in addresses for mail in stand_in.mails(address)}
    assert mails.keys() == KINDS.keys()
    for kind, mail in mails.items():
        facts = {"link": mail["link"], "code": mail["code"], "hours": 1}
        letter = letters.compose(KINDS[kind], facts, "en", app_url="https://app.vizdots.test")
        assert (mail["subject"], mail["text"], mail["html"]) == (letter.subject, letter.text, letter.html)
        assert "work once, and for an hour." in mail["text"]
    assert stand_in.follow(mails["email_change"]["link"])["access_token"]


@pytest.mark.parametrize(
    ("language", "data", "accepted"),
    [
        ("de", {"language": "de"}, "ja"),
        ("ja", {}, "ja-JP, de;q=0.5"),
        ("en", {}, ""),
        ("en", {"language": "tlh"}, "tlh"),
        ("de", {"language": ["ja"]}, "de"),
        ("en", {"language": "pseudo"}, ""),
    ],
)
def test_a_mail_is_in_the_account_s_language_or_in_the_request_s(
    stand_in: StandIn, language: str, data: dict[str, Any], accepted: str
) -> None:
    mail = sign_up(stand_in, f"{language}{len(str(data))}{len(accepted)}@box.test", data, accepted)
    assert mail["subject"] == SUBJECTS[language]
    assert f'<html lang="{language}"' in mail["html"]


def test_who_has_said_their_language_is_mailed_in_it_whoever_asks(stand_in: StandIn) -> None:
    sign_up(stand_in, "always@box.test", {"language": "de"})
    body = {"email": "always@box.test"}
    stand_in.http.post("/auth/v1/recover", json=body, headers={"accept-language": "ja"}).raise_for_status()
    assert stand_in.mails("always@box.test")[0]["subject"] == "Neues Passwort wählen"


def test_what_somebody_calls_themselves_isn_t_mailed_to_strangers(stand_in: StandIn) -> None:
    mail = sign_up(stand_in, "victim@box.test", {"name": "You have won, see evil.test", "first_name": "You have won"})
    assert "won" not in mail["text"] + mail["html"] + mail["subject"]


def test_a_mail_says_how_long_its_link_holds(start: Starter) -> None:
    stand_in = start(link_lifetime=timedelta(hours=24))
    assert "work once, and for 24 hours." in sign_up(stand_in, "patient@box.test")["text"]


def test_a_link_with_anything_in_it_is_one_link(stand_in: StandIn) -> None:
    wish = "https://app.vizdots.test/'x'<b>?a=1&b=\"2\""
    body = {"email": "anything@box.test", "password": PASSWORD}
    stand_in.http.post("/auth/v1/signup", params={"redirect_to": wish}, json=body).raise_for_status()
    [mail] = stand_in.mails("anything@box.test")
    assert "<b>" not in mail["html"]
    assert stand_in.location(mail["link"]).startswith("https://app.vizdots.test/'x'")


def test_a_project_with_our_templates_leads_to_our_page_which_proves_the_address(start: Starter) -> None:
    page = "https://app.vizdots.test/auth/confirm"
    stand_in = start(confirm_url=page)
    stand_in.client().sign_up({"email": "ours@box.test", "password": PASSWORD})
    [mail] = stand_in.mails("ours@box.test")
    address, _, query = mail["link"].partition("?")
    carried = dict(parse_qsl(query))
    assert (address, carried["type"], carried["next"]) == (page, "email", "https://app.vizdots.test")
    proof: Any = {"token_hash": carried["token_hash"], "type": carried["type"]}
    assert stand_in.client().verify_otp(proof).session
    assert stand_in.http.post("/auth/v1/verify", json=proof).json()["error_code"] == "otp_expired"


def test_mails_that_our_page_doesnt_know_lead_to_the_service(start: Starter) -> None:
    stand_in = start(confirm_url="https://app.vizdots.test/auth/confirm")
    stand_in.identity.ensure_user("magic@box.test", PASSWORD)
    stand_in.client().sign_in_with_otp({"email": "magic@box.test"})
    assert stand_in.mails("magic@box.test")[0]["link"].startswith(f"{stand_in.url}/auth/v1/verify?token=")
