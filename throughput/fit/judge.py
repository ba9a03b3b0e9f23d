"""The judgement behind `pt fit`: costs from the price book, hard needs, rules that fire, and one recommendation.

Demand is taken as two levels: the sustained rate, and the peak for a share of the time. That is a simplification and said so; a real
demand curve gives a better base. Hybrids buy the GSUs that the sustained rate needs and pay for what a peak has on top. Options that
fail a hard need are never recommended; of the others the cheapest is, and a rule of thumb that says otherwise is shown beside it.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_CEILING, Decimal
from fractions import Fraction
from typing import Any

from throughput.catalogue import ModelRow
from throughput.fit.rules import Option, Rule, options, rules
from throughput.orders import Term
from throughput.prices import GLOBAL, PriceBook
from throughput.prices.breakeven import SECONDS_PER_MONTH
from throughput.sizing.costs import Costs, costs_of, decimal, terms_for
from throughput.sizing.estimate import Estimate, estimate
from throughput.sizing.workload import Workload


@dataclass(frozen=True, kw_only=True)
class Needs:
    """What the workload must have, and what is known of it. None where nothing was said.

    `peak_share` is the share of time at the peak rate, `deferrable` the share that can wait (both 0 to 1), `images` images a month,
    `gateway_usd` a gateway's price per million tokens in and out together.
    """

    ttft_p99: Decimal | None = None
    monthly_usd: Decimal | None = None
    predictability: str | None = None
    dedicated: bool = False
    guaranteed: bool = False
    google_only: bool = False
    images: Decimal | None = None
    deferrable: Decimal = Decimal(0)
    peak_share: Decimal = Decimal("0.1")
    stage: str | None = None
    changing_model: bool = False
    term: Term = Term.QUARTER
    gateway_url: str | None = None
    gateway_usd: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Offer:
    """One option for this workload: its GSUs and monthly USD, or why there is no figure, and the hard needs it fails."""

    option: Option
    gsus: int | None
    month_usd: Decimal | None
    unknown: str | None
    fails: tuple[str, ...]

    @property
    def eligible(self) -> bool:
        """Whether it can be recommended: no hard need failed, and its cost is known. A gateway alone is for comparison only."""
        return not self.fails and self.month_usd is not None and self.option.kind != "gateway"


@dataclass(frozen=True, kw_only=True)
class Fit:
    """The judgement: offers cheapest first, the rules that fired, what is recommended and where rule and cost disagree."""

    offers: tuple[Offer, ...]
    fired: tuple[Rule, ...]
    recommended: Offer | None
    thumb: str
    disagreement: str | None
    facts: Mapping[str, Any]
    costs: Costs
    sized: Estimate
    assumptions: tuple[str, ...]


def judge(
    row: ModelRow,
    workload: Workload,
    needs: Needs,
    book: PriceBook,
    as_of: date,
    *,
    buffer: Fraction,
    net: bool,
) -> Fit:
    """Judge one located workload. Its `qps` is the sustained rate and its `peak` the factor to the peak."""
    share = Fraction(needs.peak_share)
    average = workload.qps * (1 - share + workload.peak * share)
    sized = estimate(row, [workload], buffer)
    load = estimate(row, [replace(workload, qps=average, peak=Fraction(1))], Fraction(0))
    if workload.live is not None:
        load = sized
    base = estimate(row, [replace(workload, peak=Fraction(1))], Fraction(0))
    situation = _Situation(
        sized=sized,
        load=load,
        base=base,
        costs=costs_of(load, book, as_of, net=net),
        needs=needs,
        book=book,
        net=net,
        as_of=as_of,
    )
    offers = [situation.offer(option) for option in options() if situation.possible(option)]
    offers.sort(key=lambda offer: (bool(offer.fails), offer.month_usd is None, offer.month_usd or 0))
    facts = situation.facts(average)
    fired = tuple(rule for rule in rules() if rule.fires(facts))
    best = next((offer for offer in offers if offer.eligible), None)
    thumb = _thumb(fired)
    return Fit(
        offers=tuple(offers),
        fired=fired,
        recommended=best,
        thumb=thumb,
        disagreement=_disagreement(thumb, best, fired),
        facts=facts,
        costs=situation.costs,
        sized=sized,
        assumptions=situation.assumptions(average),
    )


def _thumb(fired: tuple[Rule, ...]) -> str:
    """`pt`, `other`, `mixed` or `none`, as the rules that fired say."""
    said = {rule.says for rule in fired} - {"neither"}
    return "none" if not said else "mixed" if len(said) > 1 else said.pop()


def _disagreement(thumb: str, best: Offer | None, fired: tuple[Rule, ...]) -> str | None:
    if best is None or thumb in ("none", "mixed"):
        return None
    uses_pt = best.option.id.startswith("pt-")
    if uses_pt == (thumb == "pt"):
        return None
    because = "; ".join(rule.text for rule in fired if rule.says == thumb)
    other = "Provisioned Throughput" if thumb == "pt" else "pay-as-you-go"
    return f"By cost: {best.option.name}. By rule of thumb: {other} ({because})."


@dataclass(frozen=True, kw_only=True)
class _Situation:
    sized: Estimate
    load: Estimate
    base: Estimate
    costs: Costs
    needs: Needs
    book: PriceBook
    net: bool
    as_of: date

    def possible(self, option: Option) -> bool:
        """Options that this workload can have at all."""
        if option.term is not None:
            return option.term in terms_for(self.sized)
        if option.kind == "defer":
            return 0 < self.needs.deferrable < 1
        if option.kind in ("gateway", "gateway-spill"):
            return self.needs.gateway_url is not None
        return True

    def offer(self, option: Option) -> Offer:
        gsus, usd, unknown = self._cost(option)
        return Offer(
            option=option,
            gsus=gsus,
            month_usd=None if usd is None else usd.quantize(Decimal(1), rounding=ROUND_CEILING),
            unknown=unknown,
            fails=self._fails(option),
        )

    def _fails(self, option: Option) -> tuple[str, ...]:
        needs, failed = self.needs, []
        if needs.dedicated and not option.dedicated:
            failed.append("dedicated capacity")
        if needs.guaranteed and not option.guaranteed:
            failed.append("guaranteed capacity")
        if not option.prompt and needs.deferrable < 1:
            waits = (
                "an answer at once"
                if needs.ttft_p99 is None
                else f"P99 time to first token of {needs.ttft_p99} s"
            )
            failed.append(waits)
        if self.sized.location != GLOBAL and not option.regional:
            failed.append(f"location {self.sized.location}")
        if needs.google_only and not option.google_cloud:
            failed.append("staying on Google Cloud")
        return tuple(failed)

    def _gsu_month(self, term: Term) -> Decimal:
        offer = self.book.promotion(self.sized.row.model, "pt", self.as_of) if self.net else None
        return self.book.gsu_month(term, self.sized.location) * (1 - offer.share if offer else 1)

    def _cost(self, option: Option) -> tuple[int | None, Decimal | None, str | None]:
        if option.kind == "pt" and option.term is not None:
            gsus = self.sized.answer.gsus
            return gsus, gsus * self._gsu_month(option.term), None
        if option.kind == "unpriced":
            return None, None, "no price in this book"
        if option.kind in ("gateway", "gateway-spill"):
            return self._gateway(spill=option.kind == "gateway-spill")
        channel = self.costs.channels[option.channel or "standard"]
        if channel.month_usd is None:
            return None, None, channel.missing
        if option.kind == "channel":
            return None, channel.month_usd, None
        if option.kind == "spill":
            gsus = self.base.answer.gsus
            return (
                gsus,
                gsus * self._gsu_month(self.needs.term) + channel.month_usd * self._spilled(gsus),
                None,
            )
        kept = Fraction(1 - self.needs.deferrable)
        rest = self.sized.off_by(kept).gsus if kept else 0
        return rest, rest * self._gsu_month(self.needs.term) + channel.month_usd * self.needs.deferrable, None

    def _gateway(self, *, spill: bool) -> tuple[int | None, Decimal | None, str | None]:
        price = self.needs.gateway_usd
        if price is None:
            return None, None, "--gateway-price wasn't given"
        if self.sized.row.unit != "tokens/s":
            return None, None, "the gateway's price is per token, this model isn't"
        tokens = sum(
            (decimal(line.quantity) * decimal(part.rate) for part in self.load.parts for line in part.lines),
            Decimal(0),
        )
        month = tokens * SECONDS_PER_MONTH / 1_000_000 * price
        if not spill:
            return None, month, None
        gsus = self.base.answer.gsus
        return gsus, gsus * self._gsu_month(self.needs.term) + month * self._spilled(gsus), None

    def _spilled(self, gsus: int) -> Decimal:
        """The share of the load that goes beyond a base of so many GSUs: what the peak has on top, while it lasts."""
        row, share = self.sized.row, Fraction(self.needs.peak_share)
        capacity = gsus * Fraction(row.throughput_per_gsu)
        over = max(Fraction(0), self.sized.sized_per_second - capacity) * share
        over += max(Fraction(0), self.base.per_second - capacity) * (1 - share)
        total = self.load.per_second
        return decimal(over / total) if total else Decimal(0)

    def facts(self, average: Fraction) -> dict[str, Decimal | str | None]:
        needs, standard = self.needs, self.costs.channels["standard"].month_usd
        peak = max((part.workload.peak for part in self.sized.parts), default=Fraction(1))
        made = [
            part.workload.output_image_count for part in self.load.parts if part.workload.output_image_count
        ]
        images = needs.images if needs.images is not None else None
        if images is None and made:
            images = made[0] * decimal(average) * SECONDS_PER_MONTH
        return {
            "sized_qps": decimal(self.sized.parts[0].sized_rate),
            "ttft_p99": needs.ttft_p99,
            "monthly_usd": needs.monthly_usd if needs.monthly_usd is not None else standard,
            "standard_usd": standard,
            "dedicated": "yes" if needs.dedicated else None,
            "images": images,
            "predictability": needs.predictability,
            "stage": needs.stage,
            "deferrable": needs.deferrable * 100,
            "changing_model": "yes" if needs.changing_model else None,
            "peak": decimal(peak),
        }

    def assumptions(self, average: Fraction) -> tuple[str, ...]:
        needs, sized = self.needs, self.sized
        found = [
            f"Two levels of demand: the sustained rate, and the peak for {float(needs.peak_share * 100):g} % of the time; "
            f"{float(average):.4g} requests/s on average."
            if sized.parts[0].workload.peak != 1
            else "The rate is the same around the clock.",
            f"PT alone is sized to the peak and the buffer ({sized.answer.gsus:,} GSU); hybrids buy the sustained rate "
            f"({self.base.answer.gsus:,} GSU) for {needs.term.words}.",
        ]
        return tuple(found)
