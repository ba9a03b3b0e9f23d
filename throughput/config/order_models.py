"""What people write in `stacks/Pulumi.<stack>.yaml`: the orders, and their way to and from the domain's frozen values."""

from collections.abc import Mapping
from decimal import Decimal
from typing import Annotated, Any, Self

from pydantic import BeforeValidator, Field, model_validator

from throughput.config.models import Model, Usd
from throughput.instants import Day, Instant
from throughput.names import (
    Email,
    Gsu,
    LabelValue,
    Location,
    ModelId,
    OpaqueId,
    OrderName,
    OrderRef,
    ProjectId,
)
from throughput.orders import (
    Approval,
    Confirmed,
    Correction,
    Decision,
    Order,
    Renewal,
    Routing,
    Status,
    Term,
)

# Reasons and notes end up in tables and on sheets; a page of text belongs elsewhere.
Text = Annotated[str, Field(min_length=1, max_length=2000)]


class RenewalConfig(Model):
    """The outcome of a renewal review; binds to one term."""

    decision: Decision
    for_term_ending: Day = Field(
        description="End of the term it decides about; a record for another term doesn't count"
    )
    reviewed_by: Email
    reviewed_on: Day
    reason: Text


class ApprovalConfig(Model):
    """An approver's agreement to what a change commits."""

    gsus: Gsu
    until: Day | None = Field(
        default=None, description="End of the commitment; left out while the order has no start"
    )
    exposure_usd: Usd = Field(description="At least what the tool computes for the change")
    approved_by: Email


def _was_mapping(value: Any) -> Any:
    # `was: 54` is the common case, a mistyped number of GSUs.
    return {"gsus": value} if isinstance(value, int) and not isinstance(value, bool) else value


class CorrectionConfig(Model):
    """The one way to mend a mistyped record."""

    was: Annotated[dict[str, Any], BeforeValidator(_was_mapping), Field(min_length=1)] = Field(
        description="The exact recorded values that were wrong, by field name: {gsus: 54}"
    )
    reason: Text
    reviewed_by: Email


class ConfirmedConfig(Model):
    """What the Console showed as active, and when."""

    gsus: Gsu
    # Not "on": YAML 1.1 tools read that key as true.
    on: Day = Field(alias="date", description="The day on which the Console showed it")


def _as_tuple(value: Any) -> Any:
    return [value] if isinstance(value, str) else value


class OrderConfig(Model):
    """One Provisioned Throughput order."""

    project: ProjectId | None = Field(
        default=None, description="Which project holds it; not needed when there is one"
    )
    model: ModelId
    location: Location
    gsus: Gsu
    term: Term
    auto_renew: bool = Field(
        default=False, strict=True, description="Renews at the end of each term until turned off"
    )
    status: Status = Field(
        default=Status.DRAFT, description="draft, requested, approved, active, expired or superseded"
    )
    order_id: OpaqueId | None = None
    start: Instant | None = Field(default=None, description="When the term began, or is asked to begin (UTC)")
    end: Instant | None = Field(
        default=None, description="When the term ends (UTC); recorded after the purchase"
    )
    next_term_gsus: Gsu | None = Field(default=None, description="GSUs from the next auto-renewal on")
    confirmed: ConfirmedConfig | None = None
    renewal: RenewalConfig | None = None
    approval: ApprovalConfig | None = None
    from_: OrderRef | None = Field(
        default=None,
        alias="from",
        description="Order whose capacity this one takes over: a split, a move, a longer term",
    )
    superseded_by: Annotated[list[OrderRef], BeforeValidator(_as_tuple)] = Field(
        default_factory=list, description="Order or orders that took the capacity over"
    )
    correction: CorrectionConfig | None = None
    routing: Routing = Routing.PT_THEN_ON_DEMAND
    label: LabelValue | None = Field(
        default=None, description="Attribution label; the order's name unless said. It doesn't route"
    )
    owner: Text | None = Field(default=None, description="Team that owns it")
    notes: Text | None = None

    @model_validator(mode="after")
    def _consistent(self) -> Self:
        if self.status in (Status.ACTIVE, Status.EXPIRED) and self.end is None:
            raise ValueError(f"an order with status {self.status} needs its end: pt order record writes it")
        if self.start and self.end and self.end <= self.start:
            raise ValueError("end must be after start")
        if self.superseded_by and self.status is not Status.SUPERSEDED:
            raise ValueError("supersededBy goes with status: superseded")
        if self.status is Status.SUPERSEDED and not self.superseded_by:
            raise ValueError("an order with status superseded says what took it over: supersededBy")
        if self.next_term_gsus is not None and not self.auto_renew:
            raise ValueError(
                "nextTermGsus takes effect at an auto-renewal: set autoRenew: true or take it away"
            )
        return self

    def to_order(self, name: str, project: str) -> Order:
        """The domain's value. `project` is used where the configuration leaves it out."""
        return Order(
            name=name,
            project=self.project or project,
            model=self.model,
            location=self.location,
            gsus=self.gsus,
            term=self.term,
            auto_renew=self.auto_renew,
            status=self.status,
            order_id=self.order_id,
            start=self.start,
            end=self.end,
            next_term_gsus=self.next_term_gsus,
            confirmed=Confirmed(gsus=self.confirmed.gsus, on=self.confirmed.on) if self.confirmed else None,
            renewal=_renewal(self.renewal),
            approval=_approval(self.approval),
            from_=self.from_,
            superseded_by=tuple(self.superseded_by),
            correction=_correction(self.correction),
            routing=self.routing,
            label=self.label,
            owner=self.owner,
            notes=self.notes,
        )


