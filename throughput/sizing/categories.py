"""The one vocabulary of categories, and how people and Google's tables spell them otherwise.

The tables name the same thing differently from row to row ("output text response", "output text", "output"); the catalogue keeps one
name for each, and everything that is typed goes through `canonical`.
"""

from collections.abc import Iterable, Mapping
from decimal import Decimal

CATEGORIES = (
    "input_text",
    "input_image",
    "input_video",
    "input_audio",
    "cached_text",
    "cached_image",
    "cached_video",
    "cached_audio",
    "session_memory",
    "memory_text",
    "memory_image",
    "memory_video",
    "memory_audio",
    "cache_write_5m",
    "cache_write_1h",
    "cache_hit",
    "output_text",
    "output_reasoning",
    "output_audio",
    "output_image",
    "output_video",
    "output_video_avatar",
    "video",
    "video_audio",
    "video_720p",
    "video_audio_720p",
    "video_1080p",
    "video_audio_1080p",
    "video_4k",
    "video_audio_4k",
    "input_characters",
    "output_characters",
    "input_images",
    "input_video_seconds",
    "input_audio_seconds",
)
ALIASES: Mapping[str, str] = {
    "input": "input_text",
    "output": "output_text",
    "output_text_response": "output_text",
    "output_response_text": "output_text",
    "output_thinking": "output_reasoning",
    "output_thinking_response": "output_reasoning",
    "output_reasoning_text": "output_reasoning",
    "cached": "cached_text",
    "cached_input": "cached_text",
    "input_char": "input_characters",
    "output_char": "output_characters",
}
# Categories whose tokens are the request's input, and so choose its long-context tier.
_INPUT = ("input_", "cached_", "memory_", "session_memory", "cache_")


def canonical(name: str) -> str:
    """The vocabulary's name for a spelling with dashes, underscores or capitals; unknown ones come back in snake_case."""
    snake = "".join(f"_{char.lower()}" if char.isupper() else char for char in name).replace("-", "_")
    snake = snake.strip("_")
    return ALIASES.get(snake, snake)


def words(category: str) -> str:
    """A category as people read it: "input text"."""
    return category.replace("_", " ")


def is_input(category: str) -> bool:
    """Whether a category counts towards the size of a request's input."""
    return category.startswith(_INPUT)


def input_tokens(quantities: Mapping[str, Decimal]) -> Decimal:
    """Input tokens of a request, cached and remembered ones included."""
    return sum((amount for name, amount in quantities.items() if is_input(name)), Decimal(0))


def flag(category: str) -> str:
    """The command-line option of a category."""
    return "--" + category.replace("_", "-")


def flags(categories: Iterable[str]) -> str:
    """Options as a list to read."""
    return ", ".join(flag(category) for category in categories)
