"""What the tests attach: one order in each of its guises."""

from throughput.attach.kinds import Wanted
from throughput.attach.nodes import parse_path
from throughput.labels import labels_header

HEADERS = {"X-Vertex-AI-LLM-Request-Type": "dedicated"}


def wanted(
    path: str = "", *, force: bool = False, claude: bool = False, both: bool = False, label: str = "chat"
) -> Wanted:
    """An order with pt_only routing for gemini-3.8-flash, or for Claude."""
    labels = {"dedicated-capacity": label}
    headers = HEADERS | ({"X-Vertex-AI-LLM-Shared-Request-Type": "priority"} if both else {})
    return Wanted(
        project="acme-prod",
        location="global",
        model="claude-haiku-5-5" if claude else "gemini-3.8-flash",
        headers=headers | (labels_header(labels) if claude else {}),
        labels={} if claude else labels,
        claude=claude,
        path=parse_path(path) if path else (),
        force=force,
    )
