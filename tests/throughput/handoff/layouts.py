"""Stack files in many layouts that people write, all holding the same ledger: one order to edit, one to leave alone."""

import itertools
from collections.abc import Iterator
from dataclasses import dataclass

_FIELDS = (
    ("model", "gemini-3.8-flash"),
    ("location", "global"),
    ("gsus", "45"),
    ("term", "1-month"),
    ("status", "approved"),
)
_ENVIRONMENT = "{projects: {acme-genai: {}}, approvers: [approver@example.com]}"


@dataclass(frozen=True, kw_only=True)
class Layout:
    """A file's bytes under a name that says what is special about it."""

    name: str
    data: bytes


def layouts() -> Iterator[Layout]:
    """Every combination of shape, indentation, line ends and last newline, and a few odd ones."""
    for (shape, write), indent, eol, last in itertools.product(
        SHAPES.items(), (2, 4), ("\n", "\r\n"), (True, False)
    ):
        text = write(" " * indent).rstrip("\n") + ("\n" if last else "")
        name = f"{shape}, {indent} columns, {'CRLF' if eol != eol.strip(chr(13)) else 'LF'}, {'' if last else 'no '}last newline"
        yield Layout(name=name, data=text.replace("\n", eol).encode())
    for name, data in ODD.items():
        yield Layout(name=name, data=data)


def _lines(fields: list[tuple[str, str]], indent: str, comment: str = "") -> str:
    return "\n".join(f"{indent}{key}: {value}{comment}" for key, value in fields)


def _head(step: str) -> str:
    return f"config:\n{step}vertex-throughput:environment: {_ENVIRONMENT}\n{step}vertex-throughput:orders:\n"


def _plain(step: str) -> str:
    return (
        f"{_head(step)}{step * 2}chat:\n{_lines(list(_FIELDS), step * 3)}\n{step * 2}other: {{{_flow()}}}\n"
    )


def _flow(quote: str = "") -> str:
    return ", ".join(
        f"{key}: {quote if not value.isdigit() else ''}{value}{quote if not value.isdigit() else ''}"
        for key, value in _FIELDS
    )


def _commented(step: str) -> str:
    fields = _lines(list(_FIELDS), step * 3, "   # kept: exactly, 'as' \"it\" is")
    return (
        f"# yaml-language-server: $schema=../schemas/stack.json\n\n{_head(step)}"
        f"{step * 2}# before the order\n{step * 2}chat:  # the order\n{step * 3}# before its keys\n{fields}\n"
        f"{step * 3}# after its keys\n\n{step * 2}# between\n\n{step * 2}other:\n{_lines(list(_FIELDS), step * 3)}\n\n# the end\n"
    )


def _quoted(step: str) -> str:
    fields = [(f'"{key}"', value if value.isdigit() else f'"{value}"') for key, value in _FIELDS]
    single = [(f"'{key}'", value if value.isdigit() else f"'{value}'") for key, value in _FIELDS]
    return f"{_head(step)}{step * 2}\"chat\":\n{_lines(fields, step * 3)}\n{step * 2}'other':\n{_lines(single, step * 3)}\n"


def _one_line(step: str) -> str:
    return f"{_head(step)}{step * 2}other: {{ {_flow()} }}\n{step * 2}chat: {{ {_flow()} }}   # one line\n"


def _broken_flow(step: str) -> str:
    fields = "\n".join(f"{step * 3}{key}: {value},  # {key}" for key, value in _FIELDS)
    return f"{_head(step)}{step * 2}other: {{{_flow()}}}\n{step * 2}chat: {{\n{fields}\n{step * 2}}}\n"


def _reversed(step: str) -> str:
    fields = list(reversed(_FIELDS))
    return f"{_head(step)}{step * 2}other:\n{_lines(fields, step * 3)}\n\n\n{step * 2}chat:\n{_lines(fields, step * 3)}\n"


def _orders_first(step: str) -> str:
    return (
        f"config:\n{step}vertex-throughput:orders:\n{step * 2}chat:\n{_lines(list(_FIELDS), step * 3)}\n"
        f"{step * 2}other: {{{_flow()}}}\n{step}gcp:project: acme-genai\n{step}vertex-throughput:environment: {_ENVIRONMENT}\n"
        f"encryptionsalt: v1:AAAA\n"
    )


SHAPES = {
    "plain": _plain,
    "commented": _commented,
    "quoted": _quoted,
    "one line": _one_line,
    "flow over lines": _broken_flow,
    "other key order": _reversed,
    "orders first": _orders_first,
}

_BASE = _plain("  ")
ODD = {
    "byte order mark": b"\xef\xbb\xbf" + _BASE.encode(),
    "document markers": f"---\n{_BASE}...\n".encode(),
    "folded note": _BASE.replace(
        "      status", "      notes: >-\n        written over\n\n        two lines\n      status"
    ).encode(),
    "literal note last": _BASE.replace(
        "      status: approved\n", "      status: approved\n      notes: |\n        one\n\n        two\n\n"
    ).encode(),
    "quoted text over lines": _BASE.replace(
        "      status", '      notes: "written\n        over lines"\n      status'
    ).encode(),
    "empty keys": _BASE.replace(
        "      status", "      orderId:\n      start:   # not yet\n      end: ~\n      status"
    ).encode(),
    "umlauts and emoji": _BASE.replace(
        "      status", "      owner: 'Größe 🚀'   # ä\n      status"
    ).encode(),
    "trailing blanks": _BASE.replace("approved\n", "approved   \n").encode(),
    "two spaces after colons": _BASE.replace("      status: ", "      status:   ").encode(),
    "json": (
        b'{"config": {"vertex-throughput:environment": {"projects": {"acme-genai": {}}, "approvers": ["approver@example.com"]},'
        b' "vertex-throughput:orders": {"chat": {"model": "gemini-3.8-flash", "location": "global", "gsus": 45, "term": "1-month",'
        b' "status": "approved"}, "other": {"model": "gemini-3.8-flash", "location": "global", "gsus": 45, "term": "1-month",'
        b' "status": "approved"}}}}\n'
    ),
}
