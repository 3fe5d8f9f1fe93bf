"""SES tells of mails through our topic: believed when SNS signed it, heard by nobody else's word."""

import base64
import json
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import Any, Final
from uuid import UUID, uuid4

import psycopg
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa
from cryptography.x509.oid import NameOID

from common import sns
from tests.conftest import Database
from tests.functions.conftest import Answer, Client, Look
from tests.people import ACME, People

TOPIC: Final = "arn:aws:sns:eu-central-1:123456789012:vizdots-test-MailEvents"
CERTIFICATE: Final = "https://sns.eu-central-1.amazonaws.com/SimpleNotificationService-0123abcd.pem"
PATH: Final = "/api/email/events"

Tell = Callable[..., Answer]


@pytest.fixture(scope="module")
def key() -> rsa.RSAPrivateKey:
    """SNS's key, as far as these tests know."""
    return rsa.generate_private_key(public_exponent=65537, key_size=2048)


@pytest.fixture
def asked(monkeypatch: pytest.MonkeyPatch, key: rsa.RSAPrivateKey) -> list[str]:
    """The addresses that were asked; SNS's certificate is at its own."""
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "sns.amazonaws.com")])
    now = datetime.now(UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now)
        .not_valid_after(now + timedelta(days=1))
        .sign(key, hashes.SHA256())
        .public_bytes(serialization.Encoding.PEM)
    )
    found: list[str] = []

    def get(url: str) -> bytes:
        found.append(url)
        return made

    monkeypatch.setattr(sns, "_get", get)
    monkeypatch.setenv("MAIL_EVENTS_TOPIC", TOPIC)
    sns._certificate.cache_clear()
    return found


@pytest.fixture
def tell(nobody: Client, asked: list[str], key: rsa.RSAPrivateKey) -> Tell:
    """Posts as SNS does: `tell({…the event…})`; `sent` replaces fields before they are signed, `forged` after."""

    def post(event: object, *, version: str = "2", forged: dict[str, str] | None = None, **sent: str) -> Answer:
        message = {
            "Type": "Notification",
            "MessageId": str(uuid4()),
            "TopicArn": TOPIC,
            "Message": json.dumps(event),
            "Timestamp": "2026-11-02T09:15:12.421Z",
            **sent,
        }
        names = sns.SIGNED[message["Type"]]
        text = "".join(f"{name}\n{message[name]}\n" for name in names if name in message)
        algorithm = hashes.SHA256() if version == "2" else hashes.SHA1()  # noqa: S303 - SNS's first version
        signed = key.sign(text.encode(), padding.PKCS1v15(), algorithm)
        message |= {
            "SignatureVersion": version,
            "Signature": base64.b64encode(signed).decode(),
            "SigningCertURL": CERTIFICATE,
            **(forged or {}),
        }
        return nobody.post(PATH, json.dumps(message).encode(), headers={"content-type": "text/plain; charset=UTF-8"})

    return post


@pytest.fixture
def mail(populated: Database, people: People) -> UUID:
    """A mail to Ana that a worker has claimed."""
    with psycopg.connect(populated.admin_url) as connection:
        row = connection.execute(
            "insert into email_logs (org_id, user_id, to_address, template, idempotency_key)"
            " values (%s, %s, 'ana@acme.test', 'reminder', 'reminder:ana') returning id",
            (ACME, people.ana.id),
        ).fetchone()
    assert row is not None
    return UUID(str(row[0]))


def event(kind: str, mail: UUID | None, **about: Any) -> dict[str, Any]:
    """What SES publishes."""
    tags = {"mail": [str(mail)]} if mail else {}
    return {"eventType": kind, "mail": {"messageId": "0107-1", "tags": tags}, **about}


def bounce(kind: str, *addresses: str) -> dict[str, Any]:
    """What SES says of a bounce."""
    return {"bounce": {"bounceType": kind, "bouncedRecipients": [{"emailAddress": each} for each in addresses]}}


SUPPRESSED: Final = "select array_agg(address || ' ' || reason) from app.suppressed_addresses"
STATUS: Final = "select status from email_logs"


