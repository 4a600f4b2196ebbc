"""The exercises of lesson 04, bias correction."""

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers

beta, t, c, m_t = sp.symbols("beta t c m_t", positive=True)
BETA2 = 0.9999
LATER = 100


def average(gs, beta, start=0.0):
    m = start
    for g in gs:
        m = beta * m + (1 - beta) * g
    return m


def squares(gs):
    return [g**2 for g in gs]


def share(beta, t):
    """The weight that the real gradients have after t steps."""
    return 1 - beta**t


def predicted(divide_by=None, steps=3):
    """m_3 and what division by the given number makes of it."""
    m = average([4] * steps, 0.5)
    return m, m / (share(0.5, steps) if divide_by is None else divide_by)


def divided_by(factor_m, factor_v=None):
    """Both averages, each divided by its factor(beta, t)."""

    def averages(gs, beta1, beta2):
        m, v = average(gs, beta1), average(squares(gs), beta2)
        return m / factor_m(beta1, len(gs)), v / (factor_v or factor_m)(beta2, len(gs))

    return averages


def of_these(m, v):
    """Corrected averages of m(gs, beta1) and v(gs, beta2) in place of the right ones."""

    def averages(gs, beta1, beta2):
        steps = len(gs)
        return m(gs, beta1) / share(beta1, steps), v(gs, beta2) / share(beta2, steps)

    return averages


def uncorrected(beta, t):
    return 1


corrected = divided_by(share)


def mean_square(gs, beta):
    return average(squares(gs), beta)


def sum_of_faded(gs, beta):
    return average(gs, beta) / (1 - beta)


def sum_of_faded_squares(gs, beta):
    return mean_square(gs, beta) / (1 - beta)


def swapped_average(gs, beta):
    return average(gs, 1 - beta)


def swapped_mean_square(gs, beta):
    return mean_square(gs, 1 - beta)


def squared_average(gs, beta):
    return average(gs, beta) ** 2


def squared_in_each_step(gs, beta):
    v = 0.0
    for g in gs:
        v = (beta * v + (1 - beta) * g) ** 2
    return v


def fed_back(gs, beta1, beta2):
    m = v = 0.0
    for step, g in enumerate(gs, start=1):
        m = (beta1 * m + (1 - beta1) * g) / share(beta1, step)
        v = (beta2 * v + (1 - beta2) * g**2) / share(beta2, step)
    return m, v


def started_at_the_first(gs, beta1, beta2):
    return average(gs[1:], beta1, gs[0]), average(squares(gs[1:]), beta2, gs[0] ** 2)


def started_at_the_first_and_corrected(gs, beta1, beta2):
    m, v = average(gs, beta1, gs[0]), average(squares(gs), beta2, gs[0] ** 2)
    return m / share(beta1, len(gs)), v / share(beta2, len(gs))


def plain_means(gs, beta1, beta2):
    return np.mean(gs, axis=0), np.mean(np.square(gs), axis=0)


def v_corrected_with_beta1(gs, beta1, beta2):
    m_hat, _ = corrected(gs, beta1, beta2)
    return m_hat, mean_square(gs, beta2) / share(beta1, len(gs))


def root_taken(gs, beta1, beta2):
    m_hat, v_hat = corrected(gs, beta1, beta2)
    return m_hat, v_hat**0.5


def gradient_cases(rng):
    """Betas are numpy's floats: they divide by zero without an error when t starts at 0."""

    def case(gs, beta1, beta2):
        return gs, np.float64(beta1), np.float64(beta2)

    return [
        case([10.0], 0.9, 0.999),
        case([3.0, -1.0, 2.0], 0.8, 0.95),
        case([0.5, -2.0], 0.6, 0.7),
        case([1.0, 2.5, -4.0, 3.0, 0.5], 0.0, 0.45),
        case(rng.normal(size=(4, 3)), 0.9, 0.99),
        case(rng.normal(size=(7, 2, 2)), 0.75, 0.85),
        case(list(rng.normal(size=(3, 5))), 0.55, 0.9),
    ]


def correct(m, faded_start, weight):
    return (m - faded_start) / weight


def step_over_alpha(beta1, t):
    """The length of step t without correction, when the gradient is 1 in every step.

    The corrected step is alpha long then.
    """
    ones = [1.0] * t
    return average(ones, beta1) / average(ones, BETA2) ** 0.5


def pair(settings):
    beta1, factor = numbers(settings, "beta1", "factor")
    if not 0 <= beta1 < 1:
        raise ValueError(f"beta1 must be in [0, 1), got {beta1:g}")
    return beta1, factor


