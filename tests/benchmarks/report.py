"""docs/performance.md: each case owns the text between its two markers."""

from __future__ import annotations

import datetime as dt
import re

from tests.benchmarks.harness import ROOT, versions

PAGE = ROOT / "docs" / "performance.md"


def write(case: str, section: str) -> None:
    """Replace the case's section in the page, or append it before the end marker."""
    page = PAGE.read_text(encoding="utf-8").replace("Not measured yet.\n\n", "")
    begin, end = f"<!-- benchmark {case}: begin -->", f"<!-- benchmark {case}: end -->"
    today = dt.datetime.now(tz=dt.UTC).date()
    facts = f"`python -m tests.benchmarks {case} --write`, {today}: {versions()}."
    text = f"{begin}\n\n{section}\n\n{facts}\n\n{end}"
    pattern = re.compile(re.escape(begin) + ".*?" + re.escape(end), re.DOTALL)
    if pattern.search(page):
        page = pattern.sub(lambda _: text, page)
    else:
        page = page.replace("<!-- benchmarks:end -->", f"{text}\n\n<!-- benchmarks:end -->")
    PAGE.write_text(page, encoding="utf-8")
