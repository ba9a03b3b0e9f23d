"""The policy pack: adapts the rules of `throughput.rules` to Pulumi's policy objects. It holds no rule, no state and no network.

Rules that must prevent something judge the ledger resource, before anything is applied; a stack policy judges afterwards. What the
provider's Check wrote is what they read: they never see the old state themselves.
"""
