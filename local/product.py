"""The whole product on this machine but for its HTTP port: database, AWS, identity, functions, queue pump and clock."""

import os
from collections.abc import Callable, Iterator, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO, Any, Final

from common.migrations import MigrationError
from local import postgres, template
from local.aws import AwsStandIn
from local.clock import ClockRunner
from local.environments import ROOT, Environments
from local.errors import CannotRunError
from local.folder import Folder, Running
from local.identity.settings import Settings
from local.identity.stand_in import Identity
from local.narrator import Narrator
from local.postgres import ProductDatabase
from local.pump import PumpRunner
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


def read_stack(path: Path, running: Running) -> Stack:
    """The stack of template.yaml with the addresses of this machine."""
    parameters = {"Stage": STAGE, "AppUrl": running.url, "SupabaseUrl": running.url, "UseOpenAI": "yes"}
    return template.read(path, parameters=parameters, endpoint=running.variables.get("AWS_ENDPOINT_URL", ""))


@contextmanager
def start(
    folder: Folder, url: str, narrator: Narrator, path: Path = TEMPLATE, *, log: IO[str] | None = None
) -> Iterator[Product]:
    """Start what functions need, one line for each part, and stop it at the end; whoever calls holds the folder.

    `url` is where the product will be served; what functions print goes to `log`, or to our standard output. Raises
    CannotRunError, with nothing left running.
    """
    with ExitStack() as parts, ThreadPoolExecutor(1) as aside:
        aws = AwsStandIn()
        parts.push(aws)
        standing_in = aside.submit(aws.__enter__)  # its imports take as long as PostgreSQL does
        with narrator.step("PostgreSQL"):
            database = parts.enter_context(_database(folder))
        with narrator.step("Migrations") as note:
            note(_migrate(database))
        with narrator.step("Identity (Supabase Auth's stand-in)"):
            identity = Identity.open(database.owner_url, Settings(site_url=url, supabase_url=url))
            parts.enter_context(closing(identity))
        with narrator.step("AWS (SES, SQS, S3 and Secrets Manager of moto)"):
            standing_in.result()
            told = {
                **{name: os.environ[name] for name in _PASSED_ON if os.environ.get(name)},
                "DATABASE_URL": database.functions_url,
                "DATABASE_ADMIN_URL": database.owner_url,
                "SCHEDULER_SECRET": folder.remembered("scheduler-secret"),
                "SUPABASE_ANON_KEY": identity.anon_key,
                "SUPABASE_SERVICE_ROLE_KEY": identity.service_role_key,
                **aws.variables,
            }
            running = Running(os.getpid(), url, database.admin_url, database.owner_url, told)
            stack = read_stack(path, running)
            aws.create(stack)
        with narrator.step("Functions") as note:
            environments = parts.enter_context(Environments(stack, lambda each: variables(each, told), log=log))
            note(f"{len(stack.functions) - len(environments.failed)} loaded")
        for name, problem in environments.failed.items():
            narrator.warn(f"functions/{stack.functions[name].name} is not there: {problem}")

        def check() -> None:
            if not database.is_running():
                raise CannotRunError(f"PostgreSQL has ended; {folder.database}/log says why.")
            if not environments.is_running():
                raise CannotRunError("The process that runs the functions has ended.")

        yield Product(url, running, stack, identity, aws, environments, environments.invoke, check)


@contextmanager
def _database(folder: Folder) -> Iterator[ProductDatabase]:
    """The private PostgreSQL. Raises CannotRunError when it can't start."""
    with ExitStack() as started:
        try:
            database = started.enter_context(postgres.running(folder.database, port=folder.port()))
        except (RuntimeError, OSError) as error:
            reason = str(error).strip().splitlines()[-1]
            raise CannotRunError(f"PostgreSQL can't start: {reason} ({folder.database}/log may say more)") from None
        yield database


def _migrate(database: ProductDatabase) -> str:
    """What was migrated, in a few words. Raises CannotRunError."""
    os.environ.setdefault("MIGRATIONS_DIR", str(ROOT / "sql"))  # wherever the command is given
    try:
        return postgres.migrate(database)
    except MigrationError as error:
        advice = "make reset forgets the local data, to start afresh"
        raise CannotRunError(f"The database can't be migrated: {error} ({advice}).") from None


@contextmanager
def awake(product: Product, narrator: Narrator) -> Iterator[None]:
    """Let the queues and the clock wake functions, until the end of the `with` block."""
    stack = product.stack
    with ExitStack() as parts:
        if stack.sources:
            parts.enter_context(PumpRunner(stack.sources, product.aws.sqs(), product.invoke, narrator.say))
        if stack.schedules:
            parts.enter_context(ClockRunner(stack.schedules, product.invoke, narrator.say))
        yield
