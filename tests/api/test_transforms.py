"""What `grad` and its like promise: arguments, results, types, fresh buffers."""

from __future__ import annotations

import inspect
import math
from functools import partial

import numpy as np
import pytest

import bpcompiler as bp
from tests.api.functions import (
    NOTES_GRADIENT,
    NOTES_VALUE,
    Layer,
    Model,
    Pair,
    decorated,
    notes,
    of_containers,
    weighted,
    with_aux,
)

X = np.array([1.0, 2.0, 3.0])


def test_the_notes_example() -> None:
    both = bp.value_and_grad(notes, argnums=(0, 1))
    value, gradient = both(3.0, -4.0)
    assert value == pytest.approx(NOTES_VALUE, rel=1e-15)
    assert gradient == pytest.approx(NOTES_GRADIENT, rel=1e-14)
    assert bp.grad(notes, argnums=(0, 1))(3.0, -4.0) == gradient
    assert both.value(3.0, -4.0) == value
    assert both.value_and_grad(3.0, -4.0) == (value, gradient)


@pytest.mark.parametrize(
    ("argnums", "expected"),
    [
        (0, NOTES_GRADIENT[0]),
        (1, NOTES_GRADIENT[1]),
        (-1, NOTES_GRADIENT[1]),
        ("y", NOTES_GRADIENT[1]),
        ((1,), (NOTES_GRADIENT[1],)),
        (("y", 0), NOTES_GRADIENT[::-1]),
        (..., NOTES_GRADIENT),
    ],
)
def test_argnums(argnums: object, expected: object) -> None:
    assert bp.grad(notes, argnums=argnums)(3.0, -4.0) == pytest.approx(expected, rel=1e-14)


def test_arguments_by_keyword_and_default() -> None:
    def f(x: float, y: float = 2.0, *, k: int = 3) -> float:
        return x**k * y

    gradient = bp.grad(f, argnums=...)
    assert gradient(2.0) == (24.0,)
    assert gradient(2.0, 5.0) == (60.0, 8.0)
    assert gradient(2.0, y=5.0) == (60.0, 8.0)
    assert gradient(2.0, 5.0, k=2) == (20.0, 4.0)
    assert gradient(y=5.0, x=2.0) == (60.0, 8.0)  # in the order of the parameters
    assert bp.grad(f, argnums="y")(2.0, y=1.0) == 8.0


def test_star_arguments_keep_their_place_in_the_source() -> None:
    def f(x: float, /, y: float, *rest: float, z: float = 2.0, **more: float) -> float:
        return x * y * z + sum(rest) * more.get("q", 1.0)

    gradient = bp.grad(f, argnums=...)
    assert gradient(1.0, 2.0, 3.0, 4.0, z=5.0, q=6.0) == (10.0, 5.0, 6.0, 6.0, 2.0, 7.0)
    assert "def grad_f(x, y, *rest, z, q):" in gradient.source
    namespace: dict[str, object] = {}
    exec(gradient.source, namespace)
    staged = namespace["grad_f"](1.0, 2.0, 3.0, 4.0, z=5.0, q=6.0)  # type: ignore[operator]
    assert staged == (10.0, 5.0, 6.0, 6.0, 2.0, 7.0)


def test_a_wrapped_function_keeps_what_it_was() -> None:
    assert decorated.__name__ == "decorated"
    assert decorated.__doc__ == "A product."
    assert decorated.__wrapped__(2.0, 3.0) == 18.0
    assert list(inspect.signature(decorated).parameters) == ["x", "y"]
    assert decorated(2.0, 3.0) == (9.0, 12.0)


def test_methods_do_not_count_self() -> None:
    model = Model(0.5)
    w = np.array([1.0, -1.0, 2.0])
    value, (dw, dx) = model.loss(w, X)
    assert value == 0.5 * np.sum((w * X) ** 2)
    np.testing.assert_allclose(dw, w * X**2, rtol=1e-15)
    np.testing.assert_allclose(dx, X * w**2, rtol=1e-15)
    model.rate = 1.0
    np.testing.assert_allclose(model.loss(w, X)[1][0], 2 * w * X**2, rtol=1e-15)
    assert bp.grad(model.plain)(2.0) == 12.0


