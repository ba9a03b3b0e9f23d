"""`kill -9` at any moment of `up` leaves a state that the next `up` completes; Ctrl-C ends cleanly."""

import json
import os
import random
import signal
import subprocess
import time
from pathlib import Path

import pytest

from tests.end_to_end.house import House, environment


def start(house: House, *arguments: str) -> "subprocess.Popen[str]":
    return subprocess.Popen(
        house.command(*arguments),
        cwd=house.folder,
        env=environment(),
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        stdin=subprocess.DEVNULL,
        start_new_session=True,
    )


def wait_for(path: Path, process: "subprocess.Popen[str]") -> None:
    """Until a file is there or the process has ended; bounded by the test's own time limit."""
    while not path.exists() and process.poll() is None:
        time.sleep(0.005)


def kill_and_complete(root: Path, folder: Path, seed: int) -> None:
    house = House.build(root, folder)
    process = start(house, "up", "local")
    # From the first write on, anywhere in what follows: before it there is nothing to be torn.
    wait_for(house.folder / ".local", process)
    time.sleep(random.Random(seed).uniform(0, 1.5))
    process.kill()
    process.communicate(timeout=60)
    completed = house.pt("up", "local").stdout
    assert "Done in" in completed
    assert "Nothing changed" in house.pt("up", "local").stdout
    state = json.loads(
        (house.folder / ".local" / ".pulumi" / "stacks" / "vertex-throughput" / "local.json").read_text()
    )
    urns = [resource["urn"] for resource in state["checkpoint"]["latest"]["resources"]]
    assert len(urns) == len(set(urns))


@pytest.mark.parametrize("seed", range(2))
def test_the_next_run_completes_what_a_kill_left(root: Path, tmp_path: Path, seed: int) -> None:
    kill_and_complete(root, tmp_path / "house", seed)


@pytest.mark.slow
@pytest.mark.parametrize("seed", range(2, 12))
def test_the_next_run_completes_what_a_kill_left_at_more_moments(
    root: Path, tmp_path: Path, seed: int
) -> None:
    kill_and_complete(root, tmp_path / "house", seed)


def test_ctrl_c_ends_with_130_and_the_next_run_goes_on(root: Path, tmp_path: Path) -> None:
    house = House.build(root, tmp_path / "house")
    process = start(house, "up", "local")
    wait_for(house.folder / ".local" / "cloud.json", process)
    os.kill(process.pid, signal.SIGINT)
    out, err = process.communicate(timeout=60)
    # On a slow machine the run may be over before the signal arrives; then it must have ended well.
    assert process.returncode in (130, 0), out + err
    assert "Traceback" not in out + err
    if process.returncode == 130:
        assert "Interrupted" in err
    house.pt("up", "local")
    assert "Nothing changed" in house.pt("up", "local").stdout
