"""The digits and their split, the made bags of words, Wilson's construction, the mini-batches."""

import hashlib
from importlib.resources import files

import numpy as np
import pytest
import sympy as sp
from hypothesis import given
from hypothesis import strategies as st

from course_lib.datasets import bags_of_words, batches, digits, every_third, wilson

DATA = files("course_lib").joinpath("data")


def test_digits_are_the_1797_of_uci_with_pixels_from_0_to_1():
    data = digits()
    assert len(data.y_train) + len(data.y_test) == 1797
    for X, y in ((data.X_train, data.y_train), (data.X_test, data.y_test)):
        assert X.shape == (len(y), 64) and X.dtype == float
        assert X.min() == 0 and X.max() == 1 and np.all(np.round(X * 16) == X * 16)
        assert set(y) == set(range(10))
    counts = np.bincount(data.y_train) + np.bincount(data.y_test)
    assert list(counts) == [
        178,
        182,
        177,
        183,
        181,
        182,
        181,
        179,
        174,
        180,
    ]  # UCI's optdigits.names


def test_digits_are_stored_small_with_source_and_licence():
    assert len(DATA.joinpath("digits.npz").read_bytes()) < 100_000
    readme = DATA.joinpath("README.md").read_text(encoding="utf-8")
    for needed in ("10.24432/C50P49", "CC BY 4.0", "Alpaydin", "scikit-learn"):
        assert needed in readme


def test_digits_have_not_changed():
    data = digits()
    pixels = np.concatenate([data.X_train, data.X_test]) * 16
    labels = np.concatenate([data.y_train, data.y_test])
    content = pixels.astype(np.uint8).tobytes() + labels.astype(np.uint8).tobytes()
    assert hashlib.sha256(content).hexdigest() == (
        "6096410df2451f32a993337126818ab42505aaa2237a975a6bf2351be50c8d44"
    )


def test_the_held_out_third_is_stratified_and_always_the_same():
    first, second = digits(), digits()
    assert all(np.array_equal(a, b) for a, b in zip(first, second, strict=True))
    train, test = np.bincount(first.y_train), np.bincount(first.y_test)
    assert np.all(np.abs(test - (train + test) / 3) < 1)


@given(st.lists(st.integers(0, 4), min_size=1, max_size=60))
def test_every_third_takes_a_third_of_each_class(y):
    y = np.array(y)
    chosen = every_third(y)
    for label in np.unique(y):
        assert chosen[y == label].sum() == np.sum(y == label) // 3


def test_words_follow_zipfs_law_and_classes_the_true_weights():
    bags = bags_of_words(documents=20_000, words=50, seed=3)
    assert bags.X.shape == (20_000, 50) and set(np.unique(bags.X)) == {0, 1}
    assert np.array_equal(bags.frequency, 0.5 / np.arange(1, 51))
    error = np.sqrt(bags.frequency * (1 - bags.frequency) / 20_000)
    assert np.all(np.abs(bags.X.mean(axis=0) - bags.frequency) < 5 * error)
    assert np.all(np.abs(bags.weights) == 2)
    p = 1 / (1 + np.exp(-bags.X @ bags.weights))
    assert abs(np.sum(bags.y - p)) < 5 * np.sqrt(np.sum(p * (1 - p)))
    assert np.corrcoef(bags.y, p)[0, 1] > 0.5


def test_the_seed_decides():
    a, b, c = (bags_of_words(100, 20, seed) for seed in (0, 0, 1))
    assert all(np.array_equal(x, y) for x, y in zip(a, b, strict=True))
    assert not np.array_equal(a.X, c.X)
    assert np.array_equal(batches(50, 8, 20, 0), batches(50, 8, 20, 0))
    assert not np.array_equal(batches(50, 8, 20, 0), batches(50, 8, 20, 1))


def test_wilson_by_hand():
    X = wilson([1, -1])
    assert X.tolist() == [
        [1, 1, 1, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0],
        [-1, 1, 1, 0, 0, 0, 0, 0, 1, 1, 1, 1, 1],
    ]


@pytest.mark.parametrize("y", [[1, 1, -1], [1, -1, 1, 1, -1], [1] * 15 + [-1] * 5])
def test_wilsons_condition_holds_when_positives_prevail(y):
    X, y = sp.Matrix(wilson(y).astype(int)), sp.Matrix(y)
    assert X * (X.T * y).applyfunc(sp.sign) == 4 * y


def test_a_pass_shows_every_example_once():
    rows = batches(examples=10, size=5, steps=6, seed=0)
    assert rows.shape == (6, 5)
    for first in (0, 2, 4):
        assert sorted(rows[first : first + 2].ravel()) == list(range(10))
    assert not np.array_equal(rows[:2], rows[2:4])


def test_the_rest_of_a_pass_is_left_out_and_drawn_anew():
    rows = batches(examples=7, size=3, steps=5, seed=1)
    assert rows.shape == (5, 3)
    for first in (0, 2):
        assert len(set(rows[first : first + 2].ravel())) == 6
    assert batches(7, 3, 0, 1).shape == (0, 3)


def test_batches_index_whatever_the_numbers_came_from():
    assert np.array_equal(batches(10, 10 / 2, 0.2 * 10, 0), batches(10, 5, 2, 0))
    for steps in (0, 3):
        assert batches(10, 5, steps, 0).dtype.kind == "i"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: bags_of_words(0, 5, 0), "documents: must be .* at least 1, got 0"),
        (lambda: bags_of_words(1.5, 5, 0), "documents: must be a whole number .* got 1.5"),
        (lambda: bags_of_words(5, -2, 0), "words: must be .* at least 1, got -2"),
        (lambda: bags_of_words(5, 5, "x"), "seed: must be a whole number .* got 'x'"),
        (lambda: wilson([1, 0]), r"y: must be a list of \+1 and -1, got \[1 0\]"),
        (lambda: wilson(1), r"y: must be a list of \+1 and -1, got 1"),
        (lambda: batches(0, 1, 5, 0), "examples: must be .* at least 1, got 0"),
        (lambda: batches(10, 11, 5, 0), "size: must be .* from 1 to 10, got 11"),
        (lambda: batches(10, 0, 5, 0), "size: must be .* from 1 to 10, got 0"),
        (lambda: batches(10, 5, -1, 0), "steps: must be .* at least 0, got -1"),
        (lambda: batches(10, 5, 2.5, 0), "steps: must be a whole number .* got 2.5"),
        (lambda: batches(10, 5, 2, -1), "seed: must be .* at least 0, got -1"),
    ],
)
def test_errors_name_the_argument_and_its_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()
