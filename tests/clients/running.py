"""Runs snippets as files, against a live endpoint, and says what arrived."""

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path

from local.vertex.calls import Recorded
from local.vertex.endpoint import Endpoint
from local.vertex.environment import client_environment
from local.vertex.models import Rates, ServedModel, Window
from throughput.clients import matrix
from throughput.clients.matrix import Client, Publisher
from throughput.clients.snippets import Snippet, Target, snippet
from throughput.orders import Order, Routing, Status, Term
from throughput.routing import MODES

DRIVER = Path(__file__).with_name("driver.py")
ELSEWHERE = "europe-west4"


def _model(name: str, publisher: str) -> ServedModel:
    return ServedModel(
        model=name,
        publisher=publisher,
        tokens_per_second=Decimal(675),
        rates=(Rates(up_to_input=None, input=Decimal(1), output=Decimal(5)),),
        windows=(Window(from_gsus=1, seconds=120),),
    )


BY_KIND = {
    Publisher.GOOGLE: _model("gemini-3.6-flash", "google"),
    Publisher.ANTHROPIC: _model("claude-opus-5", "anthropic"),
    Publisher.OPEN: _model("gpt-oss-120b-maas", "openai"),
}
MODELS = {model.model: model for model in BY_KIND.values()}


@dataclass(frozen=True, kw_only=True)
class Case:
    """One way of running a snippet. Each has a project of its own, by which its requests are told apart."""

    name: str
    routing: Routing
    location: str = "global"

    @property
    def project(self) -> str:
        """The project of the case's order."""
        return f"acme-{self.name}"

    @property
    def held(self) -> bool:
        """Whether the endpoint has an active order where the snippet calls."""
        return self.location == "global"

    @property
    def expected(self) -> str | None:
        """The traffic type that must come back; None: a 429."""
        mode = MODES[self.routing]
        if self.held or not mode.uses_pt:
            return mode.traffic_types[0]
        return mode.beyond_capacity


CASES = (
    *(Case(name=routing.replace("_", "-"), routing=routing) for routing in Routing),
    Case(name="wrong-location", routing=Routing.PT_THEN_ON_DEMAND, location=ELSEWHERE),
    Case(name="refused", routing=Routing.PT_ONLY, location=ELSEWHERE),
)


def order_of(case: Case, kind: Publisher, location: str) -> Order:
    """The order of a case, placed somewhere."""
    return Order(
        name=f"chat-{case.name}",
        project=case.project,
        model=BY_KIND[kind].model,
        location=location,
        gsus=2,
        term=Term.WEEK,
        status=Status.ACTIVE,
        routing=case.routing,
        label=f"label-{case.name}",
    )


def endpoint_for(kind: Publisher, cases: Sequence[Case] = CASES) -> Endpoint:
    """An endpoint that holds every case's order in `global`, wherever the snippet calls."""
    return Endpoint([order_of(case, kind, "global") for case in cases], MODELS, time.time)


def write_snippet(client: str | Client, case: Case, kind: Publisher) -> Snippet:
    """The snippet of a case, as `pt snippet` prints it."""
    found = client if isinstance(client, Client) else matrix.load().find(client)
    order = order_of(case, kind, case.location)
    return snippet(Target(stack="local", order=order, publisher=BY_KIND[kind].publisher, kind=kind), found)


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """How a snippet ended: exit code, what it printed, and the requests that arrived meanwhile."""

    code: int
    out: str
    err: str
    requests: tuple[Recorded, ...]


def requests_of(endpoint: Endpoint, case: Case) -> tuple[Recorded, ...]:
    """What arrived for a case."""
    return tuple(
        one for one in endpoint.calls.recent if one.pool is not None and one.pool.project == case.project
    )


def environment(endpoint: Endpoint, folder: Path, ca: Path | None = None) -> dict[str, str]:
    """What `pt serve` tells people to export, on top of a bare environment."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME", "TMPDIR", "LANG") if name in os.environ}
    # LiteLLM would otherwise fetch a price list from the internet when it is imported; telemetry likewise.
    quiet = {
        "LITELLM_LOCAL_MODEL_COST_MAP": "True",
        "DO_NOT_TRACK": "1",
        "LANGSMITH_TRACING": "false",
        "NO_COLOR": "1",
    }
    return kept | quiet | client_environment(endpoint.url, "acme-local", folder, ca)


def run_file(
    command: Sequence[str], endpoint: Endpoint, case: Case, variables: Mapping[str, str], cwd: Path
) -> Outcome:
    """Run one snippet as its own process."""
    done = subprocess.run(
        command, env=dict(variables), cwd=cwd, capture_output=True, text=True, timeout=110, check=False
    )
    return Outcome(
        code=done.returncode,
        out=done.stdout.strip(),
        err=done.stderr.strip(),
        requests=requests_of(endpoint, case),
    )


def run_python(
    python: Path | str,
    client: str,
    kind: Publisher,
    endpoint: Endpoint,
    folder: Path,
    cases: Sequence[Case] = CASES,
) -> dict[str, Outcome]:
    """Run a client's snippet for every case, unchanged, one after the other in one process: the SDK is imported once."""
    files = []
    for case in cases:
        file = folder / f"{case.name}.py"
        file.write_text(write_snippet(client, case, kind).text, encoding="utf-8")
        files.append(str(file))
    command = [str(python), "-P", str(DRIVER), *files]
    done = subprocess.run(
        command,
        env=environment(endpoint, folder),
        cwd=folder,
        capture_output=True,
        text=True,
        timeout=110,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    reports = json.loads(done.stdout.splitlines()[-1])
    return {
        case.name: Outcome(
            code=report["code"], out=report["out"], err=report["err"], requests=requests_of(endpoint, case)
        )
        for case, report in zip(cases, reports, strict=True)
    }


def this_python() -> str:
    """The interpreter that the tests run in: it has google-genai, which the Vertex AI library brings."""
    return sys.executable
