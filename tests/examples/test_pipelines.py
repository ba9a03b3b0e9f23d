"""The pipelines people copy: pinned, least permissions, nothing of a pull request in a shell, every command one that exists."""

import re
import shlex
import shutil
import subprocess
import sysconfig
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

import scripts.__main__ as pt

ROOT = Path(__file__).resolve().parents[2]
WORKFLOWS = sorted((ROOT / "examples" / "github").glob("*.yml"))
GITLAB = ROOT / "examples" / "gitlab" / ".gitlab-ci.yml"
# What a workflow may be granted, over reading, and why somebody would.
WRITES = {"id-token", "pull-requests", "security-events"}
# Values of these contexts can be chosen by who opens a pull request.
_UNTRUSTED = re.compile(r"\$\{\{[^}]*\b(github\.(event|head_ref|ref_name)|inputs|steps)\b[^}]*\}\}")


def load(path: Path) -> dict[str, Any]:
    """A workflow; `on` is a key here, and YAML 1.1 would read it as true."""
    found: dict[str, Any] = yaml.load(path.read_text(encoding="utf-8"), Loader=yaml.BaseLoader)
    return found


def jobs() -> Iterator[tuple[str, dict[str, Any]]]:
    for path in WORKFLOWS:
        for name, job in load(path)["jobs"].items():
            yield f"{path.name}:{name}", job


def steps() -> Iterator[tuple[str, dict[str, Any]]]:
    for where, job in jobs():
        for step in job["steps"]:
            yield where, step


def test_there_are_three_workflows() -> None:
    assert [path.name for path in WORKFLOWS] == ["merge.yml", "pull-request.yml", "schedule.yml"]


@pytest.mark.parametrize("path", WORKFLOWS, ids=lambda path: path.name)
class TestEveryWorkflow:
    def test_starts_without_permissions(self, path: Path) -> None:
        assert load(path)["permissions"] == {}

    def test_has_a_concurrency_group_and_never_stops_a_deployment(self, path: Path) -> None:
        workflow = load(path)
        groups = [workflow.get("concurrency"), *(job.get("concurrency") for job in workflow["jobs"].values())]
        assert any(groups)
        if "push" in workflow["on"]:
            assert all(group["cancel-in-progress"] == "false" for group in groups if group)

    def test_is_no_privileged_trigger(self, path: Path) -> None:
        assert not {"pull_request_target", "workflow_run", "issue_comment"} & set(load(path)["on"])

    def test_names_the_version_of_each_pinned_action(self, path: Path) -> None:
        for line in path.read_text(encoding="utf-8").splitlines():
            if "uses:" in line:
                assert re.search(r"uses: [\w./-]+@[0-9a-f]{40} # v\d+\.\d+\.\d+$", line), line


class TestEveryJob:
    def test_is_granted_no_more_than_it_needs(self) -> None:
        for where, job in jobs():
            assert job["permissions"], where
            for scope, level in job["permissions"].items():
                assert level == "read" or scope in WRITES, f"{where} {scope}"

    def test_ends_by_itself(self) -> None:
        for where, job in jobs():
            assert 1 <= int(job["timeout-minutes"]) <= 60, where

    def test_that_may_write_to_a_pull_request_runs_none_of_its_code(self) -> None:
        for where, job in jobs():
            if {"pull-requests", "security-events"} & set(job["permissions"]):
                assert "id-token" not in job["permissions"]
                told = " ".join(step.get("run", "") for step in job["steps"])
                assert "./pt" not in told, where

    def test_that_deploys_stands_behind_an_environment(self) -> None:
        deploying = [
            job for _, job in jobs() if any("./pt up" in step.get("run", "") for step in job["steps"])
        ]
        assert deploying
        assert all(job["environment"] for job in deploying)

    def test_with_an_identity_gives_none_to_a_fork(self) -> None:
        workflow = load(ROOT / "examples" / "github" / "pull-request.yml")
        for name, job in workflow["jobs"].items():
            if set(job["permissions"].items()) - {("contents", "read")}:
                assert "head.repo.full_name == github.repository" in job["if"], name


