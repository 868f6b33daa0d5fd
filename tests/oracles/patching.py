"""Running the user's functions with `math` and `numpy` replaced by shims.

For the time of a call, every name through which the program can reach the modules or their functions (its
module's globals, those of its helpers and of its arguments' classes, closure cells, defaults, containers of
functions) is rebound to the shim, and restored after it. Rebinding in place, instead of rebuilding functions,
leaves classes, recursion, methods and functions made at run time as they are. Not safe under threads.
"""

from __future__ import annotations

import builtins
import math
import sys
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from types import CodeType, FunctionType, MethodType, ModuleType
from typing import Any

import numpy as np
from scipy import linalg, special

from tests.oracles import linear_algebra, rules
from tests.oracles.arrays import elementwise, lift
from tests.oracles.math_shim import MATH_SHIM
from tests.oracles.number import Dual, apply
from tests.oracles.numpy_shim import NUMPY_SHIM, Chosen, Shim

# A module that is not the user's own is never rebound.
FOREIGN = {*sys.stdlib_module_names, "numpy", "scipy", "numba", "_pytest", "hypothesis", "bpcompiler"}


def _special(name: str, rule: str) -> tuple[str, Any]:
    operation = rules.NUMPY[rule]
    version = elementwise(lambda x: apply(operation, x), 1)
    return name, Chosen(version, getattr(special, name))


SPECIAL = {"erf": "erf", "erfc": "erfc", "expit": "expit", "gammaln": "lgamma"}
SPECIAL_SHIM = Shim(special, dict(map(_special, SPECIAL, SPECIAL.values())))
LINALG_SHIM = Shim(
    linalg, {name: Chosen(version, getattr(linalg, name)) for name, version in linear_algebra.SCIPY.items()}
)
MODULES = (
    *((math, MATH_SHIM), (np, NUMPY_SHIM), (special, SPECIAL_SHIM)),
    *((np.linalg, NUMPY_SHIM.linalg), (linalg, LINALG_SHIM)),
)
SHIMS: dict[int, Any] = {id(module): shim for module, shim in MODULES}


class _FloatType(type):
    """The builtin `float` to the program: the identity on duals, and what they are an instance of."""

    def __call__(cls, value: Any = 0.0) -> Any:  # noqa: N805
        return value if isinstance(value, Dual) else float(value)

    def __instancecheck__(cls, value: Any) -> bool:  # noqa: N805
        return isinstance(value, (float, Dual))


FLOAT = _FloatType("float", (), {})


def substitute(value: Any) -> Any:
    """Return what the program should see in place of a value from outside; the value itself if it may."""
    if id(value) in SHIMS:
        return SHIMS[id(value)]
    if isinstance(value, np.ndarray):
        return lift(value.copy()) if value.dtype.kind == "f" else value
    if type(value) in (list, tuple):
        items = [substitute(item) for item in value]
        return value if all(map(_is, items, value)) else type(value)(items)
    if type(value) is dict:
        changed = {key: substitute(item) for key, item in value.items()}
        return value if all(map(_is, changed.values(), value.values())) else changed
    return _of_module(value)


def _is(a: object, b: object) -> bool:
    return a is b


def _of_module(value: Any) -> Any:
    """Return the shim's version of a function or type that was imported by name."""
    name = getattr(value, "__name__", None)
    for module, shim in MODULES:
        if isinstance(name, str) and callable(value) and vars(module).get(name) is value:
            return getattr(shim, name)
    return getattr(value, "py_func", value)


def _names_in(code: CodeType) -> Iterator[str]:
    yield from code.co_names
    for constant in code.co_consts:
        if isinstance(constant, CodeType):
            yield from _names_in(constant)


def _is_foreign(module_name: str | None) -> bool:
    root = (module_name or "").partition(".")[0]
    return root in FOREIGN or (module_name or "").startswith("tests.oracles.")


class _Reachable:
    """The functions, and the dictionaries of globals, that a program can reach through names."""

    def __init__(self) -> None:
        self.functions: dict[int, FunctionType] = {}
        self.globals: dict[int, dict[str, Any]] = {}

    def add(self, value: Any) -> None:
        value = getattr(value, "py_func", value)
        if isinstance(value, FunctionType):
            self._add_function(value)
        elif isinstance(value, MethodType):
            self.add(value.__func__)
            self.add(type(value.__self__))
        elif isinstance(value, ModuleType):
            self._add_globals(vars(value))
        elif isinstance(value, type):
            self._add_class(value)
        elif hasattr(value, "func"):  # functools.partial
            self.add(value.func)
        elif isinstance(value, (list, tuple, dict)):
            for item in value.values() if isinstance(value, dict) else value:
                self.add(item)
        elif not _is_foreign(type(value).__module__):
            self.add(type(value))

    def _add_globals(self, names: dict[str, Any]) -> None:
        if not _is_foreign(names.get("__name__")):
            self.globals[id(names)] = names

    def _add_class(self, cls: type) -> None:
        for base in cls.__mro__:
            if not _is_foreign(base.__module__):
                for member in vars(base).values():
                    function = getattr(member, "fget", getattr(member, "__func__", member))
                    if isinstance(function, FunctionType):
                        self._add_function(function)

    def _add_function(self, function: FunctionType) -> None:
        if id(function) in self.functions or _is_foreign(function.__module__):
            return
        self.functions[id(function)] = function
        self._add_globals(function.__globals__)
        for name in _names_in(function.__code__):
            if name in function.__globals__:
                self.add(function.__globals__[name])
        for cell in function.__closure__ or ():
            self.add(_content(cell))
        self.add(function.__defaults__ or ())
        self.add(function.__kwdefaults__ or {})


def _content(cell: Any) -> Any:
    try:
        return cell.cell_contents
    except ValueError:  # a name that is not bound yet
        return None


@contextmanager
def shims(*values: Any) -> Iterator[None]:
    """Within it, whatever is reached from the values (functions, arguments) sees the shims."""
    reachable = _Reachable()
    for value in values:
        reachable.add(value)
    with ExitStack() as restore:
        for names in reachable.globals.values():
            _rebind_globals(names, restore)
        for function in reachable.functions.values():
            _rebind_function(function, restore)
        _rebind_imports(set(reachable.globals), restore)
        yield


def _rebind_globals(names: dict[str, Any], restore: ExitStack) -> None:
    for name, value in list(names.items()):
        if not name.startswith("__") and (changed := substitute(value)) is not value:
            names[name] = changed
            restore.callback(names.__setitem__, name, value)
    if "float" not in names:
        names["float"] = FLOAT
        restore.callback(names.pop, "float", None)


def _rebind_function(function: FunctionType, restore: ExitStack) -> None:
    for attribute in ("__defaults__", "__kwdefaults__"):
        value = getattr(function, attribute)
        if value and (changed := substitute(value)) is not value:
            setattr(function, attribute, changed)
            restore.callback(setattr, function, attribute, value)
    for cell in function.__closure__ or ():
        value = _content(cell)
        if (changed := substitute(value)) is not value:
            cell.cell_contents = changed
            restore.callback(setattr, cell, "cell_contents", value)


def _rebind_imports(users: set[int], restore: ExitStack) -> None:
    """Let an `import math` inside one of the user's functions find the shim."""
    original: Callable[..., Any] = builtins.__import__

    def importing(name: str, globals: Any = None, *args: Any, **options: Any) -> Any:  # noqa: A002
        found = original(name, globals, *args, **options)
        return SHIMS.get(id(found), found) if id(globals) in users else found

    builtins.__import__ = importing
    restore.callback(setattr, builtins, "__import__", original)
