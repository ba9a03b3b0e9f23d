"""From a template and values to text: `@{name}` becomes a literal of the template's language, `@{name!}` the bare text.

Every value is escaped for the language it lands in, and all of them were validated before; a name that a template asks for and nobody
gave is an error, never an empty place.
"""

import json
import re
import shlex
from collections.abc import Callable, Mapping

Value = str | int | Mapping[str, str] | tuple[str, ...]
_PLACE = re.compile(r"@\{([a-z_]+)(!?)\}")
# What bare text may hold: nothing that ends a comment, a string or a line in any of the languages.
_BARE = re.compile(r"[^\x00-\x1f\x7f\"'`\\$]*")


def render(template: str, language: str, values: Mapping[str, Value]) -> str:
    """Fill a template. Raises `KeyError` for a name without a value, `ValueError` for a value that can't stand bare."""
    literal = LITERALS[language]

    def fill(place: re.Match[str]) -> str:
        value = values[place[1]]
        return _bare(value) if place[2] else literal(value)

    return _PLACE.sub(fill, template)


def _bare(value: Value) -> str:
    if isinstance(value, Mapping | tuple):
        raise ValueError("a map or list can't stand bare")
    text = str(value)
    if not all(_BARE.fullmatch(line) for line in text.split("\n")):
        raise ValueError(f"{text!r} can't stand bare in code")
    return text


def _json(value: Value) -> str:
    # JSON in ASCII is a literal in Python, JavaScript, Go, Java and YAML alike.
    return json.dumps(value if not isinstance(value, Mapping) else dict(value))


def _go(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_json(name)}: {_json(text)}" for name, text in value.items()) + "}"
    return _json(value)


def _java(value: Value) -> str:
    if isinstance(value, Mapping):
        return ", ".join(f"{_json(name)}, {_json(text)}" for name, text in value.items())
    return _json(value)


def _javascript(value: Value) -> str:
    if isinstance(value, Mapping):
        return "{ " + _json(value)[1:-1] + " }" if value else "{}"
    return _json(value)


def _shell(value: Value) -> str:
    if isinstance(value, Mapping):
        return shlex.quote(json.dumps(dict(value), separators=(",", ":")))
    if isinstance(value, tuple):
        return " ".join(shlex.quote(word) for word in value)
    return shlex.quote(str(value))


LITERALS: dict[str, Callable[[Value], str]] = {
    "python": _json,
    "yaml": _json,
    "dotenv": _json,
    "javascript": _javascript,
    "go": _go,
    "java": _java,
    "shell": _shell,
}
