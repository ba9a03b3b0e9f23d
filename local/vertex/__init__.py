"""An endpoint on this machine that admits, spills and meters like Vertex AI under Provisioned Throughput.

It imitates routing: which requests purchased throughput serves, what spills, what is refused and with which words, what the answer
calls it, what monitoring would count. It doesn't imitate models: every answer is the same short text, its length in tokens is what the
request allowed (`maxOutputTokens`, 64 without it), and tools, schemas, safety and media are not looked at. It checks no credential and
no permission. Where Google's behaviour isn't documented, the module that decides says so.
"""
