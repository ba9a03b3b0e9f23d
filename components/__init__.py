"""Pulumi components, one per file: what an environment is made of.

None of them creates a key, reads a file, calls a cloud or sums money, and none of them buys: the ledger is a record, and a person
places the orders it names.
"""
