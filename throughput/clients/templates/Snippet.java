// @{about!}
// Needs: com.google.genai:google-genai
import com.google.genai.Client;
import com.google.genai.types.GenerateContentConfig;
import com.google.genai.types.GenerateContentResponse;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import java.util.Map;

public class Snippet {
  static final String PROJECT = @{project};
  static final String LOCATION = @{location};
  static final String MODEL = @{model}; // the exact version; an alias would bypass the order
  // What routes; @{mode!}: @{words!}
  static final Map<String, String> HEADERS = Map.of(@{headers});
  // Attribution of what spills over; it routes nothing.
  static final Map<String, String> LABELS = Map.of(@{labels});
  static final String EXPECTED = @{expected};

  // The headers go with each request: set on the client too, the client's value would silently win.
  static GenerateContentResponse ask(Client client, String prompt) {
    return client.models.generateContent(
        MODEL,
        prompt,
        GenerateContentConfig.builder()
            .labels(LABELS)
            .httpOptions(HttpOptions.builder().headers(HEADERS).build())
            .build());
  }

  public static void main(String[] args) {
    HttpOptions options =
        HttpOptions.builder()
            .apiVersion("v1")
            .timeout(@{timeout_ms})
            // @{retry_note!}
            .retryOptions(HttpRetryOptions.builder().attempts(@{attempts}).build())
            .build();
    try (Client client =
        Client.builder().vertexAI(true).project(PROJECT).location(LOCATION).httpOptions(options).build()) {
      String seen =
          ask(client, "Reply with one word.")
              .usageMetadata()
              .flatMap(usage -> usage.trafficType())
              .map(Object::toString)
              .orElse("nothing");
      System.out.println(seen);
      if (!seen.equals(EXPECTED)) {
        System.err.println("expected " + EXPECTED + ": @{mismatch!}");
        System.exit(1);
      }
    }
  }
}
