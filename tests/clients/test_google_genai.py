"""The snippets that need no SDK beyond what this project installs anyway, run in its own interpreter."""

from pathlib import Path

import pytest

from local.vertex.endpoint import serving
from tests.clients.claims import holds
from tests.clients.running import CASES, endpoint_for, run_python, this_python
from throughput.clients import matrix
from throughput.clients.matrix import Publisher


@pytest.mark.parametrize("name", ["google-genai", "vertexai"])
def test_the_snippet_says_who_served_it_in_every_mode_and_notices_a_wrong_location(
    name: str, tmp_path: Path
) -> None:
    with serving(endpoint_for(Publisher.GOOGLE)) as endpoint:
        outcomes = run_python(this_python(), name, Publisher.GOOGLE, endpoint, tmp_path)
    for case in CASES:
        holds(matrix.load().find(name), Publisher.GOOGLE, case, outcomes[case.name])
