"""What all tests share: no cloud of the caller's, no home folder, and hypothesis that doesn't race the clock."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests.end_to_end.house import House

# The machines that run this are small and shared: a deadline per example would measure them, not us.
settings.register_profile(
    "suite", deadline=None, suppress_health_check=[HealthCheck.too_slow], derandomize=True
)
settings.load_profile("suite")

_FOREIGN = (
    "GOOGLE_",
    "CLOUDSDK_",
    "PULUMI_",
    "PT_",
    "GCE_",
    "GCLOUD_",
    "ANTHROPIC_",
    "AWS_",
    "OPENAI_",
    "LITELLM_",
)


@pytest.fixture(autouse=True)
def _no_cloud_of_the_callers(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in list(os.environ):
        if name.startswith(_FOREIGN):
            monkeypatch.delenv(name)
    monkeypatch.setenv("NO_COLOR", "1")


@pytest.fixture(scope="session")
def root() -> Path:
    """The project's folder."""
    return Path(__file__).resolve().parent.parent


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
