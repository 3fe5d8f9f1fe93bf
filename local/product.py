"""The whole product on this machine but for its HTTP port: database, AWS, identity, functions, queue pump and clock."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass, replace
from pathlib import Path
from typing import IO, Any, Final

from local import ses, template
from local.aws import AwsStandIn
from local.clock import ClockRunner
from local.database import Database
from local.environments import ROOT, Environments
from local.errors import CannotRunError
from local.folder import Folder, Running
from local.identity.settings import Settings
from local.identity.stand_in import Identity
from local.mailbox import box
from local.narrator import Narrator
from local.postman import Postman
from local.pump import PumpRunner
from local.server import Listening, Serving
from local.template import Function, Stack

TEMPLATE: Final = ROOT / "template.yaml"
STAGE: Final = "local"

# What a developer may set to let the agents speak through a model; without a key the scripted interviewer speaks.
_PASSED_ON: Final = ("OPENAI_API_KEY", "OPENAI_BASE_URL", "OPENAI_MODEL", "LOG_LEVEL")


@dataclass(frozen=True)
class Product:
    """The running product. `invoke(function, event)` calls a function by its logical ID, as AWS would."""

    url: str
    running: Running
    stack: Stack
    identity: Identity
    aws: AwsStandIn
    environments: Environments
    invoke: Callable[[str, Any], Any]
    check: Callable[[], None]
    """Raises CannotRunError when one of the parts has ended."""


def variables(function: Function, told: Mapping[str, str]) -> dict[str, str]:
    """The environment of one function: what template.yaml gives it, with the values that `told` has for this machine.

    A variable `X_SECRET` names a secret of Secrets Manager. Here the function gets `X` itself, or neither: what this
    machine has no value for is as good as not configured. Nothing is given that template.yaml doesn't ask for, so that
    what runs here runs in AWS; but for AWS itself, which gives its own variables to every function.
    """
    named = {name.removesuffix("_SECRET") for name in function.environment if name.endswith("_SECRET")}
    plain = {name: value for name, value in function.environment.items() if not name.endswith("_SECRET")}
    asked = {name: value for name, value in told.items() if name in named or name in plain or name.startswith("AWS_")}
    return plain | asked


def functions(running: Running, path: Path = TEMPLATE, *, only: str = "", log: IO[str] | None = None) -> Environments:
    """The functions of template.yaml, or `only` one of them, with the addresses of this machine.

    What they print goes to `log`, or to our standard output.
    """
    parameters = {"Stage": STAGE, "AppUrl": running.url, "SupabaseUrl": running.url, "UseOpenAI": "yes"}
    stack = template.read(path, parameters=parameters, endpoint=running.variables["AWS_ENDPOINT_URL"])
    if only:
        function = stack.function(only)
        stack = replace(stack, functions={function.logical_id: function})
    return Environments(stack, lambda each: variables(each, running.variables), log=log)


@contextmanager
def start(
    folder: Folder, url: str, narrator: Narrator, path: Path = TEMPLATE, *, only: str = "", log: IO[str] | None = None
) -> Iterator[Product]:
    """Start what functions need, one line for each part, and stop it at the end; whoever calls holds the folder.

    `url` is where the product will be served; `only` and `log` are those of `functions`. Raises CannotRunError, with
    nothing left running.
    """
    with ExitStack() as parts, ThreadPoolExecutor(1) as aside:
        aws = AwsStandIn()
        parts.push(aws)
        standing_in = aside.submit(aws.__enter__)  # its imports take as long as PostgreSQL does
        with narrator.step("PostgreSQL"):
            database = parts.enter_context(Database(folder.database, folder.port()))
        with narrator.step("Migrations") as note:
            applied = database.migrate()
            note(f"{len(applied)} applied" if applied else "nothing new")
        with narrator.step("Identity (Supabase Auth's stand-in)"):
            identity = Identity.open(
                database.owner_url, Settings(site_url=url, supabase_url=url, confirm_url=f"{url}/auth/confirm")
            )
            parts.enter_context(closing(identity))
        with narrator.step("AWS (SES, SQS, S3 and Secrets Manager of moto)"):
            standing_in.result()
            told = {
                **{name: os.environ[name] for name in _PASSED_ON if os.environ.get(name)},
                "DATABASE_URL": database.functions_url,
                "DATABASE_ADMIN_URL": database.owner_url,
                "SCHEDULER_SECRET": folder.remembered("scheduler-secret"),
                "SCHEDULER_REMINDERS_SECRET": folder.remembered("scheduler-reminders-secret"),
                "MAIL_LINKS_SECRET": folder.remembered("mail-links-secret"),
                "SUPABASE_ANON_KEY": identity.anon_key,
                "SUPABASE_SERVICE_ROLE_KEY": identity.service_role_key,
                **aws.variables,
                "AWS_ENDPOINT_URL_SESV2": f"http://127.0.0.1:{_mailbox(parts, identity)}",
            }
            running = Running(os.getpid(), url, database.admin_url, database.owner_url, told)
            environments = functions(running, path, only=only, log=log)
            stack = environments.stack
            aws.create(stack)
        with narrator.step("Functions") as note:
            parts.enter_context(environments)
            note(f"{len(stack.functions) - len(environments.failed)} loaded")
        for name, problem in environments.failed.items():
            narrator.warn(f"functions/{stack.functions[name].name} is not there: {problem}")

        def check() -> None:
            if not database.is_running():
                raise CannotRunError(f"PostgreSQL has ended; {folder.database}/log says why.")
            if not environments.is_running():
                raise CannotRunError("The process that runs the functions has ended.")

        yield Product(url, running, stack, identity, aws, environments, environments.invoke, check)


def _mailbox(parts: ExitStack, identity: Identity) -> int:
    """SES, as the functions find it: whatever it is given lies in the mailbox. Returns its port."""

    def take(sent: ses.Sent) -> None:
        with identity.pool.transaction() as db:
            box.put(db, sent)

    listening = parts.enter_context(closing(Listening(0)))
    parts.enter_context(Serving(ses.create_app(take), listening))
    return listening.port


@contextmanager
def awake(product: Product, narrator: Narrator) -> Iterator[None]:
    """Let the queues and the clock wake functions, and the post go out, until the end of the `with` block."""
    stack = product.stack
    with ExitStack() as parts:
        parts.enter_context(Postman(product.running.admin_url, product.invoke, says=narrator.say))
        if stack.sources:
            parts.enter_context(PumpRunner(stack.sources, product.aws.sqs(), product.invoke, narrator.say))
        if stack.schedules:
            parts.enter_context(ClockRunner(stack.schedules, product.invoke, narrator.say))
        yield
