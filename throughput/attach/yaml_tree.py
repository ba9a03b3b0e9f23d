"""YAML text as nodes, from the marks of PyYAML's parser; both of its parsers count characters."""

import re
from typing import Any

import yaml

from throughput.attach.nodes import Node, Refused

_LOADER: type[Any] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def compose(text: str) -> list[Node | None]:
    """Every document of a YAML text. Raises `Refused` for text that doesn't parse, anchors, aliases, merges, duplicate keys."""
    try:
        # Most files have neither character, and then the second reading is spared.
        tokens = yaml.scan(text, Loader=_LOADER) if re.search("[&*]", text) else ()
        for token in tokens:
            if isinstance(token, yaml.AnchorToken | yaml.AliasToken):
                raise Refused(
                    f"line {token.start_mark.line + 1} has an anchor or alias (&, *): a value that stands in several places "
                    "can't be changed in one. Write it out, then attach."
                )
        return [_node(text, found) for found in yaml.compose_all(text, Loader=_LOADER)]
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        line = f" at line {mark.line + 1}" if mark else ""
        what = getattr(error, "problem", None) or str(error).splitlines()[0]
        if "{{" in text:
            raise Refused(
                f"this is a template, not YAML ({what}{line}). Attach to the values it is filled with."
            ) from error
        raise Refused(f"this isn't readable as YAML: {what}{line}") from error
    except (RecursionError, ValueError) as error:
        raise Refused(
            "this isn't readable as YAML: it is nested too deeply or holds an impossible value"
        ) from error


def _node(text: str, node: yaml.Node | None) -> Node | None:
    if node is None:
        return None
    start, end, column = node.start_mark.index, node.end_mark.index, node.start_mark.column
    if isinstance(node, yaml.ScalarNode):
        block = node.style in ("|", ">")
        if block:
            end = max(start, len(text[:end].rstrip("\r\n \t")))
        value = node.value if node.tag == "tag:yaml.org,2002:str" else _Tagged(node.value, node.tag)
        quote = node.style if node.style in ("'", '"') else None
        return Node("scalar", start, end, value, column=column, block_scalar=block, quote=quote)
    if isinstance(node, yaml.SequenceNode):
        items = [child for item in node.value if (child := _node(text, item))]
        if not node.flow_style and items:
            end = items[-1].end
        return Node("seq", start, end, flow=bool(node.flow_style), column=column, items=items)
    assert isinstance(node, yaml.MappingNode)
    return _mapping(text, node)


class _Tagged(str):
    """A scalar that isn't a string: equal only to one of the same tag."""

    tag: str

    def __new__(cls, text: str, tag: str) -> "_Tagged":
        made = super().__new__(cls, text)
        made.tag = tag
        return made

    def __eq__(self, other: object) -> bool:
        return str(self) == other and self.tag == getattr(other, "tag", self.tag)

    __hash__ = str.__hash__


def is_null(node: Node) -> bool:
    """Whether a scalar is YAML's null, or JSON's."""
    return node.value is None or getattr(node.value, "tag", "").endswith(":null")


def _mapping(text: str, node: yaml.MappingNode) -> Node:
    entries: list[tuple[Node, Node]] = []
    seen: set[str] = set()
    for key, value in node.value:
        line = key.start_mark.line + 1
        if not isinstance(key, yaml.ScalarNode):
            if "{{" in text:
                raise Refused(
                    f"line {line}: this is a template, not YAML. Attach to the values it is filled with."
                )
            raise Refused(f"line {line} has a key that isn't a plain word")
        if key.tag == "tag:yaml.org,2002:merge":
            raise Refused(f"line {line} has a merge key (<<): write the merged keys out, then attach.")
        if key.value in seen:
            raise Refused(
                f"line {line}: {key.value} is in this mapping twice; only one of them counts. Remove one."
            )
        seen.add(key.value)
        child_key, child = _node(text, key), _node(text, value)
        assert child_key is not None
        assert child is not None
        child_key.value = str(key.value)
        entries.append((child_key, child))
    end = node.end_mark.index
    if not node.flow_style and entries:
        end = max(entries[-1][0].end, entries[-1][1].end)
    json_like = bool(node.flow_style) and bool(entries) and entries[0][0].quote == '"'
    return Node(
        "map",
        node.start_mark.index,
        end,
        flow=bool(node.flow_style),
        json=json_like,
        column=node.start_mark.column,
        entries=entries,
    )
