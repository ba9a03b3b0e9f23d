"""Serve the stand-in as a plugin process: print the port, then answer until the engine ends the process."""

import os
import signal
import threading
from pathlib import Path

from local.google_cloud import serve


def main() -> None:
    """Serve the file that PT_CLOUD_FILE names."""
    cloud = Path(os.environ.get("PT_CLOUD_FILE") or ".local/cloud.json")
    end = threading.Event()
    for number in (signal.SIGINT, signal.SIGTERM):
        signal.signal(number, lambda *_: end.set())
    served = serve(cloud, os.environ)
    print(served.port, flush=True)  # noqa: T201 - how the engine learns the port
    end.wait()
    served.stop()


if __name__ == "__main__":
    main()
