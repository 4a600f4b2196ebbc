"""What is learned from: handwritten digits, made bags of words, Wilson's data, mini-batches.

The digits are real, everything else is made, with a seed.
"""

from importlib.resources import files
from typing import NamedTuple

import numpy as np

from course_lib.optimizers import whole


class Split(NamedTuple):
    """Examples to train on and examples to test on, one a row of X, with their classes y."""

    X_train: np.ndarray
    y_train: np.ndarray
    X_test: np.ndarray
    y_test: np.ndarray


def digits():
    """The 1,797 handwritten digits of the UCI repository: 64 pixels from 0 to 1, classes 0 to 9.

    The third that is held out for the test is always the same: see `every_third`. Source and
    licence (CC BY 4.0): course_lib/data/README.md.
    """
    with (
        files("course_lib").joinpath("data/digits.npz").open("rb") as file,
        np.load(file) as stored,
    ):
        X, y = stored["images"].reshape(-1, 64) / 16, stored["labels"].astype(int)
    test = every_third(y)
    return Split(X[~test], y[~test], X[test], y[test])


def every_third(y):
    """True at every third example of each class in y, so that each class keeps its share."""
    chosen = np.zeros(len(y), dtype=bool)
    for label in np.unique(y):
        chosen[np.flatnonzero(y == label)[2::3]] = True
    return chosen


class Bags(NamedTuple):
    """Documents X (1 where a word occurs, else 0), their classes y (0 or 1), and the truth.

    `weights` made the classes: P(y = 1) = sigmoid(X @ weights). `frequency` is the probability of
    each word.
    """

    X: np.ndarray
    y: np.ndarray
    weights: np.ndarray
    frequency: np.ndarray


def bags_of_words(documents, words, seed, weight=2.0):
    """Made documents under Zipf's law: the k-th most frequent word occurs in 1/(2k) of them.

    Each word speaks for its class with the same strength: its true weight is +weight or -weight.
    """
    documents, words = whole("documents", documents, 1), whole("words", words, 1)
    seed = whole("seed", seed)
    rng = np.random.default_rng(seed)
    frequency = 1 / (2 * np.arange(1, words + 1))
    weights = weight * rng.choice([-1.0, 1.0], size=words)
    X = (rng.random((documents, words)) < frequency).astype(float)
    y = (rng.random(documents) < 1 / (1 + np.exp(-X @ weights))).astype(float)
    return Bags(X, y, weights, frequency)


def wilson(y):
    """The features of Wilson et al. 2017, section 3.3, for the labels y, each +1 or -1.

    Row i is (y_i, 1, 1) and then five columns for each row that only this row uses: 1, 0, 0, 0, 0
    where y_i = +1, and 1, 1, 1, 1, 1 where y_i = -1. The shape is (n, 3 + 5n).
    """
    y = np.asarray(y)
    if y.ndim != 1 or not np.all(np.abs(y) == 1):
        raise ValueError(f"y: must be a list of +1 and -1, got {y}")
    n = len(y)
    private = np.zeros((n, n, 5))
    private[np.arange(n), np.arange(n)] = np.where(y[:, None] == 1, [1, 0, 0, 0, 0], 1)
    common = np.stack([y, np.ones(n), np.ones(n)], axis=1)
    return np.hstack([common, private.reshape(n, 5 * n)])


def batches(examples, size, steps, seed):
    """Row numbers of `steps` mini-batches, shape (steps, size).

    Each pass over the examples takes them in a new random order; what does not fill a batch is
    left out of that pass.
    """
    examples = whole("examples", examples, 1)
    size = whole("size", size, 1, examples)
    steps, seed = whole("steps", steps), whole("seed", seed)
    rng = np.random.default_rng(seed)
    per_pass = examples // size
    passes = -(-steps // per_pass)
    orders = [rng.permutation(examples)[: per_pass * size] for _ in range(passes)]
    return np.array(orders, dtype=int).reshape(-1, size)[:steps]
