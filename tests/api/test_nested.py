"""Transforms inside traced functions, differentiated again: against autograd, and by hand where it cannot."""

from __future__ import annotations

import inspect
from types import FunctionType, SimpleNamespace
from typing import Any

import autograd
import autograd.numpy as anp
import numpy as np
import pytest

import bpcompiler as bp
from tests.api import nested_programs

W = np.array([0.4, -0.7, 0.9])


def _pull_back(function: Any, *args: Any) -> Any:
    back, value = autograd.make_vjp(function)(*args)
    return value, lambda ct: (back(ct),)


def _hvp(function: Any, primals: Any, tangents: Any) -> Any:
    return (autograd.make_hvp(function)(*primals)[0](*tangents),)


def _jvp(function: Any, primals: Any, tangents: Any) -> Any:
    return autograd.make_jvp(function)(*primals)(*tangents)


AUTOGRAD = {
    "np": anp,
    "math": SimpleNamespace(sin=anp.sin, exp=anp.exp),
    "bp": SimpleNamespace(
        grad=lambda f, argnums=0: autograd.grad(f, argnums),
        value_and_grad=autograd.value_and_grad,
        hessian=autograd.hessian,
        jacobian=autograd.jacobian,
        jvp=_jvp,
        hvp=_hvp,
        vjp=_pull_back,
    ),
}


def _with_autograd(function: FunctionType) -> Any:
    names = {**vars(nested_programs), **AUTOGRAD}
    names["fit"] = FunctionType(nested_programs.fit.__code__, names)
    return FunctionType(function.__code__, names, closure=function.__closure__)


def _staged(transform: Any, *args: Any) -> Any:
    """Return what the staged source returns: run by CPython, which is quicker than compiling it."""
    names: dict[str, Any] = {}
    exec(str(transform.specialize(*args).source), names)  # noqa: S102 - that is what is tested
    function = next(each for each in names.values() if isinstance(each, FunctionType))
    keywords = function.__kwdefaults__ or {}
    wanted = [name for name in inspect.getfullargspec(function).kwonlyargs if name not in keywords]
    return function(*args, **{name: getattr(nested_programs, name) for name in wanted})


@pytest.mark.parametrize("program", nested_programs.PROGRAMS, ids=lambda f: f.__name__)
def test_a_function_that_differentiates_inside_is_differentiated(program: FunctionType) -> None:
    expected = _with_autograd(program)
    np.testing.assert_allclose(_staged(bp.jit(program), W), expected(W), rtol=1e-10, atol=1e-12)
    found = _staged(bp.grad(program), W)
    np.testing.assert_allclose(found, autograd.grad(expected)(W), rtol=1e-8, atol=1e-11)


def running_products(u: Any) -> Any:
    u = u.copy()
    for i in range(1, len(u)):
        u[i] = u[i - 1] * u[i]
    return u[-1]


def ascent(x: Any, steps: int) -> Any:
    for _ in range(steps):
        x = x + 0.1 * bp.grad(running_products)(x)
    return np.sum(x**2)


def _ascent_by_hand(x: Any, steps: int) -> Any:
    for _ in range(steps):
        x = x + 0.1 * anp.array([x[1] * x[2], x[0] * x[2], x[0] * x[1]])
    return anp.sum(x**2)


@pytest.mark.parametrize("steps", [0, 1, 2, 5])
def test_tapes_of_a_derivative_inside_a_loop_have_cotangents(steps: int) -> None:
    found = _staged(bp.grad(ascent), W, steps)
    np.testing.assert_allclose(found, autograd.grad(_ascent_by_hand)(W, steps), rtol=1e-12)


def test_compiled_and_staged_agree() -> None:
    for program in (ascent, nested_programs.maml, nested_programs.vjp_inside_called_twice):
        more = (3,) if program is ascent else ()
        gradient = bp.grad(program)
        np.testing.assert_allclose(gradient(W, *more), _staged(gradient, W, *more), rtol=1e-12)


