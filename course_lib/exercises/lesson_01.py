"""The exercises of lesson 01, a fixed learning rate."""

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.optimizers import SGD, minimize
from course_lib.problems import Ravine

a, kappa = sp.symbols("a kappa", positive=True)


def third_theta(factor):
    return 5 * factor**3


def descend(grad, theta0, alpha, steps):
    theta = np.asarray(theta0, dtype=float)
    for _ in range(steps):
        theta = theta - alpha * grad(theta)
    return theta


def climb(grad, theta0, alpha, steps):
    return descend(grad, theta0, -alpha, steps)


def one_step_only(grad, theta0, alpha, steps):
    return descend(grad, theta0, alpha, min(steps, 1))


def one_step_too_many(grad, theta0, alpha, steps):
    return descend(grad, theta0, alpha, steps + 1)


def one_step_too_few(grad, theta0, alpha, steps):
    return descend(grad, theta0, alpha, steps - 1)


def own_gradient(grad, theta0, alpha, steps):
    return descend(twice, theta0, alpha, steps)


def same_gradient(grad, theta0, alpha, steps):
    return theta0 - steps * alpha * grad(theta0)


def twice(theta):
    """grad(theta) = 2 theta"""
    return 2 * theta


def ravine_gradient(theta):
    """the gradient of the ravine"""
    return Ravine().grad(theta)


def descend_cases(rng):
    return [
        (twice, 5.0, 0.1, 3),
        (twice, -3.0, 0.3, 1),
        (twice, 2, 0.25, 10),
        (twice, 4.0, 0.2, 0),
        (twice, rng.normal(size=4), 0.15, 7),
        (ravine_gradient, np.array([5.0, 3.0]), 0.02, 20),
    ]


def ravine_loss_after_100(alpha):
    ravine = Ravine()
    run = minimize(SGD(alpha), ravine.grad, ravine.start, 100)
    return float(ravine.loss(run.theta).min())


def misses_target(alpha):
    (alpha,) = numbers(alpha, "alpha")
    loss = ravine_loss_after_100(alpha)
    if not loss < 1e-6:
        return f"With alpha = {alpha} the lowest loss within 100 steps is {loss:.1e}."


def steps_for(shrink, per_step):
    return sp.log(shrink) / -sp.log(per_step)


EXERCISES = {
    "01.1": Predict(
        right=lambda: third_theta(1 - 2 * 0.25),
        wrongs=(
            Wrong(
                "You multiply by 1 - alpha. The gradient is 2 theta: the factor is 1 - 2 alpha.",
                lambda: third_theta(1 - 0.25),
            ),
            Wrong("That is theta_2: one more step.", lambda: 5 * (1 - 2 * 0.25) ** 2),
            Wrong(
                "You use the first gradient three times. It must be computed anew in each step.",
                lambda: 5 - 3 * 0.25 * 2 * 5,
            ),
            Wrong(
                "That is the step's factor cubed; multiply it by the start.",
                lambda: (1 - 2 * 0.25) ** 3,
            ),
        ),
        hints=(
            "Put the gradient 2 theta into the update. What is theta multiplied by?",
            "The factor is 1 - 2 alpha, in every step the same.",
            "Halve 5 three times.",
        ),
    ),
    "01.2": Derive(
        right=lambda: 1 / (2 * a),
        at=lambda rng: {"a": rng.uniform(0.2, 5)},
        wrongs=(
            Wrong(
                "That is where it oscillates for ever: the factor is -1 there, not 0.",
                lambda: 1 / a,
            ),
            Wrong("That answers for a = 1. How steep is a theta^2?", lambda: sp.Rational(1, 2)),
            Wrong("Upside down: a steeper parabola needs a smaller alpha.", lambda: a / 2),
            Wrong("Solve factor = 0 for alpha; you gave the curvature.", lambda: 2 * a),
        ),
        hints=(
            "What is the gradient of a theta^2?",
            "The factor of one step is 1 - 2 a alpha. To land in one step it must be 0.",
            "Solve 1 - 2 a alpha = 0 for alpha.",
        ),
    ),
    "01.3": Code(
        right=descend,
        cases=descend_cases,
        wrongs=(
            Wrong("You walk uphill: the gradient must be subtracted.", climb),
            Wrong("You take one step only: repeat it `steps` times.", one_step_only),
            Wrong(
                "You take one step too many: range(1, steps + 1) has `steps` entries, "
                "range(steps + 1) has one more.",
                one_step_too_many,
            ),
            Wrong(
                "You take one step too few: range(1, steps) has steps - 1 entries.",
                one_step_too_few,
            ),
            Wrong("You use 2 theta as the gradient: call grad(theta).", own_gradient),
            Wrong(
                "You compute the gradient once, at the start. It changes with theta: "
                "compute it inside the loop.",
                same_gradient,
            ),
        ),
        hints=(
            "One step is theta - alpha * grad(theta). Which Python statement repeats it?",
            "Begin with theta = theta0 and write for t in range(steps):, with the update inside.",
            "Inside the loop: theta = theta - alpha * grad(theta). After it: return theta.",
        ),
    ),
    "01.4": Explore(
        right=misses_target,
        wrongs=(
            Wrong(
                "alpha is at or above 2 / 20 = 0.1: the steep direction does not converge.",
                lambda alpha: numbers(alpha, "alpha")[0] >= 0.1,
            ),
            Wrong("alpha must be positive.", lambda alpha: alpha <= 0),
            Wrong(
                "Stable, but it crawls: each step multiplies the flat direction by 1 - alpha.",
                lambda alpha: 0 < alpha < 0.06,
            ),
        ),
        hints=(
            "Which direction forbids a large alpha? Which one makes a small alpha slow?",
            "The loss is 0.5 x^2 + 10 y^2; a step multiplies x by 1 - alpha and y by 1 - 20 alpha.",
            "Stay below 0.1, but not far below it.",
        ),
    ),
    "01.5": Derive(
        right=lambda: steps_for(1000, (kappa - 1) / (kappa + 1)),
        at=lambda rng: {"kappa": rng.uniform(1.5, 300)},
        wrongs=(
            Wrong(
                "The sign: a number of steps is positive.",
                lambda: -steps_for(1000, (kappa - 1) / (kappa + 1)),
            ),
            Wrong(
                "(kappa - 1) / kappa is the rate at alpha = 1 / lambda_max. The best is faster.",
                lambda: steps_for(1000, (kappa - 1) / kappa),
            ),
            Wrong(
                "1 - 2 / kappa is close to the best rate, but not equal to it.",
                lambda: steps_for(1000, 1 - 2 / kappa),
            ),
            Wrong(
                "You need the number of steps; you gave what is left after 1000 of them.",
                lambda: ((kappa - 1) / (kappa + 1)) ** 1000,
            ),
            Wrong(
                "That shrinks the loss by 1000. The distance is squared in the loss.",
                lambda: steps_for(1000, (kappa - 1) / (kappa + 1)) / 2,
                0.5,
            ),
        ),
        hints=(
            "By what is the distance multiplied in one step, at the best alpha?",
            "After t steps the distance is ((kappa - 1)/(kappa + 1))^t of what it was.",
            "Set that to 1/1000 and take logarithms. sp.log is the natural logarithm.",
        ),
    ),
}
