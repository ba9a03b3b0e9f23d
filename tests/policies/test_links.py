"""Links to the rules' pages lead somewhere, wherever the pack runs."""

from pathlib import Path
from urllib.parse import unquote, urlparse

import pytest

from policies.links import docs_base

_GITHUB = {
    "GITHUB_SERVER_URL": "https://github.example.com",
    "GITHUB_REPOSITORY": "acme/capacity",
    "GITHUB_SHA": "0" * 40,
}
_GITLAB = {"CI_PROJECT_URL": "https://gitlab.example.com/acme/capacity", "CI_COMMIT_SHA": "0" * 40}


@pytest.mark.parametrize("folder", ["", "infra/vertex"])
def test_a_pipeline_links_to_the_commit_it_judges(tmp_path: Path, folder: str) -> None:
    root = tmp_path / folder
    below = f"{folder}/" if folder else ""
    assert docs_base(root, {**_GITHUB, "GITHUB_WORKSPACE": str(tmp_path)}) == (
        f"https://github.example.com/acme/capacity/blob/{'0' * 40}/{below}"
    )
    assert docs_base(root, {**_GITLAB, "CI_PROJECT_DIR": str(tmp_path)}) == (
        f"https://gitlab.example.com/acme/capacity/-/blob/{'0' * 40}/{below}"
    )


@pytest.mark.parametrize("environment", [{}, _GITHUB, _GITLAB, {**_GITLAB, "CI_PROJECT_DIR": ""}])
def test_elsewhere_it_links_to_the_file_itself(root: Path, environment: dict[str, str]) -> None:
    link = urlparse(docs_base(root, environment) + "docs/policies/grow-only.md")
    assert link.scheme == "file"
    assert Path(unquote(link.path)).is_file()


def test_a_project_outside_of_the_workspace_counts_as_the_repositorys_top(tmp_path: Path) -> None:
    base = docs_base(tmp_path / "here", {**_GITHUB, "GITHUB_WORKSPACE": str(tmp_path / "there")})
    assert base.endswith("0/")
