"""Resource options that belong together, so that a safe pair can't be applied by half."""

from collections.abc import Sequence

import pulumi


def child(
    parent: pulumi.Resource, provider: pulumi.ProviderResource | None = None, **more: object
) -> pulumi.ResourceOptions:
    """Options of a component's child: our parent last, so that it wins over whatever was picked."""
    picked = pulumi.ResourceOptions(provider=provider, **more)  # type: ignore[arg-type]
    return pulumi.ResourceOptions.merge(picked, pulumi.ResourceOptions(parent=parent))


def adopted(identity: str, ignored: Sequence[str]) -> pulumi.ResourceOptions:
    """Take over what exists: import and protect together. `ignored` stays as it is found."""
    return pulumi.ResourceOptions(import_=identity, protect=True, ignore_changes=list(ignored))
