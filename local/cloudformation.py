"""The intrinsic functions of CloudFormation, resolved for this machine: `!Ref`, `!Sub`, `!GetAtt`, `!If` and their kin.

What stands for a resource is the name that it has here. A queue's URL leads to the AWS stand-in.
"""

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any, Final

import yaml

from local.errors import CannotRunError

ACCOUNT: Final = "123456789012"  # the account that moto plays
REGION: Final = "us-east-1"
STACK: Final = "vizdots-local"

_PLACEHOLDER: Final = re.compile(r"\$\{([^}]+)\}")
_NO_VALUE: Final = object()
_NAMES: Final = ("FunctionName", "QueueName", "BucketName", "EmailIdentity", "Name")


class TemplateError(CannotRunError):
    """template.yaml says something that the local product can't follow."""


def load(path: Path) -> dict[str, Any]:
    """The template at `path` as data: `!Ref x` is {"Ref": x}, `!Sub x` is {"Fn::Sub": x}. Raises TemplateError."""
    try:
        document = yaml.load(path.read_text(), Loader=_Loader)  # noqa: S506 - a subclass of SafeLoader
    except FileNotFoundError:
        raise TemplateError(f"There is no {path}.") from None
    except yaml.YAMLError as error:
        raise TemplateError(f"{path} is not YAML: {' '.join(str(error).split())}") from None
    if not isinstance(document, dict) or not isinstance(document.get("Resources"), dict):
        raise TemplateError(f"{path} has no Resources.")
    return document


class _Loader(yaml.SafeLoader):
    """Reads `!Ref x` and `!Sub x` as CloudFormation does: as {"Ref": x} and {"Fn::Sub": x}."""


def _intrinsic(loader: yaml.SafeLoader, suffix: str, node: yaml.Node) -> dict[str, Any]:
    value: Any
    if isinstance(node, yaml.ScalarNode):
        value = loader.construct_scalar(node)
        if suffix == "GetAtt":
            value = str(value).split(".", 1)
    elif isinstance(node, yaml.SequenceNode):
        value = loader.construct_sequence(node, deep=True)
    else:
        assert isinstance(node, yaml.MappingNode)  # noqa: S101 - YAML has no fourth kind of node
        value = loader.construct_mapping(node, deep=True)
    return {suffix if suffix in ("Ref", "Condition") else f"Fn::{suffix}": value}


_Loader.add_multi_constructor("!", _intrinsic)
# "2010-09-09" and `12:30` mean the text that is written there, as they do to CloudFormation.
_Loader.yaml_implicit_resolvers = {
    first: [(tag, pattern) for tag, pattern in resolvers if tag != "tag:yaml.org,2002:timestamp"]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}


