"""The right text for a function, or an error."""

from __future__ import annotations

import ast
import functools
import linecache
import subprocess
import sys
import textwrap

import pytest

from bpcompiler.errors import SourceError
from bpcompiler.frontend.source import source_of
from tests.frontend.plain import interpret, same_as_python

pair = [lambda x: x + 1, lambda x: x + 2]
nested = lambda x: lambda y: y * x  # noqa: E731
twins = (lambda x: x, lambda x: x)
defaults = [lambda x, k=1: x + k, lambda x, k=2: x - k]
closures = [(lambda n: (lambda x: x + n, lambda x: x - n))(n) for n in (1, 2)]


def text(function):
    return ast.unparse(source_of(function).node)


def test_lambdas_on_one_line_are_told_apart():
    assert text(pair[0]) == "lambda x: x + 1"
    assert text(pair[1]) == "lambda x: x + 2"
    assert text(nested(2)) == "lambda y: y * x"
    assert text(twins[0]) == text(twins[1]) == "lambda x: x"
    assert source_of(twins[0]).node.col_offset < source_of(twins[1]).node.col_offset
    assert text(defaults[1]) == "lambda x, k=2: x - k"
    assert [interpret(f, 10) for both in closures for f in both] == [11, 9, 12, 8]


def test_a_lambda_may_hold_another_on_its_line():
    outer = lambda x: [(lambda y: y + 1)(x), (lambda y: y + 2)(x)]
    same_as_python(outer, 3)


class Holder:
    __private = 3

    @staticmethod
    def static(x):
        return x + 1

    @classmethod
    def kind(cls, x):
        return cls.__private + x

    @property
    def value(self):
        return self.__private

    def method(self, x):
        def inner():
            return self.__private + x

        return inner() + len(super().__repr__()[:1])

    @functools.lru_cache  # noqa: B019
    def cached(self, x):
        return x


def test_methods_of_all_kinds():
    h = Holder()
    assert interpret(Holder.static, 1) == 2
    assert interpret(Holder.kind, 1) == 4
    assert interpret(h.method, 1) == h.method(1) == 5
    assert interpret(lambda: h.value) == 3
    assert interpret(Holder.method, h, 2) == 6


def decorated(function):
    @functools.wraps(function)
    def wrapper(*args):
        return function(*args) * 10

    return wrapper


@decorated
@decorated
def scaled(x):
    return x + 1


def test_what_is_called_is_interpreted_not_what_it_wraps():
    assert interpret(scaled, 1) == 200
    assert text(scaled).startswith("@functools.wraps(function)\ndef wrapper")


def load(tmp_path, body, name="stale"):
    file = tmp_path / f"{name}.py"
    file.write_text(textwrap.dedent(body))
    namespace = {"__name__": name}
    exec(compile(file.read_text(), str(file), "exec"), namespace)
    return file, namespace["f"]


@pytest.mark.parametrize(
    "edited",
    ["def f(x):\n    return x * 2.5\n", "def f(x):\n    return x * 20\n", "def f(y):\n    return y * 2\n",
     "x = 1\n",
     "def f(x):\n    return x - 2\n", "def f(x):\n    return (x * 2\n", "def f(x, z=1):\n    return x * 2\n"],
)  # fmt: skip
def test_a_file_edited_after_the_import_is_an_error(tmp_path, edited):
    file, f = load(tmp_path, "def f(x):\n    return x * 2\n")
    file.write_text(edited)
    with pytest.raises(SourceError, match="changed since the import") as caught:
        interpret(f, 1)
    assert "restart" in caught.value.remedy


def test_an_edit_elsewhere_in_the_file_does_no_harm(tmp_path):
    file, f = load(tmp_path, "def f(x):\n    return x * 2\n")
    file.write_text("# a comment\n\ndef g(x):\n    return x\n\n" + file.read_text())
    assert interpret(f, 3) == 6
    assert source_of(f).node.lineno == 6


def test_future_flags_are_honoured(tmp_path):
    body = (
        "from __future__ import annotations\n"
        "def f(x: Undefined = 1) -> Nope:\n    y: Missing = x\n    return y\n"
    )
    _, f = load(tmp_path, body)
    assert interpret(f) == 1


def test_functions_without_source():
    namespace = {}
    exec("def f(x):\n    return x\n", namespace)
    with pytest.raises(SourceError, match="cannot be read") as caught:
        interpret(lambda: namespace["f"](1))
    assert caught.value.origin.file == __file__


def test_cells_of_a_notebook():
    name, lines = "<ipython-input-7-abc>", "def f(x):\n    return x * 3\n"
    linecache.cache[name] = (len(lines), None, lines.splitlines(True), name)
    namespace = {"__name__": "__main__"}
    exec(compile(lines, name, "single"), namespace)
    assert interpret(namespace["f"], 2) == 6


def test_a_doctest():
    """
    >>> def tripled(x):
    ...     return x * 3
    >>> from tests.frontend.plain import interpret
    >>> interpret(tripled, 2)
    6
    """
    import doctest

    example = doctest.DocTestFinder().find(test_a_doctest, globs={})[0]
    assert doctest.DocTestRunner().run(example).failed == 0


def test_text_from_standard_input_or_the_command_line():
    program = (
        "import sys; sys.path.insert(0, '.')\n"
        "from bpcompiler.errors import SourceError\n"
        "from tests.frontend.plain import interpret\n"
        "def f(x):\n    return x * 3\n"
        "try:\n    print(interpret(f, 2))\nexcept SourceError:\n    print('SourceError')\n"
    )
    command = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    piped = subprocess.run([sys.executable, "-"], input=program, capture_output=True, text=True, check=True)
    expected = "6\n" if sys.version_info >= (3, 13) else "SourceError\n"
    assert command.stdout == expected
    assert piped.stdout in ("6\n", "SourceError\n")


def test_a_module_with_rewritten_asserts_is_still_recognised():
    def f(x):
        assert x > 0, "positive"
        return x

    assert interpret(f, 2) == 2


def test_compiled_twice_parsed_once():
    assert source_of(pair[0]) is source_of(pair[0])
