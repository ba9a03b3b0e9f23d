"""JSON Schema and reference page of the stack files, made from the models so that they can't drift apart."""

import json
from typing import Any

from pydantic import TypeAdapter

from throughput.config.loader import ENVIRONMENT, ORDERS
from throughput.config.models import Environment
from throughput.config.order_models import Orders

SCHEMA_FILE = "schemas/stack.schema.json"
REFERENCE_FILE = "docs/configuration.md"
_DRAFT = "https://json-schema.org/draft/2020-12/schema"


def stack_schema() -> dict[str, Any]:
    """The schema of a whole stack file, closed where it is ours."""
    adapters: list[Any] = [
        ("environment", "validation", TypeAdapter(Environment)),
        ("orders", "validation", TypeAdapter(Orders)),
    ]
    references, shared = TypeAdapter.json_schemas(adapters, by_alias=True)
    return {
        "$schema": _DRAFT,
        "title": "vertex-throughput stack",
        "type": "object",
        "required": ["config"],
        "additionalProperties": False,
        "properties": {
            "config": {
                "type": "object",
                "required": [ENVIRONMENT],
                "properties": {
                    ENVIRONMENT: references["environment", "validation"],
                    ORDERS: references["orders", "validation"],
                },
                # Settings of other packages, such as gcp:region, are theirs to check.
                "patternProperties": {"^(?!vertex-throughput:)[A-Za-z0-9_-]+:.+$": {}},
                "additionalProperties": False,
            },
            "encryptionsalt": {"type": "string", "description": "Written by the Pulumi CLI"},
            "encryptedkey": {"type": "string", "description": "Written by the Pulumi CLI"},
            "secretsprovider": {"type": "string", "description": "Written by the Pulumi CLI"},
            "environment": {"description": "Pulumi ESC environments"},
        },
        "$defs": shared["$defs"],
    }


def generated_files() -> dict[str, str]:
    """What `pt schema` writes: file name to text."""
    schema = stack_schema()
    text = json.dumps(schema, indent=2, ensure_ascii=False, default=str) + "\n"
    return {SCHEMA_FILE: text, REFERENCE_FILE: reference_page(schema)}


def reference_page(schema: dict[str, Any]) -> str:
    """The configuration's reference as Markdown, one table per kind of value."""
    definitions = schema["$defs"]
    lines = [
        "# Configuration reference",
        "",
        "Made from the configuration models by `./pt schema`; edit those, not this page. Every key is in camelCase, unknown keys are refused,",
        "and dates stand in quotes (the Pulumi CLI rewrites an unquoted date when it saves the file). A stack file has two keys of this project:",
        "",
        f"* `{ENVIRONMENT}`: one [Environment](#environment)",
        f"* `{ORDERS}`: a map from order name to [Order](#order)",
        "",
        "Its first line names the schema for editors: `# yaml-language-server: $schema=../schemas/stack.schema.json`.",
    ]
    for name in sorted(definitions, key=lambda entry: (entry not in ("Environment", "OrderConfig"), entry)):
        if definitions[name].get("properties"):
            lines += _section(name, definitions[name], definitions)
    return "\n".join(lines) + "\n"


def _title(name: str) -> str:
    return name.removesuffix("Config")


def _section(name: str, definition: dict[str, Any], definitions: dict[str, Any]) -> list[str]:
    required = definition.get("required", [])
    rows = [
        f"| `{key}` | {_type(value, definitions)} | {_default(key, value, required)} | {_cell(_description(value, definitions))} |"
        for key, value in definition["properties"].items()
    ]
    summary = str(definition.get("description", "")).split("\n\n")[0]
    return [
        "",
        f"## {_title(name)}",
        "",
        summary,
        "",
        "| key | value | default | meaning |",
        "|---|---|---|---|",
        *rows,
    ]


def _default(key: str, value: dict[str, Any], required: list[str]) -> str:
    if key in required:
        return "**required**"
    default = value.get("default")
    return "" if default in (None, {}, []) else f"`{json.dumps(default)}`"


def _description(value: dict[str, Any], definitions: dict[str, Any]) -> str:
    for found in (value, *value.get("anyOf", [])):
        if found.get("description"):
            return str(found["description"])
        if "$ref" in found and "enum" not in (target := definitions[found["$ref"].rpartition("/")[2]]):
            return str(target.get("description", "")).split("\n\n")[0]
    return ""


def _type(value: dict[str, Any], definitions: dict[str, Any]) -> str:
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        target = definitions[name]
        return _choices(target["enum"]) if "enum" in target else f"[{_title(name)}](#{_title(name).lower()})"
    if "anyOf" in value:
        return " or ".join(
            dict.fromkeys(_type(part, definitions) for part in value["anyOf"] if part.get("type") != "null")
        )
    if "enum" in value:
        return _choices(value["enum"])
    if value.get("type") == "array":
        return f"list of {_type(value.get('items', {}), definitions)}"
    if value.get("type") == "object":
        inner = value.get("additionalProperties")
        return f"map to {_type(inner, definitions)}" if isinstance(inner, dict) and inner else "map"
    return {"boolean": "true or false", "integer": "whole number", "number": "number", "string": "text"}.get(
        value.get("type", ""), "any value"
    )


def _choices(values: list[Any]) -> str:
    return ", ".join(f"`{value}`" for value in values)


def _cell(text: str) -> str:
    return text.replace("|", "\\|").replace("\n", " ")
