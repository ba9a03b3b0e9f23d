"""A policy pack for tests: no thing is bigger than 100, big ones are frowned upon, and a stack has fewer than 20."""

from pulumi_policy import EnforcementLevel, PolicyPack, ResourceValidationPolicy, StackValidationPolicy


def too_big(args, report):
    if args.resource_type == "toy:index:Thing" and args.props["size"] > 100:
        report(f"{args.name} may have at most 100, and had {int(args.props['before'])} before")


def frowned(args, report):
    if args.resource_type == "toy:index:Thing" and args.props["size"] > 50:
        report("that is rather big")


def crowded(args, report):
    if len([each for each in args.resources if each.resource_type == "toy:index:Thing"]) >= 20:
        report("too many things")


PolicyPack(
    "toys",
    policies=[
        ResourceValidationPolicy("not-too-big", "No thing is too big.", too_big, EnforcementLevel.MANDATORY),
        ResourceValidationPolicy("not-big", "Things are small.", frowned, EnforcementLevel.ADVISORY),
        StackValidationPolicy("not-crowded", "Few things.", crowded, EnforcementLevel.MANDATORY),
    ],
)
