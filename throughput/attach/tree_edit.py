"""Setting keys of mappings in YAML and JSON text, every other byte kept.

Several places are possible for a new key; the first whose result parses to exactly what was intended is taken.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from typing import Any

from throughput.attach.edits import Edit, edit, eol_of, line_end
from throughput.attach.nodes import Leaf, Node, Path, Refused, descend, plain, shown
from throughput.attach.yaml_tree import is_null

Load = Callable[[str], list[Node | None]]
_WORD = re.compile(r"[A-Za-z][A-Za-z0-9_-]*")
_KEY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*")
# What a plain word would mean to YAML 1.1 or 1.2 readers instead of itself.
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})


class TreeText:
    """A YAML or JSON text under edit; `edits` is what was done, in order. `doc` picks the document in a YAML stream."""

    def __init__(self, text: str, load: Load, doc: int = 0) -> None:
        self.text, self.load, self.doc = text, load, doc
        self.edits: list[Edit] = []
        self.nodes = load(text)

    @property
    def root(self) -> Node:
        """The document's node. Raises `Refused` for an empty one."""
        node = self.nodes[self.doc] if self.doc < len(self.nodes) else None
        if node is None or (node.kind == "scalar" and is_null(node)):
            raise Refused("the document is empty")
        return node

    def find(self, path: Path) -> Node | None:
        """The node at a path, or None."""
        node, rest, _ = descend(self.root, path)
        return None if rest else node

    def set_entries(self, path: Path, entries: Mapping[str, str], *, force: bool = False) -> None:
        """Make the mapping at `path` hold these entries. Raises `Refused` where the file says something else."""
        for key, value in entries.items():
            found = self.find((*path, key))
            if found is None:
                self._other_case(path, key)
                node, rest, taken = descend(self.root, path)
                self._insert(node, rest, taken, dict(entries) if rest else {key: value}, path)
                if rest:
                    return
            elif found.kind != "scalar":
                raise Refused(f"{shown((*path, key))} holds a structure, not a value")
            elif not (_AnyQuote(value) == plain(found) and (found.quote or not self._json_root())):
                self._replace(found, (*path, key), value, force=force)

    def _other_case(self, path: Path, key: str) -> None:
        node = self.find(path)
        for present in [k.value for k, _ in node.entries] if node is not None else []:
            if present.lower() == key.lower():
                raise Refused(
                    f"{shown(path)} has {present}, which is {key} in another spelling: some clients would send both. "
                    f"Rename it to {key} or remove it."
                )

    def _insert(self, node: Node, rest: Path, taken: Path, entries: Mapping[str, str], path: Path) -> None:
        where = shown(taken)
        if node.kind == "scalar":
            what = "is empty (null)" if is_null(node) else "holds a value, not a mapping"
            raise Refused(f"{where} {what}. Make it a mapping, {{}} will do, or remove it.")
        if node.kind == "seq":
            step = f" {rest[0]}" if rest else ""
            raise Refused(f"{where} is a list of {len(node.items)}; it has no entry{step}")
        if any(isinstance(part, int) for part in rest):
            raise Refused(f"{shown(path)} isn't in this file: lists aren't made")
        words = [str(part) for part in rest]
        fresh: Mapping[str, Any] = entries
        if words and any(str(k.value).startswith(words[0] + ".") for k, _ in node.entries):
            # The file writes this with dots; so do we.
            fresh = {".".join([*words, key]): value for key, value in entries.items()}
        else:
            for word in reversed(words):
                fresh = {word: fresh}
        for key, value in fresh.items():
            target, _, _ = descend(self.root, taken)
            self._take_first(target, taken, key, value)

    def _take_first(self, node: Node, taken: Path, key: str, value: Any) -> None:
        wanted = self._expected((*taken, key), value)
        for at, new in self._candidates(node, key, value):
            text, made = edit(self.text, at, at, new)
            if self._accept(text, made, wanted):
                return
        raise Refused(
            f"{shown(taken)} is written in a way that a key can't be added to without touching anything else"
        )

    def _accept(self, text: str, made: Edit, wanted: list[Any]) -> bool:
        try:
            nodes = self.load(text)
        except Refused:
            return False
        if [plain(node) for node in nodes] != wanted:
            return False
        self.text, self.nodes = text, nodes
        self.edits.append(made)
        return True

    def _expected(self, path: Path, value: Any) -> list[Any]:
        wanted = [plain(node) for node in self.nodes]
        at = wanted[self.doc]
        for part in path[:-1]:
            at = at[part]
        at[path[-1]] = self._leaves(value)
        return wanted

    def _leaves(self, value: Any) -> Any:
        if isinstance(value, Mapping):
            return {key: self._leaves(item) for key, item in value.items()}
        return _AnyQuote(value)

    def _candidates(self, node: Node, key: str, value: Any) -> Iterator[tuple[int, str]]:
        if node.flow:
            yield from self._flow(node, key, value)
            return
        for name, child in reversed(node.entries):
            at = line_end(self.text, max(name.end, child.end))
            eol = eol_of(self.text, at)
            lines = _block(key, value, self._step())
            yield at, "".join(f"{eol}{' ' * node.entries[0][0].column}{line}" for line in lines)

    def _flow(self, node: Node, key: str, value: Any) -> Iterator[tuple[int, str]]:
        pair = _flow(key, value, json_style=node.json or self._json_root())
        start = node.start + 1
        if not node.entries:
            yield start, pair
            return
        last = node.entries[-1][1]
        end = line_end(self.text, start)
        first = node.entries[0][0].start
        if first > end:
            # One entry a line: ours goes first, so that no comment changes its neighbour.
            line = self.text.rfind("\n", 0, first) + 1
            lead = self.text[line:first]
            if not lead.strip():
                yield end, f"{eol_of(self.text, start)}{lead}{pair},"
                yield start, f"{eol_of(self.text, start)}{lead}{pair},"
        yield last.end, f", {pair}"
        yield start, f"{pair}, "

    def _json_root(self) -> bool:
        return bool(self.nodes) and self.nodes[0] is not None and self.nodes[0].json

    def _step(self) -> int:
        return next((step for node in self.nodes if node for step in _steps(node)), 2)

    def _replace(self, found: Node, path: Path, value: str, *, force: bool) -> None:
        if not force:
            raise Refused(
                f"{shown(path)} is {found.value!s}, and the order says {value}. --force replaces it; pt detach puts it back."
            )
        if found.block_scalar or found.start == found.end:
            raise Refused(f"{shown(path)} can't be replaced in place; write its value on the same line first")
        _, _, taken = descend(self.root, path)
        wanted = self._expected(taken, value)
        new = json.dumps(value) if found.quote == '"' or self._json_root() else _scalar(value)
        text, made = edit(self.text, found.start, found.end, new)
        if not self._accept(text, made, wanted):
            raise Refused(f"{shown(path)} can't be replaced without touching anything else")


