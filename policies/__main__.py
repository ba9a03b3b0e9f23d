"""Start the policy pack. Constructing it serves until the engine ends the process, so nothing else may import this file."""

import sys
from pathlib import Path

# The engine starts this folder, not the project: its packages are one level up.
sys.path.insert(0, str(Path(__file__).resolve().parent.parent))
sys.path[:] = [entry for entry in sys.path if Path(entry or ".").resolve() != Path(__file__).resolve().parent]

from pulumi_policy import PolicyPack

from policies.adapter import policies

PolicyPack(name="vertex-throughput", policies=policies())
