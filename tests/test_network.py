"""The network: its gradient against finite differences and sympy, run axes, training."""

import re
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest
import sympy as sp

from course_lib import SGD, Adam, AdamW, AMSGrad, Momentum, RMSProp, minimize
from course_lib.datasets import batches, digits
from course_lib.network import MLP, train

SIZES = [(3, 4), (5, 7, 3), (4, 6, 5, 3), (2, 3, 3, 3, 2)]


def example(sizes, n=9, seed=0):
    rng = np.random.default_rng(seed)
    network = MLP(sizes)
    theta = rng.normal(size=network.parameters)
    return network, theta, rng.normal(size=(n, sizes[0])), rng.integers(sizes[-1], size=n)


def slopes(network, theta, X, y, h=1e-6):
    return np.array(
        [
            (network.loss(theta + d, X, y) - network.loss(theta - d, X, y)) / (2 * h)
            for d in h * np.eye(network.parameters)
        ]
    )


@pytest.mark.parametrize("sizes", SIZES)
def test_gradient_is_the_slope_of_the_loss(sizes):
    network, theta, X, y = example(sizes)
    g = network.grad(theta, X, y)
    assert g.shape == theta.shape and np.linalg.norm(g) > 0.1
    np.testing.assert_allclose(g, slopes(network, theta, X, y), atol=1e-7)


def test_gradient_of_the_digits_network_in_random_directions():
    data, network = digits(), MLP((64, 32, 10))
    X, y, theta, h = data.X_train[:100], data.y_train[:100], network.init(0), 1e-6
    g = network.grad(theta, X, y)
    for d in np.random.default_rng(1).normal(size=(10, network.parameters)):
        slope = (network.loss(theta + h * d, X, y) - network.loss(theta - h * d, X, y)) / (2 * h)
        assert abs(slope - g @ d) < 1e-6 * np.linalg.norm(g)


def test_loss_and_gradient_agree_with_sympy():
    network, theta, X, y = example((2, 2, 2), n=1)
    symbols = sp.symbols(f"theta:{network.parameters}")
    W1, b1 = sp.Matrix(2, 2, symbols[:4]), sp.Matrix(1, 2, symbols[4:6])
    W2, b2 = sp.Matrix(2, 2, symbols[6:10]), sp.Matrix(1, 2, symbols[10:])
    hidden = (sp.Matrix(X) * W1 + b1).applyfunc(lambda x: sp.Max(0, x))
    scores = hidden * W2 + b2
    loss = sp.log(sum(sp.exp(s) for s in scores)) - scores[int(y[0])]
    at = dict(zip(symbols, theta, strict=True))
    assert float(loss.subs(at)) == pytest.approx(float(network.loss(theta, X, y)), rel=1e-12)
    g = [float(sp.diff(loss, s).subs(at).evalf()) for s in symbols]
    np.testing.assert_allclose(network.grad(theta, X, y), g, atol=1e-12)


@pytest.mark.parametrize("sizes", SIZES)
def test_runs_are_those_done_alone(sizes):
    network, _, X, y = example(sizes)
    thetas = np.random.default_rng(2).normal(size=(2, 3, network.parameters))
    Xs = np.random.default_rng(3).normal(size=(3, *X.shape))
    ys = np.stack([y, y[::-1], np.roll(y, 1)])
    for many in (network.loss, network.grad, network.accuracy):
        shared, own = many(thetas, X, y), many(thetas, Xs, ys)
        for i in np.ndindex(2, 3):
            np.testing.assert_allclose(shared[i], many(thetas[i], X, y), rtol=1e-12, atol=1e-15)
            np.testing.assert_allclose(
                own[i], many(thetas[i], Xs[i[1]], ys[i[1]]), rtol=1e-12, atol=1e-15
            )


def test_layers_are_views_that_cover_theta_once():
    network = MLP((3, 5, 2))
    theta = np.zeros(network.parameters)
    layers = network.layers(theta)
    assert [(W.shape, b.shape) for W, b in layers] == [((3, 5), (1, 5)), ((5, 2), (1, 2))]
    for W, b in layers:
        W += 1
        b += 1
    assert np.all(theta == 1)


def test_start_is_random_by_its_seed_with_hes_variance():
    network = MLP((400, 300, 10))
    theta = network.init(0)
    assert np.array_equal(theta, network.init(0)) and not np.array_equal(theta, network.init(1))
    (W1, b1), (W2, b2) = network.layers(theta)
    assert W1.std() == pytest.approx(np.sqrt(2 / 400), rel=0.02)
    assert W2.std() == pytest.approx(np.sqrt(2 / 300), rel=0.05)
    assert not b1.any() and not b2.any()


