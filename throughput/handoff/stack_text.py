"""Changing few keys of a YAML text and no other byte: comments, quotes, order, indentation and line ends stay.

Places come from the YAML parser's own marks, the change is made in the text. It edits values inside mappings, block or flow, and nothing
else; callers read the result again before they trust it.
"""

import json
import re
from collections.abc import Mapping, Sequence
from typing import Any

import yaml

from throughput.problems import ConfigError

_BOM = b"\xef\xbb\xbf"
_WORD = re.compile(r"[a-z][a-z0-9_-]*|[A-Za-z0-9][\w.+-]*@[A-Za-z0-9][A-Za-z0-9.-]*")
_DAY = re.compile(r"\d{4}-\d{2}-\d{2}(T[\d:]+Z)?")
# What a plain word would mean to YAML 1.1 or 1.2 readers instead of itself.
_RESERVED = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
# Printable on one line: everything else goes into double quotes with escapes.
_ODD = re.compile(r"[\x00-\x1f\x7f-\x9f\u2028\u2029\ufeff\ufffe\uffff]")


def set_value(data: bytes, path: Sequence[str], value: Any) -> bytes:
    """Set the value at a path of mapping keys; all but the last must be there. `value` is a scalar, or a mapping of scalars.

    A mapping that is there already is changed key by key. Raises `ConfigError` where the text has another shape.
    """
    if isinstance(value, Mapping):
        return _set_mapping(data, path, value)
    text = _Text(data)
    parent = text.mapping(path[:-1])
    found = _entry(parent, path[-1])
    if found is None:
        return text.with_inserted(parent, f"{path[-1]}: {scalar(value)}")
    return text.with_value(found[1], value)


def remove_key(data: bytes, path: Sequence[str]) -> bytes:
    """Take the key at a path away with its value; the same bytes when it isn't there."""
    text = _Text(data)
    parent = text.mapping(path[:-1])
    index = next((index for index, (key, _) in enumerate(parent.value) if key.value == path[-1]), None)
    return data if index is None else text.without(parent, index)


def _set_mapping(data: bytes, path: Sequence[str], value: Mapping[str, Any]) -> bytes:
    text = _Text(data)
    parent = text.mapping(path[:-1])
    found = _entry(parent, path[-1])
    if found is not None and isinstance(found[1], yaml.MappingNode) and found[1].value:
        for key in [key.value for key, _ in found[1].value if key.value not in value]:
            data = remove_key(data, (*path, key))
        for key, item in value.items():
            data = set_value(data, (*path, key), item)
        return data
    if found is not None:
        data = remove_key(data, path)
        text = _Text(data)
        parent = text.mapping(path[:-1])
    short = all(len(scalar(item)) < 30 for item in value.values()) and len(value) <= 3
    if parent.flow_style or short:
        inside = ", ".join(f"{key}: {scalar(item)}" for key, item in value.items())
        return text.with_inserted(parent, f"{path[-1]}: {{{inside}}}")
    step = text.step
    lines = [f"{path[-1]}:", *(f"{' ' * step}{key}: {scalar(item)}" for key, item in value.items())]
    return text.with_inserted(parent, *lines)


def scalar(value: Any, style: str | None = None) -> str:
    """A scalar as YAML text, safe in block and in flow. `style` is the quote it had before, kept where it can be."""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, int):
        return str(value)
    text = str(value)
    if _ODD.search(text):
        return _ODD.sub(lambda found: f"\\u{ord(found[0]):04x}", json.dumps(text, ensure_ascii=False))
    plain = _WORD.fullmatch(text) and text not in _RESERVED
    if style == '"':
        return json.dumps(text, ensure_ascii=False)
    if plain and style != "'":
        return text
    if style == "plain" and _DAY.fullmatch(text):
        return text
    return "'" + text.replace("'", "''") + "'"


def _entry(mapping: yaml.MappingNode, name: str) -> tuple[yaml.Node, yaml.Node] | None:
    return next(((key, value) for key, value in mapping.value if key.value == name), None)


