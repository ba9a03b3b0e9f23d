"""From bytes to one JSON object, within bounds, or a finding that says why not."""

import json
from typing import Any

from throughput.credentials.reports import problem
from throughput.doctor.findings import Finding, plain

MAX_BYTES = 256 * 1024
_MAX_DEPTH = 20


class _Twice(ValueError):
    """A key stands twice in one object: readers differ on which one counts."""


def read_object(data: bytes) -> tuple[dict[str, Any] | None, list[Finding]]:
    """The object that the bytes hold, or None and the reason. Never raises."""
    if len(data) > MAX_BYTES:
        return None, [
            _bad("too-large", f"is larger than {MAX_BYTES:,} bytes; a credential file has a few hundred")
        ]
    if not data.strip():
        return None, [_bad("empty", "is empty")]
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError as error:
        return None, [_bad("not-utf8", f"isn't UTF-8 text (byte {error.start})")]
    if text.startswith("\ufeff"):
        return None, [_bad("byte-order-mark", "starts with a byte order mark, which JSON readers refuse")]
    try:
        value = json.loads(text, object_pairs_hook=_once, parse_constant=_no_constant)
    except _Twice as error:
        return None, [_bad("twice", f"has the field {error} twice; readers differ on which one counts")]
    except RecursionError:
        return None, [_bad("too-deep", f"is nested more than {_MAX_DEPTH} levels deep")]
    except ValueError as error:
        where = f" (line {error.lineno})" if isinstance(error, json.JSONDecodeError) else ""
        return None, [_bad("not-json", f"isn't JSON{where}")]
    if not isinstance(value, dict):
        return None, [_bad("not-an-object", f"holds {_kind(value)}, not a JSON object")]
    if _deeper_than(value, _MAX_DEPTH):
        return None, [_bad("too-deep", f"is nested more than {_MAX_DEPTH} levels deep")]
    return value, []


def _bad(code: str, message: str) -> Finding:
    fix = "write it anew: pt adc STACK, or gcloud auth application-default login"
    return problem(code, f"the credential file {message}", fix)


def _once(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = {}
    for key, value in pairs:
        if key in found:
            raise _Twice(plain(key[:60]))
        found[key] = value
    return found


def _no_constant(name: str) -> float:
    raise ValueError(f"{name} isn't JSON")


def _kind(value: Any) -> str:
    names = {list: "a list", str: "a text", bool: "true or false", type(None): "null"}
    return names.get(type(value), "a number")


def _deeper_than(value: Any, limit: int) -> bool:
    level = [value]
    for _ in range(limit):
        level = [
            inner
            for outer in level
            for inner in (outer.values() if isinstance(outer, dict) else outer)
            if isinstance(inner, dict | list)
        ]
        if not level:
            return False
    return True
