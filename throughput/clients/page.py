"""The matrix as the table of `docs/clients.md`."""

from collections.abc import Iterable

from throughput.clients.matrix import Client, Matrix

BEGIN = "<!-- the matrix: pt snippet --list --markdown -->"
END = "<!-- end of the matrix -->"
_WORDS = {"run": "run", "compiled": "compiled", "source": "from sources"}


def markdown_table(matrix: Matrix) -> str:
    """The matrix as Markdown: one row per client, then what to look out for."""
    lines = [
        "| `--client` | stack | whose models | headers | labels | traffic type | tested |",
        "|---|---|---|---|---|---|---|",
    ]
    lines += [_row(client) for client in matrix.clients.values()]
    lines += ["", "What to look out for:", ""]
    lines += [
        f"* **{client.name}**: {' '.join(client.watch)}" for client in matrix.clients.values() if client.watch
    ]
    return "\n".join(lines)


def _row(client: Client) -> str:
    tested = _WORDS[client.evidence]
    if client.package is not None:
        tested = f"{tested}, {client.package} {client.version}"
    cells: Iterable[str] = (
        f"`{client.name}`",
        f"[{client.title}]({client.source})",
        ", ".join(client.publishers),
        client.headers,
        client.labels or "**none**",
        client.traffic_type,
        tested,
    )
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"
