// @{about!}
// Needs: go get google.golang.org/genai
package main

import (
	"context"
	"fmt"
	"log"
	"net/http"
	"time"

	"google.golang.org/genai"
)

const (
	project  = @{project}
	location = @{location} // without it the client takes "global", and another location's order is bypassed
	model    = @{model}    // the exact version; an alias would bypass the order
	expected = @{expected}
)

var (
	// What routes; @{mode!}: @{words!}
	headers = map[string]string@{headers}
	// Attribution of what spills over; it routes nothing.
	labels = map[string]string@{labels}
)

func ask(ctx context.Context, client *genai.Client, prompt string) (*genai.GenerateContentResponse, error) {
	tier := http.Header{}
	for name, value := range headers {
		tier.Set(name, value) // Set, so that a second spelling of the name can't go out beside it
	}
	return client.Models.GenerateContent(ctx, model, genai.Text(prompt), &genai.GenerateContentConfig{
		Labels:      labels,
		HTTPOptions: &genai.HTTPOptions{Headers: tier},
	})
}

func main() {
	log.SetFlags(0)
	ctx, cancel := context.WithTimeout(context.Background(), @{timeout_s}*time.Second)
	defer cancel()
	client, err := genai.NewClient(ctx, &genai.ClientConfig{
		Backend:     genai.BackendVertexAI,
		Project:     project,
		Location:    location,
		HTTPOptions: genai.HTTPOptions{APIVersion: "v1"},
	})
	if err != nil {
		log.Fatal(err)
	}
	// @{retry_note!}
	var response *genai.GenerateContentResponse
	for attempt := 1; ; attempt++ {
		response, err = ask(ctx, client, "Reply with one word.")
		if err == nil || attempt >= @{attempts} {
			break
		}
		time.Sleep(time.Second << attempt)
	}
	if err != nil {
		log.Fatal(err)
	}
	seen := string(response.UsageMetadata.TrafficType)
	fmt.Println(seen)
	if seen != expected {
		log.Fatalf("expected %s: @{mismatch!}", expected)
	}
}
