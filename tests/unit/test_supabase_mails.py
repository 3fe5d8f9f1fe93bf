"""What a project of Supabase is told to mail: our letters, whatever its account says of itself."""

import re
from html import unescape

import pytest

from tools.supabase_mails import MAILS, settings
from vizdots.agents import LANGUAGES, Language
from vizdots.mails import letters

PUT_IN = {  # by Supabase, for the link, the code and the site
    "{{ .ConfirmationURL }}": "https://x.supabase.test/auth/v1/verify?token=abc",
    "{{ .SiteURL }}": "https://app.vizdots.test",
    "{{ .TokenHash }}": "abc",
    "{{ .RedirectTo }}": "https://app.vizdots.test/home",
    "{{ .Token }}": "402913",
}
PATHS = {"confirmation": "email", "invite": "invite", "recovery": "recovery"}


def executed(template: str, language: str) -> str:
    """What a template of ours becomes, as far as it speaks Go: one choice by language."""
    assert template.startswith('{{ $language := printf "%v" .Data.language }}{{ if eq $language "')
    choices = re.findall(r'{{ (?:else )?if eq \$language "(\w+)" }}(.*?)(?={{ else )', template, re.DOTALL)
    [otherwise] = re.findall(r"{{ else }}(.*?){{ end }}$", template, re.DOTALL)
    text: str = dict(choices).get(language, otherwise)
    for name, value in PUT_IN.items():
        text = text.replace(name, value)
    return text


@pytest.mark.parametrize("language", LANGUAGES)
@pytest.mark.parametrize("name", [*MAILS])
def test_each_mail_is_our_letter_in_every_language(name: str, language: Language) -> None:
    told = settings(hours=24)
    link = "https://x.supabase.test/auth/v1/verify?token=abc"
    if name in PATHS:
        page = "https://app.vizdots.test/auth/confirm?token_hash=abc"
        link = f"{page}&type={PATHS[name]}&next=https://app.vizdots.test/home"
    facts = {"link": link, "code": "402913", "hours": 24}
    letter = letters.compose(MAILS[name][0], facts, language, app_url="https://app.vizdots.test")
    assert executed(told[f"mailer_subjects_{name}"], language) == letter.subject
    assert executed(told[f"mailer_templates_{name}_content"], language) == letter.html


@pytest.mark.parametrize("name", [*MAILS])
def test_who_has_said_no_language_is_mailed_in_english_and_nothing_is_left_to_fill_in(name: str) -> None:
    template = settings(hours=1)[f"mailer_templates_{name}_content"]
    assert '<html lang="en"' in executed(template, "<nil>")
    assert "{{" not in executed(template, "de")
    assert "invalid" not in unescape(template)
    assert "0000000000" not in template
