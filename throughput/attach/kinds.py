"""Which kind of file this is, and where an order's headers and label belong in it."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import PurePath
from typing import Any

from throughput.attach.json_tree import JsonText
from throughput.attach.line_text import LineText
from throughput.attach.nodes import Node, Path, Refused, descend, shown
from throughput.attach.toml_text import TomlText
from throughput.attach.tree_edit import TreeText
from throughput.attach.yaml_tree import compose
from throughput.routing import REQUEST_TYPE, SHARED_TYPE

GENAI: Path = ("spring", "ai", "google", "genai")
_GENAI = ".".join(map(str, GENAI))
_PROPERTY = {
    "project-id": "project",
    "location": "location",
    "chat.model": "model",
    "chat.options.model": "model",
}


class Kind(StrEnum):
    """What `--kind` takes."""

    LITELLM = "litellm"
    SPRING = "spring"
    HELM = "helm"
    CONFIGMAP = "configmap"
    YAML = "yaml"
    JSON = "json"
    TOML = "toml"
    ENV = "env"
    PROPERTIES = "properties"


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What to attach, and to what: the order's pool, checked headers and labels. `claude`: labels travel in a header."""

    project: str
    location: str
    model: str
    headers: Mapping[str, str]
    labels: Mapping[str, str]
    claude: bool = False
    path: Path = ()
    headers_key: str = "headers"
    labels_key: str = "labels"
    force: bool = False


@dataclass
class Notes:
    """What people should know about an attachment; it stays possible all the same."""

    lines: list[str] = field(default_factory=list)

    def say(self, line: str) -> None:
        """Add a line once."""
        if line not in self.lines:
            self.lines.append(line)


Text = TreeText | TomlText | LineText


def syntax_of(name: str, kind: Kind | None) -> str:
    """ "yaml", "json", "toml", "env" or "properties", by the kind asked for, else by the file's name. Raises `Refused`."""
    plain_name, suffix = PurePath(name).name.lower(), PurePath(name).suffix.lower()
    by_name = {
        ".yaml": "yaml",
        ".yml": "yaml",
        ".json": "json",
        ".jsonc": "json",
        ".json5": "json",
        ".toml": "toml",
        ".env": "env",
        ".properties": "properties",
    }.get(suffix)
    if plain_name.startswith(".env") or plain_name == "env":
        by_name = "env"
    if kind in (Kind.JSON, Kind.TOML, Kind.ENV, Kind.PROPERTIES):
        return str(kind)
    if kind in (Kind.HELM, Kind.CONFIGMAP, Kind.YAML):
        return "yaml"
    if kind is Kind.SPRING:
        return "properties" if by_name == "properties" else "yaml"
    if by_name is None:
        if kind is Kind.LITELLM:
            return "yaml"
        raise Refused(f"what {PurePath(name).name} is can't be told from its name; say it with --kind")
    return by_name


def opened(text: str, syntax: str) -> Text:
    """A text under edit. Raises `Refused` when it doesn't parse."""
    if syntax == "yaml":
        return TreeText(text, compose)
    if syntax == "json":
        return TreeText(text, lambda found: [JsonText(found).root])
    return TomlText(text) if syntax == "toml" else LineText(text, syntax)


def put(text: Text, kind: Kind | None, wanted: Wanted, notes: Notes) -> None:
    """Make all edits that the order needs in one text. Raises `Refused`."""
    if isinstance(text, LineText):
        if text.kind == "env":
            _env(text, wanted)
        else:
            _properties(text, kind, wanted, notes)
    elif isinstance(text, TomlText):
        _generic(text, wanted)
    else:
        _tree(text, kind, wanted, notes)


def _tree(text: TreeText, kind: Kind | None, wanted: Wanted, notes: Notes) -> None:
    if kind is Kind.SPRING or (kind is None and not wanted.path and _spring_document(text) is not None):
        _spring(text, wanted, notes)
        return
    deployments = _deployments(text, wanted) if kind in (None, Kind.LITELLM, Kind.HELM) else []
    if deployments:
        _litellm(text, deployments, wanted, notes)
    elif kind is Kind.LITELLM:
        raise Refused(
            "there is no model_list with litellm_params here; --path names the mapping that holds it"
        )
    else:
        _generic(text, wanted)


