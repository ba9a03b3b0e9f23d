"""The options that describe a workload, shared by `pt size` and `pt fit`."""

from collections.abc import Callable
from typing import Any

import click

from throughput.sizing import files
from throughput.sizing.categories import ALIASES, CATEGORIES, flag

_SHOWN = (
    "input_text",
    "input_image",
    "input_video",
    "input_audio",
    "cached_text",
    "output_text",
    "output_reasoning",
    "output_audio",
    "output_image",
    "output_video",
)


def _category_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """One option per category and per other spelling; the rare ones don't crowd the help."""
    for name in reversed([*CATEGORIES, *ALIASES]):
        if name not in files.COUNTS:
            command = click.option(
                flag(name),
                name,
                metavar="N",
                hidden=name not in _SHOWN,
                help=f"{name.replace('_', ' ').capitalize()} per request, in tokens.",
            )(command)
    return command


def _count_options(command: Callable[..., Any]) -> Callable[..., Any]:
    for name, what in reversed(
        [
            ("input_images", "Images in a request"),
            ("input_audio_seconds", "Seconds of audio in a request"),
            ("input_video_seconds", "Seconds of video in a request"),
            ("output_images", "Images that a request makes"),
            ("output_video_seconds", "Seconds of video that a request makes"),
        ]
    ):
        command = click.option(flag(name), name, metavar="N", help=f"{what}.")(command)
    return command


_PLAIN = (
    ("--qps", "RATE", "Requests per second: 10, 0.3, 10/30, or measured rates 4,7,9."),
    ("--peak", "FACTOR", "Size for this multiple of --qps."),
    ("--percentile", "P", "Of several rates in --qps, size for this percentile."),
    ("--largest", "FACTOR", "The largest request as a multiple of the average one."),
)
_MEDIA = (
    ("--image-size", "SIZE", "512, 1k, 2k or 4k."),
    ("--video-size", "SIZE", "720p, 1080p or 4k."),
    ("--sessions", "N", "Live: concurrent sessions."),
    ("--turns", "N", "Live: turns per session; quantities are per turn."),
    ("--session-seconds", "N", "Live: length of a session."),
    ("--context", "TOKENS", "Live: context kept, at most."),
    ("--tuned-premium", "FACTOR", "Tuned model: its price above the base, 0.5 for 50 %."),
)


def workload_options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Rates, quantities per request by category and by count, and what Live and tuned models need."""
    command = click.option("--avatar", is_flag=True, help="Live: answers come with avatar video.")(command)
    command = click.option("--with-audio", is_flag=True, help="Video is made with sound.")(command)
    command = _plain(command, _MEDIA)
    return _plain(_category_options(_count_options(command)), _PLAIN)


def _plain(command: Callable[..., Any], options: tuple[tuple[str, str, str], ...]) -> Callable[..., Any]:
    for name, metavar, text in reversed(options):
        command = click.option(name, metavar=metavar, help=text)(command)
    return command
