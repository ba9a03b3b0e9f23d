"""What a workload asks for, and what one request of it is in the catalogue's categories.

Counts (images, seconds of audio or video, turns of a Live session) become tokens only where the catalogue says how many; otherwise the
quantity is refused with what is missing.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from decimal import Decimal
from fractions import Fraction

from throughput.catalogue import ModelRow
from throughput.problems import ConfigError, Problem, nearest
from throughput.sizing.categories import canonical, flags, words

LIMIT = Decimal(10) ** 12


@dataclass(frozen=True, kw_only=True)
class Live:
    """A Live workload: concurrent sessions, turns and seconds per session, and the context it may keep (tokens)."""

    sessions: Decimal
    turns: Decimal
    session_seconds: Decimal
    context: Decimal = Decimal(0)
    avatar: bool = False


@dataclass(frozen=True, kw_only=True)
class Workload:
    """One workload. Quantities are per request (per turn for Live); `qps` is requests per second on average.

    `peak` multiplies the rate that is sized for; `largest` says how many times the average request the largest one is;
    an empty `location` means the model's own: global where it is offered there.
    `tuned_premium` is what a tuned model's price is above its base, 0.5 for half more.
    """

    model: str
    location: str = ""
    name: str = "workload"
    qps: Fraction = Fraction(0)
    peak: Fraction = Fraction(1)
    largest: Decimal = Decimal(1)
    quantities: Mapping[str, Decimal] = field(default_factory=dict)
    input_image_count: Decimal = Decimal(0)
    input_audio_length: Decimal = Decimal(0)
    input_video_length: Decimal = Decimal(0)
    output_image_count: Decimal = Decimal(0)
    output_video_length: Decimal = Decimal(0)
    image_size: str | None = None
    video_size: str | None = None
    video_audio: bool = False
    live: Live | None = None
    tuned_premium: Decimal | None = None


@dataclass(frozen=True, kw_only=True)
class Request:
    """One request in the catalogue's categories. `conversions` says how counts became tokens."""

    quantities: Mapping[str, Decimal]
    conversions: tuple[str, ...]
    notes: tuple[str, ...]
    video_size: str | None = None
    video_seconds: Decimal = Decimal(0)


def request_of(workload: Workload, row: ModelRow) -> Request:
    """One request of a workload as quantities per category. Raises `ConfigError` for what the model doesn't have."""
    return _Conversion(workload, row).request()


def located(workload: Workload, row: ModelRow) -> Workload:
    """The workload with a location: the one asked for, else global where the model is offered there, else its first."""
    if workload.location:
        return workload
    places = row.locations
    return replace(workload, location="global" if places is None or "global" in places else places[0])


def refuse(message: str, hint: str | None = None) -> ConfigError:
    """A problem with what was asked for."""
    return ConfigError(Problem(message=message, hint=hint, code="size/bad-input"))


