"""Client configuration files: which settings stand in them, and whether they reach what is committed.

Reads LiteLLM's YAML, `.env` files, and YAML, JSON or TOML with a mapping that names a model beside a project or a location. Anchors and
aliases are followed. What can't be read, or holds nothing of the kind, is said to be unchecked and never called fine.
"""

import tomllib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import PurePath
from typing import Any

from throughput.attach.json_tree import JsonText
from throughput.attach.line_text import LineText
from throughput.attach.nodes import Node, Refused
from throughput.doctor.environment import Place, variable_findings
from throughput.doctor.facts import FileFacts, FileState
from throughput.doctor.findings import Finding, Outcome, Section, plain
from throughput.doctor.settings import Block, Setting, block_findings
from throughput.orders import Order

MAX_BYTES = 1_000_000
_MAX_NODES, _MAX_DEPTH = 50_000, 40
_PREFIX = "client-file"
_PROJECT = ("project", "project_id", "projectId", "project-id", "vertex_project", "vertexai_project")
_LOCATION = ("location", "region", "vertex_location", "vertexai_location")
_MODEL = ("model", "model_name", "modelName", "model_id", "modelId")
_HEADERS = (
    "headers",
    "extra_headers",
    "extraHeaders",
    "additional_headers",
    "default_headers",
    "customHeaders",
)
_LABELS = ("labels",)
_VERTEX_PREFIXES = ("vertex_ai/", "google-vertex:", "google-cloud:", "google_vertexai:")
_DEVELOPER_PREFIXES = ("gemini/", "google-gla:", "google_genai:")

Path = tuple[str | int, ...]


@dataclass
class Tree:
    """Plain values, with the line of each path where the format knows it."""

    value: Any
    lines: dict[Path, int] = field(default_factory=dict)


class _Unreadable(Exception):
    pass


def file_findings(file: FileFacts, orders: Sequence[Order]) -> list[Finding]:
    """Every finding about one client file. Never raises, whatever its bytes are."""
    path = plain(file.path)
    if file.state is not FileState.FILE or file.data is None:
        reason = f" ({file.reason})" if file.reason else ""
        return [_finding(path, "unreadable", Outcome.UNKNOWN, f"{path} is {file.state}{reason}")]
    try:
        found = list(_read(path, file.path, file.data, orders))
    except (_Unreadable, Refused) as error:
        return [_finding(path, "unreadable", Outcome.UNKNOWN, f"{path}: {plain(str(error)[:300])}")]
    if found:
        return found
    if not orders:
        return [
            _finding(
                path,
                "nothing-active",
                Outcome.SKIPPED,
                f"{path}: no order is active, so there is nothing to reach",
            )
        ]
    message = f"{path} names no model beside a project or a location, as far as this check can read it"
    return [
        _finding(
            path,
            "nothing-found",
            Outcome.UNKNOWN,
            message,
            "pt snippet STACK ORDER prints what belongs there",
        )
    ]


def _finding(path: str, code: str, outcome: Outcome, message: str, fix: str | None = None) -> Finding:
    return Finding(
        section=Section.CLIENT_FILES,
        code=f"{_PREFIX}/{code}",
        outcome=outcome,
        message=message,
        fix=fix,
        place=path,
    )


def _read(path: str, name: str, data: bytes, orders: Sequence[Order]) -> Iterator[Finding]:
    text = _text(data)
    suffix = PurePath(name).suffix.lower()
    base = PurePath(name).name.lower()
    if suffix == ".env" or base.startswith(".env") or base == "env":
        yield from _dotenv(path, text, orders)
        return
    for tree in _trees(suffix, text):
        for block in _blocks(tree, path):
            if isinstance(block, Finding):
                yield block
            else:
                mine = [
                    o
                    for o in orders
                    if _is_claude(o.model) == _is_claude(block.model.value if block.model else "")
                ]
                yield from block_findings(block, mine)


