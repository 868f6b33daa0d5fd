"""The cipher against its published answers and Python's integers; numbers against exact arithmetic."""

import mpmath
import numpy as np
import pytest
from numba import njit

import bpcompiler as bp
from bpcompiler.random.threefry import as_below, as_normal, as_uniform, threefry
from bpcompiler.runtime import random as compiled
from tests.random_numbers.reference import MASK, block

# Of Random123's file kat_vectors, "threefry2x64 20": counter, key, answer.
KNOWN = [
    ((0, 0), (0, 0), (0xC2B6E3A8C2C69865, 0x6F81ED42F350084D)),
    ((MASK, MASK), (MASK, MASK), (0xE02CB7C4D95D277A, 0xD06633D0893B8B68)),
    (
        (0x243F6A8885A308D3, 0x13198A2E03707344),
        (0xA4093822299F31D0, 0x082EFA98EC4E6C89),
        (0x263C7D30BB0F0AF1, 0x56BE8361D3311526),
    ),
]
EXTREME = [0, 1, MASK, MASK - 1, 2**63, 2**63 - 1, 2**11, 2**32 - 1, 2**32, 0xFFFFFFFF00000000]
PURPOSES = {"uniform": 0, "normal": 1, "integers": 2, "choice": 3}


def words(numbers):
    return np.array(numbers, dtype=np.uint64)


@pytest.mark.parametrize(("counter", "key", "answer"), KNOWN)
def test_known_answers(counter, key, answer):
    assert block(key, counter) == answer
    found = threefry([words([k]) for k in key], *(words([c]) for c in counter))
    assert tuple(int(word[0]) for word in found) == answer


def drawn_words(n, seed=0):
    return np.random.default_rng(seed).integers(0, MASK, n, dtype=np.uint64, endpoint=True)


def test_the_cipher_is_that_of_python_integers():
    inputs = [np.concatenate([words(EXTREME), drawn_words(200, seed)]) for seed in range(4)]
    found = threefry(inputs[:2], *inputs[2:])
    for k0, k1, c0, c1, x, y in zip(*inputs, *found, strict=True):
        assert (int(x), int(y)) == block((int(k0), int(k1)), (int(c0), int(c1)))


@pytest.mark.parametrize("key", [(0, 0), (7, 3), (-1, 2**63 - 1), (-(2**63), 12345)])
def test_element_i_comes_from_block_i(key):
    blocks = {p: [block(key, (i, p)) for i in range(6)] for p in PURPOSES.values()}
    np.testing.assert_array_equal(bp.random.uniform(key, size=6), [(x >> 11) / 2**53 for x, _ in blocks[0]])
    expected = as_normal(*(words(column) for column in zip(*blocks[1], strict=True)))
    np.testing.assert_array_equal(bp.random.normal(key, size=(2, 3)).ravel(), expected)
    for function, purpose in ((bp.random.integers, 2), (bp.random.choice, 3)):
        exact = [((x << 64) + y) * 1000 >> 128 for x, y in blocks[purpose]]
        np.testing.assert_array_equal(function(key, 1000, size=6), exact)


def test_integers_are_what_the_exact_product_gives():
    x = np.concatenate([words(EXTREME), drawn_words(300, 1)])
    y = np.concatenate([words(EXTREME)[::-1], drawn_words(300, 2)])
    for n in (1, 2, 7, 2**31, 2**32 + 1, 10**15 + 37, 2**63 - 1):
        found = as_below(x, y, np.uint64(n))
        assert found.dtype == np.int64
        assert found.tolist() == [((int(a) << 64) + int(b)) * n >> 128 for a, b in zip(x, y, strict=True)]


def test_normal_numbers_are_within_three_units_of_the_exact_transform():
    x = np.concatenate([np.repeat(words(EXTREME), len(EXTREME)), drawn_words(400, 1)])
    y = np.concatenate([np.tile(words(EXTREME), len(EXTREME)), drawn_words(400, 2)])
    found = as_normal(x, y)
    with mpmath.workdps(40):
        for a, b, z in zip(x.tolist(), y.tolist(), found.tolist(), strict=True):
            signed = b - 2**64 if b >= 2**63 else b
            u, t = mpmath.mpf(a >> 11 | 1) / 2**53, mpmath.mpf(signed >> 11 | 1) / 2**53
            exact = mpmath.sqrt(-2 * mpmath.log(u)) * mpmath.sin(mpmath.pi * t)
            assert abs(z - exact) <= 3 * 2**-52 * abs(exact)


@njit(error_model="numpy")
def in_vectors(keys, index, n, uniform, normal, below):
    for k in range(keys.shape[0]):
        for i in range(index.shape[0]):
            uniform[k, i] = compiled.uniform(keys[k, 0], keys[k, 1], index[i], 0)
            normal[k, i] = compiled.normal(keys[k, 0], keys[k, 1], index[i], 1)
            below[k, i] = compiled.below(keys[k, 0], keys[k, 1], index[i], 2, n)


def test_machine_code_computes_the_same_bits():
    signed = np.concatenate([words(EXTREME), drawn_words(54)]).view(np.int64)
    keys, index = signed.reshape(-1, 2), np.arange(1003)
    shape = (len(keys), len(index))
    found = np.empty(shape), np.empty(shape), np.empty(shape, np.int64)
    in_vectors(keys, index, 10**12, *found)
    columns = [column.view(np.uint64)[:, None] for column in keys.T]
    blocks = [threefry(columns, index.astype(np.uint64), words([purpose])) for purpose in range(3)]
    np.testing.assert_array_equal(found[0], as_uniform(blocks[0][0]))
    np.testing.assert_array_equal(found[1].view(np.int64), as_normal(*blocks[1]).view(np.int64))
    np.testing.assert_array_equal(found[2], as_below(*blocks[2], np.uint64(10**12)))


def test_functions_of_the_runtime_mean_the_same_in_python():
    args = (3, -4, 17)
    assert compiled.uniform(*args, 0) == bp.random.uniform(args[:2], size=18)[17]
    assert compiled.normal(*args, 1) == bp.random.normal(args[:2], size=18)[17]
    assert compiled.below(*args, 2, 99) == bp.random.integers(args[:2], 99, size=18)[17]
