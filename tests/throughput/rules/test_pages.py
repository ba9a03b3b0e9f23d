"""The pages about policies are current."""

from pathlib import Path

import pytest

from throughput.rules.pages import pages

PAGES = pages()


@pytest.mark.parametrize("name", PAGES)
def test_the_page_is_current(root: Path, name: str) -> None:
    path = root / name
    current = path.read_text(encoding="utf-8") if path.is_file() else ""
    assert current == PAGES[name], f"{name} is stale. Renew it with: ./pt schema"


def test_there_is_no_page_of_a_rule_that_is_gone(root: Path) -> None:
    assert {f"docs/policies/{path.name}" for path in (root / "docs" / "policies").glob("*.md")} == set(PAGES)
