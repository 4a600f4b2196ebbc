"""The exercises of lesson 09, where Adam fails."""

from itertools import cycle

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.optimizers import Adam, minimize

C, beta2, n, k = sp.symbols("C beta2 n k", positive=True)


def row_sums(private=9, label=1, constant=1, positive=1, negative=-1):
    """A row's product with the signs, for y = +1 and y = -1; the signs are the arguments."""
    return (
        label + 2 * constant + positive,
        -label + 2 * constant + private * negative,
    )


def v_in_cycle(loud=C**2, breeze=1, period=3, place=k, forget=True):
    """The repeating v, `place` steps into a cycle whose first step is the loud one."""
    extra = (loud - breeze) * (1 - beta2) * beta2 ** (place - 1)
    return breeze + extra / (1 - beta2**period if forget else 1)


def v(place, **changed):
    return v_in_cycle(place=place, **changed)


def drift_with(*three):
    return -C / sp.sqrt(three[0]) + 1 / sp.sqrt(three[1]) + 1 / sp.sqrt(three[2])


def amsgrad_drift(largest=None):
    return drift_with(*3 * [v(1) if largest is None else largest])


def adamw(l2=0.0, in_m=0.0, old=1.0, new=0.0, alpha_in_decay=True, rooted=False, step=None):
    """One step of AdamW as a function of the exercise's arguments, or of what it is taken for.

    l2      weight of the decay in the gradient, in_m in m alone
    old     weight of the decay of the old theta, new of the one after the step
    step    the step of Adam, from m, v, t
    """
    step = step or adam_step

    def advance(theta, m, v, g, t, alpha, weight_decay):
        noisy = g + l2 * weight_decay * theta
        m = 0.9 * m + (1 - 0.9) * (noisy + in_m * weight_decay * theta)
        v = 0.999 * v + (1 - 0.999) * noisy**2
        size = (alpha if alpha_in_decay else 1) * weight_decay
        if rooted:
            size = size / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
        moved = theta - alpha * step(m, v, t)
        return moved - size * (old * theta + new * moved), m, v

    return advance


def adam_step(m, v, t):
    return m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)


def not_corrected(m, v, t):
    return m / (np.sqrt(v) + 1e-8)


def eps_inside(m, v, t):
    return m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t) + 1e-8)


def without_root(m, v, t):
    return m / (1 - 0.9**t) / (v / (1 - 0.999**t) + 1e-8)


def without_eps(m, v, t):
    return m / (1 - 0.9**t) / np.sqrt(v / (1 - 0.999**t))


def hats_returned(theta, m, v, g, t, alpha, weight_decay):
    theta, m, v = adamw()(theta, m, v, g, t, alpha, weight_decay)
    return theta, m / (1 - 0.9**t), v / (1 - 0.999**t)


def counts_from_0(theta, m, v, g, t, alpha, weight_decay):
    step = adamw(step=lambda m, v, t: adam_step(m, v, t + 1))
    return step(theta, m, v, g, t, alpha, weight_decay)


def adamw_cases(rng):
    def arrays(*shape):
        theta, m, g = rng.normal(size=(3, *shape))
        return theta, m, rng.uniform(0.5, 2, size=shape), g

    return [
        (2.0, 0.0, 0.0, 0.5, 1, 0.1, 0.5),
        (-3.0, 0.2, 0.3, 1.5, 3, 0.5, 0.2),
        (1.0, 0.0, 0.0, -1e-5, 1, 0.2, 0.3),
        (4.0, -0.3, 0.2, 0.0, 7, 0.2, 0.0),
        (*arrays(3), 2, 0.3, 0.1),
        (*arrays(2, 4), 50, 0.2, 2.0),
    ]


def number(setting):
    value = numbers(setting, "beta2")[0]
    if not 0 <= value < 1:
        raise ValueError("beta2 must be in [0, 1)")
    return value


def end(memory):
    """Where Adam is after 3000 steps of Reddi's problem with C = 5."""
    slopes = [lambda x, slope=slope: np.full_like(x, slope) for slope in (5.0, -1.0, -1.0)]
    rule = Adam(0.001, beta1=0, beta2=memory)
    return float(
        minimize(rule, cycle(slopes), 0.0, 3000, project=lambda x: np.clip(x, -1, 1)).theta[-1]
    )


def not_at_the_turn(setting):
    memory = number(setting)
    if not end(memory) < 0:
        return f"With beta2 = {memory:g} Adam ends at {end(memory):+.3f}: still the wrong way."
    if memory >= 0.02 and end(memory - 0.02) < 0:
        return (
            f"With beta2 = {memory:g} Adam goes the right way, but with {memory - 0.02:g} it does "
            "so too."
        )


