"""Worked examples of every rule: what passes, what is found, what it doesn't apply to, and what it does with bad input.

The pages in `docs/policies/` show them, and the tests hold every rule to them. Nothing else imports this folder.
"""

from collections.abc import Callable

from throughput.rules.examples import agreements, commitments, identities, platform, purchases
from throughput.rules.examples.base import (
    CHAT,
    DRAFT,
    OUTCOMES,
    RENEWING,
    TODAY,
    Example,
    Outcome,
    ledger,
    seen,
    still,
)

_MAKERS: tuple[Callable[[], list[Example]], ...] = (
    commitments.grow_only,
    commitments.renewal_reviewed,
    commitments.order_editable,
    purchases.term_allowed,
    purchases.model_available,
    purchases.catalogue_fresh,
    agreements.exposure_approved,
    agreements.routing_allowed,
    agreements.label_valid,
    identities.buyers_separate,
    commitments.record_current,
    identities.no_service_account_keys,
    identities.federation_pinned,
    platform.project_protected,
    platform.services_kept,
    platform.pool_has_alerts,
    platform.budget_present,
)


def examples() -> list[Example]:
    """All examples, in the order of the rules."""
    return [example for maker in _MAKERS for example in maker()]


__all__ = [
    "CHAT",
    "DRAFT",
    "OUTCOMES",
    "RENEWING",
    "TODAY",
    "Example",
    "Outcome",
    "examples",
    "ledger",
    "seen",
    "still",
]
