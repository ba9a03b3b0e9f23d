"""What fails takes down what depends on it and nothing else, and the next run goes on from there."""

import contextlib
import json
import os
import random
import subprocess
import sys
import time
from pathlib import Path

import pytest

from local.engine import EngineError, LockedError
from local.engine.lock import locked
from tests.local.engine.conftest import World, ops

ROOT = Path(__file__).parents[3]

DRIVER = """
import json, os, signal, sys
from pathlib import Path
from local.engine import deploy
arguments = json.loads(sys.argv[1])
paths = ("root", "state_dir", "program")
arguments |= {key: Path(arguments[key]) for key in paths}
arguments["plugins"] = {key: Path(each) for key, each in arguments["plugins"].items()}

def listen(event):
    # Ctrl-C as soon as work on the named thing begins.
    if event.kind == "step-started" and event.step.name == sys.argv[2]:
        os.kill(os.getpid(), signal.SIGINT)

result = deploy(operation="up", config={}, on_event=listen, **arguments)
print(json.dumps({"skipped": len(result.skipped), "interrupted": result.interrupted}))
sys.exit(result.exit_code)
"""


def start(world: World, interrupt_at: str = "") -> subprocess.Popen[str]:
    """An `up` in a process of its own."""
    arguments = world.arguments()
    arguments["plugins"] = {key: str(each) for key, each in arguments["plugins"].items()}
    world.log.write_text("")
    return subprocess.Popen(
        [sys.executable, "-P", "-c", DRIVER, json.dumps(arguments, default=str), interrupt_at],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        text=True,
    )


def follow(world: World, process: subprocess.Popen[str], wanted: str, count: int) -> None:
    """Wait until the plugin noted something that often, or the run is over."""
    while process.poll() is None and world.log.read_text().count(wanted) < count:
        with contextlib.suppress(subprocess.TimeoutExpired):
            process.wait(0.01)


def left_behind(world: World) -> list[str]:
    """Processes that work for this world's log and don't end by themselves."""
    deadline = time.monotonic() + 30
    while (found := _working(world)) and time.monotonic() < deadline:
        time.sleep(0.05)
    return found


def _working(world: World) -> list[str]:
    found = []
    for entry in Path("/proc").glob("[0-9]*/environ"):
        try:
            environment = entry.read_bytes()
        except OSError:
            continue
        if f"TOY_LOG={world.log}".encode() in environment and int(entry.parent.name) != os.getpid():
            found.append(entry.parent.name)
    return found


class TestAFailure:
    def test_the_rest_goes_on_and_the_next_run_completes_it(self, world: World) -> None:
        program = """
        a = Thing("a", fail="create")
        b = Thing("b", needs=a.token)
        c = Thing("c")
        d = Thing("d", needs=c.token)
        pulumi.export("a", a.token)
        pulumi.export("d", d.token)
        """
        result = world.up(program)
        assert result.exit_code == 1
        assert [each.message for each in result.diagnostics] == ["no room for a"]
        assert ops(result) == {"c": "create", "d": "create"}
        assert [each.rpartition("::")[2] for each in result.skipped] == ["b"]
        assert result.outputs == {"d": "token of thing/d"}
        assert set(world.recorded()) == {"toys-local", "default", "c", "d"}
        failed = [each for each in world.events if each.kind == "step-failed"]
        assert [each.step.name for each in failed if each.step] == ["a"]

        mended = world.up(program.replace(', fail="create"', ""))
        assert mended.ok
        assert ops(mended) == {"a": "create", "b": "create", "c": "same", "d": "same"}
        assert world.done() == ["create a", "create b"]

        broken = world.up(program.replace('"create"', '"check"').replace('Thing("d"', 'Thing("e"'))
        assert "fail: this was asked to fail" in [each.message for each in broken.diagnostics]
        assert world.recorded()["a"]["inputs"].get("fail") is None, "a failed change keeps what was"
        assert "d" in world.recorded(), "nothing is deleted after a failure"

        stuck = world.up('Thing("c")\nThing("d", fail="delete")')
        assert stuck.ok
        stuck = world.up("")
        assert stuck.exit_code == 1
        assert [each.message for each in stuck.diagnostics] == ["no room for d"]
        assert "d" in world.recorded()
        assert "c" not in world.recorded(), "no inputs of d tie it to c any more"

    def test_a_program_that_fails_is_shown_with_its_own_lines_only(self, world: World) -> None:
        result = world.up('Thing("a")\nraise ValueError("that was wrong")')
        assert result.exit_code == 1
        (error,) = [each for each in result.diagnostics if each.severity == "error"]
        assert "ValueError: that was wrong" in error.message
        assert "__main__.py" in error.message
        assert "runpy" not in error.message

    def test_two_resources_of_one_name_are_refused(self, world: World) -> None:
        result = world.preview('Thing("a")\nThing("a")')
        assert result.exit_code == 1
        assert "two resources have the URN" in result.diagnostics[0].message

    def test_a_plugin_that_does_not_start_says_why(self, world: World, tmp_path: Path) -> None:
        broken = tmp_path / "broken"
        broken.mkdir()
        (broken / "__main__.py").write_text("import nowhere\n")
        result = world.preview('Thing("a")', plugins={"toy": broken})
        assert result.exit_code == 1
        assert "No module named 'nowhere'" in result.diagnostics[0].message
        judged = world.preview('Thing("a")\nThing("b")', policy_pack=broken)
        assert judged.exit_code == 1
        (error,) = judged.diagnostics
        assert "the policy pack didn't start" in error.message