def test_loss_stays_finite_for_huge_scores():
    network, theta, X, y = example((5, 7, 3))
    assert np.isfinite(network.loss(1e3 * theta, X, y))
    assert np.all(np.isfinite(network.grad(1e3 * theta, X, y)))


def test_nothing_of_the_callers_is_changed():
    network, theta, X, y = example((5, 7, 3))
    before = theta.copy(), X.copy(), y.copy()
    for call in (network.loss, network.grad, network.accuracy):
        call(theta, X, y)
    network.predict(theta, X)
    assert all(np.array_equal(a, b) for a, b in zip(before, (theta, X, y), strict=True))


def judged(what, y):
    network = MLP((2, 3))
    return getattr(network, what)(network.init(0), np.zeros((3, 2)), y)


def trained(y, every=1):
    network = MLP((2, 3))
    return train(network, SGD(0.1), np.zeros((3, 2)), y, [[0, 1]], network.init(0), every=every)


def test_labels_may_be_floats_or_a_list():
    for y in ([0, 2, 1], np.array([0.0, 2.0, 1.0])):
        assert judged("loss", y) == judged("loss", np.array([0, 2, 1]))
        assert judged("accuracy", y) == judged("accuracy", np.array([0, 2, 1]))
        trained(y)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: MLP((5,)), r"sizes: must be two or more numbers, all at least 1, got \(5,\)"),
        (lambda: MLP((5, 0, 3)), "sizes: must be .* at least 1, got 0"),
        (lambda: MLP(5), "sizes: .*got 5"),
        (lambda: MLP((5, 2.5, 3)), "sizes: must be a whole number .* got 2.5"),
        (lambda: MLP((2, 3)).layers(np.zeros(8)), r"theta: last axis must be 9, got \(8,\)"),
        (lambda: judged("loss", [1, 2, 3]), "y: must hold classes from 0 to 2, got 3"),
        (lambda: judged("loss", [1, -1, 1]), "y: must hold classes from 0 to 2, got -1"),
        (lambda: judged("accuracy", [0, 1, 0.5]), "y: .*got 0.5"),
        (lambda: judged("accuracy", None), "y: .*got None"),
        (lambda: trained([0, 1, 3]), "y: must hold classes from 0 to 2, got 3"),
        (lambda: trained([0, 1, 2], every=0), "every: must be .* at least 1, got 0"),
    ],
)
def test_errors_name_the_argument_and_its_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_train_is_minimize_on_the_batches_and_watches():
    network, theta0, X, y = example((5, 7, 3), n=40)
    rows = batches(40, 8, 12, seed=0)
    grads = [lambda theta, r=r: network.grad(theta, X[r], y[r]) for r in rows]
    alphas = np.linspace(0.1, 0.01, 12)
    run = minimize(Adam(), grads, theta0, 12, alphas=alphas)
    theta, seen = train(
        network, Adam(), X, y, rows, theta0, alphas, watch=lambda theta: theta[:2], every=5
    )
    assert np.array_equal(theta, run.theta[-1])
    assert np.array_equal(seen, run.theta[[0, 5, 10], :2])
    last = train(network, Adam(), X, y, rows, theta0, alphas, watch=lambda theta: theta, every=4)
    assert np.array_equal(last[1][-1], run.theta[-1])


RULES = [SGD(0.5), Momentum(0.5), RMSProp(0.002), Adam(0.01), AMSGrad(0.01), AdamW(0.01)]


@pytest.mark.parametrize("optimizer", RULES, ids=lambda rule: type(rule).__name__)
def test_every_optimizer_learns_the_digits(optimizer):
    data, network = digits(), MLP((64, 64, 10))
    rows = batches(len(data.y_train), 32, 20 * 37, seed=0)
    theta, _ = train(network, optimizer, data.X_train, data.y_train, rows, network.init(0))
    assert network.accuracy(theta, data.X_test, data.y_test) > 0.95


def test_training_takes_at_most_three_times_as_long_as_torch_and_ends_at_the_same_loss():
    pytest.importorskip("torch", reason="needs torch: tests/requirements.txt")
    bench = Path(__file__).with_name("bench_network.py")
    run = subprocess.run([sys.executable, bench], capture_output=True, text=True, cwd=bench.parent)
    assert run.returncode == 0, run.stderr
    lines = re.findall(r": ([\d.]+)   loss ([\d.]+), torch ([\d.]+)$", run.stdout, re.MULTILINE)
    assert len(lines) == 5, run.stdout
    for ratio, loss, torch_loss in lines:
        assert float(ratio) < 3, run.stdout
        assert float(loss) == pytest.approx(float(torch_loss), rel=1e-6), run.stdout
