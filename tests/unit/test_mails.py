"""The mails: each in every language, the same in both forms, and whatever somebody is called does no harm."""

import re
from collections.abc import Iterator
from email.message import EmailMessage
from email.policy import SMTP
from html.parser import HTMLParser
from typing import Any, Final

import pytest
from pydantic import ValidationError

from tests.people import NOBODY
from tools import catalogues
from tools.mails import APP, EXAMPLES
from vizdots import translations
from vizdots.agents import LANGUAGES, Language
from vizdots.delivery import Outgoing
from vizdots.mails import letters, names, outgoing
from vizdots.mails.kinds import KINDS, Facts, Stoppable
from vizdots.mails.letters import TEMPLATES, Letter
from vizdots.mails.outgoing import Links
from vizdots.translations import Spoken

EVERY: Final = [(example, language) for example in EXAMPLES for language in LANGUAGES]
LONGEST_SUBJECT: Final = 60  # characters; a phone shows fewer
MOST_HTML: Final = 30_000  # bytes; from 102 000 on, Gmail cuts


def example(name: str, language: Spoken = "en", **otherwise: object) -> Letter:
    """An example's letter, some of its facts otherwise."""
    kind, facts = EXAMPLES[name]
    return letters.compose(kind, {**facts, **otherwise}, language, app_url=APP)


class Reading(HTMLParser):
    """What somebody sees of an HTML mail, in its order; each link's address follows its words."""

    VOID: Final = {"meta", "br"}

    def __init__(self, html: str) -> None:
        super().__init__()
        self.tags: list[str] = []
        self.attributes: list[tuple[str, str, str]] = []
        self.links: list[str] = []
        self.title = ""
        self.said: list[str] = []
        self._open: list[tuple[str, dict[str, str | None]]] = []
        self.feed(html)
        self.close()
        assert self._open == [], "each tag is closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes += [(tag, name, value or "") for name, value in attrs]
        if tag not in self.VOID:
            self._open.append((tag, dict(attrs)))

    def handle_endtag(self, tag: str) -> None:
        opened, attributes = self._open.pop()
        assert opened == tag
        if tag == "a":
            self.links.append(attributes["href"] or "")
            self.said.append(f" {attributes['href']} ")

    def handle_data(self, data: str) -> None:
        if any("display:none" in (attributes.get("style") or "") for _, attributes in self._open):
            return
        match self._open[-1][0] if self._open else "":
            case "title":
                self.title += data
            case "style":
                pass
            case _:
                self.said.append(data)


def words(text: str) -> list[str]:
    """The words of a text, whatever stands between them."""
    return re.findall(r"\w+", text)


# ---- every kind, in every language -----------------------------------------------------------------------------------


def test_each_kind_has_its_template_and_an_example() -> None:
    assert {kind for kind, _ in EXAMPLES.values()} == set(KINDS)
    shared = {"letter", "proof", "what_it_is"}
    assert {each.stem for each in TEMPLATES.glob("*.jinja")} == set(KINDS) | shared


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_both_forms_say_the_same(name: str, language: Language) -> None:
    letter = example(name, language)
    seen = Reading(letter.html)
    assert words(" ".join(seen.said)) == words(letter.text)
    assert seen.links == [line for line in letter.text.splitlines() if line.startswith("http")]
    assert seen.title == letter.subject


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_letter_is_of_one_language_and_asks_nobody_for_anything(name: str, language: Language) -> None:
    letter = example(name, language)
    seen = Reading(letter.html)
    assert letter.language == language
    assert {value for _, attribute, value in seen.attributes if attribute == "lang"} == {language}
    assert {value for _, attribute, value in seen.attributes if attribute == "dir"} == {"ltr"}
    assert not set(seen.tags) & {"img", "link", "script", "iframe", "form", "object", "video", "svg", "base"}
    assert {attribute for _, attribute, value in seen.attributes if "://" in value} == {"href"}
    assert "url(" not in letter.html
    assert len(letter.html.encode()) < MOST_HTML


