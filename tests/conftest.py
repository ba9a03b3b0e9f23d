"""What all tests share: no cloud of the caller's, no home folder, and hypothesis that doesn't race the clock."""

import os
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

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
