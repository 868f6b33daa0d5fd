"""What a case of the table says, and how it is checked."""

from __future__ import annotations

import inspect
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import pytest

import bpcompiler as bp


@dataclass(frozen=True)
class Cause:
    """A call that fails, the error's class and the builtin it also is, and what the message says.

    `at` is the construct under the caret, as it stands in the function's source; "def" for the definition.
    """

    function: Callable[..., Any]
    args: tuple[Any, ...]
    error: type[bp.Error]
    builtin: type[Exception]
    at: str
    message: str
    remedy: str
    transform: Callable[..., Any] = bp.grad
    options: dict[str, Any] = field(default_factory=dict)

    @property
    def id(self) -> str:
        return self.function.__name__


def collect(causes, error, builtin, at, message, remedy, *args, **more):
    """Return a decorator that lists the function's call as a cause. Its default argument is 1.0."""

    def decorate(function):
        causes.append(Cause(function, args or (1.0,), error, builtin, at, message, remedy, **more))
        return function

    return decorate


def place(function: Callable[..., Any], construct: str) -> tuple[str, int, int, str]:
    """Return (file, line, column from 1, text) of the function's first line with the construct."""
    lines, first = inspect.getsourcelines(function)
    start = next(i for i, line in enumerate(lines) if line.lstrip().startswith(("def", "async", "lambda")))
    for number, line in enumerate(lines):
        if number >= start and construct in line:
            return (
                inspect.getsourcefile(function),
                first + number,
                line.index(construct) + 1,
                line.rstrip("\n"),
            )
    raise AssertionError(f"{construct} is not in {function.__name__}")


def check(cause: Cause) -> None:
    with pytest.raises(cause.error) as caught:
        cause.transform(cause.function, **cause.options)(*cause.args)
    error = caught.value
    assert type(error) is cause.error
    assert isinstance(error, cause.builtin)
    file, line, column, text = place(cause.function, cause.at)
    first, quoted, caret, *remedy = str(error).splitlines()
    assert first == f"{file}:{line}:{column}: {cause.message}"
    assert quoted.strip() == text.strip()
    assert quoted[caret.index("^") :].startswith(cause.at)
    assert cause.remedy in "\n".join(remedy)
    assert remedy[0]