def _text(data: bytes) -> str:
    if len(data) > MAX_BYTES:
        raise _Unreadable(f"is larger than {MAX_BYTES:,} bytes")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _Unreadable(f"isn't UTF-8 text (byte {error.start})") from error


def _dotenv(path: str, text: str, orders: Sequence[Order]) -> Iterator[Finding]:
    found = LineText(text, "env").found
    lines = {one.key: text.count("\n", 0, one.start) + 1 for one in found}
    place = Place(
        section=Section.CLIENT_FILES, prefix=_PREFIX, change="{name}={value}", file=path, lines=lines
    )
    yield from variable_findings({one.key: one.value for one in found}, orders, place)


def _trees(suffix: str, text: str) -> Iterator[Tree]:
    if suffix in (".json", ".jsonc", ".json5"):
        lines: dict[Path, int] = {}
        yield Tree(_plain_node(JsonText(text).root, text, (), lines), lines)
    elif suffix == ".toml":
        try:
            yield Tree(tomllib.loads(text))
        except (tomllib.TOMLDecodeError, RecursionError) as error:
            raise _Unreadable(
                f"isn't readable as TOML: {str(error)[:100] or 'it is nested too deeply'}"
            ) from error
    elif suffix in (".yaml", ".yml"):
        yield from _yaml(text)
    else:
        raise _Unreadable("what it is can't be told from its name: .yaml, .json, .toml and .env are read")


def _plain_node(node: Node, text: str, path: Path, lines: dict[Path, int]) -> Any:
    lines[path] = text.count("\n", 0, node.start) + 1
    if node.kind == "map":
        return {
            str(key.value): _plain_node(value, text, (*path, str(key.value)), lines)
            for key, value in node.entries
        }
    if node.kind == "seq":
        return [_plain_node(item, text, (*path, index), lines) for index, item in enumerate(node.items)]
    return node.value


def _yaml(text: str) -> Iterator[Tree]:
    import yaml

    loader = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
    try:
        nodes = list(yaml.compose_all(text, Loader=loader))
    except yaml.YAMLError as error:
        mark = getattr(error, "problem_mark", None)
        where = f" (line {mark.line + 1})" if mark else ""
        what = "is a template, not YAML" if "{{" in text else "isn't valid YAML"
        raise _Unreadable(f"{what}{where}") from error
    except (RecursionError, ValueError) as error:
        raise _Unreadable("isn't readable as YAML: it is nested too deeply") from error
    for node in nodes:
        if node is not None:
            yield _YamlTree().tree(node)


class _YamlTree:
    """A document with its aliases followed, up to a bound: a few lines of aliases can stand for more than fits anywhere."""

    def __init__(self) -> None:
        self.left = _MAX_NODES
        self.lines: dict[Path, int] = {}

    def tree(self, node: Any) -> Tree:
        return Tree(self._value(node, ()), self.lines)

    def _value(self, node: Any, path: Path) -> Any:
        self.left -= 1
        if self.left < 0 or len(path) > _MAX_DEPTH:
            raise _Unreadable(
                "holds more than any client's configuration does, once its aliases are followed"
            )
        self.lines[path] = node.start_mark.line + 1
        kind = node.id
        if kind == "mapping":
            return self._mapping(node, path)
        if kind == "sequence":
            return [self._value(item, (*path, index)) for index, item in enumerate(node.value)]
        return None if node.tag.endswith(":null") else str(node.value)

    def _mapping(self, node: Any, path: Path) -> dict[str, Any]:
        merged: dict[str, Any] = {}
        own: dict[str, Any] = {}
        for key, value in node.value:
            if key.tag == "tag:yaml.org,2002:merge":
                parts = value.value if value.id == "sequence" else [value]
                for part in parts:
                    inner = self._value(part, (*path, "<<"))
                    merged = {**(inner if isinstance(inner, dict) else {}), **merged}
            elif key.id == "scalar":
                own[str(key.value)] = self._value(value, (*path, str(key.value)))
        return {**merged, **own}


