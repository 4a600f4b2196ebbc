"""The properties that define the optimizers, and the contract of `minimize`."""

import copy
import itertools
import pickle
import re
from dataclasses import FrozenInstanceError, dataclass, fields, replace

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import (
    SGD,
    Adam,
    AdamW,
    AMSGrad,
    Line,
    Momentum,
    Parabola,
    Ravine,
    RMSProp,
    Rosenbrock,
    Saddle,
    minimize,
)
from course_lib.optimizers import SGDState

pytestmark = pytest.mark.filterwarnings("error")

STATE = {
    SGD: [],
    Momentum: ["m"],
    RMSProp: ["v"],
    Adam: ["m", "v", "m_hat", "v_hat"],
    AMSGrad: ["m", "v", "v_max", "m_hat", "v_hat"],
    AdamW: ["m", "v", "m_hat", "v_hat"],
}
PROBLEMS = {
    "parabola": Parabola(),
    "ravine": Ravine(),
    "turned ravine": Ravine(30),
    "saddle": Saddle(),
    "rosenbrock": Rosenbrock(),
    "line": Line(np.linspace(-1, 3, 19), np.sin(np.arange(19))),
}
each_optimizer = pytest.mark.parametrize("optimizer", STATE)
each_adam = pytest.mark.parametrize("optimizer", [Adam, AMSGrad, AdamW])
each_problem = pytest.mark.parametrize("problem", PROBLEMS.values(), ids=PROBLEMS)

betas = st.one_of(
    st.floats(0, 0.999), st.floats(0, 9).map(lambda x: 1 - 10**-x), st.sampled_from([0.9, 0.999])
)
gradients = st.one_of(st.floats(1e-60, 1e60), st.floats(-1e60, -1e-60))
VALUES = {
    "alpha": st.floats(1e-5, 0.3),
    "beta1": betas,
    "beta2": betas,
    "eps": st.sampled_from([0.0, 1e-8, 1e-3]),
    "weight_decay": st.floats(0, 1),
}


def build(optimizer, **values):
    """An optimizer with those of the hyperparameters that it has."""
    names = {field.name for field in fields(optimizer)}
    return optimizer(**{name: value for name, value in values.items() if name in names})


def drawn(draw, optimizer, **values):
    names = [field.name for field in fields(optimizer) if field.name not in values]
    return build(optimizer, **{name: draw(VALUES[name], label=name) for name in names}, **values)


def array_of(draw, values, shape):
    size = int(np.prod(shape))
    return np.array(draw(st.lists(values, min_size=size, max_size=size))).reshape(shape)


def assert_bitwise(actual, expected):
    """Equal in type, shape and bits; any nan equals any nan, but 0.0 is not -0.0."""
    actual, expected = np.asarray(actual), np.asarray(expected)
    assert (actual.dtype, actual.shape) == (expected.dtype, expected.shape)
    np.testing.assert_array_equal(actual, expected)
    number = ~np.isnan(actual)
    np.testing.assert_array_equal(np.signbit(actual[number]), np.signbit(expected[number]))


def assert_same_run(actual, expected):
    assert vars(actual).keys() == vars(expected).keys()
    for name, array in vars(expected).items():
        assert_bitwise(getattr(actual, name), array)


def by_hand(optimizer, grad, theta, steps):
    """The loop without `minimize`: the thetas and the states, the start included."""
    theta = np.asarray(theta, dtype=np.float64)
    path = [(theta, optimizer.init(theta))]
    for _ in range(steps):
        theta, state = path[-1]
        path.append(optimizer.step(theta, grad(theta), state))
    return path