class TestEveryStep:
    def test_has_no_text_of_others_in_its_shell(self) -> None:
        for where, step in steps():
            assert not _UNTRUSTED.search(step.get("run", "")), where
            assert "${{" not in step.get("run", ""), f"{where}: pass it through env"

    def test_leaves_no_credential_in_the_clone(self) -> None:
        checkouts = [step for _, step in steps() if step.get("uses", "").startswith("actions/checkout@")]
        assert checkouts
        assert all(step["with"]["persist-credentials"] == "false" for step in checkouts)

    def test_uses_no_key(self) -> None:
        for path in (*WORKFLOWS, GITLAB):
            text = path.read_text(encoding="utf-8")
            assert "credentials_json" not in text
            assert "secrets." not in text

    def test_runs_only_commands_and_options_that_exist(self) -> None:
        told = [step["run"] for _, step in steps() if "run" in step]
        told += [line for job in load(GITLAB).values() if isinstance(job, dict) for line in _script(job)]
        found = [words for text in told for words in _commands(text)]
        assert len(found) >= 10
        for words in found:
            if words[0].startswith("--"):
                continue
            command = pt.pt.get_command(None, words[0])  # type: ignore[arg-type]
            assert command is not None, words
            known = {option for param in command.params for option in (*param.opts, *param.secondary_opts)}
            assert {word for word in words if word.startswith("--")} <= known, words


def _script(job: dict[str, Any]) -> Iterator[str]:
    for key in ("before_script", "script"):
        yield from (line for line in job.get(key, []) if isinstance(line, str))


def _commands(text: str) -> Iterator[list[str]]:
    for line in text.replace("\\\n", " ").splitlines():
        if "./pt " in line:
            told = re.split(r"\s(?:\||\|\||2>|>)", line[line.index("./pt ") + 5 :])[0]
            yield shlex.split(told)


def _run(tool: str, *arguments: str, folder: Path) -> None:
    beside = Path(sysconfig.get_path("scripts")) / tool
    built = Path(__file__).resolve().parents[2] / ".build" / "bin" / tool
    found = next((str(place) for place in (beside, built) if place.is_file()), None) or shutil.which(tool)
    if found is None:
        pytest.skip(f"{tool} isn't installed here")
    done = subprocess.run([found, *arguments], cwd=folder, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


@pytest.fixture
def copied(tmp_path: Path) -> Path:
    """The workflows where GitHub expects them, in a repository of their own."""
    folder = tmp_path / ".github" / "workflows"
    folder.mkdir(parents=True)
    for path in WORKFLOWS:
        shutil.copy(path, folder)
    subprocess.run(["git", "init", "-q", str(tmp_path)], check=True, capture_output=True)
    return tmp_path


def test_zizmor_finds_nothing(copied: Path) -> None:
    _run("zizmor", "--offline", "--no-progress", "--persona", "pedantic", ".github/workflows", folder=copied)


def test_actionlint_finds_nothing(copied: Path) -> None:
    _run("actionlint", "-no-color", folder=copied)


class TestGitlab:
    def test_every_job_extends_what_exists_and_ends_by_itself(self) -> None:
        pipeline = _gitlab()
        assert pipeline["default"]["timeout"]
        for name, job in pipeline.items():
            if isinstance(job, dict) and "stage" in job:
                assert job["stage"] in pipeline["stages"], name
                for parent in job.get("extends", []):
                    assert parent in pipeline, name
                assert job.get("script"), name

    def test_the_whole_history_is_cloned(self) -> None:
        assert _gitlab()["variables"]["GIT_DEPTH"] == "0"

    def test_the_deployment_is_alone_and_never_interrupted(self) -> None:
        up = _gitlab()["up"]
        assert up["interruptible"] is False
        assert up["resource_group"]
        assert up["environment"]

    def test_the_job_with_the_token_clones_nothing(self) -> None:
        comment = _gitlab()["comment"]
        assert comment["variables"]["GIT_STRATEGY"] == "none"
        assert comment["environment"]["name"] == "notes"


class _Gitlab(yaml.SafeLoader):
    """YAML with GitLab's `!reference`."""


def _sequence(loader: yaml.SafeLoader, node: yaml.Node) -> list[Any]:
    assert isinstance(node, yaml.SequenceNode)
    return loader.construct_sequence(node)


_Gitlab.add_constructor("!reference", _sequence)


def _gitlab() -> dict[str, Any]:
    found: dict[str, Any] = yaml.load(GITLAB.read_text(encoding="utf-8"), Loader=_Gitlab)
    return found


def test_every_path_with_an_owner_exists() -> None:
    copied_elsewhere = {"/.github/", "/.gitlab-ci.yml", "/CODEOWNERS"}
    for line in (ROOT / "examples" / "CODEOWNERS").read_text(encoding="utf-8").splitlines():
        if line and not line.startswith("#"):
            path, owner = line.split()
            assert owner.startswith("@")
            assert path in copied_elsewhere or (ROOT / path.strip("/")).is_dir(), path


def test_the_shell_of_every_step_parses() -> None:
    for where, step in steps():
        if "run" in step:
            done = subprocess.run(
                ["sh", "-n"], input=step["run"], capture_output=True, text=True, check=False
            )
            assert done.returncode == 0, f"{where}: {done.stderr}"
