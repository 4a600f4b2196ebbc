"""The optimizers against torch.optim, by paths stored in golden/trajectories.json.

Where libraries and papers define an optimizer otherwise, a test says how and shows the difference.
"""

import json
from pathlib import Path

import numpy as np
import pytest

import course_lib
from course_lib import Adam, minimize
from course_lib.optimizers import MomentumState

GOLDEN = json.loads(
    (Path(__file__).parent / "golden" / "trajectories.json").read_text(encoding="utf-8")
)
PATHS = GOLDEN["paths"]
PROBLEMS = {
    "parabola": course_lib.Parabola(),
    "ravine": course_lib.Ravine(),
    "ravine turned by 30": course_lib.Ravine(30),
    "saddle": course_lib.Saddle(),
    "rosenbrock": course_lib.Rosenbrock(),
    "line": course_lib.Line(**GOLDEN["points"]),
}
OURS = [path for path in PATHS if path["form"] != "torch start"]
TORCH_START = [path for path in PATHS if path["form"] == "torch start"]


def name_of(path):
    values = ",".join(f"{key}={value}" for key, value in path["hyperparameters"].items())
    return f"{path['problem']}-{path['optimizer']}-{path['form']}-{values}"


def read(path):
    """The problem, the optimizer and the thetas of a stored path."""
    optimizer = getattr(course_lib, path["optimizer"])(**path["hyperparameters"])
    return PROBLEMS[path["problem"]], optimizer, np.array(path["theta"])


def run(path):
    problem, optimizer, theta = read(path)
    return minimize(optimizer, problem.grad, theta[0], len(theta) - 1)


def largest_difference(actual, expected):
    """Relative to each parameter's largest value on the path: it may pass through zero."""
    assert actual.shape == expected.shape
    return np.max(np.abs(actual - expected) / np.max(np.abs(expected), axis=0))


def assert_agree(actual, expected):
    assert largest_difference(actual, expected) <= 1e-12


def assert_differ(actual, expected):
    assert largest_difference(actual, expected) > 1e-10


@pytest.mark.parametrize("path", OURS, ids=name_of)
def test_agrees_with_torch(path):
    assert_agree(run(path).theta, np.array(path["theta"]))


def test_the_stored_paths_are_what_they_should_be():
    assert set(GOLDEN["versions"]) == {"torch", "python"}
    combinations = {(path["problem"], path["optimizer"]) for path in OURS}
    names = ["SGD", "Momentum", "RMSProp", "Adam", "AMSGrad", "AdamW"]
    assert combinations == {(problem, name) for problem in PROBLEMS for name in names}
    for path in PATHS:
        theta = np.array(path["theta"])
        assert len(theta) == 61 and np.all(np.isfinite(theta)) and np.all(theta[0] != theta[-1])


def of(optimizer, form=""):
    return [path for path in PATHS if (path["optimizer"], path["form"]) == (optimizer, form)]


@pytest.mark.parametrize(
    ("averaged", "velocity"),
    list(zip(of("Momentum", "averaged"), of("Momentum", "velocity"), strict=True)),
    ids=name_of,
)
def test_the_velocity_form_is_the_averaged_form_at_another_alpha(averaged, velocity):
    """torch.optim.SGD(lr, momentum) has no (1 - beta1): lr = alpha (1 - beta1) makes one path."""
    assert averaged["hyperparameters"] == velocity["hyperparameters"]
    assert_agree(np.array(averaged["theta"]), np.array(velocity["theta"]))


@pytest.mark.parametrize("path", TORCH_START, ids=name_of)
def test_torch_does_not_damp_the_first_gradient_of_momentum(path):
    """With dampening = beta1, torch's m_1 is g_1; here it is (1 - beta1) g_1.

    That is our recurrence from m_0 = g_1 instead of 0.
    """
    problem, momentum, expected = read(path)
    first = problem.grad(expected[0])
    np.testing.assert_allclose(expected[1], expected[0] - momentum.alpha * first, rtol=1e-13)
    assert_differ(run(path).theta, expected)

    theta, state = expected[0], MomentumState(t=0, m=first)
    thetas = [theta]
    for _ in expected[1:]:
        theta, state = momentum.step(theta, problem.grad(theta), state)
        thetas.append(theta)
    assert_agree(np.array(thetas), expected)


@pytest.mark.parametrize("path", of("RMSProp"), ids=name_of)
def test_eps_stands_outside_the_root_of_rmsprop(path):
    """sqrt(v) + eps in torch and here; sqrt(v + eps) in optax unless told otherwise."""
    problem, rmsprop, expected = read(path)
    theta, v = expected[0], 0.0
    thetas = [theta]
    for _ in expected[1:]:
        g = problem.grad(theta)
        v = rmsprop.beta2 * v + (1 - rmsprop.beta2) * g * g
        theta = theta - rmsprop.alpha * g / np.sqrt(v + rmsprop.eps)
        thetas.append(theta)
    assert_differ(np.array(thetas), expected)


@pytest.mark.parametrize("path", of("AMSGrad"), ids=name_of)
def test_which_amsgrad_this_is(path):
    """Three readings of the maximum.

    - over v, then corrected: torch and here;
    - over v_hat, the corrected v: optax;
    - over v, without any correction: the paper's algorithm 2.

    They part as soon as 1 - beta2^t is far from 1: the correction shrinks v_hat in time, so that a
    maximum over v_hat holds the first, largest values.
    """
    problem, amsgrad, expected = read(path)

    def reading(second_moment, correct_m):
        theta, m, v, kept, thetas = expected[0], 0.0, 0.0, 0.0, [expected[0]]
        for t in range(1, len(expected)):
            g = problem.grad(theta)
            m = amsgrad.beta1 * m + (1 - amsgrad.beta1) * g
            v = amsgrad.beta2 * v + (1 - amsgrad.beta2) * g * g
            kept, v_hat = second_moment(kept, v, 1 - amsgrad.beta2**t)
            m_hat = m / (1 - amsgrad.beta1**t) if correct_m else m
            theta = theta - amsgrad.alpha * m_hat / (np.sqrt(v_hat) + amsgrad.eps)
            thetas.append(theta)
        return np.array(thetas)

    def over_v_then_corrected(kept, v, correction):
        kept = np.maximum(kept, v)
        return kept, kept / correction

    def over_v_hat(kept, v, correction):
        kept = np.maximum(kept, v / correction)
        return kept, kept

    def over_v(kept, v, correction):
        kept = np.maximum(kept, v)
        return kept, kept

    assert_agree(reading(over_v_then_corrected, correct_m=True), expected)
    assert_differ(reading(over_v_hat, correct_m=True), expected)
    assert_differ(reading(over_v, correct_m=False), expected)


@pytest.mark.parametrize("path", of("AMSGrad"), ids=name_of)
def test_the_paths_tell_amsgrad_from_adam(path):
    problem, _, expected = read(path)
    adam = minimize(Adam(**path["hyperparameters"]), problem.grad, expected[0], 60)
    assert_differ(adam.theta, expected)


def test_the_file_is_what_torch_computes():
    pytest.importorskip("torch", reason="torch is not installed: tests/requirements.txt")
    from golden import make_golden

    made = make_golden.make()
    assert made["points"] == GOLDEN["points"]
    assert len(made["paths"]) == len(PATHS)
    for new, stored in zip(made["paths"], PATHS, strict=True):
        assert_agree(np.array(new.pop("theta")), np.array(stored["theta"]))
        assert new == {key: value for key, value in stored.items() if key != "theta"}