def _generic(text: TreeText | TomlText, wanted: Wanted) -> None:
    if not wanted.path:
        raise Refused(
            "this is no file whose layout is known. --path names the mapping that takes headers and labels, such as --path llm.client"
        )
    if isinstance(text, TreeText):
        _choose_document(text, wanted.path)
    headers = (*wanted.path, wanted.headers_key)
    _no_stray(text, headers, wanted)
    if wanted.headers:
        text.set_entries(headers, wanted.headers, force=wanted.force)
    if wanted.labels:
        text.set_entries((*wanted.path, wanted.labels_key), wanted.labels, force=wanted.force)


def _choose_document(text: TreeText, path: Path) -> None:
    fits = [
        number
        for number, node in enumerate(text.nodes)
        if node is not None and node.kind == "map" and len(descend(node, path)[1]) < len(path)
    ]
    if len(fits) > 1:
        raise Refused(
            f"{shown(path)} is in {len(fits)} of the file's documents; split the file, or attach by hand"
        )
    present = [number for number, node in enumerate(text.nodes) if node is not None]
    if not fits and len(present) > 1:
        raise Refused(f"none of the file's documents has {shown(path[:1])}")
    text.doc = fits[0] if fits else present[0] if present else 0


def _no_stray(text: TreeText | TomlText, path: Path, wanted: Wanted) -> None:
    """A routing header that the order's mode doesn't have would change the mode."""
    found = text.find(path)
    names: list[str] = []
    if isinstance(found, Node) and found.kind == "map":
        names = [str(key.value) for key, _ in found.entries]
    elif isinstance(found, dict):
        names = list(found)
    for name in names:
        for header in (REQUEST_TYPE, SHARED_TYPE):
            if name.lower() == header.lower() and header not in wanted.headers:
                raise Refused(
                    f"{shown(path)} has {name}, which the order's routing doesn't send. Remove it, or change the order's routing."
                )


def _deployments(text: TreeText, wanted: Wanted) -> list[tuple[int, Path]]:
    """Documents and paths of LiteLLM deployments: everywhere, or under the path asked for."""
    found: list[tuple[int, Path]] = []
    for number, node in enumerate(text.nodes):
        if node is None:
            continue
        here, rest, taken = descend(node, wanted.path)
        if rest:
            continue
        if here.kind == "map" and here.get("litellm_params") is not None:
            found.append((number, taken))
            continue
        if here.kind == "map" and (models := here.get("model_list")) is not None:
            here, taken = models, (*taken, "model_list")
        elif not wanted.path or taken[-1:] != ("model_list",):
            continue
        if here.kind != "seq":
            raise Refused(f"{shown(taken)} is no list of deployments")
        found += [(number, (*taken, index)) for index in range(len(here.items))]
    return found


def _litellm(text: TreeText, deployments: list[tuple[int, Path]], wanted: Wanted, notes: Notes) -> None:
    fitting, reasons = [], []
    for number, path in deployments:
        text.doc = number
        reason = _unfit(text, path, wanted, notes)
        if reason is None:
            fitting.append((number, path))
        elif reason:
            reasons.append(f"{shown(path)} {reason}")
    if not fitting:
        why = ":\n  " + "\n  ".join(reasons) if reasons else ""
        raise Refused(
            f"no deployment calls vertex_ai/{wanted.model} in {wanted.location} of {wanted.project}{why}"
        )
    for reason in reasons:
        notes.say(f"left alone: {reason}")
    for number, path in fitting:
        text.doc = number
        params = (*path, "litellm_params")
        _no_stray(text, (*params, "extra_headers"), wanted)
        if wanted.headers:
            text.set_entries((*params, "extra_headers"), wanted.headers, force=wanted.force)
        if wanted.labels:
            text.set_entries((*params, "labels"), wanted.labels, force=wanted.force)


def _unfit(text: TreeText, path: Path, wanted: Wanted, notes: Notes) -> str | None:
    """Why a deployment isn't the order's; None when it is."""
    params = text.find((*path, "litellm_params"))
    if params is None or params.kind != "map":
        return "has no mapping litellm_params"
    model = _string(params.get("model"))
    if model is None:
        return "names no model"
    if not model.startswith("vertex_ai/"):
        return f"calls {model}, which doesn't go through Vertex AI"
    if "*" in model:
        return (
            f"calls {model}: a wildcard serves other models too. Give {wanted.model} a deployment of its own"
        )
    if model.removeprefix("vertex_ai/") != wanted.model:
        return f"calls {model}, the order is for {wanted.model}"
    for key, value in (("vertex_project", wanted.project), ("vertex_location", wanted.location)):
        found = _string(params.get(key))
        if found is None:
            notes.say(
                f"{shown(path)} doesn't pin {key}: write {key}: {value}, else the order may be bypassed"
            )
        elif _from_elsewhere(found):
            notes.say(f"{shown(path)} takes {key} from {found}; it must be {value}")
        elif found != value:
            return f"has {key} {found}, the order is for {value}"
    if "embedding" in model:
        notes.say(
            f"{shown(path)}: LiteLLM drops extra_headers on Vertex AI embeddings (1.106.2), so routing stays the default"
        )
    return None


