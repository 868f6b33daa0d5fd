"""Options of the whole suite, verification between passes, and one cache folder for all its workers."""

import gc
import os
import shutil
import tempfile
from collections import Counter

import pytest
from hypothesis import settings

CACHE = pytest.StashKey[str]()


def pytest_addoption(parser):
    parser.addoption("--update-golden", action="store_true", help="write the goldens anew; read the diff")
    parser.addoption(
        "--all-compiled", action="store_true", help="compile every generated program, not one in 20"
    )
    parser.addoption("--imperative", type=int, metavar="N", help="how many random imperative programs to run")


def pytest_collection_modifyitems(items):
    """What is about one corpus program runs in one worker, which derives it once."""
    for item in items:
        program = getattr(item, "callspec", None) and item.callspec.params.get("program")
        if hasattr(program, "id"):
            item.add_marker(pytest.mark.xdist_group(f"{item.path.parent.name} {program.id}"))


def pytest_terminal_summary(terminalreporter):
    """What came of the random imperative programs, over all workers."""
    reports = [report for reports in terminalreporter.stats.values() for report in reports]
    called = [report for report in reports if getattr(report, "when", "") == "call"]
    properties = [dict(report.user_properties) for report in called]
    came = sum((Counter(found["imperative"]) for found in properties if "imperative" in found), Counter())
    if came:
        shares = ", ".join(f"{count} {what}" for what, count in came.most_common())
        terminalreporter.write_line(f"imperative programs: {came.total()}: {shares}")


def pytest_configure(config):
    """Workers of xdist inherit the environment of the process that starts them."""
    _load_profile(config)
    gc.set_threshold(50_000, 20, 100)  # of the many objects that compilers make few are in cycles
    os.environ["BPCOMPILER_VERIFY"] = "1"
    if not hasattr(config, "workerinput"):
        config.stash[CACHE] = tempfile.mkdtemp(prefix="bpcompiler-tests-")
        os.environ["BPCOMPILER_CACHE_DIR"] = config.stash[CACHE]


def pytest_unconfigure(config):
    if CACHE in config.stash:
        shutil.rmtree(config.stash[CACHE], ignore_errors=True)


def _load_profile(config):
    """The same programs in each run, so that a red one is about the change; `search` looks for new ones."""
    settings.register_profile("fixed", derandomize=True, database=None)
    settings.register_profile("search", derandomize=False)
    if not config.getoption("--hypothesis-profile", None):
        settings.load_profile("fixed")
