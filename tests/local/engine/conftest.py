"""Small programs over a toy plugin, run by the engine as a user's program would be."""

import json
import textwrap
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from local.engine import Event, Operation, Result, deploy

HERE = Path(__file__).parent

PRELUDE = """
import pulumi
from pulumi import ResourceOptions as Opts

class Thing(pulumi.CustomResource):
    def __init__(self, thing, opts=None, **props):
        super().__init__("toy:index:Thing", thing, {"name": thing, "size": 1, **props, "token": None}, opts)

class Box(pulumi.ComponentResource):
    def __init__(self, name, opts=None):
        super().__init__("toy:index:Box", name, None, opts)
"""


@dataclass
class World:
    """One project in a temporary folder."""

    root: Path
    pack: bool = False
    events: list[Event] = field(default_factory=list)

    @property
    def log(self) -> Path:
        return self.root / "toy.log"

    def write(self, program: str) -> None:
        (self.root / "__main__.py").write_text(PRELUDE + textwrap.dedent(program))

    def arguments(self) -> dict[str, Any]:
        return {
            "root": self.root,
            "project": "toys",
            "stack": "local",
            "state_dir": self.root / "state",
            "program": self.root / "__main__.py",
            "plugins": {"toy": HERE / "toy"},
            "policy_pack": HERE / "pack" if self.pack else None,
            # Python trusts bytecode by the second; a test writes one program after the other within it.
            "environment": {"TOY_LOG": str(self.log), "PYTHONDONTWRITEBYTECODE": "1"},
        }

    def run(
        self,
        operation: Operation,
        program: str | None = None,
        config: Mapping[str, str] | None = None,
        **more: Any,
    ) -> Result:
        if program is not None:
            self.write(program)
        self.log.write_text("")
        self.events.clear()
        return deploy(
            operation=operation, config=config or {}, on_event=self.events.append, **(self.arguments() | more)
        )

    def up(self, program: str | None = None, **more: Any) -> Result:
        return self.run("up", program, **more)

    def preview(self, program: str | None = None, **more: Any) -> Result:
        return self.run("preview", program, **more)

    def done(self) -> list[str]:
        """What the plugin really did, in order."""
        return [line for line in self.log.read_text().splitlines() if not line.startswith("begin")]

    def state(self) -> dict[str, Any]:
        return dict(json.loads((self.root / "state/.pulumi/stacks/toys/local.json").read_text()))

    def recorded(self) -> dict[str, dict[str, Any]]:
        latest = self.state()["checkpoint"]["latest"]
        return {each["urn"].rpartition("::")[2]: each for each in latest["resources"]}


@pytest.fixture
def world(tmp_path: Path) -> World:
    return World(tmp_path)


def ops(result: Result) -> dict[str, str]:
    """What happened to each thing, by name."""
    return {step.name: step.op for step in result.steps if step.type == "toy:index:Thing"}
