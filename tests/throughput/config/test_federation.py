"""Federation is pinned by ids, each of which stands once."""

import pytest
from pydantic import ValidationError

from throughput.config.models import Github, Gitlab


def test_one_repository_cannot_stand_twice() -> None:
    """Bindings go by id: with two refs of one repository, either could act as the clients of both."""
    twice = {"main": {"id": "7654321", "ref": "refs/heads/main"}, "try": {"id": "7654321"}}
    with pytest.raises(ValidationError, match=r"repositories\.try has the id of repositories\.main"):
        Github.model_validate({"ownerId": "1234567", "repositories": twice})
    with pytest.raises(ValidationError, match=r"projects\.try has the id of projects\.main"):
        Gitlab.model_validate(
            {"namespaceId": "1234567", "projects": {"main": {"id": "7654321"}, "try": {"id": "7654321"}}}
        )


def test_owners_and_repositories_are_numbers() -> None:
    with pytest.raises(ValidationError):
        Github.model_validate({"ownerId": "acme", "repositories": {"main": {"id": "7654321"}}})