@pytest.mark.parametrize(("name", "language"), EVERY)
def test_a_subject_is_short_and_a_preheader_goes_on_from_it(name: str, language: Language) -> None:
    letter = example(name, language, **({"organization_name": "Acme"} if "long" in name else {}))
    assert 0 < len(letter.subject) <= LONGEST_SUBJECT
    assert 0 < len(letter.preheader) <= 2 * LONGEST_SUBJECT
    assert letter.preheader != letter.subject
    assert letter.preheader in letter.html.replace("\u00a0", " ")


@pytest.mark.parametrize("name", [*EXAMPLES])
def test_no_text_was_forgotten(name: str) -> None:
    letter = example(name, translations.PSEUDO)
    plain = {line for line in letter.text.splitlines() if "⟦" not in line and not line.startswith("http")}
    assert plain <= {"", "VizDots", "--", "402913"}
    assert letter.subject.startswith("⟦")
    assert letter.preheader.startswith("⟦")


@pytest.mark.parametrize("language", catalogues.TRANSLATED)
def test_translations_are_words_and_no_markup(language: str) -> None:
    texts = [
        text for message in catalogues.read("mail", language) if message.id for text in (message.id, message.string)
    ]
    assert [text for text in texts if re.search(r'[<>&"\n]', str(text))] == []


@pytest.mark.parametrize(
    ("language", "days", "told"),
    [
        ("en", 1, "1 day is left"),
        ("en", 7, "7 days are left"),
        ("pl", 1, "Został jeden dzień"),
        ("pl", 3, "Zostały 3 dni"),
        ("pl", 7, "Zostało 7 dni"),
        ("ja", 1, "残り1日"),
    ],
)
def test_days_are_counted_as_each_language_does(language: Language, days: int, told: str) -> None:
    letter = example("trial-7", language, days_left=days)
    assert told in letter.subject
    assert told in letter.text


def test_days_are_written_as_each_language_does_and_stay_in_one_line() -> None:
    assert "bis 14.\u00a0November\u00a02026." in example("invitation", "de").text
    assert "2026年11月14日" in example("invitation", "ja").text


def test_a_reminder_says_how_long_it_takes_that_skipping_is_fine_and_how_to_stop() -> None:
    letter = example("reminder")
    assert letter.subject == "Your check-in is ready when you are"
    assert letter.text == (
        "VizDots\n\nYour check-in is ready when you are\n\nHello Ana,\n\n"
        "Today this check-in is open for you at Acme:\n\n- Pulse\n\n"
        "It takes one or two minutes. Nobody in your organisation can read what you write.\n\n"
        "Begin the check-in\nhttps://app.vizdots.test/check-ins/3f0c\n\n"
        "If today doesn’t suit you, simply skip it. That’s fine.\n\n--\n"
        "You get one reminder a day at most. You can change when they come, or unsubscribe, whenever you like.\n\n"
        "Mail settings\nhttps://app.vizdots.test/settings#reminders\n\n"
        "Unsubscribe\nhttps://app.vizdots.test/unsubscribe?token=bWFpbA&kind=optional\n\n"
        "How we treat your words\nhttps://app.vizdots.test/privacy\n"
    )


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("sender", ["Olivia Owner", None])
def test_a_later_invitation_is_worded_otherwise(language: Language, sender: str | None) -> None:
    facts = {"organization_name": "Acme", "sender_name": sender, "expires_at": "2026-11-14T09:00:00+00:00"}
    first, later = (
        outgoing.letter(
            Outgoing(
                id=NOBODY,
                template="invitation",
                to_address="ana@acme.test",
                language_code=language,
                org_id=NOBODY,
                user_id=None,
                attempt=1,
                facts={**facts, "mailed_before": mailed_before},
            ),
            Links(APP, "kQ3v", ""),
        )
        for mailed_before in (False, True)
    )
    assert first.subject != later.subject
    assert first.preheader != later.preheader
    greeted = 3  # after the name of the product, the title and the greeting
    assert first.text.split("\n\n")[greeted] != later.text.split("\n\n")[greeted]
    assert f"{APP}/invitations/kQ3v" in first.text.splitlines()
    assert f"{APP}/invitations/kQ3v" in later.text.splitlines()


