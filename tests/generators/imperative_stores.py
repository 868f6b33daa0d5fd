"""Statements that store into arrays: elements, parts, masks, integer arrays, swaps, whole arrays."""

from __future__ import annotations

from tests.generators.imperative_arrays import array, some_views
from tests.generators.imperative_draft import Draft, Form, Kind, any_of
from tests.generators.imperative_values import element_of, index, literal, number, operand

SIGNS = ["=", "=", "+=", "-=", "*="]


def store(draft: Draft) -> bool:
    """Add a store into an array that is in scope; False if there is none."""
    arrays = draft.named("array")
    if not arrays:
        return False
    name = draft.pick(arrays)
    form: Form = FORMS(draft)
    return bool(form(draft, name, draft.places[name]))  # type: ignore[call-arg]


def _element(draft: Draft, name: str, kind: Kind) -> bool:
    target = element_of(draft, name)
    if not target:
        return False
    sign = draft.pick(SIGNS)
    draft.write(f"{target} {sign} {number(draft) if sign != '*=' else operand(draft)}")
    return True


def _row(draft: Draft, name: str, kind: Kind) -> bool:
    if len(kind.shape) != 2:
        return _part(draft, name, kind)
    axis = draft.choices.integer(0, 1)
    i = index(draft, kind.shape[axis], f"{name}.shape[{axis}]")
    if not i:
        return False
    target = f"{name}[:, {i}]" if axis else f"{name}[{i}]"
    value = array(draft, (kind.shape[1 - axis],)) if draft.chance(2) else operand(draft)
    draft.write(f"{target} {draft.pick(SIGNS)} {value}")
    return True


PARTS = {":": 0, "...": 0, "1:": 1, ":-1": 1, "::-1": 0}


def _part(draft: Draft, name: str, kind: Kind) -> bool:
    """A slice of the first axis, from an array of its shape or a number; what is read may overlap."""
    part = draft.pick(list(PARTS))
    rows = max(kind.shape[0] - PARTS[part], 0)
    overlapping = [f"{name}[{other}]" for other, less in PARTS.items() if less == PARTS[part]]
    value = draft.pick(
        [
            operand(draft),
            array(draft, (rows, *kind.shape[1:])),
            draft.pick(overlapping),
            f"0.5 * {draft.pick(overlapping)} + {operand(draft)}",
        ]
    )
    draft.write(f"{name}[{part}] {draft.pick(SIGNS)} {value}")
    return True


def _broken_part(draft: Draft, name: str, kind: Kind) -> bool:
    """A slice whose bounds are a loop's counter, or that takes every other element."""
    ints = [i for i in draft.named("int") if draft.places[i].low is not None]
    parts = ["::2", "1::2", "-1:", ":1", *(f"{i}:" for i in ints), *(f":{i}" for i in ints)]
    parts += [f"{i}:{i} + 2" for i in ints]
    part = draft.pick(parts)
    value = draft.pick([operand(draft), literal(draft), f"{name}[{part}] * {operand(draft)}"])
    draft.write(f"{name}[{part}] {draft.pick(SIGNS)} {value}")
    return True


def _stencil(draft: Draft, name: str, kind: Kind) -> bool:
    draft.write(
        draft.pick(
            [
                "{0}[1:-1] += {x} * ({0}[2:] - 2 * {0}[1:-1] + {0}[:-2])",
                "{0}[1:] = {0}[:-1] * {x}",
                "{0}[:-1] += {0}[1:]",
                "{0}[:] = {0}[::-1]",
                "{0}[1:] -= 0.5 * {0}[:-1]",
                "{0}[::-1] += {0} * 0.25",
            ]
        ).format(name, x=literal(draft))
    )
    return True


def _mask(draft: Draft, name: str, kind: Kind) -> bool:
    mask = draft.pick(["{0} > 0.3", "{0} < {x}", "np.abs({0}) > 0.6", "({0} > -0.2) & ({0} < {x})"])
    mask = mask.format(name, x=operand(draft))
    sign = draft.pick(SIGNS)
    draft.write(f"{name}[{mask}] {sign} {operand(draft)}")
    return True


