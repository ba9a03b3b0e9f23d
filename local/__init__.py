"""Offline stand-ins, so that everything can be tried and tested on one machine without a cloud account.

* `local.google_cloud` is a `pulumi-resource-gcp` whose cloud is one file.
* `local.engine` runs the unmodified program, plugins and policy pack when there is no Pulumi CLI.
* `local.vertex` is an endpoint that admits, spills and meters as Provisioned Throughput does.

Each says what it doesn't imitate. None of them ever talks to Google Cloud.
"""
