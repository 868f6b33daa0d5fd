"""The flat function of a specialisation: the text of its module, and what that is given."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from bpcompiler.boundaries import tuples_of
from bpcompiler.call_plan import assumption_tests
from bpcompiler.codegen.naming import RESERVED
from bpcompiler.errors import ShapeError
from bpcompiler.frontend.leaf_names import outside_name
from bpcompiler.goal import Goal
from bpcompiler.ir.trees import quoted
from bpcompiler.ir.types import BOOL, FLOAT64
from bpcompiler.nopython.documentation import docstring
from bpcompiler.nopython.frozen import Frozen, frozen, guarded
from bpcompiler.nopython.leaves import Parameter, distinct, in_tuples, parameters
from bpcompiler.nopython.portable import Texts, load
from bpcompiler.nopython.raising import Raise, imports, named, raised
from bpcompiler.outline import Outline
from bpcompiler.runtime.compiled import Compiled

HELPERS = ("apart", "fits", "report")
LOCALS = ("compiled", "fault", "njit", "result", "sized")
INDENT = "    "


@dataclass(frozen=True, slots=True)
class Call:
    """A call of a function, for which something was compiled."""

    function: Callable[..., Any]
    goal: Goal
    args: tuple[Any, ...]
    kwargs: Mapping[str, Any]


def flat_function(call: Call, outline: Outline, compiled: Compiled) -> Any:
    """Return the flat function, a dispatcher of Numba's."""
    flat = _Flat(call, outline, compiled)
    given = {each.name: each.value for each in flat.constants}
    return load(Texts(flat.name, flat.module, compiled.text, flat.text(), given))


class _Flat:
    """The names of a flat function, and its text."""

    def __init__(self, call: Call, outline: Outline, compiled: Compiled) -> None:
        self._call, self._outline, self._compiled = call, outline, compiled
        self._kernel = compiled.kernel
        self.name: str = compiled.kernel.__name__
        self.module: str = compiled.kernel.py_func.__module__
        self.raises: list[Raise] = [raised(entry) for entry in compiled.faults]
        self._results = [f"r{i}" for i in range(len(outline.outputs))]
        self._taken = {*RESERVED, *HELPERS, *self._results, *LOCALS, self.name}
        self._classes = named([*(each.exception for each in self.raises), ShapeError], self._taken)
        self.parameters: list[Parameter] = parameters(
            call.function, outline, call.args, call.kwargs, self._taken
        )
        names = map(outside_name, outline.hidden)
        self.constants: list[Frozen] = frozen(
            distinct(names, self._taken), call.function, outline, call.args, call.kwargs
        )

    @cached_property
    def inputs(self) -> list[str]:
        """What the compiled function is called with: what was read from outside is behind its own."""
        names = [each.name for each in self.parameters]
        own = len(self._outline.input_names) - len(self._outline.hidden)
        return [*names[:own], *(each.name for each in self.constants), *names[own:]]

    def text(self) -> str:
        """Return the text of the module."""
        nogil = ", nogil=True" if self._kernel.targetoptions.get("nogil") else ""
        body = [*self._checks(), *self._hand_over()]
        lines = [
            *self._imports("\n".join(body)),
            "",
            *(each.line for each in self.constants),
            *([""] if self.constants else []),
            "",
            f'@njit(error_model="numpy"{nogil})',
            f"def {self.name}({', '.join(each.name for each in self.parameters)}):",
            *self._docstring(),
            *(INDENT + line for line in body),
        ]
        return "\n".join(lines) + "\n"

    def _imports(self, body: str) -> Iterator[str]:
        if any("np." in text for text in (body, *(each.line for each in self.constants))):
            yield "import numpy as np"
        yield "from numba import njit"
        yield from imports({cls: name for cls, name in self._classes.items() if f"raise {name}(" in body})
        used = [name for name in HELPERS if f"{name}(" in body]
        if used:
            yield f"from bpcompiler.runtime.flat import {', '.join(used)}"
        yield f"from {self.module} import {self.name} as compiled"

    def _docstring(self) -> list[str]:
        call, conditions = self._call, self._conditions()
        outside = [*(each.said for each in self.constants), *guarded(self._outline)]
        notes = [f"Frozen: {'; '.join(outside)}."] if outside else []
        notes += [f"Raises an exception unless: {'; '.join(conditions)}."] if conditions else []
        function = getattr(call.function, "__qualname__", str(call.function))
        return docstring(function, call.goal, self.parameters, self._outline.result, notes)

    # ------------------------------------------------------------------ statements

    def _checks(self) -> Iterator[str]:
        for each in self.parameters:
            yield f"fits({quoted(each.type)}, {quoted(each.path)}, {each.name})"
        for condition in self._conditions():
            broken = Raise(ShapeError, (f"{self.name} was made by .njit for arguments with {condition}",))
            yield f"if not {condition}:"
            yield INDENT + broken.text(self._classes[ShapeError])

    def _conditions(self) -> list[str]:
        at, memory = self.inputs, self._outline.memory
        sized = at[: len(self._outline.input_names)]
        return [
            *assumption_tests(self._outline, sized),
            *(
                f"{at[i]}.{what} == {at[j]}.{what}"
                for i, j in memory.same
                for what in ("ctypes.data", "strides")
            ),
            *(f"apart({at[i]}, {at[j]})" for i, j in memory.apart),
            *(_layout_test(at[i], layout) for i, layout in memory.layouts),
        ]

    def _hand_over(self) -> Iterator[str]:
        compiled, made = self._compiled, [self._results[each.result] for each in self._compiled.given]
        as_is = tuples_of(self._outline) is not None and not made and not compiled.tests_sizes
        back = [name for name in self._results if name not in made]
        back = ["result"] if as_is else [*(["sized"] if compiled.tests_sizes else []), *back]
        if self.raises:
            yield "fault = report()"
        yield from self._made()
        call = f"compiled({', '.join([*self.inputs, *made, *(['fault'] if self.raises else [])])})"
        yield f"{', '.join(back)} = {call}" if back else call
        yield from self._raising()
        yield f"return {'result' if as_is else in_tuples(self._outline.result, self._results.__getitem__)}"

    def _made(self) -> Iterator[str]:
        """The results that the compiled function is given."""
        for each in self._compiled.given:
            like, dtype = self.inputs[each.like], self._outline.outputs[each.result].dtype
            shape = f"{like}.shape" if each.axis is None else f"{like}.shape[{each.axis}]"
            of_type = "" if dtype is FLOAT64 else f", np.{'bool_' if dtype is BOOL else dtype.value}"
            yield f"{self._results[each.result]} = np.empty({shape}{of_type})"

    def _raising(self) -> Iterator[str]:
        for number, each in enumerate(self.raises, 1):
            yield f"if fault[0] == {number}:"
            yield INDENT + each.text(self._classes[each.exception])


def _layout_test(name: str, layout: str | tuple[int, ...]) -> str:
    if isinstance(layout, str):
        return f"{name}.flags.{layout.lower()}_contiguous"
    return f"{name}.strides == {layout}"
