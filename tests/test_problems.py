"""Losses and gradients against sympy expressions written here, and against finite differences."""

import re

import numpy as np
import pytest
import sympy as sp
from hypothesis import given, settings
from hypothesis import strategies as st

from course_lib import SGD, Adam, Line, Parabola, Ravine, Rosenbrock, Saddle, minimize

pytestmark = pytest.mark.filterwarnings("error")

X, Y = [-1.0, 0.5, 1.0, 2.5, 4.0], [0.25, 1.75, 2.5, 6.5, 8.0]
x, y = sp.symbols("x y", real=True)


def ravine(degrees):
    turn = sp.rot_ccw_axis3(sp.rad(degrees))[:2, :2]
    own = turn.T * sp.Matrix([x, y])
    return (own.T * sp.diag(sp.Rational(1, 2), 10) * own)[0]


CASES = {
    "parabola": (Parabola(), x**2),
    "ravine": (Ravine(), x**2 / 2 + 10 * y**2),
    "ravine at 30": (Ravine(30), ravine(30)),
    "ravine at 45": (Ravine(45), ravine(45)),
    "ravine at -110": (Ravine(-110), ravine(-110)),
    "saddle": (Saddle(), x**2 / 2 - y**2 / 2 + y**4 / 4),
    "rosenbrock": (Rosenbrock(), (1 - x) ** 2 + 100 * (y - x**2) ** 2),
    "line": (
        Line(X, Y),
        sum((x * sp.Rational(a) + y - sp.Rational(b)) ** 2 for a, b in zip(X, Y, strict=True)) / 5,
    ),
}
each_case = pytest.mark.parametrize(("problem", "loss"), CASES.values(), ids=CASES)
each_problem = pytest.mark.parametrize("problem", [case[0] for case in CASES.values()], ids=CASES)


def parameters(problem):
    return [x, y][: max(1, np.size(problem.start))]


def thetas(problem, shape=()):
    """Start points of the given run axes, drawn with a fixed seed."""
    return np.random.default_rng(0).uniform(-2, 2, shape + np.shape(problem.start))


def assert_close(actual, expected, rtol=1e-12):
    np.testing.assert_allclose(actual, expected, rtol=rtol, atol=rtol)


@each_case
def test_loss_and_gradient_are_those_of_sympy(problem, loss):
    symbols = parameters(problem)
    loss_of = sp.lambdify(symbols, loss)
    grad_of = sp.lambdify(symbols, [sp.diff(loss, symbol) for symbol in symbols])
    for theta in [np.asarray(problem.start), np.asarray(problem.minimum), *thetas(problem, (50,))]:
        values = np.atleast_1d(theta)
        assert_close(problem.loss(theta), loss_of(*values))
        assert_close(np.atleast_1d(problem.grad(theta)), grad_of(*values))
        assert np.shape(problem.loss(theta)) == ()
        assert np.shape(problem.grad(theta)) == np.shape(theta)


@each_problem
@settings(max_examples=20)
@given(data=st.data())
def test_gradient_is_the_finite_difference(problem, data):
    shape = np.shape(problem.start)
    values = [data.draw(st.floats(-3, 3)) for _ in range(int(np.prod(shape)))]
    theta = np.array(values).reshape(shape)
    h = 2.0**-14
    for direction in np.eye(theta.size).reshape(-1, *shape):
        rise = problem.loss(theta + h * direction) - problem.loss(theta - h * direction)
        assert_close(np.sum(direction * problem.grad(theta)), rise / (2 * h), rtol=1e-4)


@each_case
def test_minimum_is_one(problem, loss):
    theta = np.asarray(problem.minimum)
    assert theta.shape == np.shape(problem.start)
    assert_close(problem.grad(theta), np.zeros(theta.shape))
    at_minimum = problem.loss(theta)
    assert np.all(problem.loss(theta + thetas(problem, (200,)) / 10) > at_minimum)
    at = dict(zip(parameters(problem), np.atleast_1d(theta), strict=True))
    curvature = np.array(sp.hessian(loss, parameters(problem)).evalf(subs=at), dtype=float)
    assert np.all(np.linalg.eigvalsh(curvature) > 0)


@each_problem
def test_minimum_is_reached_from_the_start(problem):
    seen = minimize(Adam(0.02), problem.grad, problem.start, 4000, record=False)
    np.testing.assert_allclose(seen.theta[0], problem.minimum, atol=1e-3)


def test_starts():
    assert Parabola().start == 5 and Parabola().loss(5) == 25
    assert Ravine().start.tolist() == [5, 3] and Ravine().loss(Ravine().start) == 102.5
    assert Rosenbrock().start.tolist() == [-1.2, 1] and Line(X, Y).start.tolist() == [0, 0]
    assert Line(X, Y).loss([0, 0]) == pytest.approx(np.mean(np.square(Y)), rel=1e-15)
    saddle = Saddle()
    assert saddle.loss(saddle.start) > saddle.loss([0, 0]) > saddle.loss(saddle.minimum)
    assert saddle.grad([0.0, 0.0]).tolist() == [0, 0]


@given(st.floats(-720, 720))
def test_the_turned_ravine_starts_at_the_same_loss(angle):
    assert Ravine(angle).loss(Ravine(angle).start) == pytest.approx(102.5, rel=1e-14)