def _string(node: Node | None) -> str | None:
    return str(node.value) if node is not None and node.kind == "scalar" and node.value is not None else None


def _from_elsewhere(value: str) -> bool:
    return value.startswith("os.environ/") or "${" in value or "{{" in value


def _spring_document(text: TreeText) -> int | None:
    for number, node in enumerate(text.nodes):
        if node is not None and node.kind == "map":
            if not descend(node, GENAI)[1]:
                return number
            if any(str(key.value).startswith(_GENAI + ".") for key, _ in node.entries):
                return number
    return None


def _spring(text: TreeText, wanted: Wanted, notes: Notes) -> None:
    number = _spring_document(text)
    if number is None:
        raise Refused(f"there is no {_GENAI} in this file, so Spring AI doesn't call Vertex AI from it")
    text.doc = number
    base = wanted.path or (*GENAI, "chat", "labels")
    _spring_fits(lambda name: _string(text.find((*GENAI, *name.split(".")))), wanted, notes)
    text.set_entries(base, wanted.labels, force=wanted.force)


def _spring_fits(get: Any, wanted: Wanted, notes: Notes) -> None:
    if wanted.claude:
        raise Refused(f"Spring AI's {_GENAI} can't call {wanted.model}")
    for name, part in _PROPERTY.items():
        found, value = get(name), getattr(wanted, part)
        if found and _from_elsewhere(found):
            notes.say(f"{_GENAI}.{name} is {found}; it must be {value}")
        elif found and found != value:
            raise Refused(f"{_GENAI}.{name} is {found}, the order is for {value}")
    if wanted.headers:
        names = ", ".join(f"{name}: {value}" for name, value in wanted.headers.items())
        notes.say(
            f"Spring AI has no property for headers, so {names} isn't attached and requests are routed as pt_then_on_demand. "
            "The code for it: pt snippet STACK ORDER --client spring-ai"
        )


def _properties(text: LineText, kind: Kind | None, wanted: Wanted, notes: Notes) -> None:
    if wanted.path and kind is not Kind.SPRING:
        base = ".".join(map(str, wanted.path))
        parts = ((wanted.headers_key, wanted.headers), (wanted.labels_key, wanted.labels))
        entries = {f"{base}.{part}.{key}": value for part, values in parts for key, value in values.items()}
        text.set_entries(entries, beside=base + ".", force=wanted.force)
        return
    if not any(one.key.startswith(_GENAI + ".") for one in text.found):
        raise Refused(
            f"there is no {_GENAI} in this file; --path names the prefix that takes headers and labels"
        )
    _spring_fits(lambda name: text.get(f"{_GENAI}.{name}"), wanted, notes)
    labels = {f"{_GENAI}.chat.labels.{key}": value for key, value in wanted.labels.items()}
    text.set_entries(labels, beside=_GENAI + ".", force=wanted.force)


def _env(text: LineText, wanted: Wanted) -> None:
    for key, value in (
        ("GOOGLE_CLOUD_PROJECT", wanted.project),
        ("ANTHROPIC_VERTEX_PROJECT_ID", wanted.project if wanted.claude else None),
        ("GOOGLE_CLOUD_LOCATION", wanted.location),
        ("CLOUD_ML_REGION", wanted.location if wanted.claude else None),
        ("VERTEX_MODEL", wanted.model),
    ):
        found = text.get(key)
        if value and found and not _from_elsewhere(found) and "$" not in found and found != value:
            raise Refused(f"{key} is {found}, the order is for {value}")
    if wanted.claude:
        lines = "\n".join(f"{name}: {value}" for name, value in wanted.headers.items())
        text.set_entries({"ANTHROPIC_CUSTOM_HEADERS": lines}, force=wanted.force)
        return
    entries = {
        "VERTEX_ROUTING_HEADERS": json.dumps(dict(wanted.headers)),
        "VERTEX_LABELS": json.dumps(dict(wanted.labels)),
    }
    text.set_entries(entries, force=wanted.force)
