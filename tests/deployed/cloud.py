"""The AWS of these tests: MiniStack in a process of its own, and this repository deployed to it by its own commands."""

import json
import os
import platform
import socket
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

import boto3
import httpx
from botocore.client import Config

ROOT: Final = Path(__file__).resolve().parents[2]
EMULATOR: Final = Path(__file__).with_name("emulator.py")
REGION: Final = "us-east-1"
STAGE: Final = "dev"
STACK: Final = f"vizdots-{STAGE}"
PATIENCE: Final = 60.0  # seconds until an emulator that doesn't answer has failed
STARTS_ON: Final = "3.13", "x86_64"  # what template.yaml asks Lambda for


@dataclass(frozen=True)
class Cloud:
    """An account of one region. `endpoint` answers for every service."""

    endpoint: str

    @property
    def variables(self) -> dict[str, str]:
        """The environment variables of an operator."""
        return {
            "AWS_ENDPOINT_URL": self.endpoint,
            "AWS_ACCESS_KEY_ID": "test",
            "AWS_SECRET_ACCESS_KEY": "test",
            "AWS_DEFAULT_REGION": REGION,
        }

    def client(self, service: Any) -> Any:
        """The operator's boto3 client of a service."""
        return boto3.client(
            service,
            endpoint_url=self.endpoint,
            region_name=REGION,
            aws_access_key_id="test",
            aws_secret_access_key="test",
            config=Config(retries={"total_max_attempts": 1}, read_timeout=120),
        )

    def deploy(self, **parameters: str) -> None:
        """`make deploy` with these parameters of the template. Raises AssertionError with what it printed."""
        said = " ".join(f"{name}={value}" for name, value in {"Stage": STAGE, **parameters}.items())
        chosen = f"STAGE={STAGE}", f"ARGS=--parameter-overrides {said}", *_for_this_machine()
        make("--jobs=2", "deploy", *chosen, env=self.variables)

    def outputs(self) -> dict[str, str]:
        """The outputs of the deployed stack."""
        (stack,) = self.client("cloudformation").describe_stacks(StackName=STACK)["Stacks"]
        return {each["OutputKey"]: each["OutputValue"] for each in stack["Outputs"]}

    def physical(self, logical_id: str) -> str:
        """The physical id of a resource of the deployed stack."""
        told = self.client("cloudformation").describe_stack_resource(StackName=STACK, LogicalResourceId=logical_id)
        return str(told["StackResourceDetail"]["PhysicalResourceId"])

    def invoke(self, function: str, event: object) -> Any:
        """The function's answer. Raises AssertionError when it raised."""
        answer = self.client("lambda").invoke(FunctionName=function, Payload=json.dumps(event))
        payload = json.load(answer["Payload"])
        assert "FunctionError" not in answer, payload
        return payload

    def api(self, api_id: str) -> httpx.Client:
        """An HTTP client of one HTTP API; whoever opens it closes it."""
        return httpx.Client(base_url=f"{self.endpoint}/_aws/execute-api/{api_id}", timeout=60)


@contextmanager
def running(folder: Path) -> Iterator[Cloud]:
    """MiniStack with IAM enforced, empty, until the end of the `with` block. Its log stays in `folder`."""
    make(".venv-sam/.installed", ".venv-ministack/.installed", ".venv-runtime/.installed")
    endpoint = f"http://127.0.0.1:{(port := free_port())}"
    variables = {
        **{name: os.environ[name] for name in ("PATH", "HOME", "LANG", "LC_ALL") if name in os.environ},
        "AUTH": "true",
        "BIND_HOST": "127.0.0.1",
        "GATEWAY_PORT": str(port),
        "AWS_ENDPOINT_URL": endpoint,
        "LAMBDA_PYTHON": str(ROOT / ".venv-runtime/bin/python"),
    }
    with (
        tempfile.TemporaryDirectory(prefix="vizdots-", ignore_cleanup_errors=True) as unpacked,
        (folder / "ministack.log").open("wb") as log,
    ):
        process = subprocess.Popen(
            [ROOT / ".venv-ministack/bin/python", EMULATOR],
            env={**variables, "TMPDIR": unpacked},
            cwd=folder,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=subprocess.STDOUT,
        )
        try:
            _wait_until_ready(process, endpoint, folder / "ministack.log")
            yield Cloud(endpoint)
        finally:
            process.terminate()
            try:
                process.wait(10)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


def make(*words: str, env: Mapping[str, str] | None = None) -> None:
    """Run `make`. Raises AssertionError with the end of what it printed."""
    ran = subprocess.run(
        ["make", "--no-print-directory", *words],
        cwd=ROOT,
        env={**{name: value for name, value in os.environ.items() if name != "MAKEFLAGS"}, **(env or {})},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert ran.returncode == 0, f"make {' '.join(words)} failed:\n{ran.stdout[-6000:]}"


def _for_this_machine() -> list[str]:
    """Nothing where this machine can run what Lambda gets; else how to build the same for what it can run."""
    python = ROOT / ".venv-runtime/bin/python"
    show = "import sys; print('%d.%d' % sys.version_info[:2])"
    version = subprocess.run([python, "-c", show], capture_output=True, text=True, check=True).stdout.strip()
    machine = platform.machine()
    if (version, machine) == STARTS_ON:
        return []
    return [
        f"RUNTIME={version}",
        f"PLATFORM={machine}-manylinux2014",
        f"LAMBDA_PYTHON={python}",
        f"BUILT=.aws-sam/build-{version}-{machine}",
    ]


def _wait_until_ready(process: subprocess.Popen[bytes], endpoint: str, log: Path) -> None:
    until = time.monotonic() + PATIENCE
    while time.monotonic() < until:
        assert process.poll() is None, f"MiniStack ended:\n{log.read_text(errors='replace')[-4000:]}"
        try:
            if httpx.get(f"{endpoint}/_ministack/health", timeout=5).is_success:
                return
        except httpx.TransportError:
            time.sleep(0.05)
    raise TimeoutError("MiniStack isn't ready")


def free_port() -> int:
    """A port of the loopback that nobody uses now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])
