"""What is kept on a tape is written by a statement, whatever stands in it."""

import numpy as np

from bpcompiler.ir.types import FLOAT64, Scalar
from bpcompiler.primitives import functions, piecewise
from bpcompiler.primitives.tapes import Tape, new_tape, recall, record
from tests.codegen_regions.staged import run, source_of
from tests.transforms.region_writing import Code


def test_a_number_that_changes_its_type_is_kept_as_it_is():
    code = Code()
    x = code.array("x", "n")
    tape = Tape(Scalar(FLOAT64, weak=True), "value")
    code.emit(new_tape, tape=tape, sizes=None)
    with code.line("y = math.sin(x[0])"):
        element = x[code.size(0)]
        number = code.one_of(piecewise.convert, element, dtype=FLOAT64, weak=True)
        code.emit(record, number.operand, tape=tape)
    again = code.one_of(recall, tape=tape)
    source = source_of(code.finish("f", code.one_of(functions.sin, again)))
    (found,), _ = run(source, [np.array([0.5, 1.0])])
    assert found == np.sin(0.5)
    assert ".append(float(x[0]))" in source
