"""make walkthrough: a company from its owner's sign-up to its people's first check-ins, through HTTP alone."""

import tempfile
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final
from urllib.parse import parse_qs, urlsplit

import httpx

from local.demo.founding import PASSWORD
from local.folder import Folder
from tools.running import running
from vizdots.schedules import WEEKDAYS

OWNER: Final = "fiona@initech.test"
AT_ONCE: Final = 4  # people who are in the product at the same time; a small machine has two cores
PATIENCE: Final = 30.0  # seconds that a mail may take
FIRST_CHECK_INS: Final = 6  # people who do theirs while one looks on

TEAMS: Final[Mapping[str, Sequence[str]]] = {
    "Field": ("Mara Meyer", "Ana Alba", "Bo Berg", "Cleo Cruz", "Dan Ek", "Eva Orr", "Finn Fox", "Gus Ito", "Hal Hoff"),
    "Office": ("Olga Otto", "Ida Iglesias", "Jan Jung", "Kim Kato", "Leo Lang", "Mia Moreau", "Nils Nowak", "Oona Ott"),
    "Warehouse": ("Wim Weber", "Pia Pohl", "Quin Quast", "Rosa Ruiz", "Sam Sato", "Tom Tran", "Uma Usman", "Vic Vega"),
}  # fmt: skip
# Every day is a working day, so that the walk comes to its end on a Sunday, too.
WEEK: Final = {day: {"on": True, "start": "00:00", "end": "23:59"} for day in WEEKDAYS}
# What the scripted interviewer understands, whatever it asks for at first.
ANSWERS: Final[Mapping[str, Sequence[str]]] = {
    "pulse": ("4, a good week with the new tours", "3, and I am far from my limit: low", "That is all"),
    "role_mapper": ("I repair heat pumps at customers' homes", "Repairs, maintenance, handing over", "Yes, yes"),
}
OTHERWISE: Final = ("3, as always", "It is fine as it is", "That is all")

Say = Callable[[str], None]


class UnexpectedAnswerError(Exception):
    """The product answered otherwise than whoever walks through it expects."""


@dataclass
class Walker:
    """Somebody at their device: knows an address and a password, and what the product has told them."""

    http: httpx.Client
    email: str
    name: str
    token: str = ""
    status: int = 0
    """Of the last answer."""

    def ask(self, method: str, path: str, body: object = None, **headers: str) -> Any:
        """The JSON answer. Raises UnexpectedAnswerError for any but 2xx."""
        sent = {**headers, **({"Authorization": f"Bearer {self.token}"} if self.token else {})}
        answer = self.http.request(method, path, json=body, headers=sent)
        self.status = answer.status_code
        if not answer.is_success:
            raise UnexpectedAnswerError(f"{method} {path} answered {answer.status_code}: {answer.text[:500]}")
        return answer.json() if answer.content else None

    def mailed(self, kind: str) -> str:
        """The link of the newest mail of a kind that lies in their mailbox, as soon as there is one."""
        until = time.monotonic() + PATIENCE
        while time.monotonic() < until:
            mails = self.ask("GET", f"/mailbox.json?to={self.email}")
            for mail in mails:
                if mail["kind"] == kind:
                    return str(mail["link"])
            time.sleep(0.2)
        raise UnexpectedAnswerError(f"No mail of the kind {kind} has come for {self.email}.")

    def sign_up(self) -> None:
        """An account at the identity service, confirmed by the link that it mails."""
        self.ask("POST", "/auth/v1/signup", {"email": self.email, "password": PASSWORD})
        carried = parse_qs(urlsplit(self.mailed("signup")).query)
        proof = {"token_hash": carried["token_hash"][0], "type": carried["type"][0]}
        self.token = self.ask("POST", "/auth/v1/verify", proof)["access_token"]

    def accept_invitation(self) -> None:
        """Follow the link of the invitation, choose a password, sign in with it."""
        token = urlsplit(self.mailed("invitation")).path.rpartition("/")[2]
        self.ask("POST", "/api/auth/accept-invite", {"token": token, "password": PASSWORD})
        granted = self.ask("POST", "/auth/v1/token?grant_type=password", {"email": self.email, "password": PASSWORD})
        self.token = granted["access_token"]

    def confirm_profile(self) -> None:
        """Say: this is me."""
        name = {"preferred_name": self.name.partition(" ")[0], "confirm": True}
        self.ask("PATCH", "/api/user/profile", name)

    def check_in(self) -> int:
        """Talk through every check-in that waits. Returns how many there were."""
        waiting = self.ask("GET", "/api/sessions?status=pending")["items"]
        for session in waiting:
            path = f"/api/sessions/{session['id']}/messages"
            self.ask("POST", path, {"isOpening": True})
            for message in ANSWERS.get(session["agent_code"], OTHERWISE):
                if self.ask("POST", path, {"message": message})["isComplete"]:
                    break
        return len(waiting)

    @property
    def next(self) -> str:
        """Where the product leads them."""
        return str(self.ask("GET", "/api/me")["next"])


