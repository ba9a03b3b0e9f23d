"""Start the plugin: serve on a free port of this machine, and print the port. Nothing else may go to standard output."""

import os
import sys
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, date, datetime
from pathlib import Path

# The engine starts this folder, not the project: its packages are one level up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]

import grpc
from pulumi.runtime.proto import provider_pb2_grpc

from provider.servicer import LedgerServicer
from throughput.instants import parse_day


def today() -> date:
    """Today in UTC, or the day that PT_AS_OF names: `pt --as-of` judges a preview as of another day."""
    named = os.environ.get("PT_AS_OF")
    return parse_day(named) if named else datetime.now(UTC).date()


def main() -> None:
    """Serve until the engine ends the process."""
    server = grpc.server(
        ThreadPoolExecutor(max_workers=4), options=[("grpc.max_receive_message_length", 400 * 1024 * 1024)]
    )
    provider_pb2_grpc.add_ResourceProviderServicer_to_server(LedgerServicer(today), server)
    port = server.add_insecure_port("127.0.0.1:0")
    server.start()
    print(port, flush=True)  # noqa: T201 - how the engine learns the port
    server.wait_for_termination()


if __name__ == "__main__":
    main()
