"""template.yaml as the local product reads it: functions, what wakes them, and the queues and stores they need.

Understands the part of CloudFormation and SAM that describes those: parameters, conditions, mappings, the intrinsic
functions, Globals of functions. What stands for a resource in `!Ref` and `!GetAtt` is its local name.
"""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Literal

from local.cloudformation import Resolver, TemplateError, load
from local.errors import CannotRunError

_READ: Final = {  # the properties that mean something here; Policies, Tags and the like stay unread
    "AWS::Serverless::Function": {"CodeUri", "Handler", "Timeout", "MemorySize", "Environment", "Events"},
    "AWS::Serverless::HttpApi": {"CorsConfiguration"},
    "AWS::SecretsManager::Secret": {"SecretString"},
    "AWS::S3::Bucket": set[str](),
    "AWS::SES::EmailIdentity": set[str](),
    "AWS::SES::ConfigurationSet": set[str](),
}


@dataclass(frozen=True, slots=True)
class Route:
    """`method` is a verb or ANY; `path` may hold `{name}` and end in `{name+}`; `$default` takes what is left."""

    method: str
    path: str
    function: str

    @property
    def key(self) -> str:
        """The `routeKey` of API Gateway."""
        return self.path if self.path == "$default" else f"{self.method} {self.path}"


@dataclass(frozen=True, slots=True)
class Schedule:
    """`kind` tells EventBridge rules from schedules of EventBridge Scheduler; `input` replaces the event they send."""

    name: str
    function: str
    expression: str
    kind: Literal["rule", "scheduler"]
    zone: str = "UTC"
    input: str | None = None


@dataclass(frozen=True, slots=True)
class QueueSource:
    """A queue that wakes a function. `window` is in seconds; `reports_failures` is ReportBatchItemFailures."""

    queue: str
    function: str
    batch_size: int = 10
    window: int = 0
    reports_failures: bool = False


@dataclass(frozen=True, slots=True)
class Function:
    """One function. `name` is its folder below functions/, `folder` that folder, `timeout` its seconds."""

    logical_id: str
    name: str
    folder: Path
    handler: str
    timeout: float
    memory: int
    environment: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Queue:
    """`attributes` are those of CreateQueue; `dead_letters` takes what was received `max_receive_count` times."""

    logical_id: str
    name: str
    attributes: Mapping[str, str]
    dead_letters: str | None = None
    max_receive_count: int = 0


@dataclass(frozen=True, slots=True)
class Cors:
    """CorsConfiguration of the HTTP API; `max_age` in seconds."""

    origins: tuple[str, ...] = ()
    methods: tuple[str, ...] = ()
    headers: tuple[str, ...] = ()
    exposed: tuple[str, ...] = ()
    credentials: bool = False
    max_age: int | None = None


@dataclass(frozen=True, slots=True)
class Secret:
    """A secret of Secrets Manager; `value` is None where AWS would make one up."""

    name: str
    value: str | None


@dataclass(frozen=True)
class Stack:
    """What template.yaml describes, with every reference resolved to its local name."""

    functions: Mapping[str, Function]
    routes: tuple[Route, ...] = ()
    schedules: tuple[Schedule, ...] = ()
    sources: tuple[QueueSource, ...] = ()
    queues: Mapping[str, Queue] = field(default_factory=dict)
    buckets: tuple[str, ...] = ()
    secrets: tuple[Secret, ...] = ()
    identities: tuple[str, ...] = ()
    configuration_sets: tuple[str, ...] = ()
    cors: Cors | None = None

    def function(self, name: str) -> Function:
        """The function called `name` (`cron/scheduler`, its folder, or its logical ID). Raises CannotRunError."""
        wanted = name.strip("/").removeprefix("functions/")
        for function in self.functions.values():
            if wanted in (function.name, function.logical_id):
                return function
        known = ", ".join(sorted(function.name for function in self.functions.values()))
        raise CannotRunError(f"There is no function {name!r} in template.yaml. There are: {known}.")


def read(path: Path, *, parameters: Mapping[str, str] | None = None, endpoint: str = "http://127.0.0.1") -> Stack:
    """The stack of the template at `path`; its folder is the root of every CodeUri.

    `parameters` override the template's defaults; `endpoint` is where the AWS stand-in answers, which is part of the
    URL of a queue. Raises TemplateError.
    """
    return _Reader(load(path), path.parent.resolve(), parameters or {}, endpoint).stack()


