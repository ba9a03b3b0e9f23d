# @{about!}
# Needs: pip install langchain-google-genai
import sys

from google.genai import errors, types
from langchain_google_genai import ChatGoogleGenerativeAI

PROJECT = @{project}
LOCATION = @{location}
MODEL = @{model}  # the exact version; an alias would bypass the order
# What routes; @{mode!}: @{words!}
HEADERS = @{headers}
LABELS = @{labels}  # attribution of what spills over; it routes nothing
EXPECTED = @{expected}

llm = ChatGoogleGenerativeAI(
    model=MODEL,
    vertexai=True,
    project=PROJECT,
    location=LOCATION,
    additional_headers=HEADERS,
    labels=LABELS,  # .bind(labels=...) and invoke(labels=...) replace these, they don't add to them
    # @{retry_note!} It counts requests, the first one included.
    max_retries=@{attempts},
    timeout=@{timeout_s},
)


def traffic_type():
    """LangChain drops the traffic type, so this asks once through the client that it wraps, which sends the same headers."""
    response = llm.client.models.generate_content(
        model=MODEL, contents="Reply with one word.", config=types.GenerateContentConfig(labels=LABELS)
    )
    return response.usage_metadata.traffic_type.value


if __name__ == "__main__":
    try:
        llm.invoke("Reply with one word.")
        seen = traffic_type()
    except errors.APIError as error:
        sys.exit(f"{error.code} {error.message}")
    except Exception as error:  # LangChain wraps the client's errors
        sys.exit(str(error))
    print(seen)
    if seen != EXPECTED:
        sys.exit(f"expected {EXPECTED}: @{mismatch!}")
