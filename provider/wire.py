"""The engine's values as Python values and back: numbers arrive as floats, unknowns and secrets as marked values."""

from collections.abc import Mapping
from typing import Any

from google.protobuf import struct_pb2

# How the engine marks a value that isn't known before `up`, and one that is a secret or an output with details
# (https://github.com/pulumi/pulumi, sdk/go/common/resource/plugin/rpc.go and sdk/go/common/resource/sig, 2026-08-21).
UNKNOWN = "04da6b54-80e4-46f7-96ec-b56ff0331ba9"
_SIGNATURE = "4dabf18193072939515e22adb298388d"


class Unknown:
    """A value that isn't known yet."""

    def __repr__(self) -> str:
        return "unknown"


def decode(struct: struct_pb2.Struct) -> dict[str, Any]:
    """A protobuf struct as plain values: whole floats as integers, secrets opened, unknowns as `Unknown`."""
    return {key: _decode(value) for key, value in struct.fields.items()}


def _decode(value: struct_pb2.Value) -> Any:
    kind = value.WhichOneof("kind")
    if kind == "number_value":
        number = value.number_value
        return int(number) if number.is_integer() else number
    if kind == "string_value":
        return Unknown() if value.string_value == UNKNOWN else value.string_value
    if kind == "bool_value":
        return value.bool_value
    if kind == "list_value":
        return [_decode(item) for item in value.list_value.values]
    if kind == "struct_value":
        plain = decode(value.struct_value)
        return plain.get("value", Unknown()) if _SIGNATURE in plain else plain
    return None


def unknown_paths(value: Any, path: str = "") -> list[str]:
    """Dotted paths of everything that isn't known yet."""
    if isinstance(value, Unknown):
        return [path]
    if isinstance(value, Mapping):
        return [
            found
            for key, item in value.items()
            for found in unknown_paths(item, f"{path}.{key}" if path else str(key))
        ]
    if isinstance(value, list):
        return [
            found for index, item in enumerate(value) for found in unknown_paths(item, f"{path}[{index}]")
        ]
    return []


def encode(values: Mapping[str, Any]) -> struct_pb2.Struct:
    """Plain values as a protobuf struct."""
    struct = struct_pb2.Struct()
    struct.update(values)
    return struct
