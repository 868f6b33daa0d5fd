"""Faults: numbers in an array become the exception that NumPy or Python would raise, at the user's line."""

import json

import numpy as np
import pytest

from bpcompiler.errors import CompilerError, IndexOutOfBoundsError, Origin, ShapeError
from bpcompiler.primitives.faults import Attribute, Container, Hole, Keyword, Message
from bpcompiler.runtime.fault_data import NoDataError, as_data, from_data
from bpcompiler.runtime.faults import FaultEntry, build_exception, check, new_fault, read_values

ORIGIN = Origin("train.py", 14, 4, "y = x[i]", "    y = x[i]")


def report(code, *values):
    fault = new_fault()
    for slot, value in enumerate(values, start=1):
        (fault.view(np.float64) if isinstance(value, float) else fault)[slot] = value
    fault[0] = code
    return fault


@pytest.mark.parametrize(
    ("entry", "values", "error", "message"),
    [
        (FaultEntry("index", ORIGIN, "iii"), (5, 3, 0), IndexOutOfBoundsError,
         "index 5 is out of bounds for axis 0 with size 3"),
        (FaultEntry("index", ORIGIN, "iii"), (-4, 3, 1), IndexOutOfBoundsError,
         "index -4 is out of bounds for axis 1 with size 3"),
        (FaultEntry("shape", ORIGIN, "iii", ranks=(1, 2)), (3, 4, 5), ShapeError,
         "operands could not be broadcast together with shapes (3,) (4,5)"),
        (FaultEntry("shape", ORIGIN, "iiii", ranks=(2, 2), message="shapes {shapes} not aligned: {1} != {2}"),
         (2, 3, 4, 5), ShapeError, "shapes (2,3) (4,5) not aligned: 3 != 4"),
        (FaultEntry("negative_dimension", ORIGIN), (), ShapeError, "negative dimensions are not allowed"),
        (FaultEntry("zero_division", ORIGIN), (), ZeroDivisionError, "integer division or modulo by zero"),
        (FaultEntry("value", ORIGIN, "fi", message="{0} of {1}"), (0.1, 7), ValueError, "0.1 of 7"),
    ],
)  # fmt: skip
def test_an_entry_becomes_an_exception(entry, values, error, message):
    entry = from_data(json.loads(json.dumps(as_data(entry))))
    with pytest.raises(error) as caught:
        check([FaultEntry("value"), entry], report(2, *values))
    text = "\n".join([str(caught.value), *getattr(caught.value, "__notes__", [])])
    assert message in text
    assert "train.py:14:5" in text


def test_the_wording_of_an_index_is_numpys():
    with pytest.raises(IndexError) as numpys:
        np.zeros((2, 3))[0, 5]
    ours = build_exception(FaultEntry("index", None, "iii"), report(1, 5, 3, 1))
    assert ours.message == str(numpys.value)


def test_the_wording_of_a_broadcast_is_numpys():
    with pytest.raises(ValueError) as numpys:
        np.zeros((2, 3)) + np.zeros(4)
    ours = build_exception(FaultEntry("shape", None, "iii", ranks=(2, 1)), report(1, 2, 3, 4))
    assert str(ours) == str(numpys.value).strip()


def test_no_fault_is_no_exception():
    check([], new_fault())


def test_a_fault_outside_the_table_is_our_own():
    with pytest.raises(CompilerError, match="fault 3, of 1"):
        check([FaultEntry("value")], report(3))


def test_floats_travel_by_their_bits():
    values = [1, -0.0, float("inf"), 2**62, 0.1]
    assert str(read_values("iffif", report(1, *values))) == str(values)
    assert np.isnan(read_values("f", report(1, float("nan")))[0])


class Own(ValueError):
    pass


MESSAGE = Message(("x is ", Hole(0, "r", ".3"), " ", Hole(1)))
ARGS = (MESSAGE, 1, True, 0.1, None, Container(tuple, (Hole(0), "a")), Keyword("name", Container(list, (2,))))


@pytest.mark.parametrize("raised", [ValueError, StopIteration, np.linalg.LinAlgError])
def test_what_libraries_raise_is_said_in_json(raised):
    entry = FaultEntry("raise", ORIGIN, "fi", exception=raised, args=(*ARGS, Attribute("n", MESSAGE)))
    assert from_data(json.loads(json.dumps(as_data(entry)))) == entry


@pytest.mark.parametrize("entry", [FaultEntry("raise", exception=Own), FaultEntry("raise", args=(Own,))])
def test_what_the_user_raises_is_not(entry):
    with pytest.raises(NoDataError):
        as_data(entry)