@each_optimizer
@each_problem
@settings(max_examples=7)
@given(data=st.data())
def test_a_batched_run_equals_the_single_runs_bitwise(optimizer, problem, data):
    start = np.asarray(problem.start)
    runs = data.draw(st.sampled_from([(1,), (3,), (5,), (2, 3)]), label="runs")
    shape, parameters = runs + start.shape, (1,) * start.ndim
    batch = {}
    for field in fields(optimizer):
        axes = tuple(data.draw(st.sampled_from([n, n, 1])) for n in runs)
        axes = runs if field.name == "alpha" else axes
        values = array_of(data.draw, VALUES[field.name], axes)
        if data.draw(st.booleans(), label="column-major"):
            values = np.asfortranarray(values)
        batch[field.name] = values[(..., *(None,) * start.ndim)]
    if data.draw(st.booleans(), label="each run has its own start"):
        start = start + array_of(data.draw, st.floats(-1, 1), shape)

    together = minimize(optimizer(**batch), problem.grad, start, 12)
    losses = problem.loss(together.theta)
    assert together.theta.shape == (13, *shape)
    for run in np.ndindex(runs):
        single = {k: np.broadcast_to(v, runs + parameters)[run].item() for k, v in batch.items()}
        theta0 = np.broadcast_to(start, shape)[run]
        alone = minimize(optimizer(**single), problem.grad, theta0, 12)
        for name in ["theta", "g", *STATE[optimizer]]:
            assert_bitwise(getattr(together, name)[:, *run], getattr(alone, name))
        assert_bitwise(losses[:, *run], problem.loss(alone.theta))


@each_adam
def test_the_bias_correction_rounds_alike_for_one_run_and_for_many(optimizer):
    """Where `**` has a vector form (AVX512), it rounds an array otherwise than a number."""
    beta1 = np.concatenate([np.linspace(0, 0.999, 150), 1 - np.logspace(-9, 0, 50)])
    beta2 = beta1[::-1]
    for steps, few in [(40, slice(None)), (1500, slice(0, 8))]:
        some1, some2 = beta1[few], beta2[few]
        together = minimize(optimizer(beta1=some1, beta2=some2), np.cos, 1.0, steps)
        for i, (b1, b2) in enumerate(zip(some1, some2, strict=True)):
            alone = minimize(optimizer(beta1=b1, beta2=b2), np.cos, 1.0, steps)
            for name in ["theta", "m_hat", "v_hat"]:
                assert_bitwise(getattr(together, name)[:, i], getattr(alone, name))


@pytest.mark.parametrize("dtype", [np.float16, np.float32, np.int8, np.uint64])
def test_hyperparameters_are_computed_in_float64(dtype):
    """Else a hyperparameter as a number and as an array would round differently."""
    alpha, beta = np.array([[0], [1]], dtype), np.array(0.3).astype(dtype)
    expected = minimize(Adam(alpha.astype(float), float(beta)), Ravine().grad, [5, 3], 5)
    assert_same_run(minimize(Adam(alpha, beta), Ravine().grad, [5, 3], 5), expected)
    assert_same_run(minimize(Adam(alpha, beta[None]), Ravine().grad, [5, 3], 5), expected)


@pytest.mark.parametrize("dtype", [np.float16, np.float32])
@pytest.mark.parametrize("optimizer", [SGD, Momentum, RMSProp, Adam, AMSGrad, AdamW])
def test_low_precision_stays_low(optimizer, dtype):
    rule = optimizer(alpha=0.1)
    run = minimize(rule, lambda theta: 2.0 * theta, np.array([5, 3], dtype), 20)
    assert all(a.dtype == dtype for name, a in vars(run).items() if name != "t")
    exact = minimize(rule, lambda theta: 2.0 * theta, [5.0, 3.0], 20)
    assert not np.array_equal(run.theta, exact.theta)
    np.testing.assert_allclose(run.theta, exact.theta, atol=0.02)


@given(st.lists(gradients, min_size=1, max_size=20), st.floats(1e-5, 10), st.floats(-10, 10))
def test_adam_without_memory_is_sign_descent(gs, alpha, theta0):
    """Up to rounding: alpha g / |g| may miss alpha by one last bit."""
    adam = Adam(alpha, beta1=0, beta2=0, eps=0)
    theta = minimize(adam, [lambda theta, g=g: g for g in gs], theta0, len(gs)).theta
    expected = theta[:-1] - alpha * np.sign(gs)
    np.testing.assert_allclose(theta[1:], expected, rtol=4e-16, atol=4e-16 * alpha)


@pytest.mark.parametrize("optimizer", [RMSProp, Adam, AMSGrad, AdamW])
@each_problem
@settings(max_examples=10)
@given(data=st.data())
def test_scaling_the_loss_leaves_the_path(optimizer, problem, data):
    rule = drawn(data.draw, optimizer, eps=0, alpha=data.draw(st.floats(1e-5, 0.01)))
    plain = minimize(rule, problem.grad, problem.start, 20)

    def scaled(scale):
        return minimize(rule, lambda theta: scale * problem.grad(theta), problem.start, 20)

    power_of_two = 2.0 ** data.draw(st.integers(-60, 60), label="exponent")
    assert_bitwise(scaled(power_of_two).theta, plain.theta)
    for scale in [1000, data.draw(st.floats(1e-6, 1e6), label="scale")]:
        np.testing.assert_allclose(scaled(scale).theta, plain.theta, rtol=1e-10, atol=1e-12)