def order_swapped(settings):
    beta1, factor = numbers(settings, "beta1", "factor")
    return not 0 <= beta1 < 1 and 0 <= factor < 1


def beta1_is(settings, value):
    return bool(np.isclose(pair(settings)[0], value, rtol=1e-6, atol=0))


def first_step_fits(settings):
    return abs(step_over_alpha(pair(settings)[0], 1) - 1) < 1e-3


def factor_is(settings, value):
    """Whether beta1 is right and the factor is this, within a percent."""
    return first_step_fits(settings) and abs(pair(settings)[1] - value) < 0.01 * abs(value)


def later_factor(settings):
    return step_over_alpha(pair(settings)[0], LATER)


def misses_first_step(settings):
    if not first_step_fits(settings):
        first = step_over_alpha(pair(settings)[0], 1)
        size = "long" if first > 1 else "short"
        return f"With this beta1 the first step is {first:.4g} alpha: too {size}."


def variance(sum_of_squares, total):
    """Of an average whose weights are (1 - beta) beta^k, divided by their total."""
    return (1 - beta) ** 2 * sum_of_squares / total**2


def variance_of_m_hat(t):
    return variance((1 - beta ** (2 * t)) / (1 - beta**2), 1 - beta**t)


EXERCISES = {
    "04.1": Predict(
        right=predicted,
        advice="Write down m_1, m_2 and m_3 in turn, then divide.",
        wrongs=(
            Wrong(
                "m_3 is right. But you left it uncorrected: divide it by 1 - beta^3.",
                lambda: predicted(1),
                0.5,
            ),
            Wrong(
                "m_3 is right. But you corrected by 1 - beta*t: beta is raised to the power t.",
                lambda: predicted(1 - 0.5 * 3),
                0.5,
            ),
            Wrong(
                "m_3 is right. But you count t from 0: after three gradients t is 3.",
                lambda: predicted(share(0.5, 2)),
                0.5,
            ),
            Wrong(
                "m_3 is right. But you multiplied by 1 - beta^t, which makes it even smaller: "
                "divide.",
                lambda: predicted(1 / share(0.5, 3)),
                0.5,
            ),
            Wrong(
                "m_3 is right. But you divided by 1 - beta: that is the correction of step 1 only.",
                lambda: predicted(1 - 0.5),
                0.5,
            ),
            Wrong(
                "m_3 is right. But you divided by beta^t, the weight of the zero. The gradients "
                "have the weight 1 - beta^t.",
                lambda: predicted(0.5**3),
                0.5,
            ),
            Wrong(
                "You forgot the factor (1 - beta): each gradient enters m with a half.",
                lambda: tuple(2 * x for x in predicted()),
            ),
            Wrong(
                "m_hat is right. But m_3 is still too small: the zero at the start has the weight "
                "beta^3 in it.",
                lambda: (4, 4),
                0.5,
            ),
            Wrong(
                "m_hat is right. But that is m_2: one more step.",
                lambda: predicted(steps=2),
                0.5,
            ),
            Wrong(
                "m_hat is right. But that is m_4: m_1 has seen one gradient, m_3 three.",
                lambda: predicted(steps=4),
                0.5,
            ),
            Wrong(
                "m_hat is right. But the first number is what m_3 lacks, not m_3.",
                lambda: (4 * 0.5**3, 4),
                0.5,
            ),
            Wrong("The order: m_3 first, then m_hat_3.", lambda: predicted()[::-1], 0.5),
        ),
        hints=(
            "m_0 = 0, and with beta = 1/2 each new m is the mean of the old m and the gradient.",
            "m_1 = 2 and m_2 = 3. What is the weight of the zero at the start after three steps?",
            "m_3 is halfway from 3 to 4. For m_hat_3 divide it by 1 - 1/8.",
        ),
    ),
    "04.2": Code(
        right=corrected,
        cases=gradient_cases,
        wrongs=(
            Wrong(
                "These are m and v, and they are right. Now correct both: divide by 1 - beta^t.",
                divided_by(uncorrected),
            ),
            Wrong(
                "You corrected by 1 - beta*t. beta is raised to the power t: 1 - beta**t.",
                divided_by(lambda beta, t: 1 - beta * t),
            ),
            Wrong(
                "You count t from 0: the first gradient has t = 1. With t = 0 you divide by "
                "1 - beta^0, which is 0.",
                divided_by(lambda beta, t: share(beta, t - 1)),
            ),
            Wrong(
                "You corrected only m. v starts at zero as well, and needs it longer.",
                divided_by(share, uncorrected),
                0.5,
            ),
            Wrong(
                "You corrected only v. m starts at zero as well.",
                divided_by(uncorrected, share),
                0.5,
            ),
            Wrong(
                "You multiplied by 1 - beta^t, which makes what is too small even smaller: divide.",
                divided_by(lambda beta, t: 1 / share(beta, t)),
            ),
            Wrong(
                "You put the corrected averages back into m and v. Keep m and v as they are, and "
                "correct what you return.",
                fed_back,
                0.5,
            ),
            Wrong(
                "You divided by 1 - beta whatever t is: that is the correction of step 1 only.",
                divided_by(lambda beta, t: share(beta, 1)),
            ),
            Wrong(
                "You divided by beta^t, the weight of the zero. The gradients have the weight "
                "1 - beta^t.",
                divided_by(lambda beta, t: beta**t),
            ),
            Wrong(
                "Parentheses: the power belongs to beta alone, 1 - beta**t, not (1 - beta)**t.",
                divided_by(lambda beta, t: (1 - beta) ** t),
            ),
            Wrong(
                "Your t is one too large: after t gradients divide by 1 - beta^t.",
                divided_by(lambda beta, t: share(beta, t + 1)),
            ),
            Wrong(
                "You use beta1 for both: v has its own beta2.",
                lambda gs, beta1, beta2: corrected(gs, beta1, beta1),
                0.5,
            ),
            Wrong(
                "You use beta2 for both: m has its own beta1.",
                lambda gs, beta1, beta2: corrected(gs, beta2, beta2),
                0.5,
            ),
            Wrong(
                "You swapped the betas: beta1 belongs to m, beta2 to v.",
                lambda gs, beta1, beta2: corrected(gs, beta2, beta1),
                0.5,
            ),
            Wrong(
                "m_hat is right. But v is corrected with its own beta2, not with beta1.",
                v_corrected_with_beta1,
                0.5,
            ),
            Wrong(
                "You forgot the factors (1 - beta) before the gradient and before its square.",
                of_these(sum_of_faded, sum_of_faded_squares),
            ),
            Wrong(
                "v_hat is right. But you forgot the factor (1 - beta1) before the gradient.",
                of_these(sum_of_faded, mean_square),
                0.5,
            ),
            Wrong(
                "m_hat is right. But you forgot the factor (1 - beta2) before the square.",
                of_these(average, sum_of_faded_squares),
                0.5,
            ),
            Wrong(
                "You swapped the weights: beta belongs to the old average, 1 - beta to the new "
                "gradient.",
                of_these(swapped_average, swapped_mean_square),
            ),
            Wrong(
                "m_hat is right. But you squared the average: v averages the squares.",
                of_these(average, squared_average),
                0.5,
            ),
            Wrong(
                "m_hat is right. But you squared the average, in each step: square g before it "
                "enters v.",
                of_these(average, squared_in_each_step),
                0.5,
            ),
            Wrong(
                "m_hat is right. But you squared m_hat: v averages the squares.",
                lambda gs, beta1, beta2: (
                    corrected(gs, beta1, beta2)[0],
                    corrected(gs, beta1, beta2)[0] ** 2,
                ),
                0.5,
            ),
            Wrong(
                "m_hat is right. But you forgot to square: v averages the squared gradients.",
                of_these(average, average),
                0.5,
            ),
            Wrong(
                "m_hat is right. But you return the root of v_hat: return v_hat.",
                root_taken,
                0.5,
            ),
            Wrong(
                "You start the averages at the first gradient: then that one counts far more than "
                "any later one. Start at 0 and correct.",
                started_at_the_first,
            ),
            Wrong(
                "You start the averages at the first gradient and correct as well. The correction "
                "is made for a start at 0.",
                started_at_the_first_and_corrected,
            ),
            Wrong(
                "You take plain means, in which each gradient counts the same. In a running "
                "average the weight fades by beta per step.",
                plain_means,
            ),
            Wrong(
                "The order: m_hat first, then v_hat.",
                lambda gs, beta1, beta2: corrected(gs, beta1, beta2)[::-1],
                0.5,
            ),
        ),
        hints=(
            "First the running averages m and v, as in lessons 02 and 03. Correct them at the end.",
            "Start with m = v = 0.0 and loop over gs. How many gradients have you seen after the "
            "loop?",
            "In the loop: m = beta1 * m + (1 - beta1) * g, and v with beta2 and g**2. After it, "
            "with t = len(gs): return m / (1 - beta1**t), v / (1 - beta2**t).",
        ),
    ),
    "04.3": Derive(
        right=lambda: correct(m_t, beta**t * c, 1 - beta**t),
        at=lambda rng: {
            "m_t": rng.uniform(1, 5),
            "c": rng.uniform(0.5, 4),
            "beta": rng.uniform(0.3, 0.95),
            "t": int(rng.integers(2, 12)),
        },
        wrongs=(
            Wrong(
                "That is the correction for a start at 0. How much of c is still in m_t?",
                lambda: correct(m_t, 0, 1 - beta**t),
            ),
            Wrong(
                "You took out the rest of c. But the gradients' weights still add up to "
                "1 - beta^t only.",
                lambda: correct(m_t, beta**t * c, 1),
                0.5,
            ),
            Wrong(
                "After t steps only beta^t of c is left in m_t: don't subtract all of it.",
                lambda: correct(m_t, c, 1 - beta**t),
            ),
            Wrong(
                "The sign: c is in m_t with the weight +beta^t, take it out.",
                lambda: correct(m_t, -(beta**t) * c, 1 - beta**t),
                0.5,
            ),
            Wrong(
                "Parentheses: subtract the rest of c first, then divide all of it.",
                lambda: m_t - beta**t * c / (1 - beta**t),
                0.5,
            ),
            Wrong(
                "The order: subtract the rest of c before you divide.",
                lambda: m_t / (1 - beta**t) - beta**t * c,
                0.5,
            ),
            Wrong(
                "That divides m_t alone, and subtracts all of c: only beta^t of it is in m_t, and "
                "the division is for the rest.",
                lambda: m_t / (1 - beta**t) - c,
            ),
            Wrong(
                "That is how m_t comes from the true mean. Solve it for the true mean.",
                lambda: beta**t * c + (1 - beta**t) * m_t,
            ),
            Wrong(
                "You swapped the weights: c has beta^t, the gradients have 1 - beta^t.",
                lambda: correct(m_t, (1 - beta**t) * c, beta**t),
            ),
            Wrong(
                "You multiplied by 1 - beta^t: divide.",
                lambda: correct(m_t, beta**t * c, 1 / (1 - beta**t)),
            ),
            Wrong(
                "That is right for t = 1 only: how often has c been multiplied by beta?",
                lambda: correct(m_t, beta * c, 1 - beta),
                0.5,
            ),
            Wrong(
                "You wrote beta*t. In each step c is multiplied by beta: beta^t.",
                lambda: correct(m_t, beta * t * c, 1 - beta * t),
            ),
            Wrong(
                "c fades right. But you divided by 1 - beta*t: it is 1 - beta^t.",
                lambda: correct(m_t, beta**t * c, 1 - beta * t),
                0.5,
            ),
            Wrong(
                "You count t from 0: m_0 = c, and m_1 has the rest beta c.",
                lambda: correct(m_t, beta ** (t - 1) * c, 1 - beta ** (t - 1)),
                0.5,
            ),
        ),
        hints=(
            "Unroll the average from m_0 = c. What is the weight of c after t steps?",
            "E[m_t] = beta^t c + (1 - beta^t) E[g]. With c = 0 that is the lesson's formula.",
            "Solve it for E[g] and put m_t in place of its mean: first subtract, then divide.",
        ),
    ),
    "04.4": Explore(
        right=misses_first_step,
        wrongs=(
            Wrong("The order is (beta1, factor).", order_swapped),
            Wrong(
                "You made beta1 equal to beta2. Below the line stands a root: compare 1 - beta1 "
                "with the root of 1 - beta2.",
                lambda settings: beta1_is(settings, BETA2),
            ),
            Wrong(
                "That is 1 - beta1: the gradient enters m with 1 - beta1, not with beta1.",
                lambda settings: beta1_is(settings, (1 - BETA2) ** 0.5),
            ),
            Wrong(
                "beta1 = 0.9 is the default. With beta2 = 0.9999 its first step is far too long.",
                lambda settings: beta1_is(settings, 0.9),
            ),
            Wrong(
                "beta1 is right. The factor 1 is that of step 1: look at step 100.",
                lambda settings: factor_is(settings, 1),
                0.5,
            ),
            Wrong(
                "beta1 is right. The factor is upside down: the uncorrected step over the "
                "corrected one.",
                lambda settings: factor_is(settings, 1 / later_factor(settings)),
                0.5,
            ),
            Wrong(
                "beta1 is right. In the factor you forgot the root: the step is divided by the "
                "root of v.",
                lambda settings: factor_is(
                    settings, share(pair(settings)[0], LATER) / share(BETA2, LATER)
                ),
                0.5,
            ),
            Wrong(
                "beta1 is right. Your factor leaves out m, or takes it with beta1 = 0.9. With your "
                "beta1 m is still too small in step 100.",
                lambda settings: factor_is(settings, share(BETA2, LATER) ** -0.5),
                0.5,
            ),
            Wrong(
                "beta1 is right, the factor is not. Put t = 100 into the uncorrected step over "
                "the corrected one.",
                lambda settings: (
                    first_step_fits(settings) and not factor_is(settings, later_factor(settings))
                ),
                0.5,
            ),
        ),
        hints=(
            "The lesson has the uncorrected step over the corrected one as a formula. What is it "
            "for t = 1?",
            "It is (1 - beta1) / sqrt(1 - beta2) for t = 1. Which beta1 makes it 1?",
            "1 - beta1 = sqrt(1 - 0.9999) = 0.01. For the factor put this beta1 and t = 100 into "
            "(1 - beta1^t) / sqrt(1 - beta2^t).",
        ),
    ),
    "04.5": Derive(
        right=lambda: variance_of_m_hat(t),
        at=lambda rng: {"beta": rng.uniform(0.3, 0.95), "t": int(rng.integers(2, 12))},
        wrongs=(
            Wrong(
                "That is the variance of m_t: the weights of m_hat_t are divided by 1 - beta^t.",
                lambda: variance((1 - beta ** (2 * t)) / (1 - beta**2), 1),
                0.5,
            ),
            Wrong(
                "Each weight is divided by 1 - beta^t, so its square by (1 - beta^t)^2.",
                lambda: variance((1 - beta ** (2 * t)) / (1 - beta**2), sp.sqrt(1 - beta**t)),
                0.5,
            ),
            Wrong(
                "That is the limit for large t. Early there is less to average.",
                lambda: variance(1 / (1 - beta**2), 1),
            ),
            Wrong(
                "The squared weights have the ratio beta^2: t of them add up to "
                "(1 - beta^(2t)) / (1 - beta^2).",
                lambda: variance((1 - beta**t) / (1 - beta**2), 1 - beta**t),
                0.5,
            ),
            Wrong(
                "You summed infinitely many squared weights: t gradients have only t of them.",
                lambda: variance(1 / (1 - beta**2), 1 - beta**t),
                0.5,
            ),
            Wrong(
                "The ratio of the squared weights is beta^2, not beta.",
                lambda: variance((1 - beta**t) / (1 - beta), 1 - beta**t),
            ),
            Wrong(
                "You forgot the factor (1 - beta)^2 of the squared weights.",
                lambda: variance_of_m_hat(t) / (1 - beta) ** 2,
                0.5,
            ),
            Wrong(
                "The factor 1 - beta of each weight is squared, too.",
                lambda: variance_of_m_hat(t) / (1 - beta),
                0.5,
            ),
            Wrong(
                "That is the sum of the weights. Square each of them first.",
                lambda: sp.Integer(1),
            ),
            Wrong(
                "That is the variance of a plain mean. Here the weights fade by beta per step.",
                lambda: 1 / t,
            ),
            Wrong(
                "That is the standard deviation; its square is asked for.",
                lambda: sp.sqrt(variance_of_m_hat(t)),
                0.5,
            ),
            Wrong(
                "You count one gradient too few: for t = 1 it must be 1.",
                lambda: variance_of_m_hat(t - 1),
                0.5,
            ),
            Wrong(
                "You count one gradient too many: for t = 1 it must be 1.",
                lambda: variance_of_m_hat(t + 1),
                0.5,
            ),
            Wrong(
                "You corrected by 1 - beta*t: it is 1 - beta^t.",
                lambda: variance((1 - beta ** (2 * t)) / (1 - beta**2), 1 - beta * t),
            ),
        ),
        hints=(
            "Write the weight of g_k in m_hat_t, square it, and sum over k from 1 to t.",
            "The weight is (1 - beta) beta^(t-k) / (1 - beta^t). The squares are a geometric sum "
            "with the ratio beta^2.",
            "That sum is (1 - beta^(2t)) / (1 - beta^2). Multiply by (1 - beta)^2 and divide by "
            "(1 - beta^t)^2.",
        ),
    ),
}
