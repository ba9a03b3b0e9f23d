"""Opens what the CLI's passphrase provider encrypted, so that a run can go on after the CLI took the folder over.

The engine never encrypts: it is for emulated stacks, whose values are worth nothing. It writes secrets marked but open.
"""

import base64
import hashlib
import json
import os
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from local.engine.results import EngineError
from local.engine.wire import SECRET_SIGNATURE, SIGNATURE_KEY, Secret

# Fixed by the CLI's format "v1": AES-256-GCM under a key stretched with PBKDF2
# (https://github.com/pulumi/pulumi, sdk/go/common/resource/config/crypt.go, 2026-11-20).
_ROUNDS = 1_000_000
_KEY_BYTES = 32


def opener(secrets_providers: Mapping[str, Any] | None) -> Callable[[str], Any]:
    """A function that opens one ciphertext of the state; an EngineError says what to do when it can't."""
    key: list[bytes] = []

    def open_one(ciphertext: str) -> Any:
        if not key:
            key.append(_key(secrets_providers or {}))
        return json.loads(_decrypt(key[0], ciphertext))

    return open_one


def _key(secrets_providers: Mapping[str, Any]) -> bytes:
    if secrets_providers.get("type") != "passphrase":
        raise EngineError(
            f"The state's secrets are kept by {secrets_providers.get('type') or 'an unknown provider'}, which the "
            "built-in engine can't open.\nGo on with the Pulumi CLI for this stack."
        )
    salt = str(secrets_providers.get("state", {}).get("salt", "")).split(":")
    if len(salt) != 5 or salt[0] != "v1":
        raise EngineError("The state's secrets have a salt in an unknown format; go on with the Pulumi CLI.")
    key = hashlib.pbkdf2_hmac(
        "sha256", _passphrase().encode(), base64.b64decode(salt[1]), _ROUNDS, _KEY_BYTES
    )
    _decrypt(key, ":".join(salt[2:]))  # tells a wrong passphrase apart at once
    return key


def _passphrase() -> str:
    file = os.environ.get("PULUMI_CONFIG_PASSPHRASE_FILE")
    if file:
        return Path(file).read_text(encoding="utf-8").strip()
    return os.environ.get("PULUMI_CONFIG_PASSPHRASE", "")


def _decrypt(key: bytes, ciphertext: str) -> bytes:
    try:
        from cryptography.exceptions import InvalidTag
        from cryptography.hazmat.primitives.ciphers.aead import AESGCM
    except ImportError:
        raise EngineError(
            "The state's secrets can't be opened without the Python package cryptography."
        ) from None
    version, nonce, sealed = ciphertext.split(":")
    if version != "v1":
        raise EngineError("The state's secrets have an unknown format; go on with the Pulumi CLI.")
    try:
        return AESGCM(key).decrypt(base64.b64decode(nonce), base64.b64decode(sealed), None)
    except InvalidTag:
        raise EngineError(
            "The state holds secrets that the Pulumi CLI encrypted, and the passphrase doesn't open them.\n"
            "Set PULUMI_CONFIG_PASSPHRASE to the one that the stack was used with."
        ) from None


def unsealed(value: Any, open_one: Callable[[str], Any]) -> Any:
    """The value with marked secrets as `Secret`."""
    if isinstance(value, Mapping):
        if value.get(SIGNATURE_KEY) == SECRET_SIGNATURE:
            if "plaintext" in value:
                return Secret(unsealed(json.loads(value["plaintext"]), open_one))
            return Secret(unsealed(open_one(value["ciphertext"]), open_one))
        return {key: unsealed(item, open_one) for key, item in value.items()}
    if isinstance(value, list):
        return [unsealed(item, open_one) for item in value]
    return value


def marked(value: Any) -> Any:
    """The value with each `Secret` as the state marks an open one."""
    if isinstance(value, Secret):
        text = json.dumps(marked(value.value), separators=(",", ":"))
        return {SIGNATURE_KEY: SECRET_SIGNATURE, "plaintext": text}
    if isinstance(value, Mapping):
        return {key: marked(item) for key, item in value.items()}
    if isinstance(value, tuple | list):
        return [marked(item) for item in value]
    return value
