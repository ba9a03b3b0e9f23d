"""JSON text as nodes, with comments and trailing commas where the file has them."""

import json
import re

from throughput.attach.nodes import Node, Refused

_SKIP = re.compile(r"(?:[ \t\r\n]+|//[^\r\n]*|/\*.*?\*/)*", re.DOTALL)
_COMMENT = re.compile(r"//[^\r\n]*|/\*.*?\*/", re.DOTALL)
_STRING = re.compile(r'"(?:[^"\\\x00-\x1f]|\\.)*"')
_WORD = re.compile(r"-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][-+]?\d+)?(?![\w.])|true\b|false\b|null\b")
_MAX_DEPTH = 100


class JsonText:
    """One JSON document; `comments` says whether it has any. Raises `Refused` when it doesn't parse."""

    def __init__(self, text: str) -> None:
        self.text, self.comments = text, False
        at = self._skip(0)
        self.root = self._value(at, 0)
        if (rest := self._skip(self.root.end)) != len(text):
            raise self._error(rest, "something follows the document")

    def _error(self, at: int, what: str) -> Refused:
        kind = "a template, not JSON" if "{{" in self.text else "not readable as JSON"
        return Refused(f"line {self.text.count(chr(10), 0, at) + 1}: this is {kind}: {what}")

    def _skip(self, at: int) -> int:
        match = _SKIP.match(self.text, at)
        assert match is not None
        if _COMMENT.search(match[0]):
            self.comments = True
        return match.end()

    def _value(self, at: int, depth: int) -> Node:
        if depth > _MAX_DEPTH:
            raise self._error(at, "it is nested too deeply")
        first = self.text[at : at + 1]
        if first == "{":
            return self._object(at, depth)
        if first == "[":
            return self._array(at, depth)
        if first == '"':
            return self._string(at)
        match = _WORD.match(self.text, at)
        if match is None:
            raise self._error(at, "a value is missing or misspelt")
        value = None if match[0] == "null" else match[0]
        return Node("scalar", at, match.end(), value)

    def _string(self, at: int) -> Node:
        match = _STRING.match(self.text, at)
        try:
            if match is None:
                raise ValueError
            value = json.loads(match[0])
        except ValueError as error:
            raise self._error(at, "a string is broken") from error
        return Node("scalar", at, match.end(), value, quote='"')

    def _object(self, start: int, depth: int) -> Node:
        node = Node("map", start, start, flow=True, json=True)
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "}":
            key = self._string(at)
            if node.get(key.value) is not None:
                raise self._error(
                    at, f"{key.value} is in this object twice; only one of them counts. Remove one"
                )
            at = self._skip(key.end)
            if self.text[at : at + 1] != ":":
                raise self._error(at, "a colon is missing")
            value = self._value(self._skip(at + 1), depth + 1)
            node.entries.append((key, value))
            at = self._comma(value.end, "}")
        node.end = at + 1
        return node

    def _array(self, start: int, depth: int) -> Node:
        node = Node("seq", start, start, flow=True, json=True)
        at = self._skip(start + 1)
        while self.text[at : at + 1] != "]":
            item = self._value(at, depth + 1)
            node.items.append(item)
            at = self._comma(item.end, "]")
        node.end = at + 1
        return node

    def _comma(self, at: int, closing: str) -> int:
        at = self._skip(at)
        if self.text[at : at + 1] == ",":
            # A comma before the closing bracket is what JSONC readers accept; it stays as it is.
            return self._skip(at + 1)
        if self.text[at : at + 1] != closing:
            raise self._error(at, f"a comma or {closing} is missing")
        return at
