"""Configuration text as nodes with places, the same for YAML and JSON, and the two questions asked of them.

Refuses what has no single reading: duplicate keys, and anchors, aliases and merge keys.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Any

Path = tuple[str | int, ...]
_SEGMENT = re.compile(r"""\s*(?:"([^"]*)"|'([^']*)'|\[(\d+)\]|([^.\[\]"']+))\s*(\.(?!$)|(?=\[)|$)""")


class Refused(Exception):
    """This content can't be edited safely: exit code 1. The message says why and what a person can do."""


@dataclass
class Node:
    """A value and where its text stands. `kind` is "map", "seq" or "scalar"; `end` excludes trailing blanks and comments."""

    kind: str
    start: int
    end: int
    value: Any = None
    flow: bool = False
    json: bool = False
    block_scalar: bool = False
    quote: str | None = None
    column: int = 0
    entries: list[tuple[Node, Node]] = field(default_factory=list)
    items: list[Node] = field(default_factory=list)

    def get(self, name: str) -> Node | None:
        """The value under a key, or None."""
        return next((value for key, value in self.entries if key.value == name), None)


def plain(node: Node | None) -> Any:
    """Nodes as values that compare: what must stay the same around an edit."""
    if node is None:
        return None
    if node.kind == "map":
        return {key.value: plain(value) for key, value in node.entries}
    if node.kind == "seq":
        return [plain(item) for item in node.items]
    return Leaf(node.value, node.quote is not None or node.block_scalar)


@dataclass(frozen=True)
class Leaf:
    """A scalar: its text, and whether it was quoted (a quoted number is a string)."""

    text: Any
    quoted: bool


def parse_path(text: str) -> Path:
    """`a.b[0]."c.d"` as a tuple. Raises `ValueError`."""
    found: list[str | int] = []
    at = 0
    while at < len(text):
        match = _SEGMENT.match(text, at)
        if match is None or match.end() == at:
            raise ValueError(
                f"{text!r} isn't a path; write keys with dots between them, such as llm.client[0], quoting keys with dots"
            )
        double, single, index, word = match.group(1, 2, 3, 4)
        found.append(
            int(index) if index is not None else next(p for p in (double, single, word) if p is not None)
        )
        at = match.end()
    if not found:
        raise ValueError("the path is empty")
    return tuple(found)


def shown(path: Path) -> str:
    """A path as people read it."""
    text = ""
    for part in path:
        if isinstance(part, int):
            text += f"[{part}]"
        else:
            text += ("." if text else "") + (f'"{part}"' if "." in part else part)
    return text or "the document"


def descend(node: Node, path: Path) -> tuple[Node, Path, Path]:
    """Follow a path as far as it exists: the deepest node, what is left, and the keys really taken. Keys may hold dots."""
    taken: Path = ()
    while path:
        step = _step(node, path)
        if step is None:
            return node, path, taken
        node, count, key = step
        path, taken = path[count:], (*taken, key)
    return node, path, taken


def _step(node: Node, path: Path) -> tuple[Node, int, str | int] | None:
    if node.kind == "seq":
        index = int(path[0]) if str(path[0]).isdecimal() else len(node.items)
        return (node.items[index], 1, index) if index < len(node.items) else None
    words = [str(part) for part in path]
    for count in range(1, len(path) + 1):
        name = ".".join(words[:count])
        if (child := node.get(name)) is not None:
            return child, count, name
    return None
