"""Reading YAML with places: plain values beside the line of every key.

Built on PyYAML's nodes instead of its values, since the values forget where they stood. Refuses what YAML allows and a reviewed ledger
shouldn't hold: duplicate keys, aliases, several documents, tags, and merge-conflict markers.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import yaml

from throughput.problems import ConfigError, Problem

Path = tuple[str | int, ...]

_MAX_BYTES = 8_000_000
# Deeper nesting than any configuration needs; the parser recurses, so this also keeps it inside the stack.
_MAX_DEPTH = 40
_CONFLICT = re.compile(r"^(<{7}|={7}|>{7}|\|{7})( |$)", re.MULTILINE)
_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
_INT = re.compile(r"[-+]?(0|[1-9][0-9]*)")
_FLOAT = re.compile(r"[-+]?([0-9]+\.[0-9]*|\.[0-9]+|[0-9]+(?=[eE]))([eE][-+]?[0-9]+)?")
_TRUE, _FALSE = ("true", "True", "TRUE"), ("false", "False", "FALSE")
_NULL = ("", "~", "null", "Null", "NULL")


@dataclass(frozen=True)
class Source:
    """A YAML file as plain values, with the 1-based line of every path in it."""

    file: str
    value: Any
    lines: Mapping[Path, int] = field(repr=False, default_factory=dict)

    def line(self, path: Path) -> int | None:
        """Line of a path, or of its nearest ancestor that stands in the file."""
        for length in range(len(path), 0, -1):
            if (found := self.lines.get(path[:length])) is not None:
                return found
        return None


def read_yaml(file: str, data: bytes) -> Source:
    """Read one YAML document. `file` is the name shown in problems. Raises `ConfigError`."""
    text = _decode(file, data)
    if conflict := _CONFLICT.search(text):
        raise _error(
            file,
            _line_at(text, conflict.start()),
            "a merge conflict is left in the file",
            "Resolve it, then run the command again.",
        )
    _check_depth(file, text)
    try:
        nodes = list(_compose(text))
    except yaml.YAMLError as error:
        raise _syntax(file, error) from error
    except (RecursionError, ValueError, OverflowError) as error:
        raise _error(
            file, None, "this isn't readable as YAML: it is nested too deeply or holds an impossible value"
        ) from error
    if not nodes:
        return Source(file, None, {})
    if len(nodes) > 1:
        raise _error(file, nodes[1].start_mark.line + 1, "holds several YAML documents; a stack file is one")
    lines: dict[Path, int] = {}
    return Source(file, _Builder(file, lines).build(nodes[0], ()), lines)


def _decode(file: str, data: bytes) -> str:
    if len(data) > _MAX_BYTES:
        raise _error(file, None, f"is larger than {_MAX_BYTES:,} bytes")
    try:
        text = data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        line = data[: error.start].count(b"\n") + 1
        raise _error(
            file, line, f"isn't UTF-8 text: byte 0x{data[error.start]:02x} at position {error.start}"
        ) from error
    if bad := re.search(r"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]", text):
        raise _error(file, _line_at(text, bad.start()), f"holds a control character (0x{ord(bad[0]):02x})")
    return text


def _check_depth(file: str, text: str) -> None:
    depth = 0
    for found in re.finditer(r"[\[\]{}]", text):
        depth += 1 if found[0] in "[{" else -1
        if depth > _MAX_DEPTH:
            raise _error(file, _line_at(text, found.start()), f"is nested more than {_MAX_DEPTH} levels deep")
    for number, line in enumerate(text.splitlines(), 1):
        indent = len(line) - len(line.lstrip(" -"))
        if indent > 400:
            raise _error(file, number, "is nested too deeply")


def _compose(text: str) -> Iterator[yaml.Node]:
    loader = _LOADER(text)
    try:
        while loader.check_node():
            yield loader.get_node()
    finally:
        loader.dispose()


class _Builder:
    def __init__(self, file: str, lines: dict[Path, int]) -> None:
        self.file = file
        self.lines = lines
        self.seen: set[int] = set()

    def build(self, node: yaml.Node, path: Path) -> Any:
        if len(path) > _MAX_DEPTH:
            raise _error(self.file, node.start_mark.line + 1, f"is nested more than {_MAX_DEPTH} levels deep")
        # An alias gives the same node a second time.
        if id(node) in self.seen:
            raise self._at(
                node,
                path,
                "uses a YAML anchor or alias; write the values out, so that each line means what it says",
            )
        self.seen.add(id(node))
        self.lines.setdefault(path, node.start_mark.line + 1)
        if isinstance(node, yaml.MappingNode):
            return self._mapping(node, path)
        if isinstance(node, yaml.SequenceNode):
            return [self.build(item, (*path, index)) for index, item in enumerate(node.value)]
        return self._scalar(node, path)

    def _mapping(self, node: yaml.MappingNode, path: Path) -> dict[str, Any]:
        result: dict[str, Any] = {}
        for key, value in node.value:
            if not isinstance(key, yaml.ScalarNode):
                raise self._at(key, path, "has a key that isn't plain text")
            name = str(key.value)
            if key.tag == "tag:yaml.org,2002:merge":
                raise self._at(key, path, "uses a YAML merge key (<<); write the values out")
            if name in result:
                first = self.lines[(*path, name)]
                raise self._at(key, (*path, name), f"is there twice (first on line {first})")
            self.lines[(*path, name)] = key.start_mark.line + 1
            result[name] = self.build(value, (*path, name))
        return result

    def _scalar(self, node: yaml.Node, path: Path) -> Any:
        text = str(node.value)
        if node.tag.startswith(("!", "tag:yaml.org,2002:python")) or node.tag == "tag:yaml.org,2002:binary":
            raise self._at(node, path, f"uses the YAML tag {node.tag}; plain values only")
        # Quoted or block text is text; a plain scalar has no style (None, or "" from the C parser).
        if getattr(node, "style", None):
            return text
        return self._plain(node, path, text)

    def _plain(self, node: yaml.Node, path: Path, text: str) -> Any:
        # The core schema that the Pulumi CLI reads by, not YAML 1.1: `yes` and `1_000` stay text there, and so here.
        if text in _NULL:
            return None
        if text in _TRUE or text in _FALSE:
            return text in _TRUE
        if _INT.fullmatch(text):
            if len(text) > 25:
                raise self._at(node, path, f"is an absurd number of {len(text)} digits")
            return int(text)
        if _FLOAT.fullmatch(text):
            return float(text)
        return text

    def _at(self, node: yaml.Node, path: Path, message: str) -> ConfigError:
        return ConfigError(
            Problem(file=self.file, line=node.start_mark.line + 1, path=dotted(path) or None, message=message)
        )


def dotted(path: Path) -> str:
    """A path as people read it, without the configuration namespace: orders.chat.gsus."""
    parts = [str(part) for part in path]
    if parts and parts[0] == "config":
        parts = parts[1:]
    return ".".join(part.removeprefix("vertex-throughput:") for part in parts)


def _line_at(text: str, position: int) -> int:
    return text.count("\n", 0, position) + 1


def _error(file: str, line: int | None, message: str, hint: str | None = None) -> ConfigError:
    return ConfigError(Problem(file=file, line=line, message=message, hint=hint))


def _syntax(file: str, error: yaml.YAMLError) -> ConfigError:
    mark = getattr(error, "problem_mark", None) or getattr(error, "context_mark", None)
    what = getattr(error, "problem", None) or "it can't be parsed"
    line = mark.line + 1 if mark is not None else None
    return _error(file, line, f"isn't valid YAML: {what}")