@pytest.mark.parametrize("optimizer", [SGD, Momentum])
def test_scaling_the_loss_changes_the_path_without_v(optimizer):
    plain = minimize(optimizer(0.01), Parabola().grad, 5, 20).theta
    scaled = minimize(optimizer(0.01), lambda theta: 2 * Parabola().grad(theta), 5, 20).theta
    assert np.all(scaled[1:] < plain[1:])


@given(gradients, st.floats(0, 0.9999), st.floats(0, 0.9999))
def test_the_corrected_moments_of_a_constant_gradient_are_it_and_its_square(g, beta1, beta2):
    seen = minimize(Adam(beta1=beta1, beta2=beta2), lambda theta: g, 0, 50)
    np.testing.assert_allclose(seen.m_hat, np.full(50, g), rtol=1e-15 / (1 - beta1))
    np.testing.assert_allclose(seen.v_hat, np.full(50, g * g), rtol=1e-15 / (1 - beta2))
    t = np.arange(1, 51)
    np.testing.assert_allclose(seen.m, g * (1 - beta1**t), rtol=1e-15 / (1 - beta1))
    np.testing.assert_allclose(seen.v, g * g * (1 - beta2**t), rtol=1e-15 / (1 - beta2))


@each_problem
@settings(max_examples=20)
@given(data=st.data())
def test_adamw_without_decay_is_adam(problem, data):
    adam = drawn(data.draw, Adam)
    adamw = AdamW(**{f.name: getattr(adam, f.name) for f in fields(adam)}, weight_decay=0)
    runs = [minimize(rule, problem.grad, problem.start, 30) for rule in [adamw, adam]]
    assert_same_run(*runs)


@given(st.floats(1e-5, 1), st.floats(0, 1))
def test_the_decay_of_adamw_stands_outside_the_moments(alpha, weight_decay):
    seen = minimize(AdamW(alpha, weight_decay=weight_decay), lambda theta: 0, 5, 10)
    expected = 5 * (1 - alpha * weight_decay) ** np.arange(11.0)
    np.testing.assert_allclose(seen.theta, expected, rtol=1e-13, atol=1e-13)
    assert not np.any(seen.m) and not np.any(seen.v)


@settings(max_examples=30)
@given(st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=30), betas)
def test_amsgrad_keeps_the_largest_v(gs, beta2):
    grads = [lambda theta, g=g: g for g in gs]
    seen = minimize(AMSGrad(beta2=beta2), grads, 0, len(gs))
    assert_bitwise(seen.v_max, np.maximum.accumulate(seen.v))
    assert_bitwise(seen.v, minimize(Adam(beta2=beta2), grads, 0, len(gs)).v)


def test_the_defaults():
    assert Adam() == Adam(alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8)
    assert AMSGrad() == AMSGrad(alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8)
    assert AdamW() == AdamW(alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8, weight_decay=0.01)
    assert Momentum(1) == Momentum(alpha=1, beta1=0.9)
    assert RMSProp(1) == RMSProp(alpha=1, beta2=0.999, eps=1e-8)


def test_two_steps_of_adam_on_the_parabola():
    seen = minimize(Adam(), Parabola().grad, 5, 2)
    np.testing.assert_allclose(seen.g, [10, 9.998])
    np.testing.assert_allclose(seen.m, [1, 0.9 + 0.9998])
    np.testing.assert_allclose(seen.v, [0.1, 0.0999 + 0.001 * 9.998**2])
    np.testing.assert_allclose(seen.m_hat, [10, 1.8998 / 0.19])
    np.testing.assert_allclose(seen.v_hat, [100, seen.v[1] / (1 - 0.999**2)])
    np.testing.assert_allclose(seen.theta, [5, 4.999, 4.998], atol=1e-6)


