"""GET, PUT /api/user/language: a member chooses the language that they are spoken to in."""

from common.api import api, entrypoint
from common.auth import SignedIn
from vizdots import preferences
from vizdots.transaction import Json

app = api()


@app.get("/api/user/language")
def show_language(caller: SignedIn) -> Json[preferences.LanguageChoice]:
    """The caller's language."""
    return caller.read(preferences.language)


@app.put("/api/user/language")
def choose_language(sent: preferences.LanguageChoice, caller: SignedIn) -> Json[preferences.LanguageChoice]:
    """From now on pages, mails and check-ins are in this language."""
    return caller.write(preferences.choose_language, sent)


handler = entrypoint(app)
