"""What a reverse keeps: minimum cuts, tapes by program, arrays restored, loops that keep nothing."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from bpcompiler.frontend.tracing import trace
from bpcompiler.ir.equations import equations_of
from bpcompiler.transforms.planning.mincut import INFINITE, Network
from bpcompiler.transforms.planning.report import kept_by
from bpcompiler.transforms.reverse import reverse
from tests.transforms.region_programs import REGIONS

NODES = ["s", "a", "b", "c", "t"]
EDGES = st.lists(
    st.tuples(st.sampled_from(NODES), st.sampled_from(NODES), st.sampled_from([0.1, 0.5, 1.0, 3.0, 32.0])),
    max_size=12,
)


def cost(edges, near):
    return sum(capacity for start, end, capacity in edges if start in near and end not in near)


@given(EDGES)
def test_no_cut_is_cheaper(edges):
    edges = [(start, end, capacity) for start, end, capacity in edges if start != end]
    network = Network()
    network.edge("s", "t", 0.0)
    for start, end, capacity in edges:
        network.edge(start, end, capacity)
    found = network.reachable_after_cut("s", "t")
    assert "s" in found
    assert "t" not in found
    inner = [n for n in NODES if n not in "st"]
    sides = [{"s", *chosen} for k in range(4) for chosen in itertools.combinations(inner, k)]
    assert cost(edges, found) == pytest.approx(min(cost(edges, side) for side in sides))


def test_what_is_infinite_is_not_cut():
    network = Network()
    network.edge("s", "a", INFINITE)
    network.edge("a", "b", 5.0)
    network.edge("b", "t", 7.0)
    assert network.reachable_after_cut("s", "t") == {"s", "a"}


# How many tapes each program needs, and of how many dimensions beside the loops'.
TAPES = {
    "product": [()],  # the running product before each factor
    "heat": [()],  # one number for each cell and step
    "newton": [()],
    "triangle": [],
    "histogram": [],
    "recurrence": [("k",)],  # the state, once
    "predator_prey": [(), ()],  # the two populations; the stages between are computed again
}


@pytest.mark.parametrize("name", TAPES)
def test_tapes_of_programs(name):
    region = next(region for region in REGIONS if region.name == name)
    kept = list(kept_by(reverse(region.program, region.wrt)))
    assert [tuple(map(str, each.tape.aval.shape)) for each in kept] == TAPES[name]


def traced(function, *args):
    return trace(function, args, {}).program


def test_a_loop_that_is_linear_in_what_it_carries_keeps_nothing():
    def smoothed(x, y, n):
        s = 0.0
        for i in range(n):
            s = 0.9 * s + y[i] * x[i]
            s += x[i]
        return s

    adjoint = reverse(traced(smoothed, np.ones(3), np.ones(3), 3), [0])
    assert list(kept_by(adjoint)) == []


def test_overwritten_elements_are_kept_not_arrays():
    def relaxed(u, w, n):
        for _ in range(n):
            for i in range(len(u)):
                s = 0.0
                for j in range(len(u)):
                    s += w[i, j] * u[j] * u[j]
                u[i] = s
        return np.sum(u)

    adjoint = reverse(traced(relaxed, np.ones(3), np.ones((3, 3)), 2), [0, 1])
    kept = list(kept_by(adjoint))
    assert [each.tape.aval.shape for each in kept] == [()]
    assert [len(each.shape) for each in kept] == [2]  # a number for each turn of the two outer loops


def test_conditions_are_kept_never_decided_again():
    def both(x, n):
        s = 0.0
        for i in range(n):
            if np.sin(x[i]) * x[i] > 0.2:
                s += x[i] * x[i]
            else:
                s -= np.exp(x[i])
        return s * s

    program = traced(both, np.ones(4), 4)
    adjoint = reverse(program, [0])
    asked = [eqn for eqn in equations_of(adjoint.block) if eqn.primitive.name == "greater"]
    assert len(asked) == 1
    assert "bool" in {each.tape.aval.dtype.value for each in kept_by(adjoint)}