@each_optimizer
@pytest.mark.parametrize("theta0", [5.0, [5.0, 3.0], np.ones((2, 3, 2)), np.ones((0, 2))])
@pytest.mark.parametrize("steps", [0, 1, 4])
def test_what_is_recorded_and_its_shapes(optimizer, theta0, steps):
    seen = minimize(build(optimizer, alpha=0.1), np.cos, theta0, steps)
    shape = np.shape(theta0)
    assert list(vars(seen)) == ["theta", "g", "t", *STATE[optimizer]]
    assert seen.theta.shape == (steps + 1, *shape)
    assert seen.t.tolist() == list(range(1, steps + 1))
    for name in ["g", *STATE[optimizer]]:
        assert getattr(seen, name).shape == (steps, *shape)
        assert getattr(seen, name).dtype == np.float64
    assert_bitwise(seen.theta[0], np.asarray(theta0))
    assert_bitwise(seen.g, np.cos(seen.theta[:-1]))


@each_optimizer
@each_problem
@settings(max_examples=5)
@given(data=st.data())
def test_minimize_repeats_step(optimizer, problem, data):
    rule = drawn(data.draw, optimizer)
    with np.errstate(all="ignore"):
        path = by_hand(rule, problem.grad, problem.start, 10)
    seen = minimize(rule, problem.grad, problem.start, 10)
    assert_bitwise(seen.theta, np.array([theta for theta, _ in path]))
    for name in ["t", *STATE[optimizer]]:
        values = [getattr(state, name) for _, state in path]
        assert not np.any(values[0])
        assert_bitwise(getattr(seen, name), np.array(values[1:]))


@each_optimizer
@pytest.mark.parametrize("theta", [np.array([5.0, 3.0]), np.float64(5.0)])
def test_step_is_pure(optimizer, theta):
    rule = build(optimizer, alpha=np.array(0.1))
    g = 2 * theta
    _, state = rule.step(theta, g, rule.init(theta))
    kept = copy.deepcopy([theta, g, *state])
    for array in (theta, g, *state):
        if isinstance(array, np.ndarray):
            array.flags.writeable = False
    once, again = (rule.step(theta, g, state) for _ in range(2))
    for first, second in zip([once[0], *once[1]], [again[0], *again[1]], strict=True):
        assert_bitwise(first, second)
    for value, before in zip([theta, g, *state], kept, strict=True):
        assert_bitwise(value, before)
        assert not np.may_share_memory(once[0], value)
    assert state.t == 1 and once[1].t == 2


def test_an_optimizer_cannot_be_changed():
    with pytest.raises(FrozenInstanceError):
        Adam().alpha = 1


@dataclass(frozen=True)
class SignDescent:
    alpha: float

    def init(self, theta):
        return SGDState(0)

    def step(self, theta, g, state):
        return theta - self.alpha * np.sign(g), SGDState(state.t + 1)


def test_an_optimizer_of_ones_own():
    seen = minimize(SignDescent(0.5), Parabola().grad, [5, 3], 2)
    assert seen.theta.tolist() == [[5, 3], [4.5, 2.5], [4, 2]]
    assert seen.t.tolist() == [1, 2]


@each_optimizer
@pytest.mark.parametrize("steps", [0, 1, 7])
def test_record_false_is_the_last_step(optimizer, steps):
    rule = build(optimizer, alpha=np.array([[0.1], [0.2], [3.0]]))
    whole = minimize(rule, Ravine().grad, Ravine().start, steps)
    last = minimize(rule, Ravine().grad, Ravine().start, steps, record=False)
    for name, array in vars(whole).items():
        assert_bitwise(getattr(last, name), array[-1:])


@each_optimizer
def test_a_constant_schedule_is_the_plain_run(optimizer):
    rule = build(optimizer, alpha=0.05)
    plain = minimize(rule, Ravine().grad, Ravine().start, 20)
    other = build(optimizer, alpha=7.0)
    for alphas in [[0.05] * 20, np.full((20, 1), 0.05)]:
        assert_same_run(minimize(other, Ravine().grad, [5, 3], 20, alphas=alphas), plain)


@each_optimizer
@pytest.mark.parametrize("shape", [(), (2,), (3, 1), (3, 2)])
def test_a_changing_schedule_is_the_loop_by_hand(optimizer, shape):
    rule = build(optimizer, alpha=7.0)
    alphas = np.random.default_rng(0).uniform(0.01, 0.1, (20, *shape))
    seen = minimize(rule, Ravine().grad, Ravine().start, 20, alphas=alphas)
    theta = np.broadcast_to(Ravine().start, np.broadcast_shapes(shape, (2,)))
    state = rule.init(theta)
    for t, alpha in enumerate(alphas, start=1):
        theta, state = replace(rule, alpha=alpha).step(theta, Ravine().grad(theta), state)
        assert_bitwise(seen.theta[t], theta)
    assert rule.alpha == 7.0


