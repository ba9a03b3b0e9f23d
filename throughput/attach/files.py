"""Attach and detach as functions from bytes to bytes: what a file becomes, and what stands beside it."""

from dataclasses import dataclass, field

from throughput.attach.embedded import is_configmap, put_embedded
from throughput.attach.json_tree import JsonText
from throughput.attach.kinds import Kind, Notes, Wanted, opened, put, syntax_of
from throughput.attach.leaves import check
from throughput.attach.nodes import Refused
from throughput.attach.record import Record, digest, marked, marks, packed_sidecar, read_sidecar, undone
from throughput.attach.tree_edit import TreeText

_BOM = "\ufeff"


@dataclass(frozen=True, kw_only=True)
class Result:
    """A file's bytes, its sidecar's (None: no such file), and what people should know."""

    data: bytes
    sidecar: bytes | None
    notes: tuple[str, ...] = ()
    records: tuple[Record, ...] = field(default=(), repr=False)


def attach(
    name: str,
    data: bytes,
    sidecar: bytes | None,
    wanted: Wanted,
    *,
    order: str,
    stack: str,
    kind: Kind | None = None,
) -> Result:
    """The file with the order attached; the same bytes when it is already. Raises `Refused`, and `UnicodeDecodeError` for no text."""
    bom, text = _text(data)
    syntax = syntax_of(name, kind)
    bare, records = _records(text, sidecar)
    mine = next((record for record in records if (record.order, record.stack) == (order, stack)), None)
    base = undone(bare, mine) if mine else bare
    if mine and digest(bare) != mine.now:
        check(bare, base, name, replaced=any(made.old for made in mine.edits))
    others = [record for record in records if record is not mine]
    under, notes = opened(base, syntax), Notes()
    if isinstance(under, TreeText) and kind in (None, Kind.CONFIGMAP) and is_configmap(under):
        put_embedded(under, wanted, notes)
    elif kind is Kind.CONFIGMAP:
        raise Refused("there is no ConfigMap in this file")
    else:
        put(under, kind, wanted, notes)
    if under.text == bare:
        return Result(data=data, sidecar=sidecar, notes=tuple(notes.lines), records=tuple(records))
    found = [*others]
    if under.edits:
        made = Record(
            order=order, stack=stack, edits=tuple(under.edits), was=digest(base), now=digest(under.text)
        )
        found = [made, *others]
    return _result(bom, under.text, found, _comment(name, syntax, base), notes=tuple(notes.lines))


def detach(name: str, data: bytes, sidecar: bytes | None) -> Result:
    """The file without anything that `attach` put in; the same bytes when there is nothing. Raises `Refused`."""
    bom, text = _text(data)
    bare, records = _records(text, sidecar)
    if not records:
        return Result(data=data, sidecar=sidecar)
    before, touched = bare, digest(bare) != records[0].now
    for record in records:
        bare = undone(bare, record)
    if touched:
        check(before, bare, name, replaced=any(made.old for record in records for made in record.edits))
    return Result(data=(bom + bare).encode(), sidecar=None, records=tuple(records))


def _text(data: bytes) -> tuple[str, str]:
    text = data.decode("utf-8")
    return (_BOM, text[1:]) if text.startswith(_BOM) else ("", text)


def _records(text: str, sidecar: bytes | None) -> tuple[str, list[Record]]:
    bare, records = marks(text)
    if sidecar is not None:
        if records:
            raise Refused(
                "this file has both a comment of pt attach and a record beside it; remove the wrong one"
            )
        return bare, read_sidecar(sidecar)
    return bare, records


def _comment(name: str, syntax: str, text: str) -> str | None:
    """How a comment starts here; None where a comment would break the file for its readers."""
    if syntax != "json":
        return "#"
    lax = name.lower().endswith((".jsonc", ".json5")) or JsonText(text).comments
    return "//" if lax else None


def _result(
    bom: str, text: str, records: list[Record], comment: str | None, *, notes: tuple[str, ...]
) -> Result:
    if comment is None:
        beside = packed_sidecar(records) if records else None
        return Result(data=(bom + text).encode(), sidecar=beside, notes=notes, records=tuple(records))
    for record in reversed(records):
        text = marked(text, record, comment)
    return Result(data=(bom + text).encode(), sidecar=None, notes=notes, records=tuple(records))
