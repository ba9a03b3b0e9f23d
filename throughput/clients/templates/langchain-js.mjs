// @{about!}
// Needs: npm install @langchain/google @langchain/core
import { ChatGoogle, GoogleRequestRecorder } from "@langchain/google/node";

const PROJECT = @{project};
const LOCATION = @{location};
const MODEL = @{model}; // the exact version; an alias would bypass the order
// What routes; @{mode!}: @{words!}
const HEADERS = @{headers};
// No label: this client has no place for one. The order is @{label!}.
const EXPECTED = @{expected};

const llm = new ChatGoogle({
  model: MODEL,
  vertexai: true,
  googleAuthOptions: { projectId: PROJECT },
  location: LOCATION,
  endpoint: new URL(process.env.GOOGLE_VERTEX_BASE_URL ?? @{host}).host,
  customHeaders: HEADERS,
  // @{retry_note!}
  maxRetries: @{retries},
});

export function ask(prompt, callbacks = []) {
  return llm.invoke(prompt, { timeout: @{timeout_ms}, callbacks });
}

// Self-check. The message drops the traffic type; a recorder of the raw answers has it.
try {
  const recorder = new GoogleRequestRecorder();
  await ask("Reply with one word.", [recorder]);
  const seen = recorder.response.data?.usageMetadata?.trafficType;
  console.log(seen);
  if (seen !== EXPECTED) {
    console.error(`expected ${EXPECTED}: @{mismatch!}`);
    process.exitCode = 1;
  }
} catch (error) {
  console.error(String(error));
  process.exitCode = 1;
}