@each_optimizer
def test_grad_may_be_one_function_a_step(optimizer):
    rule = build(optimizer, alpha=0.1)
    slopes = np.array([3.0, -1.0, 2.0, 0.0])
    grads = [lambda theta, slope=slope: slope * theta for slope in slopes]
    seen = minimize(rule, grads, 5, 4)
    assert_bitwise(seen.g, slopes * seen.theta[:-1])

    theta, state = np.float64(5), rule.init(np.float64(5))
    for t, grad in enumerate(grads, start=1):
        theta, state = rule.step(theta, grad(theta), state)
        assert_bitwise(seen.theta[t], theta)
    assert_same_run(minimize(rule, tuple(grads), 5, 4), seen)
    endless = itertools.cycle(grads)
    assert_same_run(minimize(rule, endless, 5, 4), seen)
    assert_same_run(minimize(rule, endless, 5, 4), seen)


@each_optimizer
def test_project_comes_after_each_step(optimizer):
    rule = build(optimizer, alpha=3.0)
    seen = minimize(rule, lambda theta: np.ones(2), [0.5, 0.9], 6, project=lambda x: x.clip(-1, 1))
    theta, state = np.array([0.5, 0.9]), rule.init(np.zeros(2))
    for t in range(1, 7):
        theta, state = rule.step(theta, np.ones(2), state)
        theta = np.clip(theta, -1, 1)
        assert_bitwise(seen.theta[t], theta)
    assert np.all(seen.theta[-1] == -1)


def test_project_may_reuse_its_array():
    buffer = np.zeros(2)
    seen = minimize(
        SGD(0.1), Parabola().grad, [5, 3], 3, project=lambda x: np.multiply(x, 0.5, out=buffer)
    )
    np.testing.assert_allclose(seen.theta, np.outer(0.4 ** np.arange(4), [5, 3]))
    assert buffer.flags.writeable and not np.shares_memory(seen.theta, buffer)


@pytest.mark.parametrize("theta0", [5, 5.0, np.int32(5), np.array(5), np.float64(5)])
@pytest.mark.parametrize("steps", [3, 3.0, np.int64(3), np.array(3)])
def test_a_number_may_be_of_any_kind(theta0, steps):
    assert_same_run(minimize(SGD(1), Parabola().grad, theta0, steps),
                    minimize(SGD(1.0), Parabola().grad, 5.0, 3))  # fmt: skip


@pytest.mark.parametrize("theta0", [[5, 3], (5.0, 3), np.array([5, 3]), np.array([5.0, 3.0])])
def test_a_vector_may_be_of_any_kind(theta0):
    rule = Adam(alpha=[[0.1], [0.2]], beta1=(0.5, 0.9))
    same = Adam(alpha=np.array([[0.1], [0.2]]), beta1=np.array([0.5, 0.9]))
    expected = minimize(same, Ravine().grad, Ravine().start, 3)
    assert expected.theta.shape == (4, 2, 2)
    assert_same_run(minimize(rule, lambda x: Ravine().grad(x).tolist(), theta0, 3), expected)


def test_a_gradient_of_integers_is_made_float():
    seen = minimize(SGD(0.5), lambda theta: np.array([1, 2]), [5, 3], 2)
    assert seen.g.dtype == np.float64
    assert seen.theta.tolist() == [[5, 3], [4.5, 2], [4, 1]]


@each_optimizer
def test_the_callers_arrays_are_neither_changed_nor_kept(optimizer):
    theta0, alphas, returned = (
        np.array([5.0, 3.0]),
        np.full((4, 1, 1), 0.1),
        np.array([[1.0, -2.0]]),
    )
    values = {name: np.array([[0.5]]) for name in VALUES}
    mine = [theta0, alphas, returned, *values.values()]
    before = copy.deepcopy(mine)
    rule = build(optimizer, **values)
    seen = minimize(rule, lambda theta: returned, theta0, 4, alphas=alphas)
    for array, kept in zip(mine, before, strict=True):
        assert_bitwise(array, kept)
        assert array.flags.writeable
        assert not any(np.shares_memory(array, a) for a in vars(seen).values())
    for array in mine:
        array[...] = 0.25
    assert_same_run(minimize(rule, lambda theta: before[2], before[0], 4, alphas=before[1]), seen)


