// @{about!}
// Needs: Node 22 and npm install @google/genai
import { GoogleGenAI } from "@google/genai";

const PROJECT = @{project};
const LOCATION = @{location}; // without it the client takes "global", and another location's order is bypassed
const MODEL = @{model}; // the exact version; an alias would bypass the order
// What routes; @{mode!}: @{words!}
const HEADERS = @{headers};
const LABELS = @{labels}; // attribution of what spills over; it routes nothing
const EXPECTED = @{expected};

// The headers go with each request, not into the client: a client-wide header can't be taken off a request again.
const ai = new GoogleGenAI({
  vertexai: true,
  project: PROJECT,
  location: LOCATION,
  httpOptions: {
    apiVersion: "v1",
    timeout: @{timeout_ms},
    // @{retry_note!}
    retryOptions: { attempts: @{attempts} },
  },
});

export function ask(prompt) {
  return ai.models.generateContent({
    model: MODEL,
    contents: prompt,
    config: { labels: LABELS, httpOptions: { headers: HEADERS } },
  });
}

// Self-check
try {
  const seen = (await ask("Reply with one word.")).usageMetadata?.trafficType;
  console.log(seen);
  if (seen !== EXPECTED) {
    console.error(`expected ${EXPECTED}: @{mismatch!}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
