# @{about!}
# Needs: pip install google-adk
import asyncio
import sys

from google.adk.agents import LlmAgent
from google.adk.models import Gemini
from google.adk.runners import InMemoryRunner
from google.genai import errors, types

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
LABELS = @{labels}  # attribution of what spills over; it routes nothing. ADK adds adk_agent_name.
EXPECTED = @{expected}

agent = LlmAgent(
    name="assistant",
    instruction="Answer briefly.",
    model=Gemini(
        model=MODEL,
        client_kwargs={"vertexai": True, "project": PROJECT, "location": LOCATION},
        # @{retry_note!}
        retry_options=types.HttpRetryOptions(attempts=@{attempts}),
    ),
    generate_content_config=types.GenerateContentConfig(
        labels=LABELS, http_options=types.HttpOptions(headers=HEADERS, timeout=@{timeout_ms})
    ),
)


async def ask(prompt):
    runner = InMemoryRunner(agent=agent, app_name="assistant")
    session = await runner.session_service.create_session(app_name="assistant", user_id="self-check")
    message = types.Content(role="user", parts=[types.Part(text=prompt)])
    seen = None
    async for event in runner.run_async(user_id="self-check", session_id=session.id, new_message=message):
        if event.usage_metadata and event.usage_metadata.traffic_type:
            seen = event.usage_metadata.traffic_type.value
    await runner.close()
    return seen


if __name__ == "__main__":
    try:
        seen = asyncio.run(ask("Reply with one word."))
    except errors.APIError as error:
        sys.exit(f"{error.code} {error.message}")
    print(seen)
    if seen != EXPECTED:
        sys.exit(f"expected {EXPECTED}: @{mismatch!}")
