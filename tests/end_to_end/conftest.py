"""One deployed house, made once; each test works on its own copy."""

from pathlib import Path

import pytest

from tests.end_to_end.house import House


@pytest.fixture(scope="session")
def deployed(root: Path, tmp_path_factory: pytest.TempPathFactory) -> House:
    """The local stack after its first `pt up`."""
    house = House.build(root, tmp_path_factory.mktemp("deployed") / "house")
    first = house.pt("up", "local")
    (house.folder / "first.txt").write_text(first.stdout)
    return house


@pytest.fixture
def house(deployed: House, tmp_path: Path) -> House:
    """A copy of the deployed house."""
    return deployed.copy(tmp_path / "house")
