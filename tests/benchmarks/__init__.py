"""Benchmarks: ratios against rivals, measured side by side in one process on one pinned thread.

    python -m tests.benchmarks                  # every case, printed
    python -m tests.benchmarks scalar network   # some of them
    python -m tests.benchmarks --write          # and put into docs/performance.md
    python -m tests.benchmarks workloads --only lstm   # the measurements whose names begin so

Nothing here is collected by pytest, and no test asserts a time.
"""
