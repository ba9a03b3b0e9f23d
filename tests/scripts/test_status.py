"""`pt status` against the endpoint's Monitoring API: what agrees, what differs, what couldn't be checked."""

import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tests.scripts.small_house import write_stack
from tests.scripts.test_serve import client, served
from tests.throughput.orders_for_tests import AS_OF, ledger, order
from throughput.orders import Confirmed, Status
from throughput.status import Measured, State, active_gsus, compare


def status(folder: Path, environment: dict[str, str], *arguments: str) -> "subprocess.CompletedProcess[str]":
    bare = {"PATH": os.environ["PATH"], "HOME": str(folder)}
    command = [sys.executable, "-P", "-W", "ignore", "-m", "scripts", "status", "small", *arguments]
    return subprocess.run(
        command, cwd=folder, env=bare | environment, capture_output=True, text=True, timeout=100, check=False
    )


def test_the_ledger_agrees_with_what_is_active_until_it_is_changed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_stack(tmp_path)
    monkeypatch.chdir(tmp_path)
    with served(tmp_path) as (document, _):
        environment: dict[str, Any] = document["environment"]
        url = document["url"]
        client(tmp_path, "chat", environment)
        agreed = status(tmp_path, environment, "--endpoint", url, "--json")
        assert agreed.returncode == 0, agreed.stderr
        pools = json.loads(agreed.stdout)["pools"]
        assert {pool["model"]: pool["state"] for pool in pools}["gemini-3.6-flash"] == "agrees"
        metered = [pool for pool in pools if pool["state"] != "not metered"]
        assert len(metered) == len(pools) - 1
        assert all(pool["activeGsus"] == pool["recordedGsus"] for pool in metered)
        assert any(pool["averageUtilisation"] for pool in pools)
        stack = tmp_path / "stacks" / "Pulumi.small.yaml"
        stack.write_text(stack.read_text().replace("gsus: ", "gsus: 1", 1))
        differs = status(tmp_path, environment, "--endpoint", url)
        assert differs.returncode == 1
        assert "monitoring shows" in differs.stdout


def test_without_credentials_or_an_answer_nothing_counts_as_checked(tmp_path: Path) -> None:
    write_stack(tmp_path)
    broken = tmp_path / "adc.json"
    broken.write_text("{}")
    found = status(
        tmp_path, {"GOOGLE_APPLICATION_CREDENTIALS": str(broken)}, "--endpoint", "http://127.0.0.1:9"
    )
    assert found.returncode == 2
    assert "nothing was checked" in found.stderr
    assert "Traceback" not in found.stderr


def test_a_pending_increase_is_no_drift() -> None:
    chat = order(gsus=60, confirmed=Confirmed(gsus=45, on=AS_OF))
    assert active_gsus(ledger(chat), AS_OF) == {chat.pool: 45}
    assert active_gsus(ledger(replace(chat, status=Status.APPROVED)), AS_OF) == {}


@pytest.mark.parametrize(
    ("measured", "state"),
    [(45, State.AGREES), (30, State.DIFFERS), (None, State.NO_DATA)],
)
def test_a_pool_is_compared_by_its_gsus(measured: int | None, state: State) -> None:
    pool = order().pool
    found = compare({pool: 45}, {pool: Measured(gsus=measured, average=None, peak=None)})
    assert found[0].state is state
    assert found[0].wrong is (state is not State.AGREES)


def test_a_veo_pool_is_not_metered() -> None:
    pool = order(model="veo-3.1-lite-generate-001").pool
    assert compare({pool: 2}, {})[0].state is State.NOT_METERED
