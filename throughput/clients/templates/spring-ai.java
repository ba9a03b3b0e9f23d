// @{about!}
// Needs: org.springframework.ai:spring-ai-starter-model-google-genai
//
// Spring AI has no property for headers, so the client it uses is made here; its own steps aside for yours.
// In application.properties, what isn't a header:
//   spring.ai.google.genai.chat.model=@{model!}
//   spring.ai.google.genai.chat.labels.@{label_key!}=@{label!}
import com.google.genai.Client;
import com.google.genai.types.HttpOptions;
import com.google.genai.types.HttpRetryOptions;
import java.util.Map;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

@Configuration
public class ProvisionedThroughputClient {
  // What routes; @{mode!}: @{words!}
  static final Map<String, String> HEADERS = Map.of(@{headers});

  @Bean
  public Client googleGenAiClient() {
    return Client.builder()
        .vertexAI(true)
        .project(@{project})
        .location(@{location})
        .httpOptions(
            HttpOptions.builder()
                .apiVersion("v1")
                .headers(HEADERS)
                .timeout(@{timeout_ms})
                // @{retry_note!}
                .retryOptions(HttpRetryOptions.builder().attempts(@{attempts}).build())
                .build())
        .build();
  }

  /** Self-check: run it once at start-up. The label goes with the chat model's own requests. */
  public static void check(Client client) {
    String seen =
        client.models.generateContent(@{model}, "Reply with one word.", null)
            .usageMetadata()
            .flatMap(usage -> usage.trafficType())
            .map(Object::toString)
            .orElse("nothing");
    if (!seen.equals(@{expected})) {
      throw new IllegalStateException(
          "served as " + seen + ", expected @{expected!}: @{mismatch!}");
    }
  }
}