def _blocks(tree: Tree, file: str) -> Iterator[Block | Finding]:
    yield from _walk(tree, file, tree.value, ())


def _walk(tree: Tree, file: str, value: Any, path: Path) -> Iterator[Block | Finding]:
    if isinstance(value, list):
        for index, item in enumerate(value):
            yield from _walk(tree, file, item, (*path, index))
        return
    if not isinstance(value, dict):
        return
    if isinstance(value.get("litellm_params"), dict):
        # The model_name beside it is LiteLLM's own alias and names no model of Google's.
        title = str(value.get("model_name") or _dotted(path))
        yield from _block(
            tree, file, value["litellm_params"], (*path, "litellm_params"), plain(title[:60]), litellm=True
        )
        return
    yield from _block(tree, file, value, path, _dotted(path), litellm=False)
    for key, inner in value.items():
        yield from _walk(tree, file, inner, (*path, key))


def _block(
    tree: Tree, file: str, value: Mapping[str, Any], path: Path, title: str, *, litellm: bool
) -> Iterator[Block | Finding]:
    project, location, model = (_setting(tree, value, path, keys) for keys in (_PROJECT, _LOCATION, _MODEL))
    headers = _texts(value, _HEADERS)
    if model is None or not (litellm or project or location or headers):
        return
    line = _line(tree, (*path, model.name))
    at = f"{file}:{line}" if line else file
    if model.value.startswith(_DEVELOPER_PREFIXES):
        message = f"{title}: {model} calls the Developer API, past every order"
        known = model.value.partition("/")[2] or model.value.partition(":")[2]
        fix = (
            f"write vertex_ai/{plain(known[:60])}"
            if litellm
            else "name the model as the client's Vertex AI provider does"
        )
        yield Finding(
            section=Section.CLIENT_FILES,
            code=f"{_PREFIX}/developer-api",
            outcome=Outcome.PROBLEM,
            message=message,
            fix=fix,
            place=at,
        )
        return
    prefix = next((one for one in _VERTEX_PREFIXES if model.value.startswith(one)), "")
    if litellm and not prefix:
        # Another provider's deployment is none of the ledger's business.
        return
    bare = model.value.removeprefix(prefix)
    if "*" in bare:
        bare = ""
    yield Block(
        section=Section.CLIENT_FILES,
        prefix=_PREFIX,
        file=file,
        title=title,
        project=project,
        location=location,
        model=Setting(name=model.name, value=bare, line=line) if bare else None,
        headers=headers or {},
        labels=_texts(value, _LABELS) or {},
        pins="vertex_location" if litellm else "location",
        line=line,
    )


def _setting(tree: Tree, value: Mapping[str, Any], path: Path, keys: Sequence[str]) -> Setting | None:
    for key in keys:
        found = value.get(key)
        if isinstance(found, str) and found:
            if found.startswith("os.environ/") or "${" in found or "{{" in found:
                # Filled in elsewhere: what it will be can't be judged here, so it counts as nothing said.
                return None
            return Setting(name=key, value=found, line=_line(tree, (*path, key)))
    return None


def _texts(value: Mapping[str, Any], keys: Sequence[str]) -> dict[str, str] | None:
    found = next((value[key] for key in keys if isinstance(value.get(key), dict)), None)
    if found is None:
        return None
    return {str(key): inner for key, inner in found.items() if isinstance(inner, str)}


def _line(tree: Tree, path: Path) -> int | None:
    for length in range(len(path), -1, -1):
        if (line := tree.lines.get(path[:length])) is not None:
            return line
    return None


def _dotted(path: Path) -> str:
    text = ""
    for part in path:
        text += f"[{part}]" if isinstance(part, int) else f".{plain(part[:40])}"
    return text.lstrip(".")


def _is_claude(model: str) -> bool:
    return model.startswith("claude-")
