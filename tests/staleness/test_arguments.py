"""Functions and objects among the arguments: what they read may change between two calls too."""

import math
from collections import Counter, OrderedDict, defaultdict, deque
from types import MappingProxyType, SimpleNamespace

import pytest

import bpcompiler as bp
from bpcompiler.errors import OverlapError
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


CONTAINERS = {
    "OrderedDict": (lambda: OrderedDict(a=1.0, b=2), lambda c, x: sum(c.values()) * x, "c['a'] = 5.0"),
    "OrderedDict grows": (lambda: OrderedDict(a=1.0), lambda c, x: sum(c.values()) * x, "c['d'] = 5.0"),
    "defaultdict": (lambda: defaultdict(float, a=1.0), lambda c, x: c["a"] * x, "c['a'] = 5.0"),
    "Counter": (lambda: Counter("aab"), lambda c, x: c["a"] * x, "c['a'] = 5"),
    "deque": (lambda: deque([1.0, 2.0]), lambda c, x: sum(c) * x, "c[0] = 5.0"),
    "set": (lambda: {1, 2}, lambda c, x: len(c) * x, "c.add(3)"),
    "set of texts": (lambda: {"a"}, lambda c, x: x if "b" in c else -x, "c.add('b')"),
    "mapping proxy": (
        lambda: MappingProxyType({"a": [1.0]}),
        lambda c, x: sum(c["a"]) * x,
        "c['a'][0] = 5.0",
    ),
    "namespace": (lambda: SimpleNamespace(a=1.0), lambda c, x: c.a * x, "c.a = 5.0"),
    "in a list": (lambda: [deque([1.0])], lambda c, x: c[0][0] * x, "c[0][0] = 5.0"),
}


@pytest.mark.parametrize("name", CONTAINERS)
def test_containers_of_all_kinds_are_read_at_each_call(name):
    make, function, change = CONTAINERS[name]
    compiled, container = bp.jit(function), make()
    before = compiled(container, 2.0)
    assert before == function(container, 2.0)
    exec(change, {"c": container})
    assert compiled(container, 2.0) == function(container, 2.0) != before


def adds(items, x):
    items.add(9)
    return len(items) * x


def appends(items, x):
    items.append(x)
    return sum(items)


@pytest.mark.parametrize(("function", "make"), [(adds, lambda: {1, 2}), (appends, lambda: deque([1.0]))])
def test_the_callers_containers_are_never_changed(function, make):
    container, same = make(), make()
    assert bp.jit(function)(container, 2.0) == function(same, 2.0)
    assert container == make()


def changes_one(p, q):
    p["a"] = p["a"] * 2.0
    return p["a"] * q["a"]


GLOBAL = {"a": 3.0}


def changes_beside_a_global(p):
    p["a"] = p["a"] * 2.0
    return p["a"] * GLOBAL["a"]


def test_what_is_changed_must_be_reached_in_one_way():
    compiled, one = bp.jit(changes_one), {"a": 3.0}
    assert compiled(one, dict(one)) == 18.0
    with pytest.raises(
        OverlapError, match="a dict that it reaches in two ways: as argument 0 and as argument 1"
    ):
        compiled(one, one)
    assert compiled(one, {"a": 4.0}) == 24.0
    assert len(compiled._specializations) == 1


def test_a_global_that_is_an_argument_too():
    compiled = bp.jit(changes_beside_a_global)
    assert compiled({"a": 3.0}) == 18.0
    with pytest.raises(OverlapError, match="as argument 0 and as GLOBAL"):
        compiled(GLOBAL)


def test_one_dict_twice_is_fine_where_nothing_changes():
    one = {"a": 3.0}
    assert bp.jit(lambda p, q: p["a"] * q["a"])(one, one) == 9.0


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
