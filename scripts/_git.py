"""Reading files from git: which commit to compare with, and what stood there. Never writes, never fetches.

Three processes whatever the number of stacks: one to find the repository, one for the merge base, and one `git cat-file --batch` that
answers everything else.
"""

import hashlib
import os
import subprocess
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import IO

from throughput.problems import ConfigError, Problem

DEFAULTS = ("origin/HEAD", "origin/main", "origin/master", "main", "master")
_SHALLOW = "This is a shallow clone: run git fetch --unshallow, or set fetch-depth: 0 (GIT_DEPTH: 0 on GitLab) where the pipeline clones"
# A hook runs with these set, and they would make git look at another place than the folder named here.
_MISLEADING = ("GIT_DIR", "GIT_WORK_TREE", "GIT_INDEX_FILE", "GIT_PREFIX", "GIT_OBJECT_DIRECTORY")


@dataclass(frozen=True, kw_only=True)
class Commit:
    """A commit to compare with, and how it was named."""

    name: str
    id: str


@dataclass(frozen=True, kw_only=True)
class Repository:
    """A git repository, seen from a folder in it. `prefix` is that folder below the repository's top, with a slash at its end."""

    folder: Path
    prefix: str
    shallow: bool
    objects: "Objects"

    def base(self, ref: str | None) -> Commit:
        """The commit named by `ref`, or without one the merge base of HEAD with the default branch. Raises `ConfigError`."""
        head = self.objects.commit("HEAD")
        if head is None:
            raise _error(
                "there is no commit here yet, so there is nothing to compare with",
                "Commit once, then run this again",
            )
        if ref is not None:
            return Commit(name=ref, id=self._named(ref))
        default = next((name for name in DEFAULTS if self.objects.commit(name) is not None), None)
        if default is None:
            hint = (
                f"{_SHALLOW}, or name what to compare with: pt check --base REF"
                if self.shallow
                else "Name what to compare with: pt check --base REF"
            )
            raise _error(f"no default branch is known here ({', '.join(DEFAULTS)})", hint)
        code, out, _ = run_git(self.folder, "merge-base", default, "HEAD")
        if code != 0 or not out.strip():
            hint = _SHALLOW if self.shallow else "Name what to compare with: pt check --base REF"
            raise _error(f"HEAD and {default} have no commit in common here", hint)
        return Commit(name=default, id=out.decode().split()[0])

    def files(self, commit: str, folder: str) -> dict[str, bytes]:
        """Names of the files of a folder at a commit, with the ids of their contents; empty where there is no such folder."""
        return self.objects.tree(f"{commit}:{self.prefix}{folder}")

    def _named(self, ref: str) -> str:
        found = self.objects.commit(ref) if ref.strip() and ref.isprintable() else None
        if found is None:
            hint = (
                f"{_SHALLOW}, or name another"
                if self.shallow
                else "Name a branch, a tag or a commit that is here: git branch --all"
            )
            raise _error(f"git knows no commit {ref!r} here", hint)
        return found


class Objects:
    """One `git cat-file --batch`, asked one object at a time."""

    def __init__(self, process: "subprocess.Popen[bytes]") -> None:
        assert process.stdin is not None
        assert process.stdout is not None
        self._in: IO[bytes] = process.stdin
        self._out: IO[bytes] = process.stdout

    def read(self, name: str) -> tuple[str, str, bytes] | None:
        """Id, type and content of an object, or None where it isn't there."""
        self._in.write(name.encode("utf-8", "surrogateescape") + b"\n")
        self._in.flush()
        head = self._out.readline()
        parts = head.rsplit(b" ", 2)
        if len(parts) != 3 or not parts[2].strip().isdigit():
            return None
        data = self._out.read(int(parts[2]))
        self._out.read(1)
        return parts[0].decode(), parts[1].decode(), data

    def commit(self, ref: str) -> str | None:
        """The id of the commit that a name stands for."""
        found = self.read(f"{ref}^{{commit}}")
        return found[0] if found is not None and found[1] == "commit" else None

    def tree(self, name: str) -> dict[str, bytes]:
        """Names and ids of what a folder holds."""
        found = self.read(name)
        if found is None or found[1] != "tree":
            return {}
        data, size = found[2], len(found[0]) // 2
        entries: dict[str, bytes] = {}
        position = 0
        while position < len(data):
            end = data.index(b"\0", position)
            _, _, entry = data[position:end].partition(b" ")
            entries[entry.decode("utf-8", "surrogateescape")] = data[end + 1 : end + 1 + size]
            position = end + 1 + size
        return entries

    def blob(self, identity: bytes) -> bytes | None:
        """A file's content by its id."""
        found = self.read(identity.hex())
        return found[2] if found is not None and found[1] == "blob" else None


@contextmanager
def repository(folder: Path) -> Iterator[Repository]:
    """Open the repository that a folder is in. Raises `ConfigError` where there is none or git isn't installed."""
    code, out, error = run_git(folder, "rev-parse", "--show-prefix", "--is-shallow-repository")
    if code != 0:
        said = error.decode("utf-8", "replace").strip().splitlines()
        reason = said[0].removeprefix("fatal: ") if said else "git failed"
        raise _error(
            f"{folder} isn't in a git repository that can be read: {reason}",
            "Run it where the repository is checked out; without one there is no base to compare with",
        )
    prefix, shallow = out.decode("utf-8", "surrogateescape").splitlines()[:2]
    process = subprocess.Popen(
        ["git", "-C", str(folder), "cat-file", "--batch"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=_environment(),
    )
    with process:
        yield Repository(folder=folder, prefix=prefix, shallow=shallow == "true", objects=Objects(process))


def blob_id(data: bytes, like: bytes) -> bytes:
    """The id that git gives a content, by the same kind of hash as another id."""
    made = hashlib.sha1(usedforsecurity=False) if len(like) == 20 else hashlib.sha256()
    made.update(b"blob %d\0" % len(data))
    made.update(data)
    return made.digest()


def run_git(folder: Path, *arguments: str) -> tuple[int, bytes, bytes]:
    """Run one git command; gives exit code, output and errors. Raises `ConfigError` where git isn't installed."""
    try:
        done = subprocess.run(
            ["git", "-C", str(folder), *arguments], capture_output=True, check=False, env=_environment()
        )
    except OSError as error:
        raise _error(
            f"git can't be run: {error.strerror}", "Install git; the base to compare with comes from it"
        ) from error
    return done.returncode, done.stdout, done.stderr


def _environment() -> Mapping[str, str]:
    kept = {name: value for name, value in os.environ.items() if name not in _MISLEADING}
    # Messages in one language, no lock taken for reading, and no object fetched from elsewhere behind the user's back.
    return {**kept, "LC_ALL": "C", "GIT_OPTIONAL_LOCKS": "0", "GIT_NO_LAZY_FETCH": "1"}


def _error(message: str, hint: str) -> ConfigError:
    return ConfigError(Problem(message=message, hint=hint, code="check/no-base"))
