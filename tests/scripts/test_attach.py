"""`pt attach` and `pt detach` as people run them: exit codes, what is written, and what stays."""

import json
import os
import stat
from pathlib import Path

import pytest

from scripts.__main__ import run
from scripts._shared import ROOT

_CONFIG = """model_list:
  - model_name: chat
    litellm_params:
      model: vertex_ai/gemini-3.8-flash
      vertex_project: genai-local
      vertex_location: global
"""
_ORDER = ["--stack", "local", "--order", "chat"]


@pytest.fixture
def config(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(ROOT)
    path = tmp_path / "litellm.yaml"
    path.write_text(_CONFIG, encoding="utf-8")
    return path


def test_attach_check_detach(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = str(config)
    assert run(["attach", file, *_ORDER, "--check"]) == 1
    assert run(["attach", file, *_ORDER, "--diff"]) == 0
    assert config.read_text(encoding="utf-8") == _CONFIG
    assert run(["attach", file, *_ORDER]) == 0
    assert "+        dedicated-capacity: chat" in capsys.readouterr().out
    assert run(["attach", file, *_ORDER, "--check"]) == 0
    assert run(["detach", file, "--check"]) == 1
    assert run(["detach", file]) == 0
    assert config.read_text(encoding="utf-8") == _CONFIG
    assert run(["detach", file, "--check"]) == 0


def test_mode_and_link_stay(config: Path, tmp_path: Path) -> None:
    link = tmp_path / "link.yaml"
    link.symlink_to(config.name)
    config.chmod(0o640)
    assert run(["attach", str(link), *_ORDER]) == 0
    assert link.is_symlink()
    assert stat.S_IMODE(config.stat().st_mode) == 0o640
    assert run(["detach", str(link)]) == 0
    assert link.is_symlink()
    assert config.read_text(encoding="utf-8") == _CONFIG
    assert sorted(os.listdir(tmp_path)) == ["link.yaml", "litellm.yaml"]


def test_a_json_has_its_record_beside_it(config: Path, tmp_path: Path) -> None:
    path = tmp_path / "app.json"
    path.write_bytes(b'{"llm": {\t"a": 1}}')
    assert run(["attach", str(path), *_ORDER, "--path", "llm"]) == 0
    assert json.loads(path.read_bytes())["llm"]["labels"] == {"dedicated-capacity": "chat"}
    assert (tmp_path / "app.json.pt-attach.json").is_file()
    assert run(["detach", str(path)]) == 0
    assert path.read_bytes() == b'{"llm": {\t"a": 1}}'
    assert not (tmp_path / "app.json.pt-attach.json").exists()


@pytest.mark.parametrize(
    ("arguments", "code", "said"),
    [
        (["--stack", "local", "--order", "search-eu"], 1, "is approved, not active"),
        (["--stack", "local", "--order", "images"], 1, "the order is for gemini-3-pro-image"),
        (["--stack", "local", "--order", "caht"], 2, "Did you mean chat?"),
        (["--stack", "nowhere", "--order", "chat"], 2, "nowhere"),
        ([*_ORDER, "--path", "a..b"], 2, "isn't a path"),
        ([*_ORDER, "--kind", "xml"], 2, "xml"),
        (["--stack", "local"], 2, "--order"),
    ],
)
def test_refusals(
    config: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], code: int, said: str
) -> None:
    assert run(["attach", str(config), *arguments]) == code
    assert said in capsys.readouterr().err
    assert config.read_text(encoding="utf-8") == _CONFIG


@pytest.mark.parametrize("command", [["attach", *_ORDER], ["detach"]])
def test_files_that_cannot_be_read(config: Path, tmp_path: Path, command: list[str]) -> None:
    (tmp_path / "utf16.yaml").write_bytes(b"\xff\xfea\x00")
    for name in ("missing.yaml", "utf16.yaml", "."):
        assert run([*command, str(tmp_path / name)]) == 2


def test_json_documents(config: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert run(["attach", str(config), *_ORDER, "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["written"] is True
    assert run(["detach", str(config), "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["attached"] == [{"stack": "local", "order": "chat"}]