@pytest.mark.parametrize("version", ["1", "2"])
def test_a_mail_that_was_sent_is_so_whoever_died_meanwhile(tell: Tell, mail: UUID, look: Look, version: str) -> None:
    for _ in range(2):
        answer = tell(event("Send", mail), version=version)
        assert (answer.status, answer.body) == (200, {"noted": True})
    assert look("select row(status, provider_message_id)::text from email_logs") == "(sent,0107-1)"


def test_a_bounce_for_good_and_a_complaint_close_an_address(tell: Tell, mail: UUID, look: Look) -> None:
    tell(event("Bounce", mail, **bounce("Transient", "ana@acme.test")))
    assert (look(STATUS), look(SUPPRESSED)) == ("queued", None)
    tell(event("Bounce", mail, **bounce("Permanent", "Ana@Acme.test")))
    assert (look(STATUS), look(SUPPRESSED)) == ("bounced", ["ana@acme.test bounced"])
    complained = {"complaint": {"complainedRecipients": [{"emailAddress": "bo@acme.test"}]}}
    tell(event("Complaint", mail, **complained))
    assert look(STATUS) == "complained"
    assert look("select count(*) from app.suppressed_addresses") == 2
    tell(event("Delivery", mail))  # it comes late, and changes nothing
    assert look(STATUS) == "complained"


def test_what_concerns_no_mail_of_ours_is_no_mistake(tell: Tell, mail: UUID, look: Look) -> None:
    strange: list[object] = [
        event("Open", mail),
        event("Send", uuid4()),
        event("Send", None),
        {},
        [],
        "text",
        None,
        {"mail": 1},
    ]
    for told in strange:
        answer = tell(told)
        assert (answer.status, answer.body) == (200, {"noted": False})
    assert look(STATUS) == "queued"


def test_our_topics_subscription_is_confirmed_and_nobody_elses(tell: Tell, asked: list[str]) -> None:
    confirm = {
        "Type": "SubscriptionConfirmation",
        "Token": "t",
        "SubscribeURL": "https://sns.eu-central-1.amazonaws.com/?Action=ConfirmSubscription&Token=t",
    }
    assert tell("", **confirm).status == 200
    assert asked == [CERTIFICATE, confirm["SubscribeURL"]]
    asked.clear()
    assert tell("", **confirm, TopicArn=TOPIC.replace("vizdots", "others")).status == 403
    assert tell("", **{**confirm, "SubscribeURL": "https://evil.test/?Action=ConfirmSubscription"}).status == 403
    assert "https://evil.test/?Action=ConfirmSubscription" not in asked


@pytest.mark.parametrize(
    "forged",
    [
        {"Message": '{"eventType": "Complaint"}'},
        {"Timestamp": "2030-01-01T00:00:00.000Z"},
        {"TopicArn": "arn:aws:sns:eu-central-1:999999999999:MailEvents"},
        {"Signature": base64.b64encode(b"0" * 256).decode()},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com.evil.test/SimpleNotificationService-1.pem"},
        {"SigningCertURL": "http://sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem"},
        {"SigningCertURL": "https://sns.eu-central-1.amazonaws.com/elsewhere.pem"},
        {"SigningCertURL": "https://user@sns.eu-central-1.amazonaws.com/SimpleNotificationService-1.pem"},
        {"SigningCertURL": "https://[/"},
    ],
)
def test_whoever_forges_it_is_not_believed(tell: Tell, mail: UUID, look: Look, forged: dict[str, str]) -> None:
    answer = tell(event("Bounce", mail, **bounce("Permanent", "ana@acme.test")), forged=forged)
    assert (answer.status, answer.body["code"]) == (403, "not_from_our_topic")
    assert (look(STATUS), look(SUPPRESSED)) == ("queued", None)


@pytest.mark.parametrize("body", [b"", b"{", b"[]", b'"x"', b"{}", b'{"Type": "Notification"}', b'{"Type": []}'])
def test_what_is_no_message_is_refused(nobody: Client, asked: list[str], body: bytes) -> None:
    answer = nobody.post(PATH, body, headers={"content-type": "text/plain"})
    assert (answer.status, answer.body["code"]) == (422, "malformed_message")
    assert asked == []
