"""Lists that a loop of the program appends to: an array of the final length, and how much of it is filled.

    losses = []                          losses = np.empty(steps)
    for t in range(steps):               for t in range(steps):
        losses.append(u.sum())               losses[t] = u.sum()

Such a list is appended to, read by index, measured, reduced and made an array of. Whatever else is done with
it raises NeedsValueError: the call at hand then decides how long it is, if it can.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any, NoReturn

import numpy as np

from bpcompiler.errors import NeedsValueError
from bpcompiler.frontend import references, state
from bpcompiler.frontend.elements import Element, element_of, joined
from bpcompiler.frontend.grows import REMEDY, Grows, not_once
from bpcompiler.frontend.operators import size_as_value, size_of
from bpcompiler.frontend.regions import faults
from bpcompiler.frontend.trace import Traced, current
from bpcompiler.ir.equations import Value
from bpcompiler.ir.sizes import Size
from bpcompiler.ir.trees import Items
from bpcompiler.ir.types import FLOAT64, INT64, Array, Aval, Scalar, is_weak
from bpcompiler.primitives.piecewise import convert, greater_equal, less, logical_and, select


class GrownList(Traced, Items):
    """A list of `filled` items, the first ones of `array`.

    `older`: in a turn of the loop that appends, the arrays that were there before the turn. `depth`: of the
    branches and loops around what appends.
    """

    __slots__ = ("array", "depth", "element", "filled", "name", "older")

    def __init__(self, array: Any, filled: Size, element: Element, name: str, depth: int = 0) -> None:
        self.array, self.filled, self.element, self.name = array, filled, element, name
        self.older: frozenset[Any] | None = None
        self.depth = depth

    @property
    def value(self) -> Value:  # type: ignore[override]
        """The items as an array of the program."""
        return self.as_array().value  # type: ignore[no-any-return]

    @property
    def latest(self) -> Value:
        """The array, as it is."""
        return self.array.latest  # type: ignore[no-any-return]

    @property
    def aval(self) -> Aval:
        """What is known of the items."""
        return Array(self.element.dtype, (self.filled, *self.element.shape))

    @property
    def is_full(self) -> bool:
        """Return whether every element of the array is an item."""
        return current().decisions.known_equal(self.filled, self.array.aval.shape[0]) is True

    def whole(self) -> Any:
        """Return the items as a new array."""
        if self.is_full:
            return references.fresh(self.array)
        return references.fresh(self.array[slice(None, size_as_value(self.filled))])

    def as_array(self) -> Any:
        """Return what NumPy makes of the list: of no items an array of floats, of whatever kind they are."""
        plain = self.element.dtype is FLOAT64 and not self.element.shape
        if not plain and not current().decisions.less(0, self.filled):
            raise self.refused("the array of no items")
        return self.whole()

    def as_items(self) -> tuple[str, Any]:
        """Return the kind of list that a function returns in its place (`ir/trees.py`), and the items."""
        return ("numbers" if self.element.weak and not self.element.shape else "items"), self.whole()

    def length(self) -> Any:
        """Return how many items there are."""
        return size_as_value(self.filled)

    def refused(self, what: str) -> NeedsValueError:
        """Return the error for what cannot be done with such a list."""
        return NeedsValueError(
            f"{what} of the list {self.name}, to which a loop appends as often as traced values say",
            remedy=f"make it an array first, np.array({self.name or 'x'}), or {REMEDY}",
            origin=current().place(),
        )

    # ------------------------------------------------------------------ what lists can

    def append(self, item: Any, /) -> None:
        """Put an item at the end: into the array while it has room, else into a longer one."""
        if joined(self.element, element_of(item)) != self.element:
            raise Grows(self, item, self.name)
        self._hold(item)
        if not current().decisions.known_less(self.filled, self.array.aval.shape[0]):
            if self.older is not None:
                raise not_once(self.name)
            self.array = longer(self, 1)
        self.array[size_as_value(self.filled)] = item
        self.filled = self.filled + 1

    def _hold(self, item: Any) -> None:
        """Let an array that becomes an item not be written to: the list holds what it is now."""
        storage, interpreter = getattr(item, "storage", None), current().interpreter
        if storage is None or interpreter is None:
            return
        if storage in (self.older or ()) or len(interpreter.open_branches) > self.depth:
            raise NeedsValueError(
                f"an array that the list {self.name} is to hold may be another item of it too",
                remedy=f"append a copy: {self.name or 'x'}.append(y.copy())",
                origin=current().place(),
            )
        lend(item, self.name)

    def copy(self) -> Any:
        """Return another list of the same items."""
        return listed(self.whole(), self)

    def __getitem__(self, key: Any) -> Any:
        if isinstance(key, slice):
            return listed(references.fresh(self.whole()[key]), self)
        return self.item(self.array[self._position(key)])

    def _position(self, key: Any) -> Any:
        """Return where in the array the item with this index is. The program raises where there is none."""
        less, size = current().decisions.known_less, size_of(key)
        if size is None and not _is_integer(key):
            raise TypeError(f"list indices must be integers or slices, not {type(key).__name__}")
        if size is not None and (isinstance(size, int) or less(size, 0) is False):
            place = self.filled + size if less(size, 0) else size
            if less(place, 0) is False and less(place, self.filled):
                return size_as_value(place)
        return self._checked(key)

    def _checked(self, key: Any) -> Any:
        trace, length = current(), self.length()
        place = trace.elementwise(select, trace.elementwise(less, key, 0), key + length, key)
        inside = trace.elementwise(
            logical_and, trace.elementwise(greater_equal, place, 0), trace.elementwise(less, place, length)
        )
        faults.raised(trace, IndexError("list index out of range"), trace.operand(inside))
        return place

    def item(self, found: Any) -> Any:
        """Return an element of the array as the item that it is."""
        if self.element.shape:
            found = references.fresh(found)
            lend(found, self.name)
            return found
        if not self.element.weak:
            return found
        return current().emit(convert, found, dtype=self.element.dtype, weak=True)

    def __iter__(self) -> Iterator[Any]:
        if not current().decisions.decidable(self.filled):
            raise self.refused("the items")
        return iter([self[i] for i in range(current().decisions.number(self.filled))])

    def attribute(self, name: str) -> Any:
        """Return a method, or refuse it."""
        if name in ("append", "copy"):
            return getattr(self, name)
        if name == "extend":
            return self.extend
        if hasattr(list, name):
            raise self.refused(f".{name}")
        raise AttributeError(f"'list' object has no attribute {name!r}")

    def extend(self, items: Any, /) -> None:
        """Put items of a list or tuple at the end, which are counted now."""
        if not isinstance(items, (list, tuple)):
            raise self.refused(".extend")
        for item in items:
            self.append(item)

    def set_attribute(self, name: str, value: Any) -> None:
        """Raise AttributeError: a list has no attributes of the user's."""
        raise AttributeError(f"'list' object has no attribute {name!r}")

    def update_item(self, key: Any, compute: Callable[[Any], Any]) -> None:
        """Refuse `x[i] += ...`."""
        raise self.refused("a change of an item")

    def __setitem__(self, key: Any, value: Any) -> None:
        raise self.refused("a change of an item")

    def __delitem__(self, key: Any) -> None:
        raise self.refused("`del` of an item")

    def __contains__(self, item: object) -> bool:
        raise self.refused("`in`")

    def __len__(self) -> NoReturn:
        raise self.refused("len() in native code")

    def __bool__(self) -> NoReturn:
        raise self.refused("the truth")

    def __copy__(self) -> Any:
        return self.copy()


