"""The README shows what really happens: its commands are run, and what they print is compared."""

import re
from pathlib import Path

import pytest

from tests.end_to_end.house import House

_BLOCK = re.compile(r"```console\n(.*?)```", re.DOTALL)


def blocks(root: Path) -> dict[str, str]:
    """The console blocks of the README: command to output."""
    found = {}
    for block in _BLOCK.findall((root / "README.md").read_text(encoding="utf-8")):
        command, _, output = block.partition("\n")
        found[command.removeprefix("$ ./pt ")] = output
    return found


def settled(text: str) -> str:
    """Output without what differs from run to run."""
    return re.sub(r"in \d+\.\d s", "in N s", text).strip()


def test_the_first_run_prints_what_the_readme_shows(root: Path, deployed: House) -> None:
    shown = settled(blocks(root)["up local"])
    printed = settled((deployed.folder / "first.txt").read_text())
    assert printed == shown, f"README.md is stale; what `./pt up local` prints now:\n{printed}"


def test_the_refusal_reads_as_the_readme_shows(root: Path, house: House) -> None:
    text = house.stack().read_text()
    house.stack().write_text(text.replace("gsus: 5\n", "gsus: 3\n", 1))
    printed = settled(house.pt("preview", "local", expect=1).stdout)
    assert printed == settled(blocks(root)["preview local"]), (
        f"README.md is stale; what is printed now:\n{printed}"
    )


def test_every_page_that_is_linked_exists(root: Path) -> None:
    pages = [root / "README.md", *sorted((root / "docs").rglob("*.md"))]
    for page in pages:
        for target in re.findall(r"\]\(([^)#\s]+)(?:#[^)]*)?\)", page.read_text(encoding="utf-8")):
            if not target.startswith(("http:", "https:", "mailto:")):
                assert (page.parent / target).exists(), f"{page.relative_to(root)} links {target}"


@pytest.mark.parametrize("word", ["TODO", "FIXME", "lorem"])
def test_no_page_is_unfinished(root: Path, word: str) -> None:
    for page in [root / "README.md", *(root / "docs").rglob("*.md")]:
        assert word not in page.read_text(encoding="utf-8"), page