EXERCISES = {
    "09.1": Predict(
        right=row_sums,
        advice="Write down the four kinds of features and the sign of X^T y at each.",
        wrongs=(
            Wrong(
                "That is the lesson's data with five private features. Here there are nine.",
                lambda: row_sums(private=5),
            ),
            Wrong(
                "In a row with y = -1 the label's feature is -1, while its sign is +1: it "
                "counts -1, not +1.",
                lambda: (row_sums()[0], row_sums()[1] + 2),
                0.5,
            ),
            Wrong(
                "You let the two constant features change sign with y. Their sign is that of "
                "the majority, in every row.",
                lambda: (row_sums()[0], row_sums(constant=-1)[1]),
                0.5,
            ),
            Wrong(
                "The private features of a row with y = -1 have the sign of X^T y there: -1.",
                lambda: row_sums(negative=1),
            ),
            Wrong(
                "Only rows with y = -1 have nine private features; the others keep one.",
                lambda: (row_sums(positive=9)[0], row_sums()[1]),
                0.5,
            ),
            Wrong("You swapped the two rows: y = +1 first.", lambda: row_sums()[::-1], 0.5),
            Wrong(
                "You left out the two constant features.",
                lambda: row_sums(constant=0),
            ),
            Wrong(
                "You left out the private features.",
                lambda: row_sums(private=0, positive=0),
            ),
            Wrong(
                "There are two constant features, not one.",
                lambda: row_sums(constant=sp.Rational(1, 2)),
            ),
            Wrong(
                "The second size is right, its sign is not: the nine private features pull down.",
                lambda: (row_sums()[0], -row_sums()[1]),
                0.5,
            ),
        ),
        hints=(
            "What is the sign of X^T y at the label, at a constant feature, at a private one?",
            "Label: the sum of y^2, so +1. Constant: the sum of y, so +1. Private: the y of its "
            "only row.",
            "A row with y = -1 holds -1, 1, 1 and nine times 1; the signs there are 1, 1, 1 and "
            "nine times -1.",
        ),
    ),
    "09.2": Derive(
        right=amsgrad_drift,
        at=lambda rng: {"C": rng.uniform(2.1, 6), "beta2": rng.uniform(0.05, 0.95)},
        wrongs=(
            Wrong(
                "That is Adam's drift: it divides each gradient by the v of its own step.",
                lambda: drift_with(v(1), v(2), v(3)),
            ),
            Wrong(
                "The size is right. The sign: the way from 0 to the best point -1 is negative.",
                lambda: -amsgrad_drift(),
                0.5,
            ),
            Wrong(
                "v is divided by in its root.",
                lambda: amsgrad_drift(v(1) ** 2),
                0.5,
            ),
            Wrong(
                "You took the v of the second step. The loud gradient makes that of the first "
                "the largest.",
                lambda: amsgrad_drift(v(2)),
                0.5,
            ),
            Wrong(
                "You took the v of the third step, the smallest.",
                lambda: amsgrad_drift(v(3)),
                0.5,
            ),
            Wrong(
                "C^2 is the loudest squared gradient, but v is an average: it never gets there.",
                lambda: amsgrad_drift(C**2),
            ),
            Wrong(
                "That is v after the very first warning. In the long run it also holds what is "
                "left of earlier ones.",
                lambda: amsgrad_drift((1 - beta2) * C**2),
            ),
            Wrong(
                "A cycle has two breezes, not one.",
                lambda: (1 - C) / sp.sqrt(v(1)),
            ),
            Wrong(
                "That is the mean of one step. A cycle has three.",
                lambda: amsgrad_drift() / 3,
                0.5,
            ),
            Wrong(
                "The breeze goes the other way: it has the sign opposite to that of C.",
                lambda: -(C + 2) / sp.sqrt(v(1)),
            ),
        ),
        hints=(
            "AMSGrad divides all three gradients by the same root. Of which v?",
            "The three equations of the lesson give v1, v2 and v3. Which is largest when C > 1?",
            "It is v1. Add up the three steps, -C, 1 and 1, over sqrt(v1), and put in v1 from "
            "the three equations.",
        ),
    ),
    "09.3": Code(
        right=adamw(),
        cases=adamw_cases,
        wrongs=(
            Wrong(
                "That is L2: you put the decay into the gradient, so it is divided by the root "
                "of v_hat as well. AdamW keeps it beside.",
                adamw(l2=1, old=0),
            ),
            Wrong(
                "The decay is not multiplied by alpha: subtract alpha * weight_decay * theta.",
                adamw(alpha_in_decay=False),
                0.5,
            ),
            Wrong(
                "You decay the new theta, after Adam's step. It is the old theta that decays.",
                adamw(old=0, new=1),
                0.5,
            ),
            Wrong(
                "The sign of the decay: your weights grow. It pulls toward zero.",
                adamw(old=-1),
                0.5,
            ),
            Wrong(
                "Your decay is divided by the root of v_hat. That is what AdamW avoids.",
                adamw(rooted=True),
            ),
            Wrong(
                "You put the decay into m: so it is averaged, and divided by the root of v_hat. "
                "AdamW keeps it beside.",
                adamw(in_m=1, old=0),
            ),
            Wrong("That is Adam: the decay is missing.", adamw(old=0)),
            Wrong(
                "You decay twice: in the gradient and beside the step.",
                adamw(l2=1),
            ),
            Wrong(
                "The bias correction is missing: divide m by 1 - beta1^t, v by 1 - beta2^t.",
                adamw(step=not_corrected),
            ),
            Wrong(
                "theta is right. Return m and v themselves: the next step needs them uncorrected.",
                hats_returned,
                0.5,
            ),
            Wrong(
                "t is the number of this step and starts at 1: don't add 1 again.",
                counts_from_0,
            ),
            Wrong("eps belongs outside the root.", adamw(step=eps_inside), 0.5),
            Wrong("eps is missing.", adamw(step=without_eps), 0.5),
            Wrong("m_hat is divided by the root of v_hat, not by v_hat.", adamw(step=without_root)),
            Wrong(
                "You walk uphill: Adam's step must be subtracted.",
                adamw(step=lambda m, v, t: -adam_step(m, v, t)),
            ),
        ),
        hints=(
            "Begin with one step of Adam, from lesson 05. Where does the decay enter? Not in g.",
            "m and v are those of Adam, from g alone. theta gets two subtractions, both with the "
            "factor alpha.",
            "theta - alpha * m_hat / (np.sqrt(v_hat) + 1e-8) - alpha * weight_decay * theta, with "
            "the old theta in both places. Return it with m and v.",
        ),
    ),
    "09.4": Explore(
        right=not_at_the_turn,
        wrongs=(
            Wrong(
                "That is the turn for C = 3. A louder warning moves it.",
                lambda setting: 0.44 <= number(setting) <= 0.5,
            ),
            Wrong(
                "That is 1 / (1 + C^2), with which the authors prove that Adam fails.",
                lambda setting: abs(number(setting) - 1 / 26) < 1e-3,
            ),
            Wrong(
                "A long memory goes the right way here, and so does a much shorter one. Wanted "
                "is the shortest.",
                lambda setting: number(setting) >= 0.9,
            ),
        ),
        hints=(
            "The lesson draws the drift over beta2 for C = 3. What does C = 5 do to the curve?",
            "Solve drift = 0 for C = 5 as the lesson does for C = 3, or try beta2 from 0 to 0.5 "
            "in a loop.",
            "sp.nsolve(drift.subs(c, 5), b, 0.3) gives the turn. Go a little above it.",
        ),
    ),
    "09.5": Derive(
        right=lambda: v_in_cycle(period=n),
        at=lambda rng: {
            "C": rng.uniform(1.5, 6),
            "beta2": rng.uniform(0.3, 0.95),
            "n": (period := float(rng.integers(3, 9))),
            "k": float(rng.integers(1, period + 1)),
        },
        wrongs=(
            Wrong(
                "You count k from 0: yours is right one step later. In the step of the warning, "
                "k = 1, nothing of it is forgotten yet.",
                lambda: v_in_cycle(period=n, place=k + 1),
                0.5,
            ),
            Wrong(
                "That holds after one warning alone. In the long run what is left of all earlier "
                "ones adds up: a geometric series.",
                lambda: v_in_cycle(period=n, forget=False),
                0.5,
            ),
            Wrong(
                "That is for a cycle of three steps. Keep n as a symbol.",
                lambda: v_in_cycle(period=3),
                0.5,
            ),
            Wrong(
                "You forgot the breezes: their squares, 1 each, are averaged too.",
                lambda: v_in_cycle(period=n, breeze=0),
            ),
            Wrong(
                "The warning stands above the breezes by C^2 - 1, not by C^2: in its step there "
                "is no breeze.",
                lambda: 1 + v_in_cycle(period=n, breeze=0),
            ),
            Wrong(
                "v averages the squares: C^2, not C.",
                lambda: v_in_cycle(period=n, loud=C),
                0.5,
            ),
            Wrong(
                "The factor 1 - beta2 is missing: that is how much of the new square enters v.",
                lambda: 1 + (v_in_cycle(period=n) - 1) / (1 - beta2),
                0.5,
            ),
            Wrong(
                "That is the mean of the squares, which v is near when beta2 is near 1. For any "
                "beta2 v depends on k.",
                lambda: (C**2 + n - 1) / n,
            ),
        ),
        hints=(
            "What would v be with breezes alone? Look at what is left: v - 1.",
            "v - 1 shrinks by the factor beta2 in each step with a breeze. In the step of the "
            "warning it gains (1 - beta2)(C^2 - 1) as well.",
            "Let u be v - 1 in the step of the warning. A cycle later it is "
            "beta2^n u + (1 - beta2)(C^2 - 1) = u. Solve for u; k - 1 steps later it is "
            "beta2^(k - 1) u.",
        ),
    ),
}
