"""`pt adc`: what it prints, what it writes, and how it exits."""

import json
import os
import shutil
import stat
from pathlib import Path

import pytest

from tests.scripts.small_house import Result, run
from throughput.credentials import examine


@pytest.fixture
def folder(tmp_path: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A folder with the example stack, not deployed."""
    (tmp_path / "stacks").mkdir()
    shutil.copy(root / "stacks" / "Pulumi.local.yaml", tmp_path / "stacks")
    shutil.copy(root / "Pulumi.yaml", tmp_path)
    monkeypatch.chdir(tmp_path)
    return tmp_path


def deployed(folder: Path, number: object = "635552151046") -> None:
    """Put a state beside the stack, as a deployment leaves it."""
    outputs = {"projects": {"genai-local": {"number": number}}}
    resources = [{"type": "pulumi:pulumi:Stack", "outputs": outputs}]
    state = folder / ".local" / ".pulumi" / "stacks" / "vertex-throughput" / "local.json"
    state.parent.mkdir(parents=True)
    state.write_text(json.dumps({"checkpoint": {"latest": {"resources": resources}}}))


GITLAB = ("adc", "local", "--client", "images-api", "--for", "gitlab")


def test_a_deployed_stacks_number_is_taken_from_its_state(folder: Path) -> None:
    deployed(folder)
    result = run("adc", "local", "--client", "chat-api", "--for", "github")
    assert (result.exit_code, result.stderr) == (0, "")
    assert (
        "projects/635552151046/locations/global/workloadIdentityPools/github/providers/github"
        in result.stdout
    )
    assert "pt doctor local" in result.stdout


@pytest.mark.parametrize("number", [None, 7, "", "{}", {}])
def test_a_number_that_isnt_known_is_asked_for_by_a_command_that_runs(folder: Path, number: object) -> None:
    if number is not None:
        deployed(folder, number)
    result = run(*GITLAB)
    assert result.exit_code == 0
    assert "gcloud projects describe genai-local --format='value(projectNumber)'" in result.stdout
    assert run(*GITLAB, "--write", "x.json").exit_code == 2
    assert not (folder / "x.json").exists()


def test_a_written_file_is_private_whole_and_sound(folder: Path) -> None:
    result = run(*GITLAB, "--project-number", "12345", "--write", "adc.json")
    assert (result.exit_code, result.stderr) == (0, "")
    path = folder / "adc.json"
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert examine(path.read_bytes()).findings == ()
    os.chmod(path, 0o644)
    assert run(*GITLAB, "--project-number", "678", "--write", "adc.json").exit_code == 0
    assert stat.S_IMODE(path.stat().st_mode) == 0o600
    assert b"projects/678/" in path.read_bytes()
    assert sorted(one.name for one in folder.iterdir() if one.name.startswith(".adc")) == []


def test_a_link_stays_a_link(folder: Path) -> None:
    (folder / "real").mkdir()
    (folder / "adc.json").symlink_to("real/there.json")
    assert run(*GITLAB, "--project-number", "12345", "--write", "adc.json").exit_code == 0
    assert (folder / "adc.json").is_symlink()
    assert (folder / "real" / "there.json").is_file()


@pytest.mark.parametrize(
    "content", [b"notes", b"", b'{"type": "service_account"}', b'{"type": "authorized_user"}']
)
def test_what_is_something_else_is_never_replaced(folder: Path, content: bytes) -> None:
    (folder / "adc.json").write_bytes(content)
    result = run(*GITLAB, "--project-number", "12345", "--write", "adc.json")
    assert result.exit_code == 2
    assert "isn't an external_account file" in result.stderr
    assert (folder / "adc.json").read_bytes() == content


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("lcoal",), "Did you mean local?"),
        (("local", "--client", "chat-apo"), "Did you mean chat-api?"),
        (("local", "--for", "azure"), "azure"),
        (("local", "--project-number", "genai-local"), "isn't a number"),
        (
            ("local", "--client", "images-api", "--for", "github"),
            "clients.images-api.github of stack local names no repository",
        ),
        (("local", "--write", "x.json"), "--write takes one client and one caller"),
        (("local", "--client", "chat-api", "--for", "gke", "--write", "x.json"), "nothing to write for gke"),
        (("local", "--client", "chat-api", "--for", "gitlab", "--write", "x.json"), "names no project"),
        (("local", "--token-file", "relative"), "a whole path"),
        ((*GITLAB[1:], "--project-number", "1", "--write", "missing/x.json"), "can't be written"),
        ((*GITLAB[1:], "--project-number", "1", "--write", "stacks"), "isn't an external_account file"),
    ],
)
def test_bad_usage_exits_with_2_and_says_why(folder: Path, arguments: tuple[str, ...], says: str) -> None:
    result = run("adc", *arguments)
    assert result.exit_code == 2
    assert says in result.stderr


def test_json_holds_one_entry_per_client_and_caller(folder: Path) -> None:
    deployed(folder)
    document = json.loads(run("adc", "local", "--json").stdout)
    assert document["version"] == 1
    assert len(document["callers"]) == 2 * 6
    assert all("private_key" not in json.dumps(one) for one in document["callers"])


def test_a_stack_without_clients_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    from tests.scripts.small_house import write_stack

    write_stack(tmp_path)
    monkeypatch.chdir(tmp_path)
    result: Result = run("adc", "small")
    assert result.exit_code == 2
    assert "names no client" in result.stderr


def test_the_commands_of_the_page_run(folder: Path, root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("HOME", str(folder))
    deployed(folder)
    page = (root / "docs" / "credentials.md").read_text(encoding="utf-8")
    lines = [line for block in page.split("```sh\n")[1:] for line in block.partition("```")[0].splitlines()]
    assert len(lines) == 3
    for line in lines:
        result = run(*line.removeprefix("./pt ").split())
        # The doctor finds no credential here, which is what it is to say.
        assert result.exit_code == (1 if " doctor " in line else 0), result.stderr
