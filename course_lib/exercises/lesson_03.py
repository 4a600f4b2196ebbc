"""The exercises of lesson 03, RMSProp."""

from functools import cache

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.optimizers import RMSProp, minimize
from course_lib.problems import Parabola

alpha_, eps_, a, beta_2 = sp.symbols("alpha epsilon a beta_2", positive=True)
EXCESS = sp.Rational(101, 100)
RADIUS = 0.002
FROM, TO = 3000, 4000


def rmsprop(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g**2
    return theta - alpha * g / (v**0.5 + eps), v


def step_by(theta, v, g, alpha, eps):
    return theta - alpha * g / (np.sqrt(v) + eps), v


def squared_the_average(theta, v, g, alpha, beta2, eps):
    return step_by(theta, (beta2 * v + (1 - beta2) * g) ** 2, g, alpha, eps)


def squared_the_average_in_the_step(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * g
    return theta - alpha * g / (np.sqrt(v**2) + eps), v


def not_squared(theta, v, g, alpha, beta2, eps):
    return step_by(theta, beta2 * v + (1 - beta2) * g, g, alpha, eps)


def absolute_values(theta, v, g, alpha, beta2, eps):
    return step_by(theta, beta2 * v + (1 - beta2) * abs(g), g, alpha, eps)


def absolute_values_without_root(theta, v, g, alpha, beta2, eps):
    v = beta2 * v + (1 - beta2) * abs(g)
    return theta - alpha * g / (v + eps), v


def squared_the_weight_too(theta, v, g, alpha, beta2, eps):
    return step_by(theta, beta2 * v + ((1 - beta2) * g) ** 2, g, alpha, eps)


def eps_inside_the_root(theta, v, g, alpha, beta2, eps):
    v = rmsprop(theta, v, g, alpha, beta2, eps)[1]
    return theta - alpha * g / np.sqrt(v + eps), v


def forgot_the_root(theta, v, g, alpha, beta2, eps):
    v = rmsprop(theta, v, g, alpha, beta2, eps)[1]
    return theta - alpha * g / (v + eps), v


def root_kept_as_v(theta, v, g, alpha, beta2, eps):
    theta, v = rmsprop(theta, v, g, alpha, beta2, eps)
    return theta, np.sqrt(v)


def eps_outside_the_quotient(theta, v, g, alpha, beta2, eps):
    stepped, v = rmsprop(theta, v, g, alpha, beta2, 0)
    return stepped + eps, v


def eps_in_the_step(theta, v, g, alpha, beta2, eps):
    stepped, v = rmsprop(theta, v, g, alpha, beta2, 0)
    return stepped - eps, v


def forgot_eps(theta, v, g, alpha, beta2, eps):
    return rmsprop(theta, v, g, alpha, beta2, 0)


def forgot_the_weight(theta, v, g, alpha, beta2, eps):
    return step_by(theta, beta2 * v + g**2, g, alpha, eps)


def weights_swapped(theta, v, g, alpha, beta2, eps):
    return rmsprop(theta, v, g, alpha, 1 - beta2, eps)


def only_the_last_square(theta, v, g, alpha, beta2, eps):
    return step_by(theta, g**2, g, alpha, eps)


def divided_by_old_v(theta, v, g, alpha, beta2, eps):
    return step_by(theta, v, g, alpha, eps)[0], rmsprop(theta, v, g, alpha, beta2, eps)[1]


def old_v_returned(theta, v, g, alpha, beta2, eps):
    return rmsprop(theta, v, g, alpha, beta2, eps)[0], v


def not_divided(theta, v, g, alpha, beta2, eps):
    return theta - alpha * g, rmsprop(theta, v, g, alpha, beta2, eps)[1]


def multiplied(theta, v, g, alpha, beta2, eps):
    v = rmsprop(theta, v, g, alpha, beta2, eps)[1]
    return theta - alpha * g * (np.sqrt(v) + eps), v


def sign_lost(theta, v, g, alpha, beta2, eps):
    return theta - abs(rmsprop(0, v, g, alpha, beta2, eps)[0]), rmsprop(0, v, g, 0, beta2, 1)[1]


def one_v_for_all(theta, v, g, alpha, beta2, eps):
    return step_by(theta, beta2 * v + (1 - beta2) * np.mean(g**2), g, alpha, eps)


def summed_over_all(theta, v, g, alpha, beta2, eps):
    return step_by(theta, beta2 * v + (1 - beta2) * np.sum(g**2), g, alpha, eps)


def uphill(theta, v, g, alpha, beta2, eps):
    return rmsprop(theta, v, g, -alpha, beta2, eps)


def step_returned(theta, v, g, alpha, beta2, eps):
    return rmsprop(0, v, g, alpha, beta2, eps)


def order_swapped(theta, v, g, alpha, beta2, eps):
    return rmsprop(theta, v, g, alpha, beta2, eps)[::-1]


def rmsprop_cases(rng):
    v = rng.uniform(0.5, 3, size=(2, 3))
    g = rng.normal(size=(2, 3))
    v[0, 1] = g[0, 1] = 0
    return [
        (5.0, 0.0, 10.0, 0.01, 0.9, 1e-8),
        (2.0, 4.0, -3.0, 0.1, 0.99, 0.1),
        (-1.5, 0.25, 6.0, 0.5, 0.6, 0.0),
        (1, 2, 3, 0.25, 0.0, 0.5),
        (rng.normal(size=4), rng.uniform(0, 3, size=4), rng.normal(size=4), 0.05, 0.9, 0.01),
        (rng.normal(size=(2, 3)), v, g, 0.3, 0.999, 0.2),
    ]


def first_step(alpha=0.01, beta2=0.96, g=7.0, rule=rmsprop):
    return -rule(0.0, 0.0, g, alpha, beta2, 0.0)[0]


def number(alpha):
    return numbers(alpha, "alpha")[0]


@cache
def farthest_with(alpha):
    parabola = Parabola()
    run = minimize(RMSProp(alpha, 0.9), parabola.grad, parabola.start, TO)
    return float(np.max(np.abs(run.theta[FROM:])))


def farthest(alpha):
    """The largest |theta| from step 3000 to step 4000."""
    return farthest_with(number(alpha))


def misses_target(alpha):
    if not farthest(alpha) < RADIUS:
        return (
            f"With alpha = {number(alpha):g} |theta| is up to {farthest(alpha):.2g} between the "
            f"steps {FROM} and {TO}."
        )


def jitters(alpha):
    return number(alpha) > 2 * RADIUS and farthest(alpha) >= RADIUS


def on_its_way(alpha):
    return 0 < number(alpha) < RADIUS and farthest(alpha) >= RADIUS


def calm_after(share):
    """The t at which beta2^t has fallen to this share."""
    return sp.log(share) / sp.log(beta_2)


EXERCISES = {
    "03.1": Predict(
        right=first_step,
        advice="What is v_1, and what is left of g when you divide by its root?",
        wrongs=(
            Wrong(
                "That is the length in the long run. After one step v holds only the share "
                "1 - beta2 of the squared gradient.",
                lambda: 0.01,
            ),
            Wrong(
                "That is the step of gradient descent: alpha times g, not divided by anything.",
                lambda: first_step(rule=not_divided),
            ),
            Wrong(
                "You forgot the root: g is divided by v_1 itself.",
                lambda: first_step(rule=forgot_the_root),
            ),
            Wrong(
                "You squared the average, and so 1 - beta2 with it: v_1 = (1 - beta2) g^2. "
                "The root of 1 - beta2 is still to be taken.",
                lambda: first_step(rule=squared_the_average),
                0.5,
            ),
            Wrong(
                "You swapped the weights: the new square enters with 1 - beta2, not with beta2.",
                lambda: first_step(rule=weights_swapped),
            ),
            Wrong(
                "You multiplied by the root of 1 - beta2: it stands in the denominator.",
                lambda: 0.01 * (1 - 0.96) ** 0.5,
            ),
            Wrong("That is the step in units of alpha.", lambda: first_step(alpha=1), 0.5),
            Wrong(
                "That is the root of v_1. Now divide alpha times g by it.",
                lambda: 7 * (1 - 0.96) ** 0.5,
            ),
            Wrong("That is v_1. Its root divides alpha times g.", lambda: (1 - 0.96) * 7**2),
            Wrong("A length has no sign.", lambda: -first_step(), 0.5),
        ),
        hints=(
            "What is v_1, when v_0 = 0?",
            "v_1 = (1 - beta2) g^2, so sqrt(v_1) is g times the root of 1 - beta2. Divide.",
            "The g cancels: alpha / sqrt(1 - beta2), and the root of 0.04 is 0.2.",
        ),
    ),
    "03.2": Code(
        right=rmsprop,
        cases=rmsprop_cases,
        wrongs=(
            Wrong(
                "You squared the average. Average the squares: square g first, then weight it.",
                squared_the_average,
            ),
            Wrong(
                "You squared the average, in the step. Average the squares: square g before it "
                "enters v. Else +10 and -10 cancel.",
                squared_the_average_in_the_step,
            ),
            Wrong(
                "eps is inside the root: it belongs outside, sqrt(v) + eps.",
                eps_inside_the_root,
                0.5,
            ),
            Wrong(
                "v is right. But you forgot the root: divide by sqrt(v) + eps.",
                forgot_the_root,
                0.5,
            ),
            Wrong(
                "You average the gradients: square g before it enters v. Else v can be negative.",
                not_squared,
            ),
            Wrong(
                "You forgot the factor (1 - beta2) before the squared gradient.",
                forgot_the_weight,
            ),
            Wrong(
                "You squared 1 - beta2 too: (1 - beta2) * g**2, not ((1 - beta2) * g)**2.",
                squared_the_weight_too,
            ),
            Wrong(
                "You average the absolute values. RMSProp averages the squares and takes the "
                "root afterwards.",
                absolute_values,
            ),
            Wrong(
                "You average the absolute values. RMSProp averages squares, and takes their root "
                "in the step.",
                absolute_values_without_root,
            ),
            Wrong("You forgot eps: with v = 0 you divide by zero.", forgot_eps, 0.5),
            Wrong(
                "Parentheses: eps is added to the root, before the division: "
                "alpha * g / (sqrt(v) + eps).",
                eps_outside_the_quotient,
                0.5,
            ),
            Wrong(
                "Parentheses: eps belongs in the denominator, alpha * g / (sqrt(v) + eps).",
                eps_in_the_step,
                0.5,
            ),
            Wrong(
                "You swapped the weights: beta2 belongs to the old v, 1 - beta2 to the new square.",
                weights_swapped,
            ),
            Wrong(
                "Your v has no memory: it must keep beta2 times the old v.",
                only_the_last_square,
            ),
            Wrong(
                "v is right. But you divide by the root of the old v: compute the new v first.",
                divided_by_old_v,
                0.5,
            ),
            Wrong(
                "theta is right. But you return the old v: the next step needs the new one.",
                old_v_returned,
                0.5,
            ),
            Wrong(
                "theta is right. But you return the root: keep v as it is, and take the root in "
                "the step alone.",
                root_kept_as_v,
                0.5,
            ),
            Wrong(
                "v is right. But your step does not use it: divide by sqrt(v) + eps.",
                not_divided,
            ),
            Wrong(
                "v is right. But you multiply by sqrt(v) + eps: the loud parameters must be turned "
                "down.",
                multiplied,
            ),
            Wrong(
                "The sign of the gradient is lost: the numerator is g, not its absolute value.",
                sign_lost,
                0.5,
            ),
            Wrong(
                "You take one v for all parameters: each one has its own. No mean over g**2.",
                one_v_for_all,
                0.5,
            ),
            Wrong(
                "You take one v for all parameters: each one has its own. No sum over g**2.",
                summed_over_all,
                0.5,
            ),
            Wrong("You walk uphill: the step must be subtracted.", uphill, 0.5),
            Wrong(
                "You return the step alone. The new theta is the old one plus the step.",
                step_returned,
                0.5,
            ),
            Wrong("The order: theta first, then v.", order_swapped, 0.5),
        ),
        hints=(
            "Two lines: first the new average of the squares, then the step, divided by its root.",
            "The new average is beta2 times the old one plus (1 - beta2) times g**2.",
            "v = beta2 * v + (1 - beta2) * g**2, then "
            "theta = theta - alpha * g / (np.sqrt(v) + eps), then return theta, v.",
        ),
    ),
    "03.3": Derive(
        right=lambda: calm_after(1 - EXCESS**-2),
        at=lambda rng: {"beta_2": rng.uniform(0.05, 0.999)},
        wrongs=(
            Wrong(
                "You forgot the root: the step is alpha / sqrt(1 - beta2^t).",
                lambda: calm_after(1 - 1 / EXCESS),
            ),
            Wrong(
                "That is where v has 99% of the squared gradient. Its root divides the step.",
                lambda: calm_after(sp.Rational(1, 100)),
            ),
            Wrong(
                "That is where the root of v is 0.99 of the gradient; 1 / 0.99 is not 1.01.",
                lambda: calm_after(1 - sp.Rational(99, 100) ** 2),
                0.5,
            ),
            Wrong(
                "Upside down: the root stands in the denominator, and the step is longer than "
                "alpha.",
                lambda: calm_after(EXCESS**2 - 1),
            ),
            Wrong(
                "That is where beta2^t itself is 1 / 1.01^2. It is 1 - beta2^t.",
                lambda: calm_after(EXCESS**-2),
            ),
            Wrong(
                "Upside down: from beta2^t = c follows t = log(c) / log(beta2).",
                lambda: 1 / calm_after(1 - EXCESS**-2),
            ),
            Wrong(
                "The sign: a number of steps is positive. Both logarithms are negative.",
                lambda: -calm_after(1 - EXCESS**-2),
                0.5,
            ),
            Wrong(
                "You count t from 0. The first step has t = 1.",
                lambda: calm_after(1 - EXCESS**-2) - 1,
                0.5,
            ),
            Wrong(
                "That is the rule of thumb for the memory. The step is then still far above alpha.",
                lambda: 1 / (1 - beta_2),
            ),
        ),
        hints=(
            "The lesson has the length of step t in closed form. Set it to 1.01 alpha.",
            "1 / sqrt(1 - beta2^t) = 1.01. Square both sides and solve for beta2^t.",
            "beta2^t = 1 - 1 / 1.01^2. Take logarithms. sp.Rational(101, 100) keeps it exact.",
        ),
    ),
    "03.4": Explore(
        right=misses_target,
        wrongs=(
            Wrong("alpha must be positive.", lambda alpha: number(alpha) <= 0),
            Wrong(
                "It arrives in time, but jitters too widely: what is the amplitude?",
                jitters,
            ),
            Wrong(
                "It is still on its way at step 3000: the steps are about alpha long, and the "
                "minimum is 5 away.",
                on_its_way,
            ),
        ),
        hints=(
            "What is wrong with a large alpha at the end, and with a small one at the beginning?",
            "The jitter has the amplitude alpha / 2. The way of 5 takes about 5 / alpha steps.",
            "alpha / 2 must be below 0.002, and 5 / alpha below 3000.",
        ),
    ),
    "03.5": Derive(
        right=lambda: alpha_ / 2 - eps_ / a,
        at=lambda rng: {
            "alpha": rng.uniform(0.5, 2),
            "epsilon": rng.uniform(0.01, 0.1),
            "a": rng.uniform(0.6, 4),
        },
        wrongs=(
            Wrong("That is the amplitude with epsilon = 0.", lambda: alpha_ / 2),
            Wrong("That answers for a = 1: the gradient is a c.", lambda: alpha_ / 2 - eps_),
            Wrong(
                "That answers for the lesson's parabola, whose gradient is 2 theta. Here it is "
                "a theta.",
                lambda: (alpha_ - eps_) / 2,
                0.5,
            ),
            Wrong(
                "The sign: epsilon makes the steps shorter, so the hops get narrower.",
                lambda: alpha_ / 2 + eps_ / a,
                0.5,
            ),
            Wrong(
                "epsilon stands outside the root: the step is alpha a c / (a c + epsilon).",
                lambda: sp.sqrt(alpha_**2 / 4 - eps_ / a**2),
            ),
            Wrong(
                "That is the size of the gradient there, a c. Divide by a.",
                lambda: a * alpha_ / 2 - eps_,
                0.5,
            ),
            Wrong(
                "The hop from c to -c is 2 c wide, not c.",
                lambda: alpha_ - eps_ / a,
            ),
            Wrong(
                "That is the width of the hop, 2 c. The amplitude c is half of it.",
                lambda: alpha_ - 2 * eps_ / a,
                0.5,
            ),
            Wrong(
                "You took the curvature for 2 a: the gradient of a theta^2 / 2 is a theta.",
                lambda: alpha_ / 2 - eps_ / (2 * a),
                0.5,
            ),
            Wrong(
                "You forgot the root: the step is divided by sqrt(v) + epsilon = a c + epsilon.",
                lambda: sp.sqrt(alpha_ / (2 * a) - eps_ / a**2),
            ),
        ),
        hints=(
            "What are g and sqrt(v), when theta hops between c and -c? How wide is a hop?",
            "The gradient is a c, and so is sqrt(v). The step alpha a c / (a c + epsilon) must be "
            "2 c.",
            "Divide by c: alpha a = 2 (a c + epsilon). Solve for c.",
        ),
    ),
}
