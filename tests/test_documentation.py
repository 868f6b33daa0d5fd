"""The documentation is true: its code runs, and prints what it says; its tables are those of the code.

In README.md and docs/, one namespace a page, from top to bottom:

    ```python             runs as a file, called by its `title`; after `<!-- prints -->` stands its output
    ```pycon              runs as at the prompt; what follows `>>>` lines is what they print, to the letter

With `--update-golden` the outputs and tables are written anew; read the diff.
"""

import contextlib
import io
import linecache
import re
import traceback
from dataclasses import dataclass
from pathlib import Path

import pytest

import bpcompiler
from bpcompiler.frontend.names import table
from tests.documentation_tables import TABLES

ROOT = Path(__file__).parents[1]
PAGES = [ROOT / "README.md", *sorted((ROOT / "docs").rglob("*.md"))]
FENCE = re.compile(r'^```(python|pycon)(?: title="(?P<title>[^"]*)")?$')
PRINTS = "<!-- prints -->"


@dataclass
class Block:
    """A block of code: its lines stand in the page from `start` (from 0) on."""

    language: str
    title: str
    start: int
    lines: list[str]
    is_output: bool


def blocks_of(text):
    lines = text.split("\n")
    found, output, at = [], False, 0
    while at < len(lines):
        output = lines[at] == PRINTS or (output and not lines[at].strip())
        if fence := FENCE.match(lines[at]):
            end = lines.index("```", at)
            marked = PRINTS in lines[max(0, at - 2) : at]
            found.append(Block(fence[1], fence["title"] or "", at + 1, lines[at + 1 : end], marked))
            at = end
        at += 1
    return found


def run(source, file, mode, namespace):
    """Return what a text prints, as in a terminal; an error of ours without the frames between."""
    linecache.cache[file] = (len(source), None, source.splitlines(keepends=True), file)
    printed = io.StringIO()
    with contextlib.redirect_stdout(printed):
        try:
            exec(compile(source, file, mode, dont_inherit=True), namespace)
        except bpcompiler.Error as error:
            last = "".join(traceback.format_exception_only(error))
            print(f"Traceback (most recent call last):\n  ...\n{last}")
    return without_end(printed.getvalue().splitlines())


def prompts_of(block):
    """Yield (source, where its output starts, what stands there) of each prompt."""
    at = 0
    while at < len(block.lines):
        end = at + 1
        while end < len(block.lines) and block.lines[end].startswith("..."):
            end += 1
        stop = end
        while stop < len(block.lines) and not block.lines[stop].startswith(">>>"):
            stop += 1
        yield (
            "\n".join(line[4:] for line in block.lines[at:end]) + "\n",
            end,
            without_end(block.lines[end:stop]),
        )
        at = stop


def without_end(lines):
    """Return the lines without blank ones at the end."""
    return "\n".join(lines).rstrip().splitlines()


def outputs_of(page, text):
    """Yield (where in the page, what stands there, what is printed): lists of lines."""
    namespace, blocks = {"__name__": "page"}, blocks_of(text)
    for block, following in zip(blocks, [*blocks, None][1:], strict=True):
        place = block.title or f"<{page.name}:{block.start + 1}>"
        if block.language == "pycon":
            for source, at, expected in prompts_of(block):
                file = f"<{page.name}:{block.start + at}>"
                yield block.start + at, expected, run(source, file, "single", namespace)
        elif not block.is_output:
            printed = run("\n".join(block.lines) + "\n", place, "exec", namespace)
            if following is not None and following.is_output:
                yield following.start, following.lines, printed
            elif printed:
                raise AssertionError(f"{place} prints what the page does not show:\n" + "\n".join(printed))


def updated(text, outputs):
    """Return the page with what is printed in place of what stands there."""
    lines = text.split("\n")
    for start, expected, printed in reversed(outputs):
        lines[start : start + len(expected)] = printed
    return "\n".join(lines)


@pytest.fixture(autouse=True)
def names_as_before():
    """A page may declare a primitive: it ends with the page."""
    before = dict(table.HANDLERS)
    yield
    table.HANDLERS.clear()
    table.HANDLERS.update(before)


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_code_prints_what_the_page_says(page, request):
    text = page.read_text(encoding="utf-8")
    outputs = list(outputs_of(page, text))
    if request.config.getoption("--update-golden"):
        page.write_text(updated(text, outputs), encoding="utf-8")
        return
    for start, expected, printed in outputs:
        assert printed == expected, f"{page.name}:{start + 1}"


@pytest.mark.parametrize("name", TABLES)
def test_tables_are_current(name, request):
    path, rows = TABLES[name]
    page = ROOT / path
    text = page.read_text(encoding="utf-8")
    pattern = re.compile(rf"(?<=<!-- {name}:begin -->\n\n).*?(?=\n\n<!-- {name}:end -->)", re.DOTALL)
    if request.config.getoption("--update-golden"):
        page.write_text(pattern.sub(lambda _: rows(), text), encoding="utf-8")
        return
    assert pattern.search(text)[0] == rows()


BROKEN = [
    "```pycon\n>>> 1 + 1\n3\n```",
    "```pycon\n>>> print('a')\n\n>>> 2\n2\n```",
    "```pycon\n>>> import bpcompiler as bp\n>>> bp.grad(abs)(1)\n0.0\n```",
    "```python\nprint('1\\n\\n2')\n```\n\n<!-- prints -->\n\n```python\n1\n2\n```",
]


@pytest.mark.parametrize("text", BROKEN)
def test_a_broken_example_is_noticed_and_written_anew(text):
    outputs = list(outputs_of(Path("page.md"), text))
    assert any(expected != printed for _, expected, printed in outputs)
    right = updated(text, outputs)
    assert all(expected == printed for _, expected, printed in outputs_of(Path("page.md"), right))


def test_code_that_prints_or_fails_without_saying_so_is_noticed():
    with pytest.raises(AssertionError, match=r"page\.md:2"):
        list(outputs_of(Path("page.md"), "```python\nprint(1)\n```"))
    with pytest.raises(ZeroDivisionError):
        list(outputs_of(Path("page.md"), "```pycon\n>>> 1 / 0\n```"))


@pytest.mark.parametrize("page", PAGES, ids=lambda page: str(page.relative_to(ROOT)))
def test_every_block_of_python_is_run(page):
    fences = re.findall(r"^ *``` *[pP]y.*$", page.read_text(encoding="utf-8"), re.MULTILINE)
    assert [fence for fence in fences if not FENCE.match(fence)] == []
