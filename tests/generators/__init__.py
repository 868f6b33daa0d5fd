"""Random programs for Hypothesis: source text that runs in CPython as any user's does, with arguments."""
