"""The domain of Provisioned Throughput: orders, terms, transitions, money, renewals, sizing, clients.

Pure functions on frozen values. It refuses to know Pulumi, the network or the clock: the date is always an argument, so that a
rule gives the same verdict in a preview, in a pull-request check and in a test.
"""
