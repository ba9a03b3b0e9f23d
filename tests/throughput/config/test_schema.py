"""The generated schema and reference are current, closed, and accept what the loader accepts."""

import json
from pathlib import Path
from typing import Any

import pytest
import yaml
from jsonschema import Draft202012Validator

from throughput.config.loader import load_stack, stack_names
from throughput.config.schema import generated_files, stack_schema


@pytest.mark.parametrize("name", generated_files())
def test_the_generated_file_is_current(root: Path, name: str) -> None:
    current = (root / name).read_text(encoding="utf-8") if (root / name).is_file() else ""
    assert current == generated_files()[name], f"{name} is stale. Renew it with: ./pt schema"


def test_the_schema_is_valid_and_closed() -> None:
    schema = stack_schema()
    Draft202012Validator.check_schema(schema)
    open_objects = [
        name
        for name, definition in schema["$defs"].items()
        if definition.get("properties") and definition.get("additionalProperties") is not False
    ]
    assert open_objects == []


def _stacks(root: Path) -> list[str]:
    return stack_names(root)


def test_every_shipped_stack_loads_names_its_schema_and_fits_it(root: Path) -> None:
    validator = Draft202012Validator(json.loads(json.dumps(stack_schema(), default=str)))
    for stack in _stacks(root):
        text = (root / "stacks" / f"Pulumi.{stack}.yaml").read_text(encoding="utf-8")
        assert text.startswith("# yaml-language-server: $schema=../schemas/stack.schema.json\n")
        document: Any = yaml.safe_load(text)
        assert [error.message for error in validator.iter_errors(document)] == []
        assert load_stack(root, stack).ledger
    assert {"local", "dev", "staging", "prod"} <= set(_stacks(root))


def test_every_field_is_described() -> None:
    page = generated_files()["docs/configuration.md"]
    assert "| `gsus` | whole number | **required** | Generative AI scale units, whole and positive |" in page
