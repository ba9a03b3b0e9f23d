"""An order's routing headers and label in client configuration that people wrote, and out of it again, byte for byte.

Nothing is dumped: places come from a parser, text is inserted there, and the result is parsed again and must differ from the original
in the intended paths alone. What can't be placed that way is refused.
"""