@pytest.mark.parametrize("name", ["confirmation", "address-change", "sign-in", "account", "recovery"])
def test_a_proof_says_how_long_it_holds_and_what_to_do_if_it_wasn_t_you(name: str) -> None:
    assert "Button and code work once, and for an hour." in example(name, hours=1).text
    assert "Button and code work once, and for 24 hours." in example(name, hours=24).text
    assert "ignore" in example(name).text.partition("\n--\n")[2]


@pytest.mark.parametrize(("hours", "told"), [(1, "przez godzinę"), (3, "przez 3 godziny"), (24, "przez 24 godziny")])
def test_hours_are_counted_as_each_language_does(hours: int, told: str) -> None:
    assert told in example("recovery", "pl", hours=hours).text


def test_whose_name_nobody_knows_is_greeted_without_one() -> None:
    assert "\nHello,\n" in example("reminder", first_name=None).text
    assert "You are invited to join Acme" in example("invitation", sender_name=None).text
    assert example("invitation", sender_name=None).subject == "Acme invites you to VizDots"


# ---- what a kind must know -------------------------------------------------------------------------------------------


@pytest.mark.parametrize("kind", [*KINDS])
def test_optional_mail_says_how_to_stop_it_and_security_mail_cant_be_stopped(kind: str) -> None:
    assert issubclass(KINDS[kind].facts, Stoppable) == (KINDS[kind].nature == "optional")
    name = next(name for name, (its_kind, _) in EXAMPLES.items() if its_kind == kind)
    links = [link for link in Reading(example(name).html).links if "unsubscribe" in link or "settings" in link]
    assert len(links) == (2 if KINDS[kind].nature == "optional" else 0)


def missing() -> Iterator[tuple[str, str]]:
    """Every example, with each of the facts that it can't be without."""
    for name, (kind, _) in EXAMPLES.items():
        yield from ((name, fact) for fact, field in KINDS[kind].facts.model_fields.items() if field.is_required())


@pytest.mark.parametrize(("name", "fact"), [*missing()])
def test_no_mail_is_composed_without_what_it_must_know(name: str, fact: str) -> None:
    kind, facts = EXAMPLES[name]
    with pytest.raises(ValidationError, match=fact):
        letters.compose(kind, {its: value for its, value in facts.items() if its != fact}, "en", app_url=APP)


@pytest.mark.parametrize(
    ("name", "fact", "wrong"),
    [
        ("reminder", "link", "javascript:alert(1)"),
        ("reminder", "link", 'https://acme.test/" onclick="alert(1)'),
        ("reminder", "unsubscribe_link", "https://acme.test/\r\nBcc: all@acme.test"),
        ("reminder", "unsubscribe_link", "https://acme.test/>, <https://evil.test/"),
        ("reminder", "check_ins", []),
        ("reminder", "check_ins", ["pulse"] * 4),
        ("reminder", "check_ins", ["gossip"]),
        ("invitation", "email", "nobody"),
        ("invitation", "expires_on", "soon"),
        ("recovery", "code", "<b>1"),
        ("recovery", "hours", 0),
        ("trial-7", "days_left", 0),
        ("trial-7", "who_answered", ["Ben"]),
    ],
)
def test_what_is_no_such_fact_is_refused_and_never_repeated(name: str, fact: str, wrong: Any) -> None:
    with pytest.raises(ValidationError) as refused:
        example(name, **{fact: wrong})
    assert "alert" not in str(refused.value)
    assert "evil" not in str(refused.value)