def _renewal(config: RenewalConfig | None) -> Renewal | None:
    if config is None:
        return None
    return Renewal(
        decision=config.decision,
        for_term_ending=config.for_term_ending,
        reviewed_by=config.reviewed_by,
        reviewed_on=config.reviewed_on,
        reason=config.reason,
    )


def _approval(config: ApprovalConfig | None) -> Approval | None:
    if config is None:
        return None
    return Approval(
        gsus=config.gsus,
        until=config.until,
        exposure_usd=Decimal(config.exposure_usd),
        approved_by=config.approved_by,
    )


def _correction(config: CorrectionConfig | None) -> Correction | None:
    if config is None:
        return None
    return Correction(was=dict(config.was), reason=config.reason, reviewed_by=config.reviewed_by)


Orders = Annotated[dict[OrderName, OrderConfig], Field(description="The ledger: orders by name")]


def plain_order(order: Order) -> dict[str, Any]:
    """An order as plain JSON values under its configuration's names, without what is unset. Takes an `Order`, gives a dict."""
    config = OrderConfig.model_validate(_config_values(order))
    plain = config.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    # Equal ledgers must look equal: what has a default is always written, what is empty never.
    plain.update(autoRenew=order.auto_renew, status=order.status.value, routing=order.routing.value)
    return plain


def _config_values(order: Order) -> dict[str, Any]:
    values: dict[str, Any] = {
        "project": order.project,
        "model": order.model,
        "location": order.location,
        "gsus": order.gsus,
        "term": order.term,
        "autoRenew": order.auto_renew,
        "status": order.status,
        "orderId": order.order_id,
        "start": order.start,
        "end": order.end,
        "nextTermGsus": order.next_term_gsus,
        "from": order.from_,
        "supersededBy": list(order.superseded_by),
        "routing": order.routing,
        "label": order.label,
        "owner": order.owner,
        "notes": order.notes,
    }
    if order.confirmed:
        values["confirmed"] = {"gsus": order.confirmed.gsus, "date": order.confirmed.on}
    if order.renewal:
        values["renewal"] = {
            "decision": order.renewal.decision,
            "forTermEnding": order.renewal.for_term_ending,
            "reviewedBy": order.renewal.reviewed_by,
            "reviewedOn": order.renewal.reviewed_on,
            "reason": order.renewal.reason,
        }
    if order.approval:
        values["approval"] = {
            "gsus": order.approval.gsus,
            "until": order.approval.until,
            "exposureUsd": order.approval.exposure_usd,
            "approvedBy": order.approval.approved_by,
        }
    if order.correction:
        values["correction"] = {
            "was": dict(order.correction.was),
            "reason": order.correction.reason,
            "reviewedBy": order.correction.reviewed_by,
        }
    return values


def order_from_plain(name: str, plain: Mapping[str, Any]) -> Order:
    """The inverse of `plain_order`. Raises pydantic's `ValidationError` on anything else."""
    config = OrderConfig.model_validate(plain)
    if config.project is None:
        raise ValueError(f"order {name} names no project")
    return config.to_order(name, config.project)
