# @{about!}
# Needs: pip install "pydantic-ai-slim[google]"
import sys

from google import genai
from google.genai import types
from pydantic_ai import Agent
from pydantic_ai.exceptions import ModelHTTPError
from pydantic_ai.models.google import GoogleModel, GoogleModelSettings
from pydantic_ai.providers.google_cloud import GoogleCloudProvider

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{model}  # the exact version; an alias would bypass the order
# What routes, as pydantic-ai names it: @{words!}
TIER = @{mode}
LABELS = @{labels}  # attribution of what spills over; it routes nothing
EXPECTED = @{expected}

# No routing header here: a client-wide one can't be taken off a request again.
client = genai.Client(
    vertexai=True,
    project=PROJECT,
    location=LOCATION,
    http_options=types.HttpOptions(
        api_version="v1",
        timeout=@{timeout_ms},
        # @{retry_note!}
        retry_options=types.HttpRetryOptions(attempts=@{attempts}),
    ),
)
agent = Agent(
    GoogleModel(MODEL, provider=GoogleCloudProvider(client=client)),
    model_settings=GoogleModelSettings(google_cloud_service_tier=TIER, google_labels=LABELS),
)


if __name__ == "__main__":
    try:
        seen = agent.run_sync("Reply with one word.").all_messages()[-1].provider_details["traffic_type"]
    except ModelHTTPError as error:
        sys.exit(str(error))
    seen = getattr(seen, "value", seen)
    print(seen)
    if seen.upper() != EXPECTED:
        sys.exit(f"expected {EXPECTED}: @{mismatch!}")
