"""The program itself: every stack of the project is a program that runs, and wrong configuration is said plainly."""

import json
import os
import runpy
import signal
from collections.abc import Callable
from pathlib import Path

import pulumi
import pytest
import yaml

from tests.components.recording import Registered, exports, record

STACKS = ("local", "dev", "staging", "prod")


def program(root: Path, config: dict[str, object]) -> Callable[[], None]:
    """`__main__.py` as the engine runs it: structures arrive as JSON text."""

    def build() -> None:
        for key, value in config.items():
            pulumi.runtime.set_config(key, json.dumps(value))
        runpy.run_path(str(root / "__main__.py"), run_name="__main__")

    return build


def run(root: Path, stack: str, config: dict[str, object]) -> list[Registered]:
    return record(program(root, config), stack)


def config_of(root: Path, stack: str) -> dict[str, object]:
    text = (root / "stacks" / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
    assert text.startswith("# yaml-language-server: $schema=../schemas/stack.schema.json\n")
    loaded = yaml.safe_load(text)["config"]
    assert isinstance(loaded, dict)
    return loaded


@pytest.fixture(autouse=True)
def _own_interrupts() -> object:
    """The program sets a handler of its own; the test run keeps its own."""
    before = signal.getsignal(signal.SIGINT)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.parametrize("stack", STACKS)
def test_every_stack_is_a_program_that_runs(root: Path, stack: str) -> None:
    config = config_of(root, stack)
    found = run(root, stack, config)
    ledger = next(one for one in found if one.type == "vertex-throughput:index:Ledger")
    orders = config["vertex-throughput:orders"]
    assert isinstance(orders, dict)
    assert set(ledger.inputs["orders"]) == set(orders)
    assert ledger.inputs["stack"] == stack


def test_client_teams_find_all_they_need_in_the_exports(root: Path) -> None:
    found = exports(program(root, config_of(root, "local")), "local")
    assert found["projects"] == {"genai-local": {"number": "1122334455"}}
    assert found["clients"]["chat-api"] == {
        "email": "chat-api@genai-local.iam.gserviceaccount.com",
        "project": "genai-local",
    }
    assert sorted(found["federation"]) == ["github", "gitlab"]
    assert found["orders"]["search-eu"] == {
        "project": "genai-local",
        "location": "eu",
        "model": "gemini-3.5-flash-lite",
        "status": "approved",
        "routing": "pt_only",
        "headers": {"X-Vertex-AI-LLM-Request-Type": "dedicated"},
        "label": "search-eu",
    }


def test_a_typo_ends_the_program_with_the_nearest_key_and_no_traceback(root: Path) -> None:
    config = config_of(root, "dev")
    config["vertex-throughput:orders"]["trial"]["gsu"] = 2  # type: ignore[index]
    with pytest.raises(SystemExit) as ended:
        run(root, "dev", config)
    assert "orders.trial.gsu: unknown key" in str(ended.value.code)
    assert "gsus" in str(ended.value.code)


def test_interrupting_the_program_leaves_at_once(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A refused resource interrupts the program; its event loop would print a long traceback."""
    left: list[int] = []
    run(root, "dev", config_of(root, "dev"))
    monkeypatch.setattr(os, "_exit", left.append)
    handler = signal.getsignal(signal.SIGINT)
    assert callable(handler)
    handler(signal.SIGINT, None)
    assert left == [130]
