"""The interpreter of Python's syntax trees: see `core` for what it is, `hooks` for what it asks."""
