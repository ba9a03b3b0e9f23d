"""What was attached, kept where `pt detach` finds it: one comment line at the top, or a file beside a JSON without comments.

A record holds every edit with its surroundings and the digests of the text before and after, so that detaching restores the exact bytes
and still works after the file was edited elsewhere. It holds no secrets: only what was inserted, and up to 60 characters around it.
"""

import base64
import binascii
import hashlib
import json
import re
import zlib
from dataclasses import asdict, dataclass
from typing import Any

from throughput.attach.edits import Edit, edit, eol_of, undo
from throughput.attach.nodes import Refused

SIDECAR = ".pt-attach.json"
_LINE = re.compile(
    r"^(?:#|//) pt attach: order (\S+) of stack (\S+)\.[^\r\n]*? v1:([A-Za-z0-9+/=]*)[ \t]*(?:\r?\n|\Z)",
    re.MULTILINE,
)
_MAX_RECORD = 1_000_000


@dataclass(frozen=True, kw_only=True)
class Record:
    """One attachment: whose, the edits in order, and digests of the text before (`was`) and after (`now`) them."""

    order: str
    stack: str
    edits: tuple[Edit, ...]
    was: str
    now: str


def digest(text: str) -> str:
    """A text's fingerprint, short but ample to notice a change."""
    return hashlib.sha256(text.encode()).hexdigest()[:24]


def marked(text: str, record: Record, comment: str) -> str:
    """The text with the record as a comment line on top."""
    packed = base64.b64encode(zlib.compress(json.dumps(_document(record)).encode(), 9)).decode()
    line = (
        f"{comment} pt attach: order {record.order} of stack {record.stack}."
        f" Keep this line: pt detach needs it to take out what was put in. v1:{packed}"
    )
    return edit(text, 0, 0, line + eol_of(text))[0]


def marks(text: str) -> tuple[str, list[Record]]:
    """The text without its record lines, and the records, the newest first. Raises `Refused` for a damaged one."""
    records = []
    for match in _LINE.finditer(text):
        try:
            packed = zlib.decompressobj().decompress(base64.b64decode(match[3], validate=True), _MAX_RECORD)
            records.append(_record(json.loads(packed)))
        except (ValueError, binascii.Error, zlib.error, KeyError, TypeError) as error:
            raise Refused(
                "the comment of pt attach is damaged, so what it put in isn't known. Restore the line, from git perhaps."
            ) from error
    return _LINE.sub("", text), records


def packed_sidecar(records: list[Record]) -> bytes:
    """Records as the file beside a JSON, the newest first."""
    document = {
        "version": 1,
        "about": "What pt attach put into the file of this name; pt detach needs it, and removes it.",
        "records": [_document(record) for record in records],
    }
    return (json.dumps(document, indent=2, ensure_ascii=False) + "\n").encode()


def read_sidecar(data: bytes) -> list[Record]:
    """Records of a sidecar file. Raises `Refused` for a damaged one."""
    try:
        return [_record(item) for item in json.loads(data)["records"]]
    except (ValueError, KeyError, TypeError) as error:
        raise Refused(f"the file *{SIDECAR} beside it is damaged. Restore it, from git perhaps.") from error


def undone(text: str, record: Record) -> str:
    """The text without a record's edits. When nothing else changed since, exactly the bytes from before."""
    restored = undo(text, list(record.edits))
    if digest(text) == record.now and digest(restored) != record.was:
        raise Refused("the record of pt attach doesn't lead back to the original; nothing was changed")
    return restored


def _document(record: Record) -> dict[str, Any]:
    return {**asdict(record), "edits": [asdict(made) for made in record.edits]}


def _record(document: dict[str, Any]) -> Record:
    edits = tuple(
        Edit(
            at=int(item["at"]),
            **{name: _text(item[name]) for name in ("old", "new", "before", "after")},
        )
        for item in document["edits"]
    )
    return Record(edits=edits, **{name: _text(document[name]) for name in ("order", "stack", "was", "now")})


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("not a string")
    return value