class _AnyQuote:
    """Equal to a string scalar of this text, however it is quoted."""

    def __init__(self, text: str) -> None:
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, Leaf) and type(other.text) is str and other.text == self.text

    __hash__ = None  # type: ignore[assignment]


def _scalar(value: str) -> str:
    return value if _WORD.fullmatch(value) and value.lower() not in _RESERVED else json.dumps(value)


def _name(key: str) -> str:
    return key if _KEY.fullmatch(key) and key.lower() not in _RESERVED else json.dumps(key)


def _block(key: str, value: Any, step: int) -> list[str]:
    if not isinstance(value, Mapping):
        return [f"{_name(key)}: {_scalar(value)}"]
    inner = [line for k, v in value.items() for line in _block(k, v, step)]
    return [f"{_name(key)}:", *(" " * step + line for line in inner)]


def _flow(key: str, value: Any, *, json_style: bool) -> str:
    name = json.dumps(key, ensure_ascii=False) if json_style else _name(key)
    if not isinstance(value, Mapping):
        return f"{name}: {json.dumps(value, ensure_ascii=False) if json_style else _scalar(value)}"
    return f"{name}: {{{', '.join(_flow(k, v, json_style=json_style) for k, v in value.items())}}}"


def _steps(node: Node) -> Iterator[int]:
    for _, value in node.entries:
        if value.kind == "map" and not value.flow and not node.flow and value.entries:
            yield max(1, value.entries[0][0].column - node.entries[0][0].column)
        yield from _steps(value)
    for item in node.items:
        yield from _steps(item)
