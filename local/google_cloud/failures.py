"""Failures to inject, for trying out what happens when Google refuses or is slow.

A JSON list of objects:

    [{"op": "create", "type": "*AlertPolicy", "urn": "*::high-use", "error": "quota exceeded",
      "code": "RESOURCE_EXHAUSTED", "times": 1, "delay": 0.5}]

`op` is check, diff, create, update, read or delete; `type` and `urn` are shell patterns; all three default to
everything. Without `error` only the delay (in seconds) applies. `times` counts within one process.
"""

import fnmatch
import json
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

_KEYS = frozenset({"op", "type", "urn", "error", "code", "times", "delay"})


class InjectedError(Exception):
    """An injected failure: the text, and the name of the gRPC status."""

    def __init__(self, text: str, code: str) -> None:
        super().__init__(text)
        self.code = code


@dataclass
class _Rule:
    op: str = "*"
    type: str = "*"
    urn: str = "*"
    error: str = ""
    code: str = "UNKNOWN"
    times: int | None = None
    delay: float = 0.0

    def matches(self, op: str, type: str, urn: str) -> bool:
        return (
            fnmatch.fnmatchcase(op, self.op)
            and fnmatch.fnmatchcase(type, self.type)
            and fnmatch.fnmatchcase(urn, self.urn)
        )


class Failures:
    """The rules, in order; the first that matches and isn't used up applies."""

    def __init__(self, rules: list[dict[str, Any]]) -> None:
        for rule in rules:
            unknown = set(rule) - _KEYS
            if unknown:
                raise ValueError(
                    f"a failure to inject has no {', '.join(sorted(unknown))}; allowed: {', '.join(sorted(_KEYS))}"
                )
        self._rules = [_Rule(**rule) for rule in rules]
        self._lock = threading.Lock()

    @classmethod
    def read(cls, text: str) -> "Failures":
        """From JSON, or from a file that holds it; an empty text means none."""
        if not text.strip():
            return cls([])
        if not text.lstrip().startswith("["):
            text = Path(text).read_text(encoding="utf-8")
        return cls(json.loads(text))

    def strike(self, op: str, type: str, urn: str) -> None:
        """Wait and fail as the rules say."""
        with self._lock:
            rule = next(
                (each for each in self._rules if each.times != 0 and each.matches(op, type, urn)), None
            )
            if rule is None:
                return
            if rule.times is not None:
                rule.times -= 1
        time.sleep(rule.delay)
        if rule.error:
            raise InjectedError(rule.error, rule.code)
