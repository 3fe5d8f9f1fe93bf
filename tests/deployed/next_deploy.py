"""The deploy after the first one: of the deployed template with a change, through CloudFormation alone, in seconds."""

import hashlib
import io
import json
import zipfile
from pathlib import Path

from local import cloudformation
from tests.deployed.cloud import STACK, Cloud

NEW_CODE = "def handler(event, context):\n    return {'statusCode': 200, 'body': 'new code'}\n"


class NextDeploy:
    """The deploy of a changed template, made from the deployed one."""

    def __init__(self, cloud: Cloud, folder: Path) -> None:
        self.cloud = cloud
        self.stack = cloud.client("cloudformation")
        told = self.stack.get_template(StackName=STACK, TemplateStage="Original")["TemplateBody"]
        path = folder / "template.yaml"
        path.write_text(told if isinstance(told, str) else json.dumps(told))
        self.document = cloudformation.load(path)

    def brings(self, name: str, text: str) -> None:
        """One more migration."""
        self._put("SqlLayer", "ContentUri", f"python/sql/{name}", text)

    def brings_new_code(self, function: str) -> None:
        """Code for a function that can be told from ours."""
        self._put(function, "CodeUri", "app.py", NEW_CODE)

    def breaks(self, function: str) -> None:
        """A function that Lambda refuses."""
        self.document["Resources"][function]["Properties"]["CodeUri"] += "-that-is-not-there"
        self.document["Resources"][function]["DependsOn"] = "HealthFunction"

    def ends_with(self, state: str, **parameters: str) -> bool:
        """Deploy with these parameters changed, and wait for that end; an error says that it came to another."""
        names = [
            each["ParameterKey"] for each in self.stack.describe_stacks(StackName=STACK)["Stacks"][0]["Parameters"]
        ]
        self.stack.update_stack(
            StackName=STACK,
            TemplateBody=json.dumps(self.document),
            Parameters=[
                {"ParameterKey": name, "ParameterValue": parameters[name]}
                if name in parameters
                else {"ParameterKey": name, "UsePreviousValue": True}
                for name in names
            ],
            Capabilities=["CAPABILITY_IAM", "CAPABILITY_AUTO_EXPAND"],
        )
        self.stack.get_waiter(state).wait(StackName=STACK, WaiterConfig={"Delay": 1, "MaxAttempts": 60})
        return True

    def failure_of(self, logical_id: str) -> str:
        """Why a resource couldn't be updated."""
        events = self.stack.describe_stack_events(StackName=STACK)["StackEvents"]
        failed = [
            each["ResourceStatusReason"]
            for each in events
            if each["LogicalResourceId"] == logical_id and each["ResourceStatus"] == "UPDATE_FAILED"
        ]
        return str(failed[0])

    def layer(self, resource: str) -> zipfile.ZipFile:
        """What a layer is made from; whoever opens it closes it."""
        return self._archive(self.document["Resources"][resource]["Properties"]["ContentUri"])

    def _archive(self, uri: str) -> zipfile.ZipFile:
        bucket, _, key = uri.removeprefix("s3://").partition("/")
        return zipfile.ZipFile(io.BytesIO(self.cloud.client("s3").get_object(Bucket=bucket, Key=key)["Body"].read()))

    def _put(self, resource: str, key: str, name: str, text: str) -> None:
        """The archive in S3 that a resource is made from, with this file in it, under a name of its own."""
        properties = self.document["Resources"][resource]["Properties"]
        bucket, _, old = properties[key].removeprefix("s3://").partition("/")
        made = io.BytesIO()
        with self._archive(properties[key]) as there, zipfile.ZipFile(made, "w") as archive:
            for each in set(there.namelist()) - {name}:
                archive.writestr(each, there.read(each))
            archive.writestr(name, text)
        new = f"{old}-{hashlib.sha256(made.getvalue()).hexdigest()}"
        self.cloud.client("s3").put_object(Bucket=bucket, Key=new, Body=made.getvalue())
        properties[key] = f"s3://{bucket}/{new}"