class Model:
    """A model whose loss is decorated, as a method."""

    @bp.value_and_grad
    def loss(self, w: Any, scale: float) -> Any:
        return np.sum(w**3) * scale

    def step(self, w: Any) -> Any:
        loss, gradient = self.loss(w, scale=2.0)
        return w - 0.1 * gradient, loss


def test_structures_keywords_and_methods() -> None:
    model = Model()

    @bp.jit
    def run(x: Any) -> Any:
        f = lambda p, s: np.sum(np.sin(p["a"])) * p["b"] * s + p["b"] ** 3  # noqa: E731
        hessian = bp.hessian(f)({"a": x, "b": x[0]}, s=2.0)
        (value, aux), gradient = bp.value_and_grad(
            lambda z: (np.sum(z**3), {"most": np.max(z)}), has_aux=True
        )(x)
        keyword = bp.grad(lambda z, y: np.sum(z**3 * y))(z=x, y=x * 2)
        stepped, loss = model.step(model.step(x)[0])
        three = bp.grad(lambda z: np.sum(z**2)).value_and_grad(x)
        return hessian, value, aux, gradient, keyword, stepped, loss, three

    hessian, value, aux, gradient, keyword, stepped, loss, three = run(W)
    np.testing.assert_allclose(hessian["a"]["a"], np.diag(-np.sin(W) * W[0] * 2))
    np.testing.assert_allclose(hessian["a"]["b"], np.cos(W) * 2)
    np.testing.assert_allclose(hessian["b"]["a"], np.cos(W) * 2)
    assert hessian["b"]["b"] == pytest.approx(6 * W[0])
    assert (value, aux["most"]) == (pytest.approx(np.sum(W**3)), W.max())
    np.testing.assert_allclose(gradient, 3 * W**2)
    np.testing.assert_allclose(keyword, 6 * W**3)
    once = W - 0.6 * W**2
    np.testing.assert_allclose(stepped, once - 0.6 * once**2)
    assert loss == pytest.approx(2 * np.sum(once**3))
    assert three[0] == pytest.approx(np.sum(W**2))


def test_types_of_what_comes_back() -> None:
    def inside(x: Any) -> Any:
        f = lambda z: np.sum(z**3)  # noqa: E731
        return bp.hessian(f)(x), bp.jacobian(lambda z: z[0] * 2)(x), bp.jvp(f, (x,), (x * 2.0,))

    x = W.astype(np.float32)
    found, outside = bp.jit(inside)(x), inside(x)
    for here, there in zip((*found[:2], *found[2]), (*outside[:2], *outside[2]), strict=True):
        assert (here.dtype, np.shape(here)) == (there.dtype, np.shape(there))
        np.testing.assert_allclose(here, there, rtol=1e-6)


def not_scalar(x: Any) -> Any:
    return bp.grad(lambda z: z * 2)(x)


def other_shape(x: Any) -> Any:
    return bp.jvp(lambda z: z * 2, (x,), (np.ones(4),))[1]


def other_structure(x: Any) -> Any:
    return bp.jvp(lambda p: p["a"] * 2, ({"a": x},), ([x],))[1]


def stores_outside(x: Any) -> Any:
    kept = np.zeros(3)

    def f(z: Any) -> Any:
        kept[0] = z[0]
        return np.sum(z**2)

    return bp.grad(f)(x) + kept


@pytest.mark.parametrize(
    ("program", "words"),
    [
        (not_scalar, "returns an array of shape (3,)"),
        (other_shape, "the tangents have shape (4,) where (3,) is needed"),
        (other_structure, "the tangents do not have the structure"),
        (stores_outside, "a store into an array of the function around"),
    ],
)
def test_errors_name_the_line(program: Any, words: str) -> None:
    with pytest.raises(bp.Error) as caught:
        bp.jit(program)(W)
    text = str(caught.value)
    assert words in text
    assert "test_nested.py" in text


def test_argnums_of_all_arguments_in_a_matrix() -> None:
    f = lambda a, b: a * np.sum(b**2)  # noqa: E731
    first, second = bp.jacobian(f, ...)(W, W)
    np.testing.assert_allclose(first, np.eye(3) * np.sum(W**2))
    np.testing.assert_allclose(second, 2 * np.outer(W, W))
