"""The environments of the client SDKs are made once per content of their manifest."""

from pathlib import Path

import pytest

from scripts import _clients_env


@pytest.fixture
def elsewhere(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """All environments in a folder of the test, and no tool on PATH."""
    for name, folder in (("JAVASCRIPT", "js"), ("GO", "go"), ("JAVA", "java"), ("ACTIONLINT", "actionlint")):
        monkeypatch.setattr(_clients_env, name, tmp_path / folder)
    monkeypatch.setattr(_clients_env, "NODE", tmp_path / "js" / "node_modules" / ".bin" / "node")
    monkeypatch.setattr(_clients_env, "PYTHON", tmp_path / "venv" / "bin" / "python")
    monkeypatch.setenv("PATH", str(tmp_path))
    return tmp_path


def test_an_environment_is_ready_only_for_the_manifest_it_was_made_from(tmp_path: Path) -> None:
    manifest = tmp_path / "lock"
    manifest.write_text("a==1")
    assert not _clients_env.ready(tmp_path, [manifest])
    _clients_env._complete(tmp_path, [manifest])
    assert _clients_env.ready(tmp_path, [manifest])
    manifest.write_text("a==2")
    assert not _clients_env.ready(tmp_path, [manifest])


def test_what_cannot_be_made_is_said_and_nothing_stops(
    elsewhere: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(command: list[str], folder: Path = elsewhere, extra: object = None) -> None:
        raise _clients_env.Unavailable("no network")

    monkeypatch.setattr(_clients_env, "_run", refuse)
    said: list[str] = []
    missing = _clients_env.prepare(said.append)
    assert [line.split(":")[0] for line in missing] == ["Python", "JavaScript", "Go", "Java", "actionlint"]
    assert missing[0] == "Python: no network"
    assert missing[1] == "JavaScript: npm isn't on PATH"
    assert not any(
        (
            _clients_env.python_ready(),
            _clients_env.javascript_ready(),
            _clients_env.go_ready(),
            _clients_env.java_ready(),
        )
    )


def test_what_is_complete_is_left_alone(elsewhere: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    ran: list[list[str]] = []
    monkeypatch.setattr(_clients_env, "_run", lambda command, folder=None, extra=None: ran.append(command))
    _clients_env.PYTHON.parent.mkdir(parents=True)
    _clients_env.PYTHON.touch()
    _clients_env._complete(elsewhere / "venv", [_clients_env.LOCK])
    _clients_env._python(print)
    assert ran == []


def test_a_failing_tool_is_quoted(tmp_path: Path) -> None:
    with pytest.raises(_clients_env.Unavailable, match="sh failed: no such thing"):
        _clients_env._run(["/bin/sh", "-c", "echo no such thing >&2; exit 3"], tmp_path)


def test_no_manifest_names_a_registry(root: Path) -> None:
    files = [root / "requirements-clients.in", _clients_env.LOCK, *_clients_env.MANIFESTS.rglob("*.*")]
    hosts = [
        ".".join(parts)
        for parts in (("pypi", "org"), ("registry", "npmjs"), ("proxy", "golang"), ("repo1", "maven"))
    ]
    for file in files:
        if file.suffix in (".in", ".txt", ".json", ".xml", ".mod", ".sum"):
            assert not any(host in file.read_text(encoding="utf-8") for host in hosts), file
