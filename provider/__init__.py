"""The resource plugin behind the ledger: decodes, calls `throughput.contract`, encodes. It holds no rule of its own.

It never buys, resizes or cancels anything, because no documented public API does. Removing its resource would remove the record and
leave the bill, so Delete refuses while a commitment runs.
"""
