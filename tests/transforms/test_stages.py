"""Stages of blocks that hold regions: what a region reads is used there too."""

from bpcompiler.transforms.stages import stages
from tests.transforms.region_writing import Code


def sizes(block):
    return [len(stage.equations) for stage in stages(block, {})]


def test_a_value_that_a_region_reads_ends_a_stage():
    code = Code()
    x, k = code.float("x"), code.int("k")
    with code.line("y = math.sin(x * 2.0) + ..."):
        inner = x * 2.0
        y = code.call("sin", inner)
    code.for_(0, k, [y], lambda i, s: [s * inner])
    assert sizes(code.finish("read_inside", y).block) == [1, 1, 1]


def test_the_blocks_of_a_region_have_stages_of_their_own():
    code = Code()
    x, k = code.float("x"), code.int("k")

    def body(i, s, r):
        with code.line("s, r = 1.0 + math.exp(-s * x), s * x"):
            product = s * x
            return [1.0 + code.call("exp", -product), product]

    code.for_(0, k, [x, x], body)
    program = code.finish("own_stages", x)
    (loop,) = program.equations
    assert sizes(program.block) == [1]
    assert sizes(loop.blocks[0]) == [1, 3]  # the product is a result of the block: it ends a stage