class Resolver:
    """Replaces the intrinsic functions of one template by what they stand for on this machine.

    `parameters` override the template's defaults; `endpoint` is where the AWS stand-in answers.
    """

    def __init__(self, document: Mapping[str, Any], parameters: Mapping[str, str], endpoint: str) -> None:
        self.document = document
        self.resources: Mapping[str, Any] = document["Resources"]
        self.endpoint = endpoint.rstrip("/")
        self.pseudo = {
            "AWS::AccountId": ACCOUNT,
            "AWS::Region": REGION,
            "AWS::StackName": STACK,
            "AWS::StackId": f"arn:aws:cloudformation:{REGION}:{ACCOUNT}:stack/{STACK}/local",
            "AWS::Partition": "aws",
            "AWS::URLSuffix": "amazonaws.com",
            "AWS::NoValue": _NO_VALUE,
        }
        declared: Mapping[str, Any] = document.get("Parameters") or {}
        self.parameters = {
            # A parameter that a deployment must give is empty here: what it would say is the local product's to say.
            name: self._parameter(each, parameters.get(name, each.get("Default", "")))
            for name, each in declared.items()
        }

    @staticmethod
    def _parameter(declared: Mapping[str, Any], value: Any) -> Any:
        kind = str(declared.get("Type", "String"))
        if kind == "CommaDelimitedList" or kind.startswith("List<"):
            return [part.strip() for part in str(value).split(",")]
        return str(value)

    def __call__(self, value: Any) -> Any:
        """`value` with every intrinsic function in it resolved. Raises TemplateError."""
        if isinstance(value, dict):
            if len(value) == 1:
                (name, argument) = next(iter(value.items()))
                if name == "Ref" or str(name).startswith("Fn::") or (name == "Condition" and isinstance(argument, str)):
                    return self._apply(str(name), argument)
            resolved = {key: self(each) for key, each in value.items()}
            return {key: each for key, each in resolved.items() if each is not _NO_VALUE}
        if isinstance(value, list):
            return [each for each in map(self, value) if each is not _NO_VALUE]
        return value

    def holds(self, condition: str) -> bool:
        """Whether the template's condition called `condition` holds here."""
        try:
            return bool(self(self.document.get("Conditions", {})[condition]))
        except KeyError:
            raise TemplateError(f"template.yaml has no condition {condition}.") from None

    def _apply(self, name: str, argument: Any) -> Any:  # noqa: PLR0911, PLR0912 - one line for each intrinsic function
        match name:
            case "Ref":
                return self._ref(argument)
            case "Condition":
                return self.holds(argument)
            case "Fn::GetAtt":
                resource, attribute = argument if isinstance(argument, list) else argument.split(".", 1)
                return self._attribute(resource, str(self(attribute)))
            case "Fn::Sub":
                return self._substitute(argument)
            case "Fn::If":
                condition, then, otherwise = argument
                return self(then if self.holds(condition) else otherwise)
            case "Fn::Equals":
                left, right = map(self, argument)
                return str(left) == str(right)
            case "Fn::Not":
                return not self(argument[0])
            case "Fn::And":
                return all(map(self, argument))
            case "Fn::Or":
                return any(map(self, argument))
            case "Fn::Join":
                return str(argument[0]).join(str(each) for each in self(argument[1]))
            case "Fn::Split":
                return str(self(argument[1])).split(argument[0])
            case "Fn::Select":
                return self(argument[1])[int(self(argument[0]))]
            case "Fn::FindInMap":
                table, first, second = map(self, argument)
                return self.document.get("Mappings", {})[table][first][second]
            case "Fn::ToJsonString":
                return json.dumps(self(argument))
            case _:
                raise TemplateError(f"The local product doesn't know the intrinsic function {name}.")

    def _ref(self, name: str) -> Any:
        if name in self.pseudo:
            return self.pseudo[name]
        if name in self.parameters:
            return self.parameters[name]
        kind = self._kind(name)
        if kind == "AWS::SQS::Queue":
            return f"{self.endpoint}/{ACCOUNT}/{self.physical(name)}"
        return self.physical(name)

    def _attribute(self, name: str, attribute: str) -> str:
        kind, physical = self._kind(name), self.physical(name)
        match kind, attribute:
            case "AWS::SQS::Queue", "Arn":
                return f"arn:aws:sqs:{REGION}:{ACCOUNT}:{physical}"
            case "AWS::SQS::Queue", "QueueUrl":
                return str(self._ref(name))
            case "AWS::S3::Bucket", "Arn":
                return f"arn:aws:s3:::{physical}"
            case "AWS::Serverless::Function" | "AWS::Lambda::Function", "Arn":
                return f"arn:aws:lambda:{REGION}:{ACCOUNT}:function:{physical}"
            case _, "Arn":
                service = kind.split("::")[1].lower() if "::" in kind else "local"
                return f"arn:aws:{service}:{REGION}:{ACCOUNT}:{physical}"
            case _:
                return physical  # a name or an Id: QueueName, BucketName, Secret.Id, ApiEndpoint …

    def _kind(self, name: str) -> str:
        if name not in self.resources:
            # SAM makes resources of its own (ServerlessHttpApi, MyFunctionRole): nothing local stands behind them.
            return "AWS::Serverless::Generated"
        return str(self.resources[name].get("Type"))

    def physical(self, name: str) -> str:
        """The name that the resource has on this machine: its own where the template gives one."""
        properties = (self.resources.get(name) or {}).get("Properties") or {}
        own = next((properties[key] for key in _NAMES if key in properties), None)
        if own is not None and (resolved := self(own)) is not _NO_VALUE:
            return str(resolved)
        words = f"{STACK}-{name}"
        if self._kind(name) == "AWS::S3::Bucket":
            return words.lower()
        if self._kind(name) == "AWS::SQS::Queue" and self(properties.get("FifoQueue", False)) in (True, "true"):
            return f"{words}.fifo"
        return words

    def _substitute(self, argument: Any) -> str:
        text, names = (argument, {}) if isinstance(argument, str) else argument

        def value(match: re.Match[str]) -> str:
            name = match[1].strip()
            if name.startswith("!"):  # ${!Literal} is how a template writes ${Literal}
                return "${" + name[1:] + "}"
            if name in names:
                return str(self(names[name]))
            if "." in name:
                resource, attribute = name.split(".", 1)
                return self._attribute(resource, attribute)
            return str(self._ref(name))

        return _PLACEHOLDER.sub(value, text)