def test_a_mail_is_of_a_known_kind_and_takes_its_facts_and_no_other_s() -> None:
    with pytest.raises(KeyError):
        letters.compose("gossip", {}, "en", app_url=APP)
    kind, facts = EXAMPLES["invitation"]
    known: Facts = KINDS[kind].facts.model_validate(facts)
    assert letters.compose(kind, known, "en", app_url=f"{APP}/") == example("invitation")
    with pytest.raises(ValidationError):
        letters.compose("recovery", known, "en", app_url=APP)


# ---- names -----------------------------------------------------------------------------------------------------------

NAMES: Final = {  # what somebody is called, and what is shown of it
    "Ana\r\nBcc: all@acme.test": "Ana Bcc: all@acme.\u200ctest",
    "Ana\u2028Subject:\x85x\x00": "Ana Subject: x",
    "<script>alert(1)</script>": "<script>alert(1)</script>",
    "<!-- </td></table> & \"quotes\" 'too'": "<!-- </td></table> & \"quotes\" 'too'",
    "{{ 7*7 }}{% raw %}": "{{ 7*7 }}{% raw %}",
    "%s %(name)s %d 100%": "%s %(name)s %d 100%",
    "\u202eanA\u2066": "anA",
    "https://evil.test/you-have-won": "evil.\u200ctest/you-have-won",
    "WWW.evil。test": "WWW.\u200cevil。\u200ctest",
    "A" * 200: "A" * 59 + "…",
    "\u200b\u202e": "…",
    "株式会社 アクメ": "株式会社 アクメ",
    "آنا\u200cماریا": "آنا\u200cماریا",
    "👩\u200d🔧 Ana": "👩\u200d🔧 Ana",
    "Acme Inc.": "Acme Inc.",
}
NAMED: Final = ("first_name", "sender_name", "organization_name")


@pytest.mark.parametrize("given", [*NAMES], ids=lambda it: ascii(it)[:30])
def test_a_name_is_one_line_and_shows_what_it_is(given: str) -> None:
    assert names.shown(given) == NAMES[given]


@pytest.mark.parametrize("given", [*NAMES], ids=lambda it: ascii(it)[:30])
@pytest.mark.parametrize("name", [*EXAMPLES])
def test_a_name_changes_nothing_but_itself(name: str, given: str) -> None:
    kind, _ = EXAMPLES[name]
    called: dict[str, Any] = {fact: given for fact in NAMED if fact in KINDS[kind].facts.model_fields}
    otherwise: dict[str, Any] = dict.fromkeys(called, "Ana")
    letter, usual = example(name, **called), example(name, **otherwise)
    seen = Reading(letter.html)

    assert seen.tags == Reading(usual.html).tags
    assert seen.links == Reading(usual.html).links
    assert words(" ".join(seen.said)) == words(letter.text)
    assert letter.text == usual.text.replace("Ana", NAMES[given])
    assert letter.subject == usual.subject.replace("Ana", NAMES[given])
    assert not re.search(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\u2028-\u202e\u2066-\u2069]", letter.html + letter.text)
    assert not re.search(r"https?://evil|evil\.test", letter.html + letter.text)


@pytest.mark.parametrize("given", [*NAMES], ids=lambda it: ascii(it)[:30])
def test_no_name_adds_a_header(given: str) -> None:
    letter = example("invitation", sender_name=given, organization_name=given)
    message = EmailMessage(policy=SMTP)
    message["Subject"] = letter.subject
    message.set_content(letter.text)
    message.add_alternative(letter.html, subtype="html")
    assert message.keys() == ["Subject", "MIME-Version", "Content-Type"]
    assert b"\nBcc:" not in message.as_bytes().partition(b"\r\n\r\n")[0]


def test_a_planted_difference_is_found() -> None:
    letter = example("recovery")
    assert words(" ".join(Reading(letter.html.replace("402913", "402914")).said)) != words(letter.text)
    told = letter.html.replace("</h1>", " now</h1>")
    assert words(" ".join(Reading(told).said)) != words(letter.text)
