"""One request of a browser: who comes, in which language, what they sent, and how they are answered.

What a page needs is the type in its route's signature: a `Visit` may be anybody's, a `SignedInVisit` has a person with
an account, a `FounderVisit` one who sets up an organisation, a `MemberVisit` somebody who belongs to one and has
confirmed their profile, an `AdminVisit` and an `OwnerVisit` somebody who runs it.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import Any, ClassVar, Concatenate, Final, ParamSpec, TypeVar, get_args
from urllib.parse import urlencode

from pydantic import BaseModel
from starlette.datastructures import FormData
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from common.callers import Caller, Key, SignedInCaller
from common.db import Scope
from frame import cookies, forgery, forms, paths, rendering
from vizdots import people, translations
from vizdots.agents import LANGUAGES, Language
from vizdots.errors import Forbidden
from vizdots.flags import Flag
from vizdots.transaction import Json, Step, Transaction

P = ParamSpec("P")
R = TypeVar("R")
T = TypeVar("T")
M = TypeVar("M", bound=BaseModel)

THEMES: Final = ("system", "light", "dark")


class Elsewhere(Exception):
    """The person should be on another page first."""

    def __init__(self, path: str) -> None:
        super().__init__(path)
        self.path = path


@dataclass(kw_only=True)
class Visit:
    """A request of anybody's browser."""

    request: Request
    jar: cookies.Jar
    at: datetime
    request_id: str
    sent: FormData = field(default_factory=FormData)
    caller: SignedInCaller | None = None
    """The person, where the browser's tokens hold."""

    @property
    def path(self) -> str:
        """The path with its query, as the browser asked for it."""
        query = self.request.url.query
        return self.request.url.path + (f"?{query}" if query else "")

    @property
    def cursor(self) -> str | None:
        """Where the page of a list begins that is asked for; None for the first one."""
        return self.request.query_params.get("cursor") or None

    def asked(self, model: type[M]) -> forms.Form[M]:
        """What the address asks for, as the form that leads to it was filled in."""
        return forms.read(model, dict(self.request.query_params))

    @property
    def language(self) -> translations.Spoken:
        """The language of the page: what the visitor chose, else what their browser asks for."""
        chosen = self.request.query_params.get("lang") or self.jar.get(cookies.LANGUAGE)
        if chosen in LANGUAGES or chosen == translations.PSEUDO:
            return chosen  # type: ignore[return-value]  # mypy doesn't narrow by a tuple's values
        return translations.accepted(self.request.headers.get("accept-language", ""))

    @property
    def theme(self) -> str:
        """light, dark, or as the system says."""
        chosen = self.jar.get(cookies.THEME)
        return chosen if chosen in THEMES else THEMES[0]

    @property
    def said(self) -> str:
        """The code of what the page before has done, for a toast; empty where there is nothing to tell."""
        return self.jar.get(cookies.SAID)

    @property
    def wants_fragment(self) -> bool:
        """Whether a script of ours asks, which puts a part of a page into the page that is there."""
        return self.request.headers.get("x-fragment") == "1"

    def read_as_nobody(
        self, rule: Callable[Concatenate[Transaction, P], Json[T]], *args: P.args, **kwargs: P.kwargs
    ) -> Any:
        """What a rule reads for whoever comes by, taken out of its JSON."""
        return json.loads(Caller(scope=Scope("anon"), at=self.at).read(rule, *args, **kwargs))

    @cached_property
    def form_token(self) -> str:
        """The token of this page's forms; the browser gets its secret with the first of them."""
        secret = self.jar.get(cookies.FORMS)
        if not secret:
            secret = self.new_forms()
        return forgery.token(secret)

    def new_forms(self) -> str:
        """Give the browser a new secret for its forms: at every sign-in and sign-out."""
        secret = forgery.new_secret()
        self.jar.keep(cookies.FORMS, secret, seconds=cookies.A_YEAR)
        self.__dict__.pop("form_token", None)
        return secret

    def form(self, model: type[M]) -> forms.Form[M]:
        """What was filled in. A field that `model` declares as a list takes every value of that name."""
        lists = {name for name, it in model.model_fields.items() if _is_list(it.annotation)}
        typed = {name: self.sent.getlist(name) if name in lists else self.sent[name] for name in self.sent}
        return forms.read(model, typed)

    # ---- the answer ----------------------------------------------------------------------------------------------

    def page(self, template: str, /, status: int = 200, **facts: object) -> Response:
        """A page made of a template: `templates/<template>.html` knows the visit as `visit`, and these facts."""
        html = rendering.render(f"{template}.html", self.language, visit=self, **facts)
        if self.jar.get(cookies.SAID):
            self.jar.drop(cookies.SAID)
        headers = {"Vary": "Accept-Language, Cookie"}
        return self._finished(Response(html, status, headers, "text/html; charset=utf-8"))

    def file(self, name: str, content: str, kind: str) -> Response:
        """A file of this name for the visitor to keep."""
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return self._finished(Response(content, 200, headers, kind))

    def to(self, path: str, /, *, said: str = "", **query: str) -> Response:
        """Go to another page (303: by GET, whatever this was); there a toast tells the message of the code `said`."""
        if said:
            self.jar.keep(cookies.SAID, said, seconds=60)
        url = path + (f"?{urlencode(query)}" if query else "")
        return self._finished(RedirectResponse(url, 303))

    def _finished(self, response: Response) -> Response:
        self.jar.write(response)
        return response