class _Conversion:
    def __init__(self, workload: Workload, row: ModelRow) -> None:
        self.work, self.row = workload, row
        self.amounts: dict[str, Decimal] = {}
        self.conversions: list[str] = []
        self.notes: list[str] = []

    def request(self) -> Request:
        for name, amount in self.work.quantities.items():
            self._add(canonical(name), amount)
        self._input_counts()
        self._output_images()
        self._output_video()
        if self.work.live is not None:
            self._live(self.work.live)
        if not any(self.amounts.values()):
            raise refuse(
                f"nothing to size: a request of {self.row.model} has no quantity.",
                f"Give at least one of {flags(self.row.categories)}",
            )
        known = [self.row.inferred[name] for name in self.amounts if name in self.row.inferred]
        return Request(
            quantities={name: self.amounts[name] for name in self.row.categories if name in self.amounts},
            conversions=tuple(self.conversions),
            notes=tuple(dict.fromkeys([*self.notes, *known])),
            video_size=self.work.video_size,
            video_seconds=self.work.output_video_length,
        )

    def _add(self, category: str, amount: Decimal) -> None:
        if not amount:
            return
        if not amount.is_finite() or amount < 0 or amount > LIMIT:
            raise refuse(f"{words(category)}: {amount} is no quantity; allowed: 0 to 1,000,000,000,000")
        if category not in self.row.categories:
            near = nearest(category, self.row.categories)
            raise refuse(
                f"{self.row.model} has no {words(category)} in its table.",
                (f"Did you mean --{near.replace('_', '-')}? " if near else "")
                + f"It has {flags(self.row.categories)}",
            )
        self.amounts[category] = self.amounts.get(category, Decimal(0)) + amount

    def _input_counts(self) -> None:
        work, media = self.work, self.row.media
        for what, count, each, tokens, direct in (
            ("image", work.input_image_count, media.input_image, "input_image", "input_images"),
            (
                "second of audio",
                work.input_audio_length,
                media.input_audio,
                "input_audio",
                "input_audio_seconds",
            ),
            (
                "second of video",
                work.input_video_length,
                media.input_video,
                "input_video",
                "input_video_seconds",
            ),
        ):
            if not count:
                continue
            if direct in self.row.categories:
                self._add(direct, count)
            elif each is None:
                raise self._unconverted(what, tokens)
            else:
                self._convert(count, what, each, tokens)

    def _output_images(self) -> None:
        count = self.work.output_image_count
        if not count:
            return
        if self.row.unit == "images/s":
            self._add("output_image", count)
            return
        sizes = self.row.media.output_image
        if not sizes:
            raise self._unconverted("output image", "output_image")
        size = _size(self.row.model, "image", self.work.image_size, sizes, "1k")
        self._convert(count, f"image at {size}", sizes[size], "output_image")

    def _output_video(self) -> None:
        seconds, row = self.work.output_video_length, self.row
        if not seconds:
            return
        if row.unit == "video_seconds/s":
            self._add(self._video_category(), seconds)
            return
        sizes = row.media.output_video
        if not sizes:
            raise self._unconverted("second of video", "output_video")
        size = _size(row.model, "video", self.work.video_size, sizes, None)
        self._convert(seconds, f"second of {size} video", sizes[size], "output_video")

    def _video_category(self) -> str:
        base = "video_audio" if self.work.video_audio else "video"
        if base in self.row.categories:
            return base
        sizes = {
            name.removeprefix(f"{base}_"): Decimal(1)
            for name in self.row.categories
            if name.startswith(f"{base}_") and not name.removeprefix(f"{base}_").startswith("audio")
        }
        return f"{base}_{_size(self.row.model, 'video', self.work.video_size, sizes, '720p')}"

    def _live(self, live: Live) -> None:
        """The context kept is billed at input rates, split as the turn's own tokens are; avatar video isn't kept."""
        raw = {
            kind: sum(
                (self.amounts.get(f"{way}_{kind}", Decimal(0)) for way in ("input", "output")), Decimal(0)
            )
            for kind in ("text", "image", "video", "audio")
        }
        if live.avatar:
            each = self.row.media.avatar_per_audio_token
            if each is None:
                raise refuse(f"{self.row.model} makes no avatar video.", "Leave --avatar out")
            self._convert(
                self.amounts.get("output_audio", Decimal(0)),
                "output audio token",
                each,
                "output_video_avatar",
            )
        total = sum(raw.values())
        if live.context and total:
            for kind, amount in raw.items():
                self._add(f"memory_{kind}", live.context * amount / total)
            self.conversions.append(
                f"context of {live.context:,} tokens, split like the turn's tokens, at input rates"
            )

    def _convert(self, count: Decimal, what: str, each: Decimal, category: str) -> None:
        self._add(category, count * each)
        self.conversions.append(
            f"{_plain(count)} × {what} at {_plain(each)} tokens = {_plain(count * each)} tokens, {words(category)}"
        )
        self.notes += self.row.media.notes

    def _unconverted(self, what: str, category: str) -> ConfigError:
        model = self.row.model
        if category not in self.row.categories:
            return refuse(
                f"{model} has no {words(category)} in its table.", f"It has {flags(self.row.categories)}"
            )
        return refuse(
            f"the catalogue doesn't say how many tokens one {what} is for {model}.",
            f"Count them (countTokens of the API) and give --{category.replace('_', '-')} TOKENS",
        )


def _plain(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def _size(model: str, kind: str, asked: str | None, sizes: Mapping[str, Decimal], default: str | None) -> str:
    size = (asked or default or "").lower().removesuffix("px")
    if size in sizes:
        return size
    allowed = ", ".join(sizes)
    if asked is None:
        raise refuse(f"the size of the {kind} is missing.", f"--{kind}-size with one of {allowed}")
    raise refuse(f"{model} has no {kind} size {asked!r} with a known count.", f"Allowed: {allowed}")
