"""template.yaml is read as CloudFormation and SAM would read it."""

from pathlib import Path

import pytest

from local import template
from local.cloudformation import TemplateError
from local.errors import CannotRunError
from local.template import Cors, QueueSource, Route, Schedule

TEMPLATE = """
AWSTemplateFormatVersion: 2010-09-09
Parameters:
  Stage: {Type: String, Default: dev}
  Url: {Type: String}
  Origins: {Type: CommaDelimitedList, Default: "https://a.example, https://b.example"}
Conditions:
  IsLive: !Equals [!Ref Stage, live]
  IsQuiet: !Not [!Condition IsLive]
Mappings:
  Sizes: {live: {Memory: 2048}, dev: {Memory: 512}}
Globals:
  Function:
    Handler: app.handler
    Timeout: 29
    Environment:
      Variables:
        STAGE: !Ref Stage
        URL: !Ref Url
        QUEUE: !Ref Mails
  HttpApi:
    CorsConfiguration:
      AllowOrigins: !Ref Origins
      AllowMethods: [GET, POST]
      AllowHeaders: [authorization]
      ExposeHeaders: [etag]
      AllowCredentials: true
      MaxAge: 600
Resources:
  Api: {Type: AWS::Serverless::HttpApi, Properties: {StageName: $default}}
  Thing:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/api/thing/
      MemorySize: !FindInMap [Sizes, !Ref Stage, Memory]
      Policies:
        - Statement: [{Effect: Allow, Action: "s3:GetObject", Resource: !ImportValue Elsewhere}]
      Environment:
        Variables:
          QUEUE: !GetAtt Mails.QueueName
          ARN: !GetAtt Mails.Arn
          TEXT: !Sub "${Stage}/${Mails.QueueName}/${!Literal}"
          NAMED: !Sub ["${Word}-${AWS::Region}", {Word: !Join ["+", [a, !Ref Stage]]}]
          LEVEL: !If [IsLive, INFO, DEBUG]
          GONE: !If [IsLive, x, !Ref AWS::NoValue]
      Events:
        Get: {Type: HttpApi, Properties: {ApiId: !Ref Api, Method: get, Path: "/things/{id}"}}
        Rest: {Type: HttpApi, Properties: {ApiId: !Ref Api}}
  Nightly:
    Type: AWS::Serverless::Function
    Properties:
      CodeUri: functions/cron/nightly/
      Timeout: 900
      Events:
        Night:
          Type: ScheduleV2
          Properties:
            ScheduleExpression: "cron(0 2 * * ? *)"
            ScheduleExpressionTimezone: Europe/Madrid
            Input: '{"a": 1}'
        Often: {Type: Schedule, Properties: {Schedule: rate(5 minutes)}}
        Never: {Type: Schedule, Properties: {Schedule: rate(1 day), Enabled: false}}
        Paused: {Type: ScheduleV2, Properties: {ScheduleExpression: rate(1 day), State: DISABLED}}
        Mail:
          Type: SQS
          Properties:
            Queue: !GetAtt Mails.Arn
            BatchSize: 5
            MaximumBatchingWindowInSeconds: 3
            FunctionResponseTypes: [ReportBatchItemFailures]
  Mails:
    Type: AWS::SQS::Queue
    Properties:
      VisibilityTimeout: 60
      RedrivePolicy: {deadLetterTargetArn: !GetAtt Lost.Arn, maxReceiveCount: 3}
  Lost: {Type: AWS::SQS::Queue, Properties: {QueueName: lost-mails}}
  Exports: {Type: AWS::S3::Bucket}
  Sender: {Type: AWS::SES::EmailIdentity, Properties: {EmailIdentity: vizdots.test}}
  Key: {Type: AWS::SecretsManager::Secret, Properties: {Name: !Sub "app/${Stage}/key", GenerateSecretString: {}}}
  OnlyLive: {Type: AWS::S3::Bucket, Condition: IsLive}
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "template.yaml"
    path.write_text(TEMPLATE)
    return path


@pytest.fixture
def stack(file: Path) -> template.Stack:
    return template.read(file, parameters={"Url": "http://localhost:8000"}, endpoint="http://127.0.0.1:5000")


def test_a_function_takes_what_it_does_not_say_from_the_globals(stack: template.Stack, tmp_path: Path) -> None:
    thing, nightly = stack.functions["Thing"], stack.functions["Nightly"]
    assert (thing.name, thing.folder, thing.handler) == ("api/thing", tmp_path / "functions/api/thing", "app.handler")
    assert (thing.timeout, thing.memory, nightly.timeout, nightly.memory) == (29, 512, 900, 128)
    assert nightly.environment["STAGE"] == "dev"


def test_intrinsic_functions_stand_for_what_is_on_this_machine(stack: template.Stack) -> None:
    assert stack.functions["Thing"].environment == {
        "STAGE": "dev",
        "URL": "http://localhost:8000",
        "QUEUE": "vizdots-local-Mails",
        "ARN": "arn:aws:sqs:us-east-1:123456789012:vizdots-local-Mails",
        "TEXT": "dev/vizdots-local-Mails/${Literal}",
        "NAMED": "a+dev-us-east-1",
        "LEVEL": "DEBUG",
    }
    assert stack.functions["Nightly"].environment["QUEUE"] == "http://127.0.0.1:5000/123456789012/vizdots-local-Mails"


def test_parameters_given_override_the_defaults(file: Path) -> None:
    live = template.read(file, parameters={"Stage": "live"})
    assert live.functions["Thing"].memory == 2048
    assert live.functions["Thing"].environment["GONE"] == "x"
    assert "vizdots-local-onlylive" in live.buckets


def test_events_become_routes_schedules_and_queue_sources(stack: template.Stack) -> None:
    assert stack.routes == (Route("GET", "/things/{id}", "Thing"), Route("ANY", "$default", "Thing"))
    assert stack.schedules == (
        Schedule("NightlyNight", "Nightly", "cron(0 2 * * ? *)", "scheduler", "Europe/Madrid", '{"a": 1}'),
        Schedule("NightlyOften", "Nightly", "rate(5 minutes)", "rule"),
    )
    assert stack.sources == (QueueSource("vizdots-local-Mails", "Nightly", 5, 3, reports_failures=True),)


def test_queues_stores_and_senders_are_listed_with_their_local_names(stack: template.Stack) -> None:
    mails = stack.queues["Mails"]
    assert (mails.name, mails.dead_letters, mails.max_receive_count) == ("vizdots-local-Mails", "lost-mails", 3)
    assert mails.attributes == {"VisibilityTimeout": "60"}
    assert stack.buckets == ("vizdots-local-exports",)
    assert stack.identities == ("vizdots.test",)
    assert stack.secrets == (template.Secret("app/dev/key", None),)


def test_cors_comes_from_the_globals_of_the_http_api(stack: template.Stack) -> None:
    origins = ("https://a.example", "https://b.example")
    assert stack.cors == Cors(origins, ("GET", "POST"), ("authorization",), ("etag",), credentials=True, max_age=600)


def test_a_function_is_found_by_its_folder_and_by_its_logical_id(stack: template.Stack) -> None:
    wanted = stack.functions["Nightly"]
    assert [stack.function(name) for name in ("cron/nightly", "functions/cron/nightly/", "Nightly")] == [wanted] * 3
    with pytest.raises(CannotRunError, match=r"no function 'cron/none'.*There are: api/thing, cron/nightly\."):
        stack.function("cron/none")


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("a: {b: cron(0 8 * * ? *)}", "is not YAML"),
        ("Parameters: {}", "has no Resources"),
        ("Resources: {F: {Type: AWS::Serverless::Function}}", "F has no CodeUri"),
        (
            "Resources: {F: {Type: AWS::Serverless::Function, Properties: {CodeUri: f, Events: {E: {Type: S3}}}}}",
            "woken by S3",
        ),
        ("Resources: {B: {Type: AWS::S3::Bucket, Condition: C}}", "no condition C"),
        ("Resources: {B: {Type: AWS::S3::Bucket, Properties: {BucketName: !Cidr [a]}}}", "Fn::Cidr"),
    ],
)
def test_what_can_not_be_followed_is_said_in_one_sentence(tmp_path: Path, text: str, sentence: str) -> None:
    path = tmp_path / "template.yaml"
    path.write_text(text)
    with pytest.raises(TemplateError, match=sentence) as refused:
        template.read(path)
    assert "\n" not in str(refused.value)


def test_a_missing_template_is_named(tmp_path: Path) -> None:
    with pytest.raises(TemplateError, match=r"There is no .*template\.yaml"):
        template.read(tmp_path / "template.yaml")


def test_the_template_of_the_house_can_be_read_whole() -> None:
    stack = template.read(Path(__file__).parents[2] / "template.yaml")
    assert Route("GET", "/api/health", "HealthFunction") in stack.routes
    assert {route.function for route in stack.routes} <= stack.functions.keys()
    assert any(schedule.function == "SchedulerFunction" for schedule in stack.schedules)
