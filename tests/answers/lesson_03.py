from math import sqrt

import numpy as np
import sympy as sp

alpha, eps, a, b = sp.symbols("alpha epsilon a beta_2", positive=True)
t, c = sp.symbols("t c", positive=True)


def two_lines(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    theta = theta - alpha * g / (np.sqrt(v) + eps)
    return theta, v


def own_learning_rate(weights, mean_square, grad, lr, rho, tiny):
    mean_square = mean_square + (1 - rho) * (grad * grad - mean_square)
    rate = lr / (mean_square**0.5 + tiny)
    return [weights - rate * grad, mean_square]


def entry_by_entry(theta, v, g, alpha, beta2, eps):
    if np.ndim(theta) == 0:
        new = v * beta2 + g * g - g * g * beta2
        return theta - g / (sqrt(new) + eps) * alpha, new
    pairs = [entry_by_entry(*e, alpha, beta2, eps) for e in zip(theta, v, g, strict=True)]
    return [p for p, _ in pairs], [q for _, q in pairs]


def in_place_on_copies(theta, v, g, alpha, beta2, eps):
    theta, v = np.array(theta, dtype=float), np.array(v, dtype=float)
    v *= beta2
    v += (1 - beta2) * np.square(g)
    theta -= alpha * np.asarray(g) / (np.sqrt(v) + eps)
    return np.stack([theta, v])


def squares_the_average(theta, v, g, alpha, beta2, eps):
    v = (beta2 * v + (1 - beta2) * g) ** 2
    return theta - alpha * g / (v**0.5 + eps), v


def squares_the_average_later(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g
    return theta - alpha * g / (np.sqrt(v * v) + eps), v


def never_squares(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g
    return theta - alpha * g / (np.sqrt(v) + eps), v


def takes_absolute_values(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * np.abs(g)
    return theta - alpha * g / (np.sqrt(v) + eps), v


def takes_absolute_values_and_no_root(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * np.abs(g)
    return theta - alpha * g / (v + eps), v


def squares_too_much(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + ((1 - beta2) * g) ** 2
    return theta - alpha * g / (np.sqrt(v) + eps), v


def root_over_both(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / np.sqrt(v + eps), v


def root_over_both_and_eps_squared(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / np.sqrt(v + eps**2), v


def no_root(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / (v + eps), v


def no_eps(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / np.sqrt(v), v


def no_parentheses(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / np.sqrt(v) + eps, v


def parentheses_around_the_step(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    step = alpha * g / np.sqrt(v) + eps
    return theta - step, v


def no_weight(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + g**2
    return theta - alpha * g / (np.sqrt(v) + eps), v


def weights_the_wrong_way_round(theta, v, g, alpha, beta2, eps):
    v = (1 - beta2) * v + beta2 * g**2
    return theta - alpha * g / (np.sqrt(v) + eps), v


def no_memory(theta, v, g, alpha, beta2, eps):
    return theta - alpha * g / (abs(g) + eps), g * g


def theta_before_v(theta, v, g, alpha, beta2, eps):
    theta = theta - alpha * g / (np.sqrt(v) + eps)
    v = beta2 * v + (1 - beta2) * g**2
    return theta, v


def keeps_the_old_average(theta, v, g, alpha, beta2, eps):
    new = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / (np.sqrt(new) + eps), v


def keeps_the_root(theta, v, g, alpha, beta2, eps):
    v = np.sqrt(beta2 * v + (1 - beta2) * g**2)
    return theta - alpha * g / (v + eps), v


def plain_step(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g, v


def louder(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g * (np.sqrt(v) + eps), v


def always_down(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * np.sqrt(g**2) / (np.sqrt(v) + eps), v


def mean_over_parameters(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * np.mean(np.square(g))
    return theta - alpha * g / (np.sqrt(v) + eps), v


def norm_of_the_gradient(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * np.linalg.norm(g) ** 2
    return theta - alpha * g / (np.sqrt(v) + eps), v


def plus(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta + alpha * g / (np.sqrt(v) + eps), v


def the_step(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return -alpha * g / (np.sqrt(v) + eps), v


def v_first(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return v, theta - alpha * g / (np.sqrt(v) + eps)


def theta_alone(theta, v, g, alpha, beta2, eps):
    return theta - alpha * g / (np.sqrt(beta2 * v + (1 - beta2) * g**2) + eps)


def root_from_math(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / (sqrt(v) + eps), v


def changes_v(theta, v, g, alpha, beta2, eps):
    v *= beta2
    v += (1 - beta2) * g**2
    return theta - alpha * g / (np.sqrt(v) + eps), v


def changes_g(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    g /= np.sqrt(v) + eps
    return theta - alpha * g, v


def divides_zero_by_zero(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g * g / g / (np.sqrt(v) + eps), v


def corrects_the_first_step(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / (np.sqrt(v / (1 - beta2)) + eps), v


def sign_only(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * np.sign(g), v


RIGHT = {
    "03.1": [0.05, sp.Rational(1, 20), 0.01 / 0.04**0.5, np.float64(0.07 / 1.4)],
    "03.2": [two_lines, own_learning_rate, entry_by_entry, in_place_on_copies],
    "03.3": [
        sp.log(1 - 1 / sp.Rational(101, 100) ** 2) / sp.log(b),
        sp.log(1 - 1.01**-2) / sp.log(b),
        sp.solve(sp.Eq(1 / sp.sqrt(1 - b**t), sp.Rational(101, 100)), t)[0],
        sp.log(sp.Rational(201, 10201), sp.Symbol("beta_2")),
    ],
    "03.4": [0.002, 0.003, sp.Rational(1, 400), np.array(0.0039)],
    "03.5": [
        alpha / 2 - eps / a,
        (a * alpha - 2 * eps) / (2 * a),
        sp.solve(c - alpha * a * c / (a * c + eps) + c, c)[0],
        0.5 * sp.Symbol("alpha") - sp.Symbol("epsilon") / sp.Symbol("a"),
    ],
}
WRONG = {
    "03.1": [
        (0.01, "long run"),
        (0.07, "gradient descent"),
        (0.07 / 1.96, "forgot the root"),
        (0.25, "squared the average"),
        (0.0102062, "swapped"),
        (0.002, "denominator"),
        (5, "units of alpha"),
        (1.4, "root of v_1"),
        (1.96, "That is v_1"),
        (-0.05, "no sign"),
        (0.04, "too small"),
        (0.35, "too large"),
        ("0.05", "quotation"),
    ],
    "03.2": [
        (squares_the_average, "squared the average"),
        (squares_the_average_later, "squared the average"),
        (never_squares, "You average the gradients"),
        (takes_absolute_values, "absolute values"),
        (takes_absolute_values_and_no_root, "absolute values"),
        (squares_too_much, "squared 1 - beta2"),
        (root_over_both, "eps is inside the root"),
        (root_over_both_and_eps_squared, "not right"),
        (no_root, "forgot the root"),
        (no_eps, "forgot eps"),
        (no_parentheses, "Parentheses"),
        (parentheses_around_the_step, "Parentheses"),
        (no_weight, "(1 - beta2)"),
        (weights_the_wrong_way_round, "swapped the weights"),
        (no_memory, "no memory"),
        (theta_before_v, "compute the new v first"),
        (keeps_the_old_average, "return the old v"),
        (keeps_the_root, "return the root"),
        (plain_step, "does not use it"),
        (louder, "turned down"),
        (always_down, "sign of the gradient"),
        (mean_over_parameters, "No mean"),
        (norm_of_the_gradient, "No sum"),
        (plus, "uphill"),
        (the_step, "step alone"),
        (v_first, "order"),
        (theta_alone, "2 results expected"),
        (root_from_math, "plain numbers, not for arrays"),
        (changes_v, "changes the caller's array"),
        (changes_g, "changes the caller's array"),
        (divides_zero_by_zero, "NaN"),
        (corrects_the_first_step, "not right"),
        (sign_only, "not right"),
    ],
    "03.3": [
        (sp.log(1 - 1 / sp.Rational(101, 100)) / sp.log(b), "forgot the root"),
        (sp.log(sp.Rational(1, 100)) / sp.log(b), "99%"),
        (sp.log(1 - sp.Rational(99, 100) ** 2) / sp.log(b), "not 1.01"),
        (sp.log(sp.Rational(101, 100) ** 2 - 1) / sp.log(b), "longer than alpha"),
        (-2 * sp.log(sp.Rational(101, 100)) / sp.log(b), "1 - beta2^t"),
        (sp.log(b) / sp.log(1 - 1 / sp.Rational(101, 100) ** 2), "log(c) / log(beta2)"),
        (-sp.log(1 - 1 / sp.Rational(101, 100) ** 2) / sp.log(b), "sign"),
        (sp.log(1 - 1 / sp.Rational(101, 100) ** 2) / sp.log(b) - 1, "from 0"),
        (1 / (1 - b), "memory"),
        (sp.ceiling(sp.log(sp.Rational(201, 10201)) / sp.log(b)), "rounding"),
        (sp.log(sp.Rational(201, 10201)) / sp.log(0.999), "too large"),
        (sp.log(0.0197) / sp.log(b), "too large"),
        (sp.log(sp.Rational(201, 10201)) / sp.log(t), "contains t"),
    ],
    "03.4": [
        (-0.003, "positive"),
        (0, "positive"),
        (0.01, "jitters"),
        (0.0041, "jitters"),
        (0.25, "jitters"),
        (0.001, "on its way"),
        (0.0017, "on its way"),
        ((0.003, 0.9), "one number"),
        (float("inf"), "alpha: must be finite"),
    ],
    "03.5": [
        (alpha / 2, "epsilon = 0"),
        (alpha / 2 - eps, "a = 1"),
        (alpha / 2 - eps / 2, "lesson's parabola"),
        (alpha / 2 + eps / a, "narrower"),
        (sp.sqrt(alpha**2 / 4 - eps / a**2), "outside the root"),
        (a * alpha / 2 - eps, "size of the gradient"),
        (alpha - eps / a, "2 c wide"),
        (alpha - 2 * eps / a, "half of it"),
        (alpha / 2 - eps / (2 * a), "curvature for 2 a"),
        (sp.sqrt(alpha / (2 * a) - eps / a**2), "forgot the root"),
        (alpha / 2 - c, "contains c"),
        (alpha / (2 + eps), "too large"),
        (a * alpha / 2, "too small"),
    ],
}