@given(st.floats(-360, 360), st.floats(-3, 3), st.floats(-3, 3))
def test_turning_the_ravine_turns_its_gradient(angle, a, b):
    c, s = np.cos(np.radians(angle)), np.sin(np.radians(angle))
    turn = np.array([[c, -s], [s, c]])
    theta = np.array([a, b])
    assert_close(Ravine(angle).loss(turn @ theta), Ravine().loss(theta))
    assert_close(Ravine(angle).grad(turn @ theta), turn @ Ravine().grad(theta))
    assert_close(Ravine(angle).start, turn @ Ravine().start)


def test_a_quarter_turn_is_counter_clockwise():
    assert_close(Ravine(90).start, [-3, 5])


def test_turning_leaves_the_losses_of_sgd_but_not_of_adam():
    def losses(optimizer, angle):
        problem = Ravine(angle)
        return problem.loss(minimize(optimizer, problem.grad, problem.start, 50).theta)

    for angle in [30, 45, 200]:
        assert_close(losses(SGD(0.05), angle), losses(SGD(0.05), 0), rtol=1e-9)
    assert np.max(np.abs(losses(Adam(0.1), 45) - losses(Adam(0.1), 0))) > 1


@each_problem
@pytest.mark.parametrize("shape", [(3,), (1,), (0,), (2, 3), (4, 1)])
def test_leading_axes_are_runs(problem, shape):
    theta = thetas(problem, shape)
    kept = theta.copy()
    loss, grad = problem.loss(theta), problem.grad(theta)
    assert loss.shape == shape and grad.shape == theta.shape
    for run in np.ndindex(shape):
        assert problem.loss(theta[run]) == loss[run]
        np.testing.assert_array_equal(problem.grad(theta[run]), grad[run])
    np.testing.assert_array_equal(theta, kept)
    assert not np.shares_memory(grad, theta)


@each_problem
def test_the_losses_of_a_diverged_run_are_not_finite_and_without_warnings(problem):
    for value in [1e200, np.inf, -np.inf, np.nan]:
        theta = np.full((2, *np.shape(problem.start)), value)
        assert not np.any(np.isfinite(problem.loss(theta)))
    seen = minimize(SGD(50), problem.grad, problem.start, 700)
    assert not np.isfinite(problem.loss(seen.theta)[-1])


@each_problem
def test_integers_and_lists(problem):
    theta = np.full(np.shape(problem.start), 2)
    np.testing.assert_array_equal(problem.loss(theta.tolist()), problem.loss(theta.astype(float)))
    np.testing.assert_array_equal(problem.grad(theta.tolist()), problem.grad(theta.astype(float)))
    np.testing.assert_array_equal(problem.grad(theta), problem.grad(theta.astype(float)))


@each_problem
def test_start_and_minimum_are_new_each_time(problem):
    for name in ["start", "minimum"]:
        array = np.asarray(getattr(problem, name))
        if array.ndim:
            array[:] = 7
            assert not np.any(getattr(problem, name) == 7)


def test_the_minimum_of_the_line_is_that_of_lstsq():
    matrix = np.stack([X, np.ones(5)], axis=1)
    solution = np.linalg.lstsq(matrix, np.array(Y), rcond=None)[0]
    assert_close(Line(X, Y).minimum, solution)
    assert_close(Line([1, 2, 3, 4, 5], [3, 5, 7, 9, 11]).minimum, [2, 1])
    assert_close(Line([0, 1], [5, 3]).minimum, [-2, 5])


def test_the_line_keeps_copies_of_its_points():
    a, b = np.array(X), np.array(Y)
    line = Line(a, b)
    a[:], b[:] = 0, 0
    assert line.X.tolist() == X and line.y.tolist() == Y


@pytest.mark.parametrize("angle", [np.nan, np.inf, "x", None, [0, 45]])
def test_an_angle_is_one_finite_number(angle):
    with pytest.raises(ValueError, match=r"^angle: "):
        Ravine(angle)


@pytest.mark.parametrize("name", [name for name in CASES if name != "parabola"])
@pytest.mark.parametrize("theta", [5.0, [5.0], [1.0, 2.0, 3.0], np.zeros((4, 3))])
def test_a_theta_without_two_parameters_is_refused(name, theta):
    problem, _ = CASES[name]
    for function in (problem.loss, problem.grad):
        with pytest.raises(ValueError, match=f"^theta: .*{re.escape(str(np.shape(theta)))}"):
            function(theta)


@pytest.mark.parametrize(
    ("a", "b", "message"),
    [
        ([1, 2], [1, 2, 3], r"^X, y: .* got \(2,\), \(3,\)"),
        ([[1, 2]], [[1, 2]], r"^X, y: .* got \(1, 2\), \(1, 2\)"),
        (1, 2, r"^X, y: .* got \(\), \(\)"),
        ([1, np.nan], [1, 2], r"^X, y: must be finite, got \[ *1\. +nan\]"),
        ([1, 2], [1, np.inf], r"^X, y: must be finite, got .* \[ *1\. +inf\]"),
        ([2, 2, 2], [1, 2, 3], r"^X: .* got \[2\. 2\. 2\.\]"),
        ([1], [1], r"^X: .* got \[1\.\]"),
        ([], [], r"^X: .* got \[\]"),
        (["1", "two"], [1, 2], r"^X, y: .* got \['1', 'two'\], \[1, 2\]"),
        ([1, 2], [[1], [2, 3]], r"^X, y: .* got \[1, 2\], \[\[1\], \[2, 3\]\]"),
    ],
)
def test_points_that_fix_no_line(a, b, message):
    with pytest.raises(ValueError, match=message):
        Line(a, b)
