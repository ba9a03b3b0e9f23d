"""Setting keys in files of one assignment a line: `.env` and `.properties`, every other byte kept."""

import re
from collections.abc import Mapping
from dataclasses import dataclass

from throughput.attach.edits import Edit, edit, eol_of, line_end
from throughput.attach.nodes import Refused

_ENV = re.compile(
    r"""^[ \t]*(?:export[ \t]+)?([A-Za-z_][\w.-]*)[ \t]*=[ \t]*"""
    r"""("(?:[^"\\]|\\.)*"|'[^']*'|[^\r\n]*?(?=[ \t]+\#|[ \t]*\r?$))[ \t]*(?:\#[^\r\n]*)?\r?$""",
    re.MULTILINE | re.VERBOSE | re.DOTALL,
)
_SPLIT = re.compile(r"(?<!\\)(?:\\\\)*[=: \t]")
_PROFILE = re.compile(r"^[#!]---[ \t]*\r?$", re.MULTILINE)


@dataclass(frozen=True, kw_only=True)
class Assignment:
    """One assignment: key, value as its readers get it, where the value's text and the whole end, and its document."""

    key: str
    value: str
    start: int
    end: int
    document: int = 0


class LineText:
    """An `.env` or `.properties` text under edit. `kind` is one of the two names."""

    def __init__(self, text: str, kind: str) -> None:
        self.text, self.kind = text, kind
        self.edits: list[Edit] = []
        self.found = self._parse(text)
        seen: set[tuple[int, str]] = set()
        for one in self.found:
            if (one.document, one.key) in seen:
                raise Refused(f"{one.key} is set twice; only one of them counts. Remove one.")
            seen.add((one.document, one.key))

    def get(self, key: str) -> str | None:
        """The value of a key in the first document that has it."""
        return next((one.value for one in self.found if one.key == key), None)

    def set_entries(self, entries: Mapping[str, str], *, beside: str = "", force: bool = False) -> None:
        """Set keys; new ones go after the last key that starts with `beside`, else to the end of the first document."""
        for key, value in entries.items():
            present = next((one for one in self.found if one.key == key), None)
            if present is not None and present.value == value:
                continue
            for one in self.found:
                if one.key != key and one.key.lower() == key.lower():
                    raise Refused(f"{one.key} is {key} in another spelling. Rename it to {key} or remove it.")
            if present is not None:
                if not force:
                    raise Refused(
                        f"{key} is {present.value}, and the order says {value}. --force replaces it; pt detach puts it back."
                    )
                self._apply(present.start, present.end, self._written(value), key, value)
                continue
            at, lead, trail = self._place(beside)
            self._apply(at, at, f"{lead}{key}={self._written(value)}{trail}", key, value)

    def _apply(self, start: int, end: int, new: str, key: str, value: str) -> None:
        wanted = {(one.document, one.key): one.value for one in self.found}
        document = next((one.document for one in self.found if one.key == key), None)
        text, made = edit(self.text, start, end, new)
        found = self._parse(text)
        now = {(one.document, one.key): one.value for one in found}
        places = [place for place in now if place[1] == key]
        if len(places) == 1 and document in (None, places[0][0]):
            wanted[places[0]] = value
        if now != wanted:
            raise Refused(f"{key} can't be set in this file without touching anything else")
        self.text, self.found = text, found
        self.edits.append(made)

    def _place(self, beside: str) -> tuple[int, str, str]:
        near = [one for one in self.found if beside and one.key.startswith(beside)]
        if near:
            last = [one for one in near if one.document == near[0].document][-1]
            # At the end of the line before, so that it holds without a final newline and inside an indented block too.
            return line_end(self.text, last.end), eol_of(self.text, last.end), ""
        profile = _PROFILE.search(self.text) if self.kind == "properties" else None
        eol = eol_of(self.text)
        if profile:
            return profile.start(), "", eol
        ended = not self.text or self.text.endswith("\n")
        return (len(self.text), "", eol) if ended else (len(self.text), eol, "")

    def _written(self, value: str) -> str:
        if self.kind == "properties" or re.fullmatch(r"[A-Za-z0-9_-]*", value):
            return value
        if "'" not in value and "\n" not in value:
            return f"'{value}'"
        return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"'

    def _parse(self, text: str) -> list[Assignment]:
        return _env(text) if self.kind == "env" else _properties(text)


def _env(text: str) -> list[Assignment]:
    found, at = [], 0
    while at < len(text):
        end = text.find("\n", at)
        end = len(text) if end < 0 else end
        match = _ENV.match(text, at)
        if match is None:
            line = text[at:end].strip()
            if line and not line.startswith("#"):
                if "{{" in line:
                    raise Refused(f"this is a template, not an .env file: {line}")
                if "=" in line:
                    number = text.count("\n", 0, at) + 1
                    raise Refused(f"line {number} of this .env file can't be read with certainty")
            at = end + 1
            continue
        raw = match[2]
        value = raw[1:-1] if len(raw) > 1 and raw[0] in "\"'" and raw[0] == raw[-1] else raw
        if raw[:1] == '"':
            value = re.sub(r"\\(.)", lambda m: {"n": "\n"}.get(m[1], m[1]), value)
        if raw[:1] in ("'", '"') and value is raw:
            raise Refused(
                f"{match[1]} has a quote that isn't closed, or text behind it; readers differ on what it is"
            )
        found.append(Assignment(key=match[1], value=value, start=match.start(2), end=match.end(2)))
        at = match.end() + 1
    return found


def _properties(text: str) -> list[Assignment]:
    found, document, at = [], 0, 0
    while at < len(text):
        start = at
        end = _line(text, at)
        stripped = text[start:end].strip(" \t\f\r\n")
        if stripped[:1] in ("#", "!"):
            document += _PROFILE.match(text, start) is not None
        elif stripped:
            while _continues(text[at:end]) and end < len(text):
                at, end = end, _line(text, end)
            found.append(_property(text, start, end, document))
        at = end
    return found


def _line(text: str, at: int) -> int:
    end = text.find("\n", at)
    return len(text) if end < 0 else end + 1


def _continues(line: str) -> bool:
    line = line.rstrip("\r\n")
    return (len(line) - len(line.rstrip("\\"))) % 2 == 1


def _property(text: str, start: int, end: int, document: int) -> Assignment:
    raw = text[start:end].rstrip("\r\n")
    lead = len(raw) - len(raw.lstrip(" \t\f"))
    split = _SPLIT.search(raw, lead)
    key_end = split.end() - 1 if split else len(raw)
    rest = re.compile(r"[ \t\f]*[=:]?[ \t\f]*").match(raw, key_end)
    value_start = rest.end() if rest else len(raw)
    value = re.sub(r"\\\r?\n[ \t\f]*", "", raw[value_start:])
    key = re.sub(r"\\(.)", r"\1", raw[lead:key_end])
    return Assignment(
        key=key, value=value, start=start + value_start, end=start + len(raw), document=document
    )