def _operator(sign: str) -> Callable[[Any, Any], Any]:
    def method(self: GrownList, other: Any) -> Any:
        if isinstance(other, Traced) and not isinstance(other, GrownList) and not is_weak(other.aval):
            return NotImplemented  # an array beside a list
        raise self.refused(f"`{sign}`")

    return method


for _name, _sign in {
    "add": "+", "radd": "+", "iadd": "+=", "mul": "*", "rmul": "*", "imul": "*=", "sub": "-", "rsub": "-",
    "truediv": "/", "rtruediv": "/", "pow": "**", "rpow": "**", "matmul": "@", "rmatmul": "@",
    "eq": "==", "ne": "!=", "lt": "<", "le": "<=", "gt": ">", "ge": ">=",
}.items():  # fmt: skip
    setattr(GrownList, f"__{_name}__", _operator(_sign))
GrownList.__name__ = "list"  # Python's own messages say `type(x).__name__`


def listed(array: Any, like: GrownList) -> Any:
    """Return a new list of an array's elements; the trace owns it."""
    interpreter = current().interpreter
    assert interpreter is not None
    made = GrownList(array, array.aval.shape[0], like.element, like.name, len(interpreter.open_branches))
    return interpreter.state.own(made)


def from_items(array: Any, kind: str) -> Any:
    """Return a list of an array's elements, of one of the kinds of `ir/trees.py`; the trace owns it."""
    element = Element(array.aval.dtype, array.aval.shape[1:], kind == "numbers")
    return listed(array, GrownList(array, 0, element, ""))


def lend(item: Any, name: str) -> None:
    """Let an array that a list holds not be written to: the list holds what it is now."""
    storage = getattr(item, "storage", None)
    if storage is not None:
        trace = current()
        text = f"an array that the list {name} holds is written to"
        trace.ambiguous[storage] = trace.bound.get((storage, name), trace.place()), trace.place(), text
        trace.listed.add(storage)


def longer(grown: GrownList, by: Size) -> Any:
    """Return a new array of a list's items with room for some more."""
    made = room_for(grown.filled + by, grown.element)
    made[slice(None, size_as_value(grown.filled))] = grown.whole()
    return made


def room_for(length: Size, element: Element) -> Any:
    """Return an array for so many items."""
    handler: Any = current().handler(np.empty)
    dims = tuple(map(size_as_value, (length, *element.shape)))
    return handler(dims, dtype=np.dtype(element.dtype.value))


def _is_integer(key: Any) -> bool:
    return isinstance(key, (int, np.integer)) or (
        isinstance(key, Traced) and isinstance(key.aval, Scalar) and key.aval.dtype is INT64
    )


def _take(grown: GrownList) -> dict[str, Any]:
    return {"array": grown.array, "filled": grown.filled}


def _put(grown: GrownList, contents: dict[str, Any]) -> None:
    grown.array, grown.filled = contents["array"], contents["filled"]


state.take.register(GrownList)(_take)
state.put.register(GrownList)(_put)
