"""The exercises of lesson 02, momentum."""

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.optimizers import Momentum, minimize

eps_v, mu, d = sp.symbols("epsilon_v mu d", positive=True)
alpha_, lam, sigma = sp.symbols("alpha lambda sigma", positive=True)
CURVATURES = np.array([1.0, 100.0])
START = np.array([5.0, 3.0])
TARGET = 1e-6
FROM, TO = 80, 200


def average(gradients, beta1, weight):
    m = 0.0
    for g in gradients:
        m = beta1 * m + weight * g
    return m


def momentum(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * g
    return theta - alpha * m, m


def forgot_the_weight(theta, m, g, alpha, beta1):
    m = beta1 * m + g
    return theta - alpha * m, m


def weights_swapped(theta, m, g, alpha, beta1):
    return momentum(theta, m, g, alpha, 1 - beta1)


def step_along_g(theta, m, g, alpha, beta1):
    return theta - alpha * g, momentum(theta, m, g, alpha, beta1)[1]


def step_along_old_m(theta, m, g, alpha, beta1):
    return theta - alpha * m, momentum(theta, m, g, alpha, beta1)[1]


def old_m_returned(theta, m, g, alpha, beta1):
    return momentum(theta, m, g, alpha, beta1)[0], m


def weight_again_in_the_step(theta, m, g, alpha, beta1):
    m = momentum(theta, m, g, alpha, beta1)[1]
    return theta - alpha * (1 - beta1) * m, m


def old_m_not_faded(theta, m, g, alpha, beta1):
    m = m + (1 - beta1) * g
    return theta - alpha * m, m


def velocity(theta, m, g, alpha, beta1):
    m = beta1 * m - alpha * g
    return theta + m, m


def velocity_subtracted(theta, m, g, alpha, beta1):
    m = beta1 * m + alpha * g
    return theta - m, m


def alpha_inside_m(theta, m, g, alpha, beta1):
    m = beta1 * m + (1 - beta1) * alpha * g
    return theta - m, m


def forgot_alpha(theta, m, g, alpha, beta1):
    return momentum(theta, m, g, 1, beta1)


def uphill(theta, m, g, alpha, beta1):
    return momentum(theta, m, g, -alpha, beta1)


def step_returned(theta, m, g, alpha, beta1):
    m = momentum(theta, m, g, alpha, beta1)[1]
    return -alpha * m, m


def order_swapped(theta, m, g, alpha, beta1):
    return momentum(theta, m, g, alpha, beta1)[::-1]


def momentum_cases(rng):
    return [
        (5.0, 0.0, 10.0, 0.1, 0.9),
        (2.0, -3.0, 4.0, 0.5, 0.8),
        (-1.5, 0.25, -2.0, 0.2, 0.6),
        (1, 2, -3, 0.25, 0.0),
        (*rng.normal(size=(3, 4)), 0.05, 0.9),
        (*rng.normal(size=(3, 2, 3)), 0.3, 0.99),
    ]


def cloud(shrink, kick):
    """The variance that stays the same when a step multiplies it by `shrink` and adds `kick`."""
    return kick / (1 - shrink)


def cloud_of_sgd():
    return cloud((1 - alpha_ * lam) ** 2, alpha_**2 * sigma**2)


def pair(settings):
    alpha, beta1 = numbers(settings, "alpha", "beta1")
    Momentum(alpha, beta1)
    return alpha, beta1


def last_above(settings):
    """The last of the steps 0 to 200 at which the loss is not below the target; -1 for none."""
    run = minimize(Momentum(*pair(settings)), lambda theta: CURVATURES * theta, START, TO)
    losses = np.sum(CURVATURES * run.theta**2, axis=-1) / 2
    return int(np.max(np.flatnonzero(~(losses < TARGET)), initial=-1))


def still_above(settings):
    step = last_above(settings)
    if step >= FROM:
        return f"The loss is still above 1e-6 at step {step}."


def diverges(settings):
    alpha, beta1 = pair(settings)
    return alpha * CURVATURES[1] * (1 - beta1) >= 2 * (1 + beta1)


def creeps(settings):
    """Whether the flat axis is too slow to swing, and the run misses the target."""
    alpha, beta1 = pair(settings)
    s = np.sqrt(beta1)
    return bool(alpha < (1 - s) / (1 + s) and last_above(settings) >= FROM)


def too_light(settings):
    """Whether no alpha lets both axes swing with this beta1, and the run misses the target."""
    s = np.sqrt(pair(settings)[1])
    kappa = CURVATURES[1] / CURVATURES[0]
    return bool((1 + s) ** 2 < kappa * (1 - s) ** 2 and last_above(settings) >= FROM)


EXERCISES = {
    "02.1": Predict(
        right=lambda: average([10, 10], 0.9, 1 - 0.9),
        wrongs=(
            Wrong(
                "You forgot the factor (1 - beta1): each gradient enters with 0.1.",
                lambda: average([10, 10], 0.9, 1),
            ),
            Wrong(
                "It gets there in the end. But m_0 = 0 still holds the share beta1^2 of m_2.",
                lambda: 10,
            ),
            Wrong("That is m_1: one more step.", lambda: average([10], 0.9, 1 - 0.9), 0.5),
            Wrong(
                "That is m_3: count from t = 1, so m_2 has seen two gradients.",
                lambda: average([10, 10, 10], 0.9, 1 - 0.9),
                0.5,
            ),
            Wrong(
                "You swapped the weights: 0.9 belongs to the old m, 0.1 to the new gradient.",
                lambda: average([10, 10], 1 - 0.9, 0.9),
            ),
            Wrong(
                "You added the new gradient's share to m_1, but m_1 itself must be multiplied by "
                "beta1.",
                lambda: average([10, 10], 1, 1 - 0.9),
            ),
            Wrong(
                "That is beta1 m_1 alone: the share of the second gradient is missing.",
                lambda: average([10, 0], 0.9, 1 - 0.9),
            ),
            Wrong(
                "That is what is missing from 10: the share beta1^2 that m_0 = 0 still holds.",
                lambda: 10 * 0.9**2,
                0.5,
            ),
        ),
        hints=(
            "Begin with m_0 = 0. What is m_1?",
            "m_1 is 0.1 of the gradient, since 0.9 of 0 is nothing.",
            "m_2 = 0.9 m_1 + 0.1 * 10, with m_1 = 1.",
        ),
    ),
    "02.2": Code(
        right=momentum,
        cases=momentum_cases,
        wrongs=(
            Wrong(
                "You forgot the factor (1 - beta1) before the gradient: without it m is a sum, "
                "about 1 / (1 - beta1) times too large, not an average.",
                forgot_the_weight,
            ),
            Wrong(
                "m is right. But you step along the last gradient: step along m.",
                step_along_g,
                0.5,
            ),
            Wrong(
                "m is right. But you step along the old m: compute the new m first.",
                step_along_old_m,
                0.5,
            ),
            Wrong(
                "theta is right. But you return the old m: the next step needs the new one.",
                old_m_returned,
                0.5,
            ),
            Wrong(
                "You swapped the weights: beta1 belongs to the old m, 1 - beta1 to the gradient.",
                weights_swapped,
            ),
            Wrong(
                "m is right. But you multiply by 1 - beta1 a second time, in the step.",
                weight_again_in_the_step,
                0.5,
            ),
            Wrong(
                "The old m must fade: multiply it by beta1 before you add the gradient's share.",
                old_m_not_faded,
            ),
            Wrong("That is the velocity form. The averaged form is asked for.", velocity),
            Wrong(
                "That is the velocity form, with the opposite sign. The averaged form is asked "
                "for.",
                velocity_subtracted,
            ),
            Wrong(
                "alpha belongs in the step, not in m: m is an average of gradients.",
                alpha_inside_m,
            ),
            Wrong("You forgot alpha: the step is alpha times m.", forgot_alpha, 0.5),
            Wrong("You walk uphill: alpha times m must be subtracted.", uphill, 0.5),
            Wrong(
                "You return the step alone. The new theta is the old one plus the step.",
                step_returned,
                0.5,
            ),
            Wrong("The order: theta first, then m.", order_swapped, 0.5),
        ),
        hints=(
            "Two lines: first the new average, then the step along it.",
            "The new average is beta1 times the old one plus (1 - beta1) times the gradient.",
            "m = beta1 * m + (1 - beta1) * g, then theta = theta - alpha * m, then "
            "return theta, m.",
        ),
    ),
    "02.3": Derive(
        right=lambda: eps_v * (1 - d) / (1 - mu),
        at=lambda rng: dict(zip(("epsilon_v", "mu", "d"), rng.uniform(0.05, 0.9, 3), strict=True)),
        wrongs=(
            Wrong(
                "That is the form without damping: the gradient has the factor (1 - d) here.",
                lambda: eps_v / (1 - mu),
                0.5,
            ),
            Wrong(
                "Upside down in mu: the averaged form has the small factor (1 - mu) before the "
                "gradient, so it needs the larger learning rate.",
                lambda: eps_v * (1 - d) * (1 - mu),
            ),
            Wrong(
                "You forgot the factor (1 - mu) that the averaged form has before the gradient.",
                lambda: eps_v * (1 - d),
            ),
            Wrong(
                "Upside down: put it into words. Which form takes less of the gradient?",
                lambda: eps_v * (1 - mu) / (1 - d),
            ),
            Wrong(
                "Upside down in d: damping makes the steps of this form shorter.",
                lambda: eps_v / ((1 - d) * (1 - mu)),
            ),
            Wrong(
                "That translates from the averaged form, and without damping. Here alpha is "
                "asked for.",
                lambda: eps_v * (1 - mu),
            ),
            Wrong("They are equal only if d = mu: then this is the average.", lambda: eps_v),
        ),
        hints=(
            "u_t is some constant times m_t. Which constant makes the two rules equal?",
            "Put u_t = k m_t into the rule: k m_t = mu k m_(t-1) + (1 - d) g_t. Compare "
            "with the rule of m_t.",
            "So beta1 = mu and k (1 - mu) = 1 - d. The steps are equal if alpha = eps_v k.",
        ),
    ),
    "02.4": Explore(
        right=still_above,
        wrongs=(
            Wrong("alpha must be positive.", lambda settings: pair(settings)[0] == 0),
            Wrong(
                "It diverges: alpha is at or above 2 (1 + beta1) / (lambda (1 - beta1)), with "
                "lambda = 100 for the steep axis.",
                diverges,
            ),
            Wrong(
                "beta1 is too small: no alpha lets both axes swing, either x creeps or y hops from "
                "side to side.",
                too_light,
            ),
            Wrong(
                "alpha is too small for this beta1: along the flat axis the ball creeps.",
                creeps,
            ),
            Wrong(
                "beta1 is too large: so heavy a ball loses no more than 1 - sqrt(beta1) of its "
                "distance a step.",
                lambda settings: pair(settings)[1] > 0.7 and last_above(settings) >= FROM,
            ),
        ),
        hints=(
            "The lesson derives the best pair from the two curvatures. Which are they here?",
            "With curvatures 1 and 100 kappa is 100. The best alpha is one over the geometric "
            "mean of the curvatures.",
            "alpha = 1 / sqrt(1 * 100), and beta1 = ((sqrt(kappa) - 1) / (sqrt(kappa) + 1))^2, "
            "or a little more.",
        ),
    ),
    "02.5": Derive(
        right=cloud_of_sgd,
        at=lambda rng: {
            "alpha": rng.uniform(0.05, 0.4),
            "lambda": rng.uniform(0.5, 4),
            "sigma": rng.uniform(0.2, 3),
        },
        wrongs=(
            Wrong(
                "That is right for small alpha only: keep the term with alpha^2 in "
                "(1 - alpha lambda)^2.",
                lambda: cloud(1 - 2 * alpha_ * lam, alpha_**2 * sigma**2),
                0.5,
            ),
            Wrong(
                "The variance is multiplied by the square of the factor, (1 - alpha lambda)^2.",
                lambda: cloud(1 - alpha_ * lam, alpha_**2 * sigma**2),
            ),
            Wrong(
                "A step adds the noise alpha xi: its variance is alpha^2 sigma^2, with alpha "
                "squared.",
                lambda: cloud((1 - alpha_ * lam) ** 2, alpha_ * sigma**2),
            ),
            Wrong(
                "Variances take the squares of the factors: (1 - alpha lambda)^2 and alpha^2.",
                lambda: cloud(1 - alpha_ * lam, alpha_ * sigma**2),
            ),
            Wrong(
                "That is the noise of one step. The noise of all earlier steps is still there, "
                "each step's shrunk since.",
                lambda: alpha_**2 * sigma**2,
            ),
            Wrong(
                "You forgot alpha before the noise: theta moves by alpha times g.",
                lambda: cloud((1 - alpha_ * lam) ** 2, sigma**2),
            ),
            Wrong(
                "That is the standard deviation; its square is asked for.",
                lambda: sp.sqrt(cloud_of_sgd()),
                0.5,
            ),
            Wrong(
                "sigma^2 is the variance of the noise, not sigma.",
                lambda: cloud((1 - alpha_ * lam) ** 2, alpha_**2 * sigma),
                0.5,
            ),
            Wrong("That answers for lambda = 1.", lambda: cloud_of_sgd().subs(lam, 1), 0.5),
            Wrong("The sign: a variance is positive.", lambda: -cloud_of_sgd(), 0.5),
        ),
        hints=(
            "Put g_t into the step. Which part of the new theta is old, and which is noise?",
            "theta_t = (1 - alpha lambda) theta_(t-1) - alpha xi_t, and the two parts are "
            "independent. What is the variance of the sum?",
            "Let V be the variance that stays: V = (1 - alpha lambda)^2 V + alpha^2 sigma^2. "
            "Solve for V.",
        ),
    ),
}
