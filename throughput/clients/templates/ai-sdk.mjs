// @{about!}
// Needs: Node 22 and npm install ai @ai-sdk/google-vertex
import { createVertex } from "@ai-sdk/google-vertex";
import { generateText } from "ai";

const PROJECT = @{project};
const LOCATION = @{location};
const MODEL = @{model}; // the exact version; an alias would bypass the order
// What routes; @{mode!}: @{words!}
const HEADERS = @{headers};
const LABELS = @{labels}; // attribution of what spills over; it routes nothing
const EXPECTED = @{expected};

const HOST = process.env.GOOGLE_VERTEX_BASE_URL ?? @{host};
const vertex = createVertex({
  project: PROJECT,
  location: LOCATION,
  baseURL: `${HOST}/v1/projects/${PROJECT}/locations/${LOCATION}/publishers/google`,
});

export function ask(prompt) {
  return generateText({
    model: vertex(MODEL),
    prompt,
    // As headers, since the provider's typed request types have no "dedicated".
    headers: HEADERS,
    providerOptions: { vertex: { labels: LABELS } },
    // @{retry_note!}
    maxRetries: @{retries},
    abortSignal: AbortSignal.timeout(@{timeout_ms}),
  });
}

// Self-check
try {
  const { providerMetadata } = await ask("Reply with one word.");
  const seen = (providerMetadata?.googleVertex ?? providerMetadata?.vertex)?.usageMetadata?.trafficType;
  console.log(seen);
  if (seen !== EXPECTED) {
    console.error(`expected ${EXPECTED}: @{mismatch!}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(error.statusCode ?? "", String(error));
  process.exitCode = 1;
}
