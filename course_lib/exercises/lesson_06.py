"""The exercises of lesson 06, comparing optimizers side by side."""

from functools import cache

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.optimizers import SGD, Adam, Momentum, RMSProp, minimize
from course_lib.problems import Ravine

beta_1 = sp.symbols("beta_1", positive=True)
HALF = sp.Rational(1, 2)
START = np.array([5.0, 3.0])
TARGET = 1e-6
STEPS = 700
ALPHAS = np.geomspace(1e-4, 1, 400)[:, None]


def steps_below_target(rule, grad, loss, start):
    """The fewest steps in the batch after which a run stays below the target; STEPS + 1: none."""
    with np.errstate(all="ignore"):
        reached = loss(minimize(rule, grad, start, STEPS).theta) < TARGET
    return int(np.min(len(reached) - np.argmin(reached[::-1], axis=0)))


@cache
def adam_steps(angle):
    ravine = Ravine(angle)
    return steps_below_target(Adam(0.1), ravine.grad, ravine.loss, ravine.start)


def in_proportion(angle):
    at_20, at_70 = adam_steps(20), adam_steps(70)
    return at_20 + (at_70 - at_20) * (angle - 20) / 50


def explodes_at(curvature, gradient=HALF, average=HALF):
    """The alpha at which steps of -alpha (gradient g_t + average m_t) have an eigenvalue -1."""
    slope = gradient * (1 + beta_1) + average * (1 - beta_1)
    return 2 * (1 + beta_1) / (curvature * slope)


def changes_its_way(sign):
    """The alpha at which the two eigenvalues of the mixed rule are equal, for curvature 20."""
    return (1 - beta_1) / (10 * (sp.sqrt(2) + sign * sp.sqrt(beta_1)) ** 2)


def turn(theta, degrees):
    c, s = np.cos(np.radians(degrees)), np.sin(np.radians(degrees))
    x, y = theta[..., 0], theta[..., 1]
    return np.stack([c * x - s * y, s * x + c * y], axis=-1)


def slopes(theta):
    return theta * np.array([1, 20])


def turned_gradient(theta, angle):
    return turn(slopes(turn(theta, -angle)), angle)


def turned_the_other_way(theta, angle):
    return turned_gradient(theta, -angle)


def angle_in_radians(theta, angle):
    return turned_gradient(theta, np.degrees(angle))


def left_in_own_axes(theta, angle):
    return slopes(turn(theta, -angle))


def never_in_own_axes(theta, angle):
    return turn(slopes(theta), angle)


def turned_twice_forward(theta, angle):
    return turn(slopes(turn(theta, angle)), angle)


def not_turned(theta, angle):
    return slopes(theta)


def half_the_slopes(theta, angle):
    return turned_gradient(theta, angle) / 2


def steep_direction_swapped(theta, angle):
    return turned_gradient(theta, angle + 90)


def downhill(theta, angle):
    return -turned_gradient(theta, angle)


def gradient_cases(rng):
    return [
        (np.array([5.0, 3.0]), 0),
        (np.array([1.0, 0.0]), 30),
        (np.array([0.0, 2.0]), 90),
        (rng.normal(size=2), -20),
        (rng.normal(size=2), 45.0),
        (rng.normal(size=(3, 2)), 200),
        (rng.normal(size=(2, 2)), 70),
    ]


def three(settings):
    return numbers(settings, "alpha", "beta1", "beta2")


def number(kappa):
    return numbers(kappa, "kappa")[0]


def ends(settings):
    alpha, beta1, beta2 = three(settings)
    rules = {
        "SGD": SGD(alpha),
        "Momentum": Momentum(alpha, beta1),
        "RMSProp": RMSProp(alpha, beta2),
        "Adam": Adam(alpha, beta1, beta2),
    }
    ravine = Ravine()
    runs = {name: minimize(rule, ravine.grad, START, 100) for name, rule in rules.items()}
    return {name: float(ravine.loss(run.theta[-1])) for name, run in runs.items()}


def misses(settings, name):
    return not ends(settings)[name] < TARGET


def some_miss_target(settings):
    late = {name: loss for name, loss in ends(settings).items() if not loss < TARGET}
    if late:
        shown = ", ".join(f"{name} at {loss:.1e}" for name, loss in late.items())
        return f"Not below 1e-6 after 100 steps: {shown}."


def stretched_steps(rule, kappa):
    curvatures = np.array([1.0, kappa])
    return steps_below_target(
        rule,
        lambda theta: curvatures * theta,
        lambda theta: np.sum(curvatures * theta * theta, axis=-1) / 2,
        START,
    )


