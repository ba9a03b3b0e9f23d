"""`pt check --preview`: the program and the pack really run, and what they can't say is said."""

import json
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.scripts.check_repository import Repository, Result, stack_of

_CODE = ("provider", "components", "throughput", "local", "policies", ".venv")


@pytest.fixture
def project(root: Path, tmp_path: Path) -> Repository:
    """The project's code as links, its local stack, under git."""
    made = Repository.at(tmp_path / "project")
    for name in _CODE:
        if (root / name).exists():
            (made.folder / name).symlink_to(root / name)
    shutil.copy(root / "Pulumi.yaml", made.folder)
    shutil.copy(root / "__main__.py", made.folder)
    shutil.copy(root / "stacks" / "Pulumi.local.yaml", made.folder / "stacks")
    made.commit()
    return made


def check(project: Repository, root: Path, *arguments: str) -> Result:
    """The real command line: the engine starts processes of its own."""
    done = subprocess.run(
        [sys.executable, "-P", "-m", "scripts", "check", *arguments],
        cwd=project.folder,
        capture_output=True,
        text=True,
        check=False,
        timeout=240,
    )
    return Result(done.returncode, done.stdout, done.stderr)


def test_rules_over_resources_join_the_report_and_the_ledger_is_judged_once(
    project: Repository, root: Path
) -> None:
    text = project.path("local").read_text()
    project.path("local").write_text(text.replace("    budget: {amountUsd: 120000}\n", ""))
    result = check(project, root, "--preview", "--json", "--base", "HEAD")
    assert result.exit_code == 0, result.stdout + result.stderr
    local = stack_of(json.loads(result.stdout), "local")
    assert local["preview"]["ran"]
    assert local["preview"]["counts"]["create"] > 10
    rules = [finding["rule"] for finding in local["findings"]]
    assert "budget-present" in rules
    assert rules.count("renewal-reviewed") == 1


def test_a_program_that_fails_isnt_a_pass(project: Repository, root: Path) -> None:
    (project.folder / "__main__.py").write_text("raise SystemExit('it broke on purpose')\n")
    result = check(project, root, "--preview", "--json", "--base", "HEAD")
    assert result.exit_code == 2
    document = json.loads(result.stdout)
    assert not stack_of(document, "local")["preview"]["ran"]
    assert document["notChecked"]
    assert document["verdict"] == "not judged"


def test_without_the_pack_nothing_counts_as_checked(project: Repository, root: Path) -> None:
    (project.folder / "policies").unlink()
    result = check(project, root, "--preview", "--base", "HEAD")
    assert result.exit_code == 2
    assert "the policy pack didn't run" in result.stdout
