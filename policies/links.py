"""Where a rule's page can be read: on the forge that runs the pipeline, or in this checkout."""

from collections.abc import Mapping
from pathlib import Path


def docs_base(root: Path, environment: Mapping[str, str]) -> str:
    """The address that `docs/…` is added to, with a slash at its end.

    `root` is the project's folder, `environment` the process's. In GitHub Actions and GitLab CI it is the judged commit on that forge;
    anywhere else, the files themselves: nothing knows where a copy of this project is published.
    """
    github = ("GITHUB_SERVER_URL", "GITHUB_REPOSITORY", "GITHUB_SHA", "GITHUB_WORKSPACE")
    if all(environment.get(name) for name in github):
        server, repository, commit, top = (environment[name] for name in github)
        return f"{server}/{repository}/blob/{commit}/{_below(root, top)}"
    gitlab = ("CI_PROJECT_URL", "CI_COMMIT_SHA", "CI_PROJECT_DIR")
    if all(environment.get(name) for name in gitlab):
        project, commit, top = (environment[name] for name in gitlab)
        return f"{project}/-/blob/{commit}/{_below(root, top)}"
    return f"{root.resolve().as_uri()}/"


def _below(root: Path, top: str) -> str:
    """The project's folder inside the repository, with a slash at its end; empty at the repository's top."""
    folder, repository = root.resolve(), Path(top).resolve()
    if not folder.is_relative_to(repository) or folder == repository:
        return ""
    return f"{folder.relative_to(repository).as_posix()}/"
