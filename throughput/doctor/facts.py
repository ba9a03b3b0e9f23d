"""What was gathered about a machine before anything is judged: files as they are, and the order google-auth looks in."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class FileState(StrEnum):
    """What stands at a path."""

    FILE = "a file"
    MISSING = "missing"
    FOLDER = "a folder"
    OTHER = "neither a file nor a folder"
    LOOP = "a circle of symbolic links"
    UNREADABLE = "unreadable"


@dataclass(frozen=True, kw_only=True)
class FileFacts:
    """A path, what stands there, its permission bits, and its bytes where it is a file that could be read."""

    path: str
    state: FileState
    mode: int | None = None
    data: bytes | None = field(default=None, repr=False)
    reason: str | None = None


class Origin(StrEnum):
    """Where google-auth would take its credential from, in its order (google-auth 2.63.0, google/auth/_default.py)."""

    VARIABLE = "GOOGLE_APPLICATION_CREDENTIALS"
    GCLOUD = "gcloud's own file"
    METADATA = "the metadata server"
    NONE = "nowhere"


@dataclass(frozen=True, kw_only=True)
class Choice:
    """The credential that would be picked, and why. `file` is set where it is a file."""

    origin: Origin
    why: str
    file: FileFacts | None = None


def choose(
    environment: Mapping[str, str], file: FileFacts | None, gcloud: FileFacts, *, on_google: bool
) -> Choice:
    """What google-auth picks: the variable's file, else gcloud's, else the metadata server where one can be expected."""
    if file is not None:
        why = f"GOOGLE_APPLICATION_CREDENTIALS names {file.path}"
        if gcloud.state is FileState.FILE and gcloud.path != file.path:
            why += "; gcloud's own file is passed over"
        return Choice(origin=Origin.VARIABLE, why=why, file=file)
    if gcloud.state is FileState.FILE:
        why = f"GOOGLE_APPLICATION_CREDENTIALS isn't set, and gcloud left {gcloud.path}"
        return Choice(origin=Origin.GCLOUD, why=why, file=gcloud)
    nothing = "no GOOGLE_APPLICATION_CREDENTIALS, and no file of gcloud's"
    if environment.get("NO_GCE_CHECK") == "true":
        return Choice(
            origin=Origin.NONE, why=f"{nothing}; NO_GCE_CHECK=true forbids asking the metadata server"
        )
    if on_google or environment.get("GCE_METADATA_HOST"):
        return Choice(origin=Origin.METADATA, why=f"{nothing}; this machine has a metadata server")
    return Choice(origin=Origin.NONE, why=f"{nothing}; this machine isn't one of Google's")
