"""What `pt doctor` looks at on this machine: files, variables and installed libraries. Reads only, and never waits for anything."""

import errno
import os
import stat
import sys
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Any

from throughput.credentials import Examined, Options, examine
from throughput.credentials.reading import MAX_BYTES
from throughput.doctor.credential import CredentialFacts, Expected
from throughput.doctor.facts import Choice, FileFacts, FileState, choose
from throughput.doctor.findings import plain

_PRODUCT_NAME = "/sys/class/dmi/id/product_name"


def file_facts(path: str, limit: int = MAX_BYTES) -> FileFacts:
    """What stands at a path; at most `limit` + 1 bytes of it. Never raises, and a pipe or a device is never opened."""
    try:
        found = os.stat(path)
    except FileNotFoundError:
        return FileFacts(path=path, state=FileState.MISSING)
    except OSError as error:
        state = FileState.LOOP if error.errno == errno.ELOOP else FileState.UNREADABLE
        return FileFacts(path=path, state=state, reason=error.strerror)
    except ValueError:
        return FileFacts(path=path, state=FileState.MISSING, reason="no path can hold such a character")
    mode = stat.S_IMODE(found.st_mode)
    if stat.S_ISDIR(found.st_mode):
        return FileFacts(path=path, state=FileState.FOLDER, mode=mode)
    if not stat.S_ISREG(found.st_mode):
        return FileFacts(path=path, state=FileState.OTHER, mode=mode)
    try:
        with open(path, "rb") as stream:
            data = stream.read(limit + 1)
    except OSError as error:
        return FileFacts(path=path, state=FileState.UNREADABLE, mode=mode, reason=error.strerror)
    return FileFacts(path=path, state=FileState.FILE, mode=mode, data=data)


def gcloud_file(environment: Mapping[str, str]) -> str:
    """Where gcloud keeps its Application Default Credentials, as google-auth looks for them."""
    folder = environment.get("CLOUDSDK_CONFIG")
    if folder is None:
        roaming = environment.get("APPDATA") if os.name == "nt" else None
        folder = (
            os.path.join(roaming, "gcloud")
            if roaming
            else os.path.join(_home(environment), ".config", "gcloud")
        )
    return os.path.join(folder, "application_default_credentials.json")


def _home(environment: Mapping[str, str]) -> str:
    return environment.get("HOME") or os.path.expanduser("~")


def chosen(environment: Mapping[str, str]) -> Choice:
    """The credential that google-auth would pick, without asking anybody."""
    named = environment.get("GOOGLE_APPLICATION_CREDENTIALS")
    file = file_facts(named) if named else None
    return choose(environment, file, file_facts(gcloud_file(environment)), on_google=_on_google())


def _on_google() -> bool:
    try:
        return Path(_PRODUCT_NAME).read_text(encoding="utf-8").strip().startswith("Google")
    except (OSError, UnicodeDecodeError):
        return False


def credential_facts(
    environment: Mapping[str, str], expected: Expected, *, loopback: bool
) -> tuple[CredentialFacts, Any]:
    """Everything about the credential, and the credential itself where a class loader built one."""
    choice = chosen(environment)
    if choice.file is None or choice.file.data is None:
        return CredentialFacts(choice=choice, expected=expected), None
    executables = environment.get("GOOGLE_EXTERNAL_ACCOUNT_ALLOW_EXECUTABLES") == "1"
    examined = examine(choice.file.data, Options(loopback=loopback, executables=executables))
    refused, built = constructed(examined) if examined.usable else (None, None)
    token = file_facts(examined.token_file) if examined.token_file else None
    facts = CredentialFacts(choice=choice, examined=examined, refused=refused, token=token, expected=expected)
    return facts, built


def constructed(examined: Examined) -> tuple[str | None, Any]:
    """What the class loader of this kind of file says, and what it built. It asks nobody: only a refresh does.

    The generic loaders aren't used: they mint a token and ask for the project while they load.
    """
    import warnings

    from google.auth import exceptions

    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            return None, _build(examined)
    except (exceptions.GoogleAuthError, ValueError, TypeError, KeyError, AttributeError, OSError) as error:
        return f"{type(error).__name__}: {_first_line(error)}", None


def _first_line(error: Exception) -> str:
    lines = str(error).splitlines()
    return plain(lines[0][:200]) if lines else "no reason given"


def _build(examined: Examined) -> Any:
    from google.auth import (
        aws,
        external_account_authorized_user,
        identity_pool,
        impersonated_credentials,
        pluggable,
    )
    from google.oauth2 import credentials, service_account

    scopes = ["https://www.googleapis.com/auth/cloud-platform"]
    value = dict(examined.value or {})
    if examined.kind == "external_account":
        source = value["credential_source"]
        kind = aws if "environment_id" in source else pluggable if "executable" in source else identity_pool
        return kind.Credentials.from_info(value, scopes=scopes)
    if examined.kind == "impersonated_service_account":
        return impersonated_credentials.Credentials.from_impersonated_service_account_info(
            value, scopes=scopes
        )
    if examined.kind == "external_account_authorized_user":
        return external_account_authorized_user.Credentials.from_info(value)
    if examined.kind == "service_account":
        return service_account.Credentials.from_service_account_info(value, scopes=scopes)
    return credentials.Credentials.from_authorized_user_info(value)


def installed(packages: Iterable[str], folders: Iterable[str] | None) -> dict[str, str]:
    """Installed versions of these packages: in these folders, or in the environment that runs this. Nothing is imported."""
    from importlib import metadata

    where = list(sys.path) if folders is None else list(folders)
    found: dict[str, str] = {}
    for package in packages:
        one = next(iter(metadata.distributions(name=package, path=where)), None)
        # A folder that only looks like an installed package has no version.
        version = one.metadata["Version"] if one is not None and "Version" in one.metadata else None
        if version:
            found[package] = version
    return found


def site_packages(environment: Path) -> list[str]:
    """The folders of a virtual environment that hold its libraries; empty when it isn't one."""
    posix = sorted(environment.glob("lib/python3*/site-packages"))
    return [str(folder) for folder in (*posix, environment / "Lib" / "site-packages") if folder.is_dir()]
