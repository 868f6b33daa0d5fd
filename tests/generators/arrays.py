"""Random programs of arrays: broadcasting, reductions, products, indexing, joins, selects, constructors.

    program   ::= helper? def program(parameter+): statement+ return sum of reductions
    statement ::= name = one of the families below, applied to names in scope

Dimensions are 0 to 3. Shapes come from the values at the sample point, so a program is right for these only.
With `kinks`, inputs are multiples of 1/4, so that ties and zeros are common and often exact.
"""

from __future__ import annotations

import math
from collections.abc import Callable

import numpy as np
from hypothesis import strategies as st

from tests.generators import array_forms as forms
from tests.generators import array_stores as stores
from tests.generators.scope import Draw, Scope
from tests.generators.source import Generated
from tests.oracles import layout

# Empty arrays last and rare: what is summed over nothing has gradient zero, which shows little.
SIZES = [(2, 3), (3, 2), (2, 2), (1, 3), (3, 1), (2, 3), (3, 3), (1, 1), (1, 2), (2, 1), (0, 2), (2, 0)]
LARGEST_VALUE = 12.0
LARGEST_SIZE = 36
HEADER = "import math\n\nimport numpy as np\n\nSCALE = 0.75\n\n\n"
HELPER = """def helper(a, b, factor=0.5):
    t = np.tanh(a) * factor
    return t + np.sum(b) * SCALE


"""
FAMILIES: list[Callable[[Scope], str]] = [
    *[forms.elementwise] * 3,
    *[forms.binary] * 4,
    *[forms.reduction] * 2,
    *[forms.product] * 2,
    *[forms.basic_index] * 2,
    forms.integer_index,
    forms.join,
    *[forms.shape] * 2,
    forms.select,
    forms.constructor,
    forms.method,
    forms.call,
]


def store_statement(scope: Scope) -> None:
    """Add a store into an array in scope, or into a new copy of one."""
    name = stores.target(scope)
    if name is None:
        return
    stores.store(scope, name)
    value = scope.values[name]
    if not np.all(np.abs(value) <= LARGEST_VALUE):
        scope.write(f"{name}[...] = np.tanh({name})")


def statement(scope: Scope) -> None:
    """Add an assignment, to a new name or to an old one."""
    text = scope.pick(FAMILIES)(scope)
    value = scope.evaluate(text)
    if not forms.is_real(value) or np.size(value) > LARGEST_SIZE:
        text = f"np.sum({text}) * 0.1"
        value = scope.evaluate(text)
    if not np.all(np.isfinite(value)):
        return
    if np.max(np.abs(value), initial=0.0) > LARGEST_VALUE:
        text = scope.pick(["np.tanh({})", "np.sin({})", "({}) / 16.0"]).format(text)
    old = scope.names_where(forms.is_real)
    name = scope.pick(old) if scope.chance(5) else scope.fresh("t")
    scope.write(f"{name} = {text}")


def _input(draw: Draw, shape: tuple[int, ...], dtype: str, kinks: bool) -> np.ndarray:
    """Return an array of moderate numbers; without `kinks` no two are equal or nearly so."""
    size = math.prod(shape)
    if kinks:
        flat = [draw(st.integers(-6, 6)) / 4 for _ in range(size)]
    else:
        flat = [draw(st.integers(-12, 12)) / 8 + 0.011 * math.sqrt(i + 2) for i in range(size)]
    return np.array(flat, dtype=dtype).reshape(shape)


def _layout(draw: Draw, array: np.ndarray) -> np.ndarray:
    """Return equal numbers in another memory layout now and then."""
    choice = draw(st.integers(0, 5))
    if choice == 0:
        return np.asfortranarray(array)
    if choice == 1 and array.ndim:
        wide = np.repeat(array, 2, axis=-1)
        return wide[..., ::2]
    return array


def _shapes(draw: Draw) -> list[tuple[int, ...]]:
    """Return shapes that have dimensions in common, so that they broadcast and multiply."""
    n, m = draw(st.sampled_from(SIZES))
    related = [(n, m), (m,), (n,), (n, 1), (1, m), (m, n), (), (2, n, m), (m, m)]
    return draw(st.lists(st.sampled_from(related), min_size=1, max_size=4))


@st.composite
def programs(
    draw: Draw,
    largest: int = 10,
    *,
    float32: bool = False,
    kinks: bool = False,
    mutating: bool = False,
) -> Generated:
    """Return a program of one to four array parameters, up to `largest` statements, with its arguments.

    With `float32` each array may be float32 instead of float64; Python numbers stay weak. With `mutating` a
    third of the statements store into arrays: elements, slices, views, aliases, parameters.
    """
    namespace: dict[str, object] = {}
    exec(HEADER + HELPER, namespace)
    dtypes = st.sampled_from(["float32", "float64"]) if float32 else st.just("float64")
    arrays = [_layout(draw, _input(draw, shape, draw(dtypes), kinks)) for shape in _shapes(draw)]
    args = (*arrays, 0.75) if draw(st.booleans()) else tuple(arrays)
    parameters = ["x", "w", "b", "v", "s"][: len(args)]
    scope = Scope(draw, namespace, dict(zip(parameters, map(layout.copy, args), strict=True)))
    for _ in range(draw(st.integers(2, largest))):
        (store_statement if mutating and scope.chance(3) else statement)(scope)
    lines = [f"def program({', '.join(parameters)}):", *scope.lines, f"    return {_result(scope)}"]
    source = HEADER + HELPER + "\n".join(lines) + "\n"
    return Generated(source, args, tuple(range(len(args))))


def _result(scope: Scope) -> str:
    """Return a scalar that reads the names made last, each by its own reduction."""
    terms = []
    for name in scope.names_where(forms.is_real)[-4:]:
        is_array = np.ndim(scope.values[name]) > 0
        form = scope.pick(
            ["np.sum({0})", "({0} * {0}).sum()", "np.sum(np.sin({0}))"] if is_array else ["{0}"]
        )
        terms.append(form.format(name))
    return " + ".join(terms)