class _Text:
    """A YAML text with its nodes; every edit gives new bytes."""

    def __init__(self, data: bytes) -> None:
        self.bom = _BOM if data.startswith(_BOM) else b""
        self.text = data[len(self.bom) :].decode()
        # The parser in Python counts characters, which is what slices of this text need.
        self.root = yaml.compose(self.text, Loader=yaml.SafeLoader)
        self.eol = "\r\n" if "\r\n" in self.text else "\n"

    def mapping(self, path: Sequence[str]) -> yaml.MappingNode:
        """The mapping at a path. Raises `ConfigError` when there is none."""
        node: yaml.Node | None = self.root
        for name in path:
            found = _entry(node, name) if isinstance(node, yaml.MappingNode) else None
            node = found[1] if found else None
        if not isinstance(node, yaml.MappingNode):
            raise ConfigError(f"{'.'.join(path)} isn't a mapping in this file")
        return node

    @property
    def step(self) -> int:
        """Columns of one level of indentation in this file."""
        for node in _walk(self.root) if self.root is not None else ():
            if isinstance(node, yaml.MappingNode) and not node.flow_style:
                for key, value in node.value:
                    if isinstance(value, yaml.MappingNode) and not value.flow_style and value.value:
                        return max(1, int(value.value[0][0].start_mark.column - key.start_mark.column))
        return 2

    def with_value(self, node: yaml.Node, value: Any) -> bytes:
        """A scalar or collection replaced by a scalar."""
        style = node.style if isinstance(node, yaml.ScalarNode) else None
        new = scalar(value, "plain" if isinstance(node, yaml.ScalarNode) and style is None else style)
        start, end = node.start_mark.index, self._end(node)
        if start >= end and self.text[start - 1 : start] not in (" ", "\t"):
            new = f" {new}"
        return self._with(start, max(start, end), new)

    def with_inserted(self, mapping: yaml.MappingNode, *lines: str) -> bytes:
        """A key added at the end of a mapping: as lines of its own in a block, after the last value in a flow."""
        if mapping.flow_style:
            if not mapping.value:
                start = mapping.start_mark.index + 1
                return self._with(start, start, lines[0])
            end = self._end(mapping.value[-1][1])
            return self._with(end, end, f", {lines[0]}")
        column = mapping.value[0][0].start_mark.column
        end = self._line_end(self._end(mapping.value[-1][1]))
        return self._with(end, end, "".join(f"{self.eol}{' ' * column}{line}" for line in lines))

    def without(self, mapping: yaml.MappingNode, index: int) -> bytes:
        """A mapping without one of its keys."""
        key, value = mapping.value[index]
        start, end = key.start_mark.index, max(self._end(value), self._end(key))
        if mapping.flow_style:
            return self._without_flow(mapping, index, start, end)
        start = self.text.rfind("\n", 0, start) + 1
        end = self._line_end(end)
        if end < len(self.text):
            end = self.text.index("\n", end) + 1
        elif start:
            # The last line of a file that ends without a newline takes the one before it along.
            start -= len(self.eol)
        return self._with(start, end, "")

    def _without_flow(self, mapping: yaml.MappingNode, index: int, start: int, end: int) -> bytes:
        if index + 1 < len(mapping.value):
            return self._with(start, mapping.value[index + 1][0].start_mark.index, "")
        if index:
            start = self._end(mapping.value[index - 1][1])
        return self._with(start, end, "")

    def _end(self, node: yaml.Node) -> int:
        """Where a node's own text ends. A block collection's mark stands at what follows it, so its last leaf counts."""
        if isinstance(node, yaml.CollectionNode) and not node.flow_style and node.value:
            last = node.value[-1]
            return self._end(last[1] if isinstance(node, yaml.MappingNode) else last)
        end = int(node.end_mark.index)
        if isinstance(node, yaml.ScalarNode) and node.style in ("|", ">"):
            return len(self.text[:end].rstrip("\r\n \t"))
        return end

    def _line_end(self, index: int) -> int:
        """The end of the line at an index, before its line break."""
        end = self.text.find("\n", index)
        end = len(self.text) if end < 0 else end
        return end - 1 if end > index and self.text[end - 1] == "\r" else end

    def _with(self, start: int, end: int, new: str) -> bytes:
        return self.bom + (self.text[:start] + new + self.text[end:]).encode()


def _walk(node: yaml.Node) -> Any:
    yield node
    if isinstance(node, yaml.MappingNode):
        for _, value in node.value:
            yield from _walk(value)