def adam_loses(kappa):
    kappa = number(kappa)
    if not 1 <= kappa <= 1000:
        raise ValueError("kappa must be from 1 to 1000")
    sgd, adam = (stretched_steps(rule(ALPHAS), kappa) for rule in (SGD, Adam))
    if not adam < sgd:
        return f"With kappa = {kappa:g} SGD needs {sgd} steps, and Adam {adam}: Adam does not win."


EXERCISES = {
    "06.1": Predict(
        right=lambda: (adam_steps(110), adam_steps(160), adam_steps(200)),
        advice="What does a quarter turn of ravine and start do to the two parameters?",
        wrongs=(
            Wrong(
                "You took 110 and 160 for the mirror images of 70 and 20. The ravines are, the "
                "starts are not: they turn along. 110 is 20 + 90.",
                lambda: (adam_steps(70), adam_steps(20), adam_steps(20)),
            ),
            Wrong(
                "You let the number grow with the angle. It comes again after a quarter turn.",
                lambda: tuple(map(in_proportion, (110, 160, 200))),
            ),
            Wrong(
                "110 and 200 are right. But 160 is 70 + 90. From an axis it is as far as 20, but "
                "its start lies elsewhere.",
                lambda: (adam_steps(20), adam_steps(20), adam_steps(20)),
                0.5,
            ),
            Wrong(
                "110 and 160 are right. But 200 is 20 + 180: two quarter turns.",
                lambda: (adam_steps(20), adam_steps(70), adam_steps(70)),
                0.5,
            ),
            Wrong(
                "You swapped the two. Take quarter turns away: 110 - 90 is 20, not 70.",
                lambda: (adam_steps(70), adam_steps(20), adam_steps(70)),
            ),
        ),
        hints=(
            "Adam treats each parameter on its own. Which angles look alike to it?",
            "Ravine and start turn together. A quarter turn takes every point (x, y) to (-y, x): "
            "the two swap, and one sign changes.",
            "Adam does not care which of the parameters is the steep one, nor about a sign. So "
            "the number comes again every 90 degrees. 110 is 20 + 90.",
        ),
    ),
    "06.2": Derive(
        right=lambda: explodes_at(20),
        at=lambda rng: {"beta_1": rng.uniform(0.05, 0.95)},
        wrongs=(
            Wrong(
                "That is the limit of the flat direction. The steep one explodes earlier.",
                lambda: explodes_at(1),
            ),
            Wrong(
                "That is momentum's limit. Half of the step here is the gradient itself.",
                lambda: explodes_at(20, gradient=0, average=1),
            ),
            Wrong(
                "That is the limit of SGD. Half of the step here is the average, which moves it.",
                lambda: explodes_at(20, gradient=1, average=0),
            ),
            Wrong(
                "You took the whole of both. The step is alpha times half their sum: with "
                "beta_1 = 0 the limit must be SGD's, 2 / 20.",
                lambda: explodes_at(20, gradient=1, average=1),
                0.5,
            ),
            Wrong(
                "That is for the curvature 2 of the parabola. Which curvature is steepest here?",
                lambda: explodes_at(2),
            ),
            Wrong(
                "That is the mean of the limits of SGD and momentum. Limits do not average: take "
                "the trace and the determinant of this rule.",
                lambda: (explodes_at(20, 1, 0) + explodes_at(20, 0, 1)) / 2,
            ),
            Wrong(
                "You left out the gradient's half of the step: m_t is the other half alone.",
                lambda: explodes_at(20, gradient=0),
            ),
            Wrong(
                "You left out the average's half of the step: it grows along with theta.",
                lambda: explodes_at(20, average=0),
            ),
            Wrong(
                "You forgot the factor 1 - beta_1 that our m_t has before the gradient.",
                lambda: explodes_at(20, average=HALF / (1 - beta_1)),
            ),
            Wrong(
                "You put m_{t-1} into the step, or made the product of the eigenvalues -1. The "
                "step takes m_t, and one of the eigenvalues is -1.",
                lambda: explodes_at(20) / beta_1,
            ),
            Wrong(
                "There it begins to swing. It explodes when one eigenvalue is -1.",
                lambda: changes_its_way(+1),
            ),
            Wrong(
                "There it stops swinging and begins to zigzag. It explodes when one eigenvalue "
                "is -1.",
                lambda: changes_its_way(-1),
            ),
            Wrong(
                "A sign: that is below SGD's limit 2 / 20. The average makes the limit larger.",
                lambda: (1 - beta_1) / 10,
            ),
            Wrong(
                "20 belongs in the denominator: a steeper ravine explodes earlier.",
                lambda: 20 * explodes_at(1),
            ),
        ),
        hints=(
            "A ravine along the axes is two parabolas side by side. Which of them explodes first?",
            "As in the lesson: put g_t = lambda theta_{t-1} and m_t into the step, and write the "
            "matrix that takes (theta_{t-1}, m_{t-1}) to (theta_t, m_t).",
            "Its trace is 1 + beta_1 - alpha lambda (2 - beta_1) / 2, its determinant "
            "beta_1 (1 - alpha lambda / 2). Solve z^2 - trace z + determinant = 0 at z = -1.",
        ),
    ),
    "06.3": Code(
        right=turned_gradient,
        cases=gradient_cases,
        wrongs=(
            Wrong(
                "Your ravine is turned clockwise. Counter-clockwise by angle: "
                "(x, y) goes to (c x - s y, s x + c y).",
                turned_the_other_way,
                0.5,
            ),
            Wrong(
                "The angle is in degrees, np.cos and np.sin take radians: use np.radians.",
                angle_in_radians,
                0.5,
            ),
            Wrong(
                "That is the gradient in the ravine's own axes. Turn it back to x and y.",
                left_in_own_axes,
                0.5,
            ),
            Wrong(
                "You turn the result only. theta must first be turned into the ravine's own axes.",
                never_in_own_axes,
            ),
            Wrong(
                "You turn twice the same way. Into the ravine's axes goes by -angle, back by "
                "angle.",
                turned_twice_forward,
            ),
            Wrong("That is the ravine at 0 degrees: the angle plays no part.", not_turned),
            Wrong(
                "Half of it: the derivative of 0.5 x^2 + 10 y^2 is (x, 20 y), not (0.5 x, 10 y).",
                half_the_slopes,
                0.5,
            ),
            Wrong(
                "Steep and flat are swapped: at 0 degrees y is the steep direction.",
                steep_direction_swapped,
            ),
            Wrong("The sign: the gradient points uphill.", downhill, 0.5),
        ),
        hints=(
            "In its own axes the ravine is simple. How do you get theta there, and the gradient "
            "back?",
            "Three steps: turn theta by -angle, take (x, 20 y), turn that by +angle.",
            "A turn by angle, with c and s its cosine and sine (np.radians!), makes of (x, y) "
            "the pair (c x - s y, s x + c y). With x, y = theta[..., 0], theta[..., 1] and "
            "np.stack(..., axis=-1) it works for many runs too.",
        ),
    ),
    "06.4": Explore(
        right=some_miss_target,
        wrongs=(
            Wrong(
                "alpha is at or above 2 / 20 = 0.1: SGD does not converge.",
                lambda settings: three(settings)[0] >= 0.1,
            ),
            Wrong(
                "alpha is too small for SGD: the flat direction shrinks by 1 - alpha a step only.",
                lambda settings: three(settings)[0] < 0.09 and misses(settings, "SGD"),
            ),
            Wrong(
                "beta1 is too large: Adam averages over 1 / (1 - beta1) steps or so and "
                "overshoots.",
                lambda settings: three(settings)[1] > 0.8 and misses(settings, "Adam"),
            ),
            Wrong(
                "beta2 is too small: RMSProp's v forgets so fast that every step is about alpha "
                "long, and it jumps to and fro over the minimum.",
                lambda settings: three(settings)[2] < 0.9 and misses(settings, "RMSProp"),
            ),
            Wrong(
                "beta2 is too large for Adam: v_hat long remembers the large gradients of the "
                "start, and Adam's steps become too short.",
                lambda settings: three(settings)[2] > 0.98 and misses(settings, "Adam"),
            ),
        ),
        hints=(
            "Which of the four leaves the least choice of alpha? Begin with that one.",
            "alpha between 0.08 and 0.095 suits SGD. Now Adam: what do a smaller beta1 and a "
            "smaller beta2 do to it?",
            "alpha = 0.085 and beta1 = 0.5. Lower beta2 from 0.999 until Adam arrives; stop "
            "before RMSProp no longer does.",
        ),
    ),
    "06.5": Explore(
        right=adam_loses,
        wrongs=(
            Wrong("kappa must be positive.", lambda kappa: number(kappa) <= 0),
            Wrong(
                "kappa is the larger curvature over the smaller: it is at least 1.",
                lambda kappa: 0 < number(kappa) < 1,
            ),
            Wrong(
                "The wrong way: a rounder ravine suits SGD even better. "
                "Its best rate is (kappa - 1)/(kappa + 1).",
                lambda kappa: 1 <= number(kappa) <= 20,
            ),
        ),
        hints=(
            "Which of the two gets slower when the ravine gets narrower?",
            "SGD's distance shrinks by (kappa - 1)/(kappa + 1) a step at best. Adam's swing "
            "shrinks by about sqrt(beta1), whatever kappa is.",
            "Set the two rates equal and solve for kappa. Take a kappa well above that.",
        ),
    ),
}
