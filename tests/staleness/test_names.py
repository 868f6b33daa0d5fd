"""The entry reads globals and closures by their names, whatever these are: it has names of its own."""

import pytest

import bpcompiler as bp

OWN = "a0 c0 v0 v1 e0 r r0 k_x self rest args kwargs hit fault kernel spare errors MISS type len max".split()
USUAL = ["alpha", "_", "__private", "größe", "make", "entry", "__call__", "abs"]


@pytest.mark.parametrize("name", [*OWN, *USUAL])
def test_a_global_may_have_any_name(name, module_of, evaluated):
    module = module_of(f"{name} = 2.0\ndef f(x, *, y=0.0): return x * {name} + y\n")
    f = bp.value_and_grad(module.f)
    for value in (2.0, 3.0, 4, 5.0):  # 4: compiled anew
        setattr(module, name, value)
        assert f(0.5) == (0.5 * value, value)
        assert f(0.5, y=1.0) == (0.5 * value + 1.0, value)
    assert len(f._specializations) == 4
    delattr(module, name)
    with pytest.raises((NameError, bp.Error, TypeError)):
        f(0.5)


def test_a_variable_of_a_closure_is_read_from_its_cell(evaluated):
    def make(scale, c0, name="c0"):
        def f(x):
            return x * scale * c0

        def change(new):
            nonlocal scale
            scale = new

        return bp.grad(f), change

    f, change = make(2.0, 10.0)
    other, _ = make(7.0, 1.0)
    assert (f(1.0), other(1.0)) == (20.0, 7.0)
    change(3.0)
    assert (f(1.0), other(1.0)) == (30.0, 7.0)
    assert len(f._specializations) == 1
    change(3)
    assert f(1.0) == 30.0
    assert len(f._specializations) == 2


def test_a_builtin_may_be_hidden_later(module_of, evaluated):
    module = module_of("def f(x): return abs(x) * 2.0\n")
    f = bp.value_and_grad(module.f)
    assert f(-1.0) == (2.0, -2.0)
    module.abs = lambda x: x
    assert f(-1.0) == (-2.0, 2.0)
    del module.abs
    assert f(-1.0) == (2.0, -2.0)


def test_calls_of_other_forms_are_other_kinds_of_calls(module_of, evaluated):
    module = module_of("def f(x, y=3.0): return x * y\n")
    f = bp.value_and_grad(module.f, argnums="x")
    for _ in range(2):
        assert f(2.0, 5.0) == f(2.0, y=5.0) == f(x=2.0, y=5.0) == f(y=5.0, x=2.0) == (10.0, 5.0)
        assert f(2.0) == f(x=2.0) == (6.0, 3.0)
    for args, kwargs in [((), {}), ((1.0, 2.0, 3.0), {}), ((1.0,), {"x": 1.0}), ((1.0,), {"z": 1.0})]:
        with pytest.raises(TypeError):
            f(*args, **kwargs)


def test_the_entry_leaves_nothing_in_the_users_namespace(module_of, evaluated):
    module = module_of("scale = 2.0\ndef f(x): return x * scale\n")
    before = set(vars(module))
    assert bp.grad(module.f)(1.0) == 2.0
    assert set(vars(module)) == before
