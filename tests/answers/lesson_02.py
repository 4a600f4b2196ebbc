import numpy as np
import sympy as sp

eps_v, mu, d = sp.symbols("epsilon_v mu d", positive=True)
alpha, lam, sigma = sp.symbols("alpha lambda sigma", positive=True)
variance = sp.symbols("V")
fixed_point = sp.solve(
    sp.Eq(variance, (1 - alpha * lam) ** 2 * variance + alpha**2 * sigma**2), variance
)[0]


def two_lines(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    theta = theta - alpha * m
    return theta, m


def towards_the_gradient(weights, mean, grad, lr, momentum):
    mean = mean + (1 - momentum) * (grad - mean)
    return [weights - lr * mean, mean]


def entry_by_entry(theta, m, g, alpha, beta1):
    if np.ndim(theta) == 0:
        new = m * beta1 + g - g * beta1
        return theta - new * alpha, new
    pairs = [entry_by_entry(*entry, alpha, beta1) for entry in zip(theta, m, g, strict=True)]
    return [p for p, _ in pairs], [q for _, q in pairs]


def in_place_on_copies(theta, m, g, alpha, beta1):
    theta, m = np.array(theta, dtype=float), np.array(m, dtype=float)
    m *= beta1
    m += (1 - beta1) * np.asarray(g)
    theta -= alpha * m
    return np.stack([theta, m])


def no_weight(theta, m, g, alpha, beta1):
    m = m * beta1 + g
    return theta - m * alpha, m


def steps_along_the_gradient(theta, m, g, alpha, beta1):
    theta = theta - alpha * g
    return theta, m * beta1 + g * (1 - beta1)


def theta_before_m(theta, m, g, alpha, beta1):
    theta = theta - alpha * m
    m = beta1 * m + (1 - beta1) * g
    return theta, m


def keeps_the_old_average(theta, m, g, alpha, beta1):
    new = beta1 * m + (1 - beta1) * g
    return theta - alpha * new, m


def weights_the_wrong_way_round(theta, m, g, alpha, beta1):
    m = (1 - beta1) * m + beta1 * g
    return theta - alpha * m, m


def weighs_twice(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    return theta - alpha * (1 - beta1) * m, m


def never_forgets(theta, m, g, alpha, beta1):
    m = m + (1 - beta1) * g
    return theta - alpha * m, m


def as_in_the_paper(theta, m, g, alpha, beta1):
    m = beta1 * m - alpha * g
    return theta + m, m


def heavy_ball(theta, m, g, alpha, beta1):
    m = beta1 * m + alpha * g
    return theta - m, m


def averages_the_steps(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * alpha * g
    return theta - m, m


def no_alpha(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    return theta - m, m


def plus(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    return theta + alpha * m, m


def the_step(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    return -alpha * m, m


def m_first(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    return m, theta - alpha * m


def theta_alone(theta, m, g, alpha, beta1):
    return theta - alpha * (beta1 * m + (1 - beta1) * g)


def no_return(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    theta = theta - alpha * m


def changes_m(theta, m, g, alpha, beta1):
    m *= beta1
    m += (1 - beta1) * g
    return theta - alpha * m, m


def changes_theta(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    theta -= alpha * m
    return theta, m


def numbers_only(theta, m, g, alpha, beta1):
    m = beta1 * float(m) + (1 - beta1) * float(g)
    return float(theta) - alpha * m, m


def always_the_first_step(theta, m, g, alpha, beta1):
    m = (1 - beta1) * g
    return theta - alpha * m, m


def beta_of_the_lesson(theta, m, g, alpha, beta1):
    m = 0.9 * m + 0.1 * g
    return theta - alpha * m, m


def looks_ahead(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    return theta - alpha * (beta1 * m + (1 - beta1) * g), m


RIGHT = {
    "02.1": [1.9, sp.Rational(19, 10), 0.9 * 1 + 0.1 * 10, np.array(10 * (1 - 0.9**2))],
    "02.2": [two_lines, towards_the_gradient, entry_by_entry, in_place_on_copies],
    "02.3": [
        eps_v * (1 - d) / (1 - mu),
        (d * eps_v - eps_v) / (mu - 1),
        eps_v / (1 - mu) - eps_v * d / (1.0 - mu),
        sp.Symbol("epsilon_v") * (1 - sp.Symbol("d")) / (1 - sp.Symbol("mu")),
    ],
    "02.4": [(0.1, 0.67), (0.1, (9 / 11) ** 2), [0.1, 0.7], np.array([0.11, 0.72])],
    "02.5": [
        alpha * sigma**2 / (lam * (2 - alpha * lam)),
        alpha**2 * sigma**2 / (1 - (1 - alpha * lam) ** 2),
        fixed_point,
        sigma**2 / (2 * lam / alpha - lam**2),
    ],
}
WRONG = {
    "02.1": [
        (0.9 * 10 + 10, "(1 - beta1)"),
        (10, "share beta1^2"),
        (1, "m_1"),
        (2.71, "m_3"),
        (9.9, "swapped"),
        (2, "m_1 itself"),
        (0.9, "second gradient is missing"),
        (8.1, "what is missing"),
        (1.8, "too small"),
        (9.1, "too large"),
        (-1.9, "sign"),
        ((1, 1.9), "One number"),
    ],
    "02.2": [
        (no_weight, "(1 - beta1)"),
        (steps_along_the_gradient, "last gradient"),
        (theta_before_m, "compute the new m first"),
        (keeps_the_old_average, "return the old m"),
        (weights_the_wrong_way_round, "swapped the weights"),
        (weighs_twice, "a second time"),
        (never_forgets, "must fade"),
        (as_in_the_paper, "velocity form"),
        (heavy_ball, "opposite sign"),
        (averages_the_steps, "not in m"),
        (no_alpha, "forgot alpha"),
        (plus, "uphill"),
        (the_step, "step alone"),
        (m_first, "order"),
        (theta_alone, "2 results expected"),
        (no_return, "return"),
        (changes_m, "changes the caller's array"),
        (changes_theta, "changes the caller's array"),
        (numbers_only, "plain numbers, not for arrays"),
        (always_the_first_step, "not right"),
        (beta_of_the_lesson, "not right"),
        (looks_ahead, "not right"),
    ],
    "02.3": [
        (eps_v / (1 - mu), "without damping"),
        (eps_v * (1 - d) * (1 - mu), "Upside down in mu"),
        (eps_v * (1 - d), "(1 - mu)"),
        (eps_v * (1 - mu) / (1 - d), "takes less"),
        (eps_v / (1 - mu) / (1 - d), "Upside down in d"),
        (eps_v * (1 - mu), "translates from"),
        (eps_v, "d = mu"),
        (eps_v * (1 + d) / (1 - mu), "too large"),
        (eps_v * (1 - d) / (1 - alpha), "contains alpha"),
        (sp.Eq(alpha, eps_v), "right-hand side"),
    ],
    "02.4": [
        ((0, 0.7), "positive"),
        ((-0.1, 0.7), "alpha: must be"),
        ((0.5, 0.7), "diverges"),
        ((0.67, 0.1), "diverges"),
        ((2 / 101, 0), "beta1 is too small"),
        ((0.03, 0.5), "beta1 is too small"),
        ((0.01, 0.7), "creeps"),
        ((0.113, 0.7), "still above 1e-6"),
        ((0.1, 0.9), "so heavy a ball"),
        ((0.2236, 0.4028), "diverges"),
        ((0.1, 1.0), "beta1: must be in"),
        ((0.1, -0.5), "beta1: must be in"),
        (0.1, "2 numbers"),
        ((0.1, 0.7, 0.9), "2 numbers"),
    ],
    "02.5": [
        (alpha * sigma**2 / (2 * lam), "small alpha"),
        (alpha * sigma**2 / lam, "square of the factor"),
        (sigma**2 / (lam * (2 - alpha * lam)), "with alpha squared"),
        (sigma**2 / lam, "squares of the factors"),
        (alpha**2 * sigma**2, "noise of one step"),
        (sigma**2 / (alpha * lam * (2 - alpha * lam)), "forgot alpha"),
        (sp.sqrt(fixed_point), "standard deviation"),
        (alpha * sigma / (lam * (2 - alpha * lam)), "not sigma"),
        (alpha * sigma**2 / (2 - alpha), "lambda = 1"),
        (alpha * sigma**2 / (lam * (alpha * lam - 2)), "a variance is positive"),
        (alpha * sigma**2 / (lam * (2 + alpha * lam)), "too small"),
        (sigma**2, "too large"),
        (0, "too small"),
    ],
}