@dataclass
class Walked:
    """What has come of it."""

    invited: int = 0
    joined: int = 0
    confirmed: int = 0
    scheduled: dict[str, int] = field(default_factory=dict)
    check_ins: int = 0
    dots: int = 0
    ways: set[str] = field(default_factory=set)
    """Where those who have confirmed their profile are led."""


def walk(url: str, anon_key: str, scheduler_secret: str, say: Say) -> Walked:
    """From nothing to the first check-ins, at a product that runs on `url` and has nobody in it."""
    came = Walked()
    with httpx.Client(base_url=url, headers={"apikey": anon_key}, timeout=60) as http:
        owner = Walker(http, OWNER, "Fiona Founder")
        _found(owner, came, say)
        people = [Walker(http, person["email"], person["name"]) for person in _people()]
        with ThreadPoolExecutor(AT_ONCE) as hands:
            _join(people, hands, came, say)
            clock = Walker(http, "", "the clock", scheduler_secret)
            created = clock.ask("POST", "/api/internal/scheduler")
            came.scheduled = created["created"]
            told = ", ".join(f"{count} {agent}" for agent, count in came.scheduled.items())
            say(f"{clock.status} The scheduler runs by hand: {created['people']} people, check-ins for {told}")
            _check_in(people[:FIRST_CHECK_INS], hands, came, say)
    return came


def _found(owner: Walker, came: Walked, say: Say) -> None:
    owner.sign_up()
    say(f"{owner.status} {owner.name} signs up with {owner.email}, and confirms it by the link in her mail")
    way = owner.next
    say(f"{owner.status} She belongs to nothing, so she is led to: {way}")
    told = owner.ask("POST", "/api/admin/setup")
    for step, data in _steps():
        told = owner.ask("PUT", "/api/admin/setup", {"step": step, "data": data}, **{"If-Match": told["etag"]})
        say(f"{owner.status} She tells the step {step}; next is: {told['next_step'] or 'to launch'}")
    done = owner.ask("POST", "/api/admin/setup/complete", None, **{"Idempotency-Key": "launch"})
    again = owner.ask("POST", "/api/admin/setup/complete", None, **{"Idempotency-Key": "launch"})
    if again != done:
        raise UnexpectedAnswerError("Launched twice with one key, it was not the same launch.")
    came.invited = done["people_invited"]
    say(f"{owner.status} She launches (twice with one key, which is once): {done['organization_name']} is there,")
    say(f"    with {came.invited} people invited, and a trial until {done['trial_ends_at'][:10]}")
    way = owner.next
    say(f"{owner.status} She is led to: {way}")


def _join(people: Sequence[Walker], hands: ThreadPoolExecutor, came: Walked, say: Say) -> None:
    came.joined = len([*hands.map(Walker.accept_invitation, people)])
    say(
        f"{_statuses(people)} {came.joined} of them follow the link of their invitation, choose a password, and sign in"
    )
    came.confirmed = len([*hands.map(Walker.confirm_profile, people)])
    came.ways = {*hands.map(lambda person: person.next, people)}
    say(f"{_statuses(people)} {came.confirmed} say who they are, and are led to: {', '.join(came.ways)}")


def _check_in(people: Sequence[Walker], hands: ThreadPoolExecutor, came: Walked, say: Say) -> None:
    came.check_ins = sum(hands.map(Walker.check_in, people))
    came.dots = sum(hands.map(lambda person: len(person.ask("GET", "/api/user/dots")["items"]), people))
    say(f"{_statuses(people)} {len(people)} of them do their first check-ins: {came.check_ins} talks, {came.dots} dots")


def _statuses(people: Sequence[Walker]) -> str:
    return ", ".join(sorted({str(person.status) for person in people}))


def _steps() -> Iterator[tuple[str, object]]:
    yield "company", {"name": "Initech", "timezone": "UTC", "size_band": "11-50", "industry": "Field services"}
    yield "departments", {"names": [*TEAMS]}
    yield "people", {"people": _people()}
    yield "settings", {"schedule": WEEK, "display_name": "Fiona Founder", "job_title": "Managing director"}


def _people() -> list[dict[str, Any]]:
    """Each team's lead reports to the owner, everybody else to their lead."""
    return [
        {
            "name": name,
            "email": _address(name),
            "job_title": f"Lead, {team}" if name == names[0] else f"{team} staff",
            "department": team,
            "supervisor_email": OWNER if name == names[0] else _address(names[0]),
        }
        for team, names in TEAMS.items()
        for name in names
    ]


def _address(name: str) -> str:
    return f"{name.replace(' ', '.').lower()}@initech.test"


def main() -> None:
    """Walk through a product that is there for nothing else, and say each step."""
    began = time.perf_counter()
    with tempfile.TemporaryDirectory(prefix="vizdots-walkthrough-") as temporary:
        folder = Path(temporary, "data")
        with running(folder, "--empty") as url:
            told = Folder(folder).require_running().variables
            print(f"An empty VizDots runs on {url}")  # noqa: T201
            walk(url, told["SUPABASE_ANON_KEY"], told["SCHEDULER_SECRET"], print)
    print(f"Walked through in {time.perf_counter() - began:.0f} s")  # noqa: T201


if __name__ == "__main__":
    main()