def test_auxiliary_results_come_along() -> None:
    gradient, aux = bp.grad(with_aux, has_aux=True)(X)
    np.testing.assert_array_equal(gradient, 2 * X)
    np.testing.assert_array_equal(aux["squares"], X * X)
    assert (aux["name"], aux["count"]) == ("aux", 3)
    (value, again), same = bp.value_and_grad(with_aux, has_aux=True)(X)
    assert value == np.sum(X * X)
    assert again.keys() == aux.keys()
    np.testing.assert_array_equal(same, gradient)


def test_gradients_have_the_structure_of_their_arguments() -> None:
    pair = Pair(2.0, X)
    layers = [Layer(X, 0.5), Layer(X[:2], -1.0, "other")]
    found, (first, second), scale = bp.grad(of_containers, argnums=(0, 1, 1))(pair, layers, 3)[:2] + (None,)
    assert scale is None
    assert isinstance(found, Pair)
    assert found.a == X.sum()
    np.testing.assert_array_equal(found.b, np.full(3, 2.0))
    assert (type(first), first.name, second.name) == (Layer, "layer", "other")
    np.testing.assert_allclose(first.w, 3 * 0.5 * 2 * X)
    assert second.b == 3 * np.sum(X[:2] ** 2)


def test_numbers_that_have_no_derivative_pass_through() -> None:
    def f(params: dict[str, object], flag: bool) -> object:
        return params["w"] * params["n"] if flag else 0.0  # type: ignore[operator]

    params = {"w": 2.0, "n": 3, "on": True, "name": "p", "none": None}
    assert bp.grad(f)(params, True) == {"w": 3.0, "n": 3, "on": True, "name": "p", "none": None}


def test_an_argument_that_does_not_matter_gets_zeros() -> None:
    dx, dy = bp.grad(lambda x, y: np.sum(x), argnums=(0, 1))(X, np.ones((2, 2), np.float32))
    np.testing.assert_array_equal(dx, np.ones(3))
    assert (dy.shape, dy.dtype) == ((2, 2), np.float32)
    assert not dy.any()
    assert bp.grad(lambda x: 1.0)(3.0) == 0.0


@pytest.mark.parametrize("scalar", [float, np.float64, np.float32])
def test_results_have_the_types_of_the_function_and_of_its_arguments(scalar: type) -> None:
    value, gradient = bp.value_and_grad(lambda x: x * x)(scalar(3.0))
    assert (type(value), type(gradient)) == (scalar, scalar)
    assert (value, gradient) == (9.0, 6.0)
    assert type(bp.jit(lambda x: np.exp(x))(scalar(0.0))) is type(np.exp(scalar(0.0)))


def test_results_are_fresh_and_arguments_stay() -> None:
    def f(x: object, y: object) -> object:
        return np.sum(x + y)  # type: ignore[operator]

    x, y = X.copy(), X.copy()
    dx, dy = bp.grad(f, argnums=(0, 1))(x, y)
    dx += 1.0
    dx *= 2.0
    np.testing.assert_array_equal(dy, np.ones(3))
    np.testing.assert_array_equal(x, X)
    out = bp.jit(lambda x: (x, x, x.T))(x)
    out[0][:] = 0.0
    np.testing.assert_array_equal(out[1], X)
    np.testing.assert_array_equal(out[2], X)
    np.testing.assert_array_equal(x, X)


def test_a_new_batch_size_is_no_new_specialisation() -> None:
    gradient = bp.grad(weighted)
    rng = np.random.default_rng(0)
    params = {"w": rng.standard_normal((3, 2)), "b": rng.standard_normal(2)}
    for n in (5, 1, 0, 2, 64):
        x = rng.standard_normal((n, 3))
        expected = 2 * x.T @ (x @ params["w"] + params["b"])
        np.testing.assert_allclose(gradient(params, x)["w"], expected, rtol=1e-12, atol=1e-12)
    assert len(gradient._specializations) == 1


