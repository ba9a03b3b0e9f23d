"""The client stacks that can use an order: what each can carry, as data, and the snippets made from templates.

Nothing here calls a client or a network; whether the snippets do what they say is proven by tests that run them.
"""
