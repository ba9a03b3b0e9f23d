"""The Pulumi program: read the stack's configuration, build its environment, export what client teams need."""

import os
import signal
from pathlib import Path

import pulumi

from components.environment import Environment, EnvironmentArgs
from throughput.config.loader import counterparts, from_config, said_plainly

# A refused resource makes the engine interrupt this program; leaving at once keeps a traceback out of the user's screen.
signal.signal(signal.SIGINT, lambda *_: os._exit(130))

with said_plainly():
    stack = pulumi.get_stack()
    config = pulumi.Config("vertex-throughput")
    environment, ledger = from_config(
        config.get_object("environment"), config.get_object("orders"), f"stacks/Pulumi.{stack}.yaml"
    )
    elsewhere = counterparts(Path(__file__).resolve().parent, ledger)

args = EnvironmentArgs(stack=stack, config=environment, ledger=ledger, elsewhere=elsewhere)
for name, value in Environment("environment", args).outputs().items():
    pulumi.export(name, value)
