"""A copy of the project to deploy from: its own stacks and state, links to the code."""

import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

Orders = dict[str, dict[str, Any]]

_LINKED = ("provider", "components", "throughput", "local", "policies", "scripts", "schemas", ".venv")


@dataclass(frozen=True)
class House:
    """A folder in which `pt` can be run as a user would."""

    folder: Path

    @classmethod
    def build(cls, root: Path, folder: Path) -> "House":
        """Lay out the folder. Nothing in it is shared but the code."""
        folder.mkdir(parents=True, exist_ok=True)
        for name in _LINKED:
            if (root / name).exists():
                (folder / name).symlink_to(root / name)
        shutil.copy(root / "Pulumi.yaml", folder)
        shutil.copy(root / "__main__.py", folder)
        shutil.copytree(root / "stacks", folder / "stacks")
        return cls(folder)

    def copy(self, folder: Path) -> "House":
        """The same with its state, elsewhere."""
        shutil.copytree(self.folder, folder, symlinks=True)
        return House(folder)

    def pt(
        self, *arguments: str, expect: int | None = 0, env: dict[str, str] | None = None
    ) -> "subprocess.CompletedProcess[str]":
        """Run `pt`; the exit code is checked unless `expect` is None. No traceback may ever show."""
        found = subprocess.run(
            self.command(*arguments),
            cwd=self.folder,
            env=environment() | (env or {}),
            capture_output=True,
            text=True,
            check=False,
            timeout=110,
            stdin=subprocess.DEVNULL,
        )
        said = found.stdout + found.stderr
        assert "Traceback" not in said, said
        if expect is not None:
            assert found.returncode == expect, f"exit {found.returncode}, expected {expect}\n{said}"
        return found

    def command(self, *arguments: str) -> list[str]:
        """The command line that `./pt` ends up with."""
        return [sys.executable, "-P", "-m", "scripts", *arguments]

    def stack(self, name: str = "local") -> Path:
        """A stack's file."""
        return self.folder / "stacks" / f"Pulumi.{name}.yaml"

    def orders(self, name: str = "local") -> Orders:
        """The orders of a stack file as YAML reads them."""
        loaded: Orders = yaml.safe_load(self.stack(name).read_text())["config"]["vertex-throughput:orders"]
        return loaded

    def edit(self, change: Callable[[Orders], None], name: str = "local") -> None:
        """Rewrite a stack's orders: `change` gets them as a dict and changes it in place."""
        document = yaml.safe_load(self.stack(name).read_text())
        change(document["config"]["vertex-throughput:orders"])
        self.stack(name).write_text(yaml.safe_dump(document, sort_keys=False))


def environment() -> dict[str, str]:
    """The shell's environment, without a Pulumi CLI on PATH and without what steers clouds."""
    kept = {
        name: value
        for name, value in os.environ.items()
        if not name.startswith(("PULUMI_", "GOOGLE_", "PT_"))
    }
    folders = [
        folder for folder in kept.get("PATH", "").split(os.pathsep) if not (Path(folder) / "pulumi").exists()
    ]
    return kept | {"PATH": os.pathsep.join(folders), "NO_COLOR": "1"}
