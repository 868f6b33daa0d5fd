"""Statements that store into arrays: what NumPy's semantics of views, aliases and repeated indices decide."""

from __future__ import annotations

from typing import Any

import numpy as np
from hypothesis import strategies as st

from tests.generators.array_forms import array_name, is_real
from tests.generators.scope import Scope, number


def target(scope: Scope) -> str | None:
    """Return the name of an array to store into, made now or there already (a view, a parameter)."""
    source = array_name(scope, empty=False)
    if source is None:
        return None
    if scope.values[source].flags.writeable and scope.chance(2):
        return source
    name = scope.fresh("y")
    make = scope.pick(["{0}.copy()", "{0} * 1", "np.zeros_like({0})", "np.array({0})", "np.ones({0}.shape)"])
    scope.write(f"{name} = {make.format(source)}")
    return name


def store(scope: Scope, name: str) -> None:
    """Add one to three stores into the array."""
    for _ in range(scope.draw(st.integers(1, 3))):
        form = scope.pick(
            [_to_items, _to_items, _update, _through_a_view, _by_mask, _by_integers, _in_a_loop]
        )
        form(scope, name)


def _value_for(scope: Scope, selection: str) -> str:
    """Return a name whose value can be stored into the selection, or a literal."""
    shape = np.shape(scope.evaluate(selection))
    names = scope.names_where(lambda value: is_real(value) and _fits(value, shape))
    return scope.pick([f"0.5 * {scope.pick(names)}", scope.pick(names)]) if names else number(scope.draw)


def _fits(value: Any, shape: tuple[int, ...]) -> bool:
    try:
        return np.broadcast_shapes(np.shape(value), shape) == shape
    except ValueError:
        return False


def _item(scope: Scope, name: str) -> str:
    choices = ["0", "-1", ":", "1:", ":-1", "::2", "::-1", "...", "..., 0"]
    return f"{name}[{scope.pick(choices)}]"


def _to_items(scope: Scope, name: str) -> None:
    selection = _item(scope, name)
    sign = scope.pick(["=", "=", "+=", "-=", "*="])
    scope.write(f"{selection} {sign} {_value_for(scope, selection)}")


def _update(scope: Scope, name: str) -> None:
    """The whole array, through its name."""
    scope.write(f"{name} {scope.pick(['+=', '-=', '*='])} {_value_for(scope, name)}")


def _through_a_view(scope: Scope, name: str) -> None:
    view = scope.fresh("view")
    of = scope.pick(
        [name, f"{name}[1:]", f"{name}[::-1]", f"{name}.T", f"{name}.reshape(-1)", f"{name}[None]"]
    )
    scope.write(f"{view} = {of}")
    selection = f"{view}[{scope.pick(['...', ':1', '-1:'])}]"
    scope.write(f"{selection} {scope.pick(['=', '+=', '*='])} {_value_for(scope, selection)}")


def _by_mask(scope: Scope, name: str) -> None:
    mask = scope.pick([f"{name} > 0.3", f"{name} < -0.2", f"np.abs({name}) > 0.6"])
    scope.write(f"{name}[{mask}] {scope.pick(['=', '*=', '+='])} {number(scope.draw)}")


def _by_integers(scope: Scope, name: str) -> None:
    """Repeated indices: the last write wins, and `+=` adds once."""
    first = scope.values[name].shape[0]
    indices = scope.draw(st.lists(st.integers(-first, first - 1), min_size=1, max_size=4))
    selection = f"{name}[{indices!r}]"
    form = scope.pick(
        [f"{selection} = {{}}", f"{selection} += {{}}", f"np.add.at({name}, {indices!r}, {{}})"]
    )
    scope.write(form.format(_value_for(scope, selection)))


def _in_a_loop(scope: Scope, name: str) -> None:
    body = scope.pick(
        [
            f"{name}[k] = np.sin({name}[k]) + k * {name}[k - 1]",
            f"{name}[k] *= 0.5 + {name}[0]",
            f"{name}[k], {name}[-1] = {name}[-1] * 1.0, {name}[k] * 0.5",
        ]
    )
    scope.write(f"for k in range({name}.shape[0]):\n    {body}")
