"""make supabase-mails: the letters of the identity service, as a project of Supabase wants to be told them.

Prints the body of a PATCH of the project's `config/auth` (docs/runbook.md): a subject and a template of Go's for each
of its mails, in every language. Which one somebody gets says the `language` of their account, which we give it.
"""

import argparse
import json
import sys
from typing import Final

from vizdots.agents import LANGUAGES
from vizdots.mails import letters

OUR_PAGE: Final = "{{ .SiteURL }}/auth/confirm?token_hash={{ .TokenHash }}&amp;type=%s&amp;next={{ .RedirectTo }}"

# Supabase's name of each mail, our kind, and the link that it carries: to our page where that knows the type.
MAILS: Final = {
    "confirmation": ("confirmation", OUR_PAGE % "email"),
    "invite": ("account", OUR_PAGE % "invite"),
    "recovery": ("recovery", OUR_PAGE % "recovery"),
    "magic_link": ("sign_in", "{{ .ConfirmationURL }}"),
    "email_change": ("address_change", "{{ .ConfirmationURL }}"),
}

# What letters are composed with, and what Supabase puts in its place.
_LINK, _CODE, _SITE = "https://link.invalid", "0000000000", "https://site.invalid"


def settings(hours: int) -> dict[str, str]:
    """The settings of a project whose links hold for so many hours."""
    made = {}
    for name, (kind, link) in MAILS.items():
        facts = {"link": _LINK, "code": _CODE, "hours": hours}
        written = {language: letters.compose(kind, facts, language, app_url=_SITE) for language in LANGUAGES}
        made[f"mailer_subjects_{name}"] = chosen({language: each.subject for language, each in written.items()})
        html = chosen({language: each.html for language, each in written.items()})
        html = html.replace(_LINK, link).replace(_CODE, "{{ .Token }}").replace(_SITE, "{{ .SiteURL }}")
        made[f"mailer_templates_{name}_content"] = html
    return made


def chosen(texts: dict[str, str]) -> str:
    """A template that says one of them: by the account's language, and English where it has none of ours."""
    # Printed first: a language that is no text, or isn't there, would be an error in a comparison.
    told = ['{{ $language := printf "%v" .Data.language }}']
    others = [(language, text) for language, text in texts.items() if language != "en"]
    for nth, (language, text) in enumerate(others):
        told.append(f'{{{{ {"else " if nth else ""}if eq $language "{language}" }}}}{text}')
    return "".join([*told, "{{ else }}", texts["en"], "{{ end }}"])


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--hours", type=int, default=1, help="how long the project's links hold (Email OTP Expiration)")
    json.dump(settings(parser.parse_args().hours), sys.stdout, ensure_ascii=False, indent=2)