def _integers(draft: Draft, name: str, kind: Kind) -> bool:
    """Repeated indices: the last write wins, and `+=` adds once, but np.add.at every time."""
    size = kind.shape[0]
    if not size:
        return False
    rows = [draft.choices.integer(-size, size - 1) for _ in range(draft.choices.integer(1, 4))]
    value = draft.pick([operand(draft), array(draft, (len(rows), *kind.shape[1:]))])
    forms = ["{0}[{i}] = {v}", "{0}[{i}] += {v}", "{0}[{i}] *= {v}", "np.add.at({0}, {i}, {v})"]
    draft.write(draft.pick(forms).format(name, i=rows, v=value))
    return True


def _whole(draft: Draft, name: str, kind: Kind) -> bool:
    """In place on all of it; a place that may be assigned to must be a name for this."""
    value = draft.pick([operand(draft), array(draft, kind.shape)])
    forms = ["{0}[...] = {v}", "np.copyto({0}, {v})", "np.add({0}, {v}, out={0})", "np.sin({0}, out={0})"]
    if name not in draft.fixed:
        forms += ["{0} += {v}", "{0} -= {v}", "{0} *= {v}", "{0} /= 1.5 + {v} * {v}"]
    if value[0] not in "n{":
        forms += ["{0}.fill({x})"]
    draft.write(draft.pick(forms).format(name, v=_atom(value), x=operand(draft)))
    return True


def _atom(text: str) -> str:
    return f"({text})" if " " in text and not text.endswith(")") else text


def _out(draft: Draft, name: str, kind: Kind) -> bool:
    value = array(draft, kind.shape)
    draft.write(
        draft.pick(
            [
                "np.multiply({v}, {x}, out={0})",
                "np.tanh({v}, out={0})",
                "np.add({v}, {0}, out={0})",
                "np.subtract({0}, {v}, {0})",
            ]
        ).format(name, v=value, x=operand(draft))
    )
    return True


def _swap(draft: Draft, name: str, kind: Kind) -> bool:
    """Elements change places; rows are views, and do not."""
    if len(kind.shape) == 2:
        if kind.shape[0] < 2:
            return False
        draft.write(
            draft.pick(
                [
                    "{0}[0], {0}[1] = {0}[1], {0}[0]",
                    "{0}[0], {0}[-1] = {0}[-1].copy(), {0}[0].copy()",
                    "{0}[[0, 1]] = {0}[[1, 0]]",
                ]
            ).format(name)
        )
        return True
    a, b = element_of(draft, name), element_of(draft, name)
    if not a or not b:
        return False
    floats = draft.named("float", free=True)
    forms = ["{a}, {b} = {b}, {a}", "{a}, {b} = {b} * 0.5, {a} + {x}"]
    if floats:
        forms += ["{a}, {f} = {f}, {a}", "{f} = {a} = {x}", "{f}, {a} = {a}, {b}"]
    chosen = draft.pick(forms)
    draft.write(chosen.format(a=a, b=b, x=operand(draft), f=draft.pick(floats) if floats else ""))
    return True


def _through_view(draft: Draft, name: str, kind: Kind) -> bool:
    """A store through a view without a name."""
    views = some_views(draft)
    if not views:
        return False
    text, shape = draft.pick(views)
    if ".reshape" in text or ".ravel" in text:
        return False
    draft.write(f"{text}[...] {draft.pick(SIGNS)} {draft.pick([operand(draft), array(draft, shape)])}")
    return True


FORMS = any_of(
    {
        _element: 9,
        _row: 3,
        _part: 4,
        _broken_part: 2,
        _stencil: 2,
        _mask: 2,
        _integers: 2,
        _whole: 3,
        _out: 2,
        _swap: 3,
        _through_view: 2,
    }
)