class _Reader:
    def __init__(self, document: Mapping[str, Any], root: Path, parameters: Mapping[str, str], endpoint: str) -> None:
        self.document, self.root = document, root
        self.resolve = Resolver(document, parameters, endpoint)

    def resources(self, kind: str) -> Iterator[tuple[str, dict[str, Any]]]:
        """The resources of this type that exist under the template's conditions, with their properties resolved."""
        for name, resource in self.document["Resources"].items():
            condition = resource.get("Condition")
            if resource.get("Type") == kind and (condition is None or self.resolve.holds(condition)):
                properties: dict[str, Any] = resource.get("Properties") or {}
                read = _READ.get(kind, properties.keys())
                yield name, self.resolve({key: each for key, each in properties.items() if key in read})

    def stack(self) -> Stack:
        common = self._globals("Function", _READ["AWS::Serverless::Function"])
        functions: dict[str, Function] = {}
        routes: list[Route] = []
        schedules: list[Schedule] = []
        sources: list[QueueSource] = []
        for name, properties in self.resources("AWS::Serverless::Function"):
            functions[name] = self._function(name, common, properties)
            for event_name, event in (properties.get("Events") or {}).items():
                sent = event.get("Properties") or {}
                match event["Type"]:
                    case "HttpApi":
                        routes.append(_route(name, sent))
                    case "Schedule" | "ScheduleV2" as kind:
                        if sent.get("State") != "DISABLED" and sent.get("Enabled") not in (False, "false"):
                            schedules.append(_schedule(name, event_name, kind, sent))
                    case "SQS":
                        if sent.get("Enabled") not in (False, "false"):
                            sources.append(_source(name, sent))
                    case kind:
                        raise TemplateError(f"{name} is woken by {kind}, which the local product doesn't play.")
        queues = {name: self._queue(name, properties) for name, properties in self.resources("AWS::SQS::Queue")}
        return Stack(
            functions=functions,
            routes=tuple(routes),
            schedules=tuple(schedules),
            sources=tuple(sources),
            queues=queues,
            buckets=tuple(self.resolve.physical(name) for name, _ in self.resources("AWS::S3::Bucket")),
            secrets=tuple(
                Secret(self.resolve.physical(name), properties.get("SecretString"))
                for name, properties in self.resources("AWS::SecretsManager::Secret")
            ),
            identities=tuple(self.resolve.physical(name) for name, _ in self.resources("AWS::SES::EmailIdentity")),
            configuration_sets=tuple(
                self.resolve.physical(name) for name, _ in self.resources("AWS::SES::ConfigurationSet")
            ),
            cors=self._cors(),
        )

    def _globals(self, kind: str, read: set[str]) -> Mapping[str, Any]:
        common = (self.document.get("Globals") or {}).get(kind) or {}
        resolved: Mapping[str, Any] = self.resolve({key: each for key, each in common.items() if key in read})
        return resolved

    def _function(self, name: str, common: Mapping[str, Any], own: Mapping[str, Any]) -> Function:
        properties = {**common, **own}
        try:
            uri = str(properties["CodeUri"])
        except KeyError:
            raise TemplateError(f"{name} has no CodeUri.") from None
        variables = {
            **(common.get("Environment") or {}).get("Variables", {}),
            **(own.get("Environment") or {}).get("Variables", {}),
        }
        return Function(
            logical_id=name,
            name=uri.strip("./").removeprefix("functions/"),
            folder=self.root / uri,
            handler=str(properties.get("Handler", "app.handler")),
            timeout=int(properties.get("Timeout", 3)),
            memory=int(properties.get("MemorySize", 128)),
            environment={key: str(value) for key, value in variables.items()},
        )

    def _queue(self, name: str, properties: Mapping[str, Any]) -> Queue:
        simple = {
            key: str(value).lower() if isinstance(value, bool) else str(value)
            for key, value in properties.items()
            if isinstance(value, str | int | bool) and key != "QueueName"
        }
        redrive = properties.get("RedrivePolicy") or {}
        arn = str(redrive.get("deadLetterTargetArn", ""))
        return Queue(
            logical_id=name,
            name=self.resolve.physical(name),
            attributes=simple,
            dead_letters=arn.rpartition(":")[2] or None,
            max_receive_count=int(redrive.get("maxReceiveCount", 0)),
        )

    def _cors(self) -> Cors | None:
        common = self._globals("HttpApi", _READ["AWS::Serverless::HttpApi"])
        for _, properties in self.resources("AWS::Serverless::HttpApi"):
            match properties.get("CorsConfiguration", common.get("CorsConfiguration")):
                case True | "true":
                    return Cors(origins=("*",))
                case str(origin) if origin != "false":
                    return Cors(origins=(origin.strip("'"),))
                case dict(said):
                    return Cors(
                        origins=_texts(said.get("AllowOrigins")),
                        methods=_texts(said.get("AllowMethods")),
                        headers=_texts(said.get("AllowHeaders")),
                        exposed=_texts(said.get("ExposeHeaders")),
                        credentials=said.get("AllowCredentials") in (True, "true"),
                        max_age=int(said["MaxAge"]) if "MaxAge" in said else None,
                    )
        return None


def _texts(value: Any) -> tuple[str, ...]:
    if value is None:
        return ()
    return tuple(str(each).strip() for each in (value if isinstance(value, list) else str(value).split(",")))


def _route(function: str, sent: Mapping[str, Any]) -> Route:
    path, method = str(sent.get("Path", "$default")), str(sent.get("Method", "ANY")).upper()
    return Route("ANY" if method == "X-AMAZON-APIGATEWAY-ANY-METHOD" else method, path, function)


def _schedule(function: str, event: str, kind: str, sent: Mapping[str, Any]) -> Schedule:
    expression = sent.get("ScheduleExpression" if kind == "ScheduleV2" else "Schedule")
    if not expression:
        raise TemplateError(f"The schedule {event} of {function} has no expression.")
    return Schedule(
        name=str(sent.get("Name", f"{function}{event}")),
        function=function,
        expression=str(expression),
        kind="scheduler" if kind == "ScheduleV2" else "rule",
        zone=str(sent.get("ScheduleExpressionTimezone", "UTC")),
        input=None if sent.get("Input") is None else str(sent["Input"]),
    )


def _source(function: str, sent: Mapping[str, Any]) -> QueueSource:
    queue = str(sent["Queue"])
    return QueueSource(
        queue=queue.rpartition(":")[2].rpartition("/")[2],
        function=function,
        batch_size=int(sent.get("BatchSize", 10)),
        window=int(sent.get("MaximumBatchingWindowInSeconds", 0)),
        reports_failures="ReportBatchItemFailures" in (sent.get("FunctionResponseTypes") or []),
    )
