"""Files inside a Kubernetes ConfigMap: edited as files of their own, written back with their indentation."""

from dataclasses import dataclass, replace

from throughput.attach.edits import edit
from throughput.attach.kinds import Notes, Wanted, opened, put, syntax_of
from throughput.attach.nodes import Node, Path, Refused, plain
from throughput.attach.tree_edit import TreeText


@dataclass(frozen=True)
class _Block:
    """A literal block scalar without its indentation; `starts` are the places of its lines in the whole text."""

    text: str
    indent: int
    starts: tuple[tuple[int, int, int], ...]

    def outer(self, at: int) -> int:
        """A place in the block as a place in the whole text."""
        for inner, start, cut in reversed(self.starts):
            if at >= inner:
                return start + cut + at - inner
        return at


def is_configmap(text: TreeText) -> bool:
    """Whether any document of this YAML is a ConfigMap."""
    return any(_data(node) is not None for node in text.nodes)


def embedded_files(text: TreeText) -> dict[Path, str]:
    """The embedded files that attaching could have touched, by their place: literal blocks in the data of a ConfigMap."""
    return {
        (number, "data", name): str(value.value)
        for number, node in enumerate(text.nodes)
        for name, value in _data(node) or ()
        if value.block_scalar and text.text[value.start] == "|"
    }


def put_embedded(text: TreeText, wanted: Wanted, notes: Notes) -> None:
    """Attach inside the embedded files. A path starts with the name of the file, then goes on inside it. Raises `Refused`."""
    chosen = str(wanted.path[0]) if wanted.path else None
    done, reasons = 0, []
    for number, node in enumerate(list(text.nodes)):
        for name, value in _data(node) or ():
            if chosen is not None and name != chosen:
                continue
            if chosen is None and not _speaks(name, str(value.value)):
                continue
            try:
                _put(text, (number, name), wanted, notes)
                done += 1
            except Refused as error:
                reasons.append(f"data.{name}: {error}")
    if reasons:
        raise Refused("\n".join(reasons))
    if not done:
        raise Refused(
            "no embedded file of this ConfigMap calls Vertex AI in a layout that is known. "
            "--path names it, and the mapping inside: --path '\"app.json\".llm'"
        )


def _speaks(name: str, value: str) -> bool:
    lowered = name.lower()
    if lowered.endswith((".yaml", ".yml")):
        return "model_list" in value or ("spring" in value and "genai" in value)
    return (lowered.endswith(".properties") and "spring.ai.google.genai." in value) or lowered.endswith(
        ".env"
    )


def _data(node: Node | None) -> list[tuple[str, Node]] | None:
    if node is None or node.kind != "map":
        return None
    kind, data = node.get("kind"), node.get("data")
    if kind is None or kind.value != "ConfigMap":
        return None
    return [(str(key.value), value) for key, value in data.entries] if data and data.kind == "map" else []


def _value(text: TreeText, where: tuple[int, str]) -> Node:
    return next(value for name, value in _data(text.nodes[where[0]]) or () if name == where[1])


def _put(text: TreeText, where: tuple[int, str], wanted: Wanted, notes: Notes) -> None:
    node = _value(text, where)
    if not node.block_scalar or text.text[node.start] != "|":
        raise Refused("the embedded file must be written as a literal block (|) to be edited in place")
    block = _block(text.text, node)
    inner = opened(block.text, syntax_of(where[1], None))
    put(inner, None, replace(wanted, path=wanted.path[1:]), notes)
    others = _others(text, where)
    for made in inner.edits:
        now = _block(text.text, _value(text, where))
        start, end = now.outer(made.at), now.outer(made.at + len(made.old))
        new = made.new.replace("\n", "\n" + " " * now.indent)
        changed, outer = edit(text.text, start, end, new)
        text.text, text.nodes = changed, text.load(changed)
        text.edits.append(outer)
    seen = str(_value(text, where).value).rstrip("\n")
    if seen != inner.text.replace("\r\n", "\n").rstrip(" \t\r\n") or _others(text, where) != others:
        raise Refused("this can't be changed without touching anything else")


def _others(text: TreeText, where: tuple[int, str]) -> list[object]:
    """Every value but the embedded file's."""
    found: list[object] = []
    for number, node in enumerate(text.nodes):
        value = plain(node)
        if number == where[0]:
            value["data"].pop(where[1])
        found.append(value)
    return found


def _block(text: str, node: Node) -> _Block:
    first = text.index("\n", node.start) + 1 if "\n" in text[node.start :] else node.end
    raw = text[first : node.end]
    value = str(node.value)
    head = next((line for line in raw.split("\n") if line.strip()), "")
    told = next((line for line in value.split("\n") if line.strip()), "")
    indent = (len(head) - len(head.lstrip(" "))) - (len(told) - len(told.lstrip(" ")))
    pieces, starts, inner, outer = [], [], 0, first
    for line in raw.splitlines(keepends=True) if "\n" in raw else [raw]:
        cut = min(indent, len(line) - len(line.lstrip(" ")))
        starts.append((inner, outer, cut))
        pieces.append(line[cut:])
        inner, outer = inner + len(line) - cut, outer + len(line)
    return _Block("".join(pieces), indent, tuple(starts))
