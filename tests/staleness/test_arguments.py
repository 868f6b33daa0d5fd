"""Functions and objects among the arguments: what they read may change between two calls too."""

import math

import pytest

import bpcompiler as bp
from tests.staleness.changes import run

pytestmark = pytest.mark.usefixtures("evaluated")
TEXT = """
import functools
RATE, POWER = 2.0, 2

class Model:
    rate = 3.0
    power = 2
    def __call__(self, x):
        return self.rate * x ** self.power
    def scaled(self, x):
        return 2.0 * self(x)

def helper(x):
    return x * RATE

def law(x):
    return helper(x) ** POWER

def other(x):
    return math.sin(x)

model = Model()
partial = functools.partial(pow, exp=2)

def apply(function, x):
    return function(x) + 1.0

def apply_keyword(x, *, function):
    return function(x) + 1.0

def apply_all(functions, x):
    return sum(function(x) for function in functions)

def apply_named(table, x):
    return table["law"](x) * table["rate"]
"""
CHANGES = {
    "law": ("POWER = 3", "RATE = 5.0", "RATE = 3", "def helper(x): return x + RATE"),
    "model": ("model.rate = 2.0", "model.power = 3", "Model.__call__ = lambda self, x: x * self.rate"),
    "model.scaled": ("model.rate = 2.0", "model.power = 3", "model = Model()"),
}
CALLS = {
    "apply": lambda m, f: ((f, 0.7), {}),
    "apply_keyword": lambda m, f: ((0.7,), {"function": f}),
    "apply_all": lambda m, f: (([f, m.other], 0.7), {}),
    "apply_named": lambda m, f: (({"law": f, "rate": 2.0}, 0.7), {}),
}


@pytest.mark.parametrize("function", CHANGES)
@pytest.mark.parametrize("call", CALLS)
def test_what_an_argument_reads_may_change(call, function, module_of):
    module = module_of(TEXT)
    compiled = bp.jit(getattr(module, call))
    for change in ("pass", *CHANGES[function]):
        run(change, module)
        args, kwargs = CALLS[call](module, eval(function, vars(module)))
        for _ in range(2):
            made = len(compiled._specializations)
            assert math.isclose(compiled(*args, **kwargs), getattr(module, call)(*args, **kwargs)), change
        assert len(compiled._specializations) == made


def test_another_function_is_another_call(module_of):
    module = module_of(TEXT)
    compiled = bp.jit(module.apply)
    for function in (module.law, module.other, math.cos, module.model, lambda x: 2.0 * x):
        assert math.isclose(compiled(function, 0.7), function(0.7) + 1.0)


def test_another_object_of_the_class_is_read_itself(module_of):
    module = module_of(TEXT)
    compiled = bp.jit(module.apply)
    models = [module.Model() for _ in range(3)]
    for number, model in enumerate(models):
        model.rate = 1.0 + number
        assert math.isclose(compiled(model, 0.7), model(0.7) + 1.0)
