"""Files as people have them: attach, detach, and the bytes are back; twice is once; the values are really there."""

import json
import re
import tomllib
from pathlib import Path
from typing import Any

import pytest
import yaml

from tests.throughput.attach.wanted import wanted
from throughput.attach.files import attach, detach

FIXTURES = Path(__file__).resolve().parents[2] / "fixtures" / "attach"
CASES: list[dict[str, Any]] = json.loads((FIXTURES / "cases.json").read_text(encoding="utf-8"))

pytestmark = pytest.mark.parametrize("case", CASES, ids=[case["file"] for case in CASES])


def _attached(case: dict[str, Any], data: bytes, sidecar: bytes | None = None, **options: Any) -> Any:
    want = wanted(case.get("path", ""), claude=case.get("claude", False), **options)
    return attach(case["file"], data, sidecar, want, order="chat", stack="prod")


@pytest.mark.parametrize("both", [False, True], ids=["one-header", "two-headers"])
def test_detach_restores_the_bytes(case: dict[str, Any], both: bool) -> None:
    data = (FIXTURES / case["file"]).read_bytes()
    done = _attached(case, data, both=both)
    assert done.data != data
    again = _attached(case, done.data, done.sidecar, both=both)
    assert (again.data, again.sidecar) == (done.data, done.sidecar)
    back = detach(case["file"], done.data, done.sidecar)
    assert (back.data, back.sidecar) == (data, None)


def test_the_values_are_there_for_other_parsers(case: dict[str, Any]) -> None:
    done = _attached(case, (FIXTURES / case["file"]).read_bytes())
    text = done.data.decode("utf-8-sig")
    if case["file"].endswith((".yaml", ".yml")):
        text = json.dumps(list(yaml.safe_load_all(text)))
    elif case["file"].endswith(".toml"):
        text = json.dumps(tomllib.loads(text), default=str)
    elif case["file"].endswith(".json") and done.sidecar and "trailing" not in case["file"]:
        text = json.dumps(json.loads(text))
    text = re.sub(r"pt attach: .*", "", text)
    assert ("dedicated-capacity" in text) or case.get("claude")
    assert (
        ("dedicated" in re.sub("dedicated-capacity", "", text))
        or "application" in case["file"]
        or "spring" in text
    )


def test_an_order_that_changed_is_attached_anew(case: dict[str, Any]) -> None:
    data = (FIXTURES / case["file"]).read_bytes()
    first = _attached(case, data)
    changed = _attached(case, first.data, first.sidecar, both=True, label="chat")
    back = detach(case["file"], changed.data, changed.sidecar)
    assert (back.data, back.sidecar) == (data, None)


def test_an_edit_elsewhere_stays(case: dict[str, Any]) -> None:
    data = (FIXTURES / case["file"]).read_bytes()
    done = _attached(case, data)
    if case["file"].endswith((".json", ".jsonc")):
        # JSON has no place for a comment line; a last line of blanks is an edit too.
        assert detach(case["file"], done.data + b"\n  ", done.sidecar).data == data + b"\n  "
        return
    bom = b"\xef\xbb\xbf" if data.startswith(b"\xef\xbb\xbf") else b""
    body = done.data[len(bom) :]
    mark, rest = body.split(b"\n", 1)
    edited = bom + mark + b"\n# by hand\n" + rest
    back = detach(case["file"], edited, done.sidecar)
    assert back.data == bom + b"# by hand\n" + data[len(bom) :]
