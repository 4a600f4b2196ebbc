import numpy as np
import sympy as sp

a, kappa, k = sp.symbols("a kappa k", positive=True)


def in_a_loop(grad, theta0, alpha, steps):
    theta = theta0
    for _ in range(steps):
        theta = theta - alpha * grad(theta)
    return theta


def on_a_copy_in_place(gradient, start, lr, n):
    theta = np.array(start, dtype=float)
    while n > 0:
        theta -= lr * gradient(theta)
        n -= 1
    return theta


def recursive(grad, theta0, alpha, steps):
    if steps == 0:
        return theta0
    return recursive(grad, theta0 - alpha * grad(theta0), alpha, steps - 1)


def as_a_list(grad, theta0, alpha, steps):
    return in_a_loop(grad, np.asarray(theta0, dtype=float), alpha, steps).tolist()


def uphill(grad, theta0, alpha, steps):
    for _ in range(steps):
        theta0 = theta0 + alpha * grad(theta0)
    return theta0


def returns_in_the_loop(grad, theta0, alpha, steps):
    theta = theta0
    for _ in range(steps):
        theta = theta - alpha * grad(theta)
        return theta
    return theta


def counts_to_steps_inclusive(grad, theta0, alpha, steps):
    theta = theta0
    for _ in range(steps + 1):
        theta = theta - alpha * grad(theta)
    return theta


def range_from_one(grad, theta0, alpha, steps):
    theta = theta0
    for _ in range(1, steps):
        theta = theta - alpha * grad(theta)
    return theta


def for_the_parabola_only(grad, theta0, alpha, steps):
    theta = theta0
    for _ in range(steps):
        theta = theta - alpha * 2 * theta
    return theta


def gradient_outside_the_loop(grad, theta0, alpha, steps):
    g, theta = grad(theta0), theta0
    for _ in range(steps):
        theta = theta - alpha * g
    return theta


def changes_the_callers_array(grad, theta0, alpha, steps):
    for _ in range(steps):
        theta0 -= alpha * grad(theta0)
    return theta0


def scalars_only(grad, theta0, alpha, steps):
    return in_a_loop(grad, float(theta0), alpha, steps)


RIGHT = {
    "01.1": [0.625, sp.Rational(5, 8), np.float64(0.625)],
    "01.2": [1 / (2 * a), 0.5 / a, sp.Rational(1, 2) * a**-1, 1 / (2 * sp.Symbol("a"))],
    "01.3": [in_a_loop, on_a_copy_in_place, recursive, as_a_list],
    "01.4": [0.08, 0.09, 2 / 21, np.array(0.085)],
    "01.5": [
        sp.log(1000) / sp.log((kappa + 1) / (kappa - 1)),
        -3 * sp.log(10) / (sp.log(kappa - 1) - sp.log(kappa + 1)),
        sp.log(sp.Rational(1, 1000), (kappa - 1) / (kappa + 1)),
    ],
}
WRONG = {
    "01.1": [
        (5 * 0.75**3, "1 - 2 alpha"),
        (1.25, "theta_2"),
        (-2.5, "anew"),
        (0.125, "start"),
        (-0.625, "sign"),
        ("0.625", "quotation"),
    ],
    "01.2": [
        (1 / a, "oscillates"),
        (sp.Rational(1, 2), "a = 1"),
        (a / 2, "Upside down"),
        (2 * a, "curvature"),
        (1 / (2 * k), "contains k"),
        (sp.Eq(a, 1 / (2 * a)), "right-hand side"),
    ],
    "01.3": [
        (uphill, "uphill"),
        (returns_in_the_loop, "one step only"),
        (counts_to_steps_inclusive, "one step too many"),
        (range_from_one, "too few"),
        (for_the_parabola_only, "call grad"),
        (gradient_outside_the_loop, "inside the loop"),
        (changes_the_callers_array, "changes the caller's array"),
        (scalars_only, "plain numbers, not for arrays"),
    ],
    "01.4": [
        (0.1, "does not converge"),
        (-0.05, "positive"),
        (0.05, "crawls"),
        (0.07, "lowest loss"),
    ],
    "01.5": [
        (sp.log(1000) / sp.log((kappa - 1) / (kappa + 1)), "sign"),
        (sp.log(1000) / sp.log(kappa / (kappa - 1)), "The best is faster"),
        (sp.log(1000) / -sp.log(1 - 2 / kappa), "close to"),
        (sp.ceiling(sp.log(1000) / sp.log((kappa + 1) / (kappa - 1))), "rounding"),
        (kappa, "too"),
        (((kappa - 1) / (kappa + 1)) ** 1000, "number of steps"),
        (sp.log(1000) / sp.log((kappa + 1) / (kappa - 1)) / 2, "squared"),
    ],
}