class TestARunThatIsKilled:
    def test_kill_9_at_any_moment_leaves_what_the_next_run_completes(self, world: World) -> None:
        names = [f"t{index}" for index in range(12)]
        world.write(
            "last = None\n"
            f"for name in {names}:\n"
            "    last = Thing(name, delay=0.01, needs=last.token if last else '')\n"
        )
        chance = random.Random(7)
        for _ in range(3):
            process = start(world)
            follow(world, process, "create", count=1 + chance.randrange(6))
            process.kill()
            process.communicate()
            if (world.root / "state/.pulumi/stacks/toys/local.json").exists():
                world.recorded()  # whole, whatever happened
        result = world.up()
        assert result.ok
        assert set(names) <= set(world.recorded())
        assert world.up().changes == ()
        assert left_behind(world) == [], "no process outlives the engine, however that ends"

    def test_ctrl_c_lets_running_steps_finish_and_starts_no_more(self, world: World) -> None:
        world.write('a = Thing("a", delay=1)\nb = Thing("b", needs=a.token)')
        process = start(world, interrupt_at="a")
        said, _ = process.communicate(timeout=60)
        assert process.returncode == 130
        assert json.loads(said.splitlines()[-1])["interrupted"] is True
        assert world.done() == ["create a"]
        assert "a" in world.recorded()
        assert "b" not in world.recorded()
        assert not list((world.root / "state/.pulumi/locks").rglob("*.json"))
        assert left_behind(world) == []
        assert ops(world.up()) == {"a": "same", "b": "create"}


class TestTheLock:
    def test_a_second_run_is_told_which_process_holds_the_stack(self, world: World) -> None:
        with locked(world.root / "state", "toys", "local"):
            with pytest.raises(LockedError, match=f"process {os.getpid()} ") as refused:
                world.up('Thing("a")')
            assert refused.value.pid == os.getpid()
            assert world.preview('Thing("a")').ok, "a preview reads only"

    def test_the_lock_of_a_dead_process_is_taken_over(self, tmp_path: Path) -> None:
        with locked(tmp_path, "toys", "local"):
            (mine,) = tmp_path.rglob("*.json")
            content = json.loads(mine.read_text())
        dead = subprocess.Popen([sys.executable, "-c", ""])
        dead.wait()
        mine.write_text(json.dumps(content | {"pid": dead.pid}))
        with locked(tmp_path, "toys", "local"):
            assert [each for each in tmp_path.rglob("*.json") if each != mine]
        # The same number, but of a process that started at another time.
        mine.write_text(json.dumps(content | {"started": "1"}))
        with locked(tmp_path, "toys", "local"):
            assert not mine.exists()
        # Whether a process of another machine lives can't be seen from here.
        mine.write_text(json.dumps(content | {"hostname": "elsewhere", "pid": 1}))
        with pytest.raises(LockedError, match="elsewhere"), locked(tmp_path, "toys", "local"):
            pass


def test_a_state_that_is_no_json_is_one_clear_error(world: World) -> None:
    file = world.root / "state/.pulumi/stacks/toys/local.json"
    file.parent.mkdir(parents=True)
    file.write_text("{")
    with pytest.raises(EngineError, match="isn't the JSON of a stack's state"):
        world.up('Thing("a")')
