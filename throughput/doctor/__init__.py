"""What `pt doctor` finds: findings as values, and checks that are pure functions over facts gathered elsewhere.

Nothing here opens a file, asks the network or reads the environment; whoever calls brings the facts.
"""