@dataclass(kw_only=True)
class SignedInVisit(Visit):
    """A request of somebody with an account. Not signed in: the page isn't made, and they are asked to."""

    caller: SignedInCaller

    @cached_property
    def me(self) -> dict[str, Any]:
        """Who they are and where to go: `vizdots.people.Me`, read once a request."""
        me: dict[str, Any] = self.read(people.me, at=self.at)
        return me

    @property
    def language(self) -> translations.Spoken:
        """The person's own language, once they are known; looking at a page in another one changes nothing."""
        member = self.membership
        if member is None or self.request.query_params.get("lang"):
            return super().language
        chosen: Language = member["preferred_language_code"]
        return chosen

    @property
    def membership(self) -> dict[str, Any] | None:
        """What the person is in the organisation they act in; None without one."""
        member: dict[str, Any] | None = self.me["membership"]
        return member

    def has(self, *features: Flag) -> bool:
        """Whether all of these features are on, in the organisation that the person acts in."""
        return all(self.me["flags"][each] for each in features)

    @property
    def may_choose_language(self) -> bool:
        """Whether there is a choice of languages."""
        return self.has("MULTI_LANGUAGE", "LANGUAGE_PREFERENCES")

    def read(self, rule: Callable[Concatenate[Transaction, P], Json[T]], *args: P.args, **kwargs: P.kwargs) -> Any:
        """What a rule reads, as this person, taken out of its JSON."""
        return json.loads(self.caller.read(rule, *args, **kwargs))

    def write(self, rule: Callable[Concatenate[Transaction, P], Json[T]], *args: P.args, **kwargs: P.kwargs) -> Any:
        """Run a rule that writes, as this person; once, however often the form is sent."""
        return json.loads(self.caller.write(rule, *args, **kwargs))

    @property
    def step(self) -> Step:
        """For rules of several steps."""
        return self.caller.step

    @property
    def key(self) -> Key | None:
        """The idempotency key of the form, where it has one (`{{ forms.once() }}`)."""
        return self.caller.key


@dataclass(kw_only=True)
class FounderVisit(SignedInVisit):
    """A request of somebody who sets up an organisation, or who finds that they have none."""

    @property
    def language(self) -> translations.Spoken:
        """The language of those who run organisations."""
        return _language_of_admins(self)


@dataclass(kw_only=True)
class MemberVisit(SignedInVisit):
    """A request of an active member; whoever isn't one (yet) is sent where `people.me` says."""

    @property
    def member(self) -> dict[str, Any]:
        """`vizdots.people.Membership`."""
        if self.membership is None or self.me["next"] in ("setup", "onboarding"):
            raise Elsewhere(paths.HOME)
        return self.membership

    @property
    def zone(self) -> str:
        """The time zone of the organisation."""
        return str(self.member["timezone"])


@dataclass(kw_only=True)
class AdminVisit(MemberVisit):
    """A request of an owner or admin, on the pages from which an organisation is run."""

    ROLES: ClassVar[tuple[people.Role, ...]] = ("owner", "admin")

    @property
    def member(self) -> dict[str, Any]:
        """`vizdots.people.Membership`. Raises Forbidden for anybody else."""
        member = super().member
        if member["role"] not in self.ROLES:
            raise Forbidden(code="admins_only")
        return member

    @property
    def language(self) -> translations.Spoken:
        """The language of those who run organisations."""
        return _language_of_admins(self)

    @property
    def is_owner(self) -> bool:
        """Whether they may do what only owners may."""
        return bool(self.member["role"] == "owner")


@dataclass(kw_only=True)
class OwnerVisit(AdminVisit):
    """A request of an owner."""

    ROLES: ClassVar[tuple[people.Role, ...]] = ("owner",)


def _language_of_admins(visit: Visit) -> translations.Spoken:
    """English, until their pages are translated; the pseudo-language shows that they can be."""
    asked = visit.request.query_params.get("lang")
    return translations.PSEUDO if asked == translations.PSEUDO else "en"


def spoken_by(visit: Visit) -> translations.Spoken:
    """The visit's language, and English if even that can't be found out."""
    try:
        return visit.language
    except Exception:  # noqa: BLE001 - the page that tells of an error must not need what failed
        return "en"


def _is_list(annotation: Any) -> bool:
    return getattr(annotation, "__origin__", None) is list or any(_is_list(each) for each in get_args(annotation))