def test_the_gradients_of_a_grad_that_reuses_its_array_are_all_kept():
    buffer = np.zeros(2)
    seen = minimize(SGD(0.1), lambda theta: np.multiply(theta, 2, out=buffer), [5, 3], 3)
    assert_bitwise(seen.g, 2 * seen.theta[:-1])


def test_a_grad_that_returns_theta_itself():
    seen = minimize(SGD(0.5), lambda theta: theta, [4, 2], 2)
    assert seen.theta.tolist() == [[4, 2], [2, 1], [1, 0.5]]
    seen.theta[:] = 0
    assert seen.g.tolist() == [[4, 2], [2, 1]]


@pytest.mark.parametrize("theta0", [5.0, [5.0, 3.0]])
def test_a_grad_that_changes_theta_is_refused(theta0):
    def grad(theta):
        theta *= 2
        return theta

    for start in [theta0, np.array(theta0)]:
        with pytest.raises(ValueError, match="read-only"):
            minimize(SGD(0.1), grad, start, 3)
        with pytest.raises(ValueError, match="read-only"):
            minimize(SGD(0.1), [np.copy, grad], start, 3)


@each_optimizer
def test_divergence_is_recorded_without_warnings(optimizer):
    seen = minimize(build(optimizer, alpha=1e200), lambda theta: theta**3, [5, -3], 9)
    assert np.all(np.isfinite(seen.theta[0]))
    assert not np.any(np.isfinite(seen.theta[-1]))
    assert seen.theta.shape == (10, 2) and seen.t[-1] == 9


def test_one_diverging_run_leaves_the_others():
    together = minimize(SGD([0.1, 1e9]), Parabola().grad, 5, 60)
    assert not np.isfinite(together.theta[-1, 1])
    assert_bitwise(together.theta[:, 0], minimize(SGD(0.1), Parabola().grad, 5, 60).theta)


@pytest.mark.parametrize(
    "copied", [copy.copy, copy.deepcopy, lambda x: pickle.loads(pickle.dumps(x))]
)
def test_a_trajectory_is_plain(copied):
    seen = minimize(Adam([0.1, 0.2]), Parabola().grad, 5, 3)
    assert_same_run(copied(seen), seen)
    assert repr(seen) == (
        "Trajectory(theta: (4, 2), g: (3, 2), t: (3,), "
        "m: (3, 2), v: (3, 2), m_hat: (3, 2), v_hat: (3, 2))"
    )


RAGGED = [[1.0], [1.0, 2.0]]
NO_NUMBERS = [None, "a", True, 1j, object, RAGGED, np.array([None]), np.datetime64("2026-03-20")]
NOT_FINITE = [np.nan, np.inf, -np.inf]
BAD = {
    "alpha": [-0.1, -5e-324, *NOT_FINITE],
    "beta1": [-0.1, 1, 1.0, 1.5, *NOT_FINITE],
    "beta2": [-0.1, 1, 1.0, 1.5, *NOT_FINITE],
    "eps": [-1e-8, *NOT_FINITE],
    "weight_decay": [-0.1, *NOT_FINITE],
    "theta0": NOT_FINITE,
    "alphas": [-0.1, *NOT_FINITE],
}


def refused(argument, value):
    return pytest.raises(ValueError, match=rf"(?s)^{argument}: .*{re.escape(value)}")


@each_optimizer
@pytest.mark.parametrize("name", VALUES)
def test_bad_hyperparameters(optimizer, name):
    if name not in {field.name for field in fields(optimizer)}:
        return
    good = {"alpha": 0.1} if name != "alpha" else {}
    for value in BAD[name]:
        with refused(name, str(float(value))):
            optimizer(**good, **{name: value})
        with refused(name, str(float(value))):
            optimizer(**good, **{name: np.array([[0.5], [value]])})
    for value in NO_NUMBERS:
        with refused(name, repr(value)):
            optimizer(**good, **{name: value})


@pytest.mark.parametrize("value", [*NOT_FINITE, *NO_NUMBERS])
def test_bad_theta0(value):
    with refused("theta0", repr(value)):
        minimize(SGD(0.1), Parabola().grad, value, 3)


