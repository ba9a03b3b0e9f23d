"""The variables that point the SDKs, unchanged, at an endpoint on this machine, with credentials that open nothing."""

import json
from pathlib import Path

from local.vertex.credentials import external_account


def client_environment(url: str, project: str, folder: Path, ca: Path | None = None) -> dict[str, str]:
    """Write the credential file into `folder` and return the variables for the client's shell.

    GOOGLE_VERTEX_BASE_URL is read by Google's SDKs (and by our snippets of stacks that have no variable of their own),
    ANTHROPIC_VERTEX_BASE_URL by AnthropicVertex, VERTEXAI_API_BASE by LiteLLM. The credential file is of the kind that federation
    uses; its addresses are the endpoint's, and it holds no key. Java's libraries insist on HTTPS in such a file: with it unset they
    take their token from GCE_METADATA_HOST.
    """
    file = folder / "adc.json"
    file.write_text(json.dumps(external_account(url), indent=2), encoding="utf-8")
    variables = {
        "GOOGLE_VERTEX_BASE_URL": url,
        "ANTHROPIC_VERTEX_BASE_URL": f"{url}/v1",
        "VERTEXAI_API_BASE": url,
        "GOOGLE_APPLICATION_CREDENTIALS": str(file),
        "GOOGLE_CLOUD_PROJECT": project,
        "GOOGLE_ACCESS_TOKEN": "local-token",
    }
    if ca is None:
        variables["GCE_METADATA_HOST"] = url.removeprefix("http://")
    else:
        variables |= dict.fromkeys(
            ("SSL_CERT_FILE", "REQUESTS_CA_BUNDLE", "NODE_EXTRA_CA_CERTS", "CURL_CA_BUNDLE"), str(ca)
        )
    return variables