def test_layouts_and_read_only_arrays() -> None:
    gradient = bp.grad(lambda x: np.sum(x**3))
    x = np.arange(12.0).reshape(3, 4)
    frozen = x.copy()
    frozen.flags.writeable = False
    for view in (x, np.asfortranarray(x), x[::2, ::-1], x.T, frozen):
        np.testing.assert_allclose(gradient(view), 3 * np.asarray(view) ** 2)


def test_partial_functions_and_lambdas_on_one_line() -> None:
    first, second = bp.grad(lambda x: x * x), bp.grad(lambda x: x * x * x)
    assert (first(2.0), second(2.0)) == (4.0, 12.0)
    assert bp.grad(partial(notes, y=-4.0))(3.0) == pytest.approx(NOTES_GRADIENT[0], rel=1e-14)


def test_stop_gradient() -> None:
    assert bp.grad(lambda x: bp.stop_gradient(x) * x)(3.0) == 3.0
    assert bp.stop_gradient(3.0) == 3.0
    assert bp.grad(lambda x: np.sum(bp.stop_gradient({"a": x})["a"] * x))(X).tolist() == X.tolist()


def test_specialisations_show_everything(tmp_path: object) -> None:
    made = bp.value_and_grad(notes, argnums=(0, 1)).specialize(3.0, -4.0)
    assert "dnum = invden" in made.source
    assert "program notes(" in str(bp.jit(notes).specialize(3.0, -4.0).program)
    assert "@njit" in made.lowered_source
    made.entry((3.0, -4.0), {})
    assert "define" in made.llvm
    assert made.asm
    path = made.export(tmp_path / "notes.py")  # type: ignore[operator]
    namespace: dict[str, object] = {}
    exec(path.read_text(), namespace)
    assert "bpcompiler" not in path.read_text()
    assert namespace[made.name](3.0, -4.0)[1] == pytest.approx(NOTES_GRADIENT, rel=1e-14)  # type: ignore[operator]
    assert "dnum" in made.source._repr_html_()


def test_source_is_that_of_the_last_call() -> None:
    gradient = bp.grad(lambda x, wave: math.sin(x) if wave else x * x)
    with pytest.raises(bp.Error, match="no source yet"):
        _ = gradient.source
    gradient(1.0, True)
    of_wave = gradient.source
    gradient(1.0, False)
    assert "cos" in of_wave
    assert "cos" not in gradient.source
    gradient(2.0, True)
    assert gradient.source == of_wave


def test_many_specialisations_are_worth_a_warning() -> None:
    def power(x: float, names: tuple[str, ...]) -> float:
        return x * len(names)

    gradient = bp.grad(power)
    for n in range(8):
        assert gradient(1.0, ("a",) * n) == n
    with pytest.warns(UserWarning, match="9 kinds of calls"):
        assert gradient(1.0, ("a",) * 8) == 8


def doubled_in_place(u):
    u *= 2.0
    return np.sum(u * u)


def test_derivatives_leave_the_arguments_as_they_are():
    u, v = np.array([1.0, 3.0]), np.array([0.5, -1.0])
    before = u.copy()
    value, pull_back = bp.vjp(doubled_in_place, u)
    assert value == 40.0
    np.testing.assert_array_equal(pull_back(1.0)[0], 8.0 * before)
    np.testing.assert_array_equal(bp.jacobian(doubled_in_place)(u), 8.0 * before)
    np.testing.assert_array_equal(bp.hessian(doubled_in_place)(u), 8.0 * np.eye(2))
    assert bp.jvp(doubled_in_place, (u,), (v,))[1] == 8.0 * before @ v
    np.testing.assert_array_equal(bp.hvp(doubled_in_place, (u,), (v,))[0], 8.0 * v)
    np.testing.assert_array_equal(u, before)
    assert bp.jit(doubled_in_place)(u) == 40.0
    np.testing.assert_array_equal(u, 2.0 * before)