def test_bad_theta0_in_an_array():
    with refused("theta0", "nan"):
        minimize(SGD(0.1), Parabola().grad, [1.0, np.nan], 3)


@pytest.mark.parametrize(
    "value", [-1, -1.0, 2.5, 1e-9, *NOT_FINITE, None, "3", True, 1j, [3], np.array([3]), RAGGED]
)
def test_bad_steps(value):
    with refused("steps", repr(value)):
        minimize(SGD(0.1), Parabola().grad, 5, value)


@pytest.mark.parametrize("value", BAD["alphas"])
def test_bad_alphas(value):
    with refused("alphas", str(value)):
        minimize(SGD(0.1), Parabola().grad, 5, 2, alphas=[0.1, value])


@pytest.mark.parametrize("value", [*NO_NUMBERS[1:], iter([0.1, 0.1])])
def test_alphas_that_are_no_numbers(value):
    with refused("alphas", repr(value)):
        minimize(SGD(0.1), Parabola().grad, 5, 2, alphas=value)


@pytest.mark.parametrize("alphas", [0.1, [0.1], [0.1] * 3, np.ones((3, 2))])
def test_alphas_of_another_length(alphas):
    with refused("alphas", f"2 steps, got {np.shape(alphas)}"):
        minimize(SGD(0.1), Parabola().grad, 5, 2, alphas=alphas)


def test_shapes_that_do_not_fit():
    with refused("theta0", "(2,) does not broadcast with {'alpha': (3,)}"):
        minimize(SGD([0.1, 0.2, 0.3]), Parabola().grad, [5, 3], 2)
    with refused("theta0", "'alphas[t]': (3,)"):
        minimize(SGD(0.1), Parabola().grad, [5, 3], 2, alphas=np.ones((2, 3)))


OF_ANOTHER_SHAPE = [1.0, [1.0], np.ones((1, 2)), np.ones((2, 1)), np.ones(3), []]
NO_VECTOR = [None, [True, False], [1j, 2], ["a", "b"], RAGGED]


@pytest.mark.parametrize("value", OF_ANOTHER_SHAPE)
def test_gradients_of_another_shape(value):
    for grad, step in [(lambda theta: value, 1), ([np.copy, lambda theta: value], 2)]:
        with refused("grad", f"shape {np.shape(value)} in step {step}"):
            minimize(SGD(0.1), grad, [5, 3], 2)


@pytest.mark.parametrize("value", NO_VECTOR)
def test_gradients_that_are_no_numbers(value):
    for grad, step in [(lambda theta: value, 1), ([np.copy, lambda theta: value], 2)]:
        with refused("grad", f"{value!r} in step {step}"):
            minimize(SGD(0.1), grad, [5, 3], 2)


@pytest.mark.parametrize("count", [0, 1, 2])
def test_too_few_gradients(count):
    with refused("grad", f"got {count}"):
        minimize(SGD(0.1), [Parabola().grad] * count, 5, 3)


@pytest.mark.parametrize("value", [None, 3, np.float64(3)])
def test_a_grad_that_is_no_function(value):
    with refused("grad", repr(value)):
        minimize(SGD(0.1), value, 5, 3)
    with refused("grad", repr(value)):
        minimize(SGD(0.1), [np.copy, value], 5, 3)


@pytest.mark.parametrize("value", [SGD, Adam, "SGD", None, 0.1])
def test_an_optimizer_that_is_none(value):
    with refused("optimizer", repr(value)):
        minimize(value, Parabola().grad, 5, 3)


def test_a_project_that_is_no_function():
    with refused("project", "1"):
        minimize(SGD(0.1), Parabola().grad, 5, 3, project=1)


@pytest.mark.parametrize("value", OF_ANOTHER_SHAPE)
def test_a_project_that_returns_another_shape(value):
    with refused("project", f"shape {np.shape(value)} in step 1"):
        minimize(SGD(0.1), Parabola().grad, [5, 3], 1, project=lambda theta: value)


@pytest.mark.parametrize("value", NO_VECTOR)
def test_a_project_that_returns_no_numbers(value):
    with refused("project", f"{value!r} in step 1"):
        minimize(SGD(0.1), Parabola().grad, [5, 3], 1, project=lambda theta: value)
