"""The typed configuration of an environment, and its one loader.

`models` says what may be written, `source` reads YAML with places, `loader` turns a stack file into an `Environment` and a `Ledger`
or into problems with file and line. It never looks anything up outside the files it is given.
"""
