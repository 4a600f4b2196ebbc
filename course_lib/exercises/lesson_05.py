"""The exercises of lesson 05, Adam."""

from functools import cache
from types import SimpleNamespace

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.optimizers import SGD, Adam, Momentum, RMSProp, minimize
from course_lib.problems import Parabola, Ravine

beta_1, beta_2 = sp.symbols("beta_1 beta_2", positive=True)
RADIUS = 0.01
FROM, TO = 108, 1000


def theta_1(rule):
    parabola = Parabola()
    return float(minimize(rule, parabola.grad, -3.0, 1).theta[-1])


ADAM = {
    "m": lambda s: s.beta1 * s.m + (1 - s.beta1) * s.g,
    "v": lambda s: s.beta2 * s.v + (1 - s.beta2) * s.g**2,
    "m_hat": lambda s: s.m / (1 - s.beta1**s.t),
    "v_hat": lambda s: s.v / (1 - s.beta2**s.t),
    "theta": lambda s: s.theta - s.alpha * s.m_hat / (np.sqrt(s.v_hat) + s.eps),
}


def adam(**changed):
    """Adam as a function of the exercise's arguments, with some of its five lines changed."""
    lines = ADAM | changed

    def descend(grad, theta0, steps, alpha, beta1, beta2, eps):
        s = SimpleNamespace(theta=theta0, theta0=theta0, m=0.0, v=0.0, grad=grad, steps=steps)
        s.alpha, s.beta1, s.beta2, s.eps = alpha, beta1, beta2, eps
        for s.t in range(1, steps + 1):
            s.g = grad(s.theta)
            for name, line in lines.items():
                setattr(s, name, line(s))
        return s.theta

    return descend


right_adam = adam()


def corrected_by(factor):
    """Adam whose averages are divided by factor(beta, t)."""
    return adam(
        m_hat=lambda s: s.m / factor(s.beta1, s.t),
        v_hat=lambda s: s.v / factor(s.beta2, s.t),
    )


def with_betas(choose):
    def descend(grad, theta0, steps, alpha, beta1, beta2, eps):
        return right_adam(grad, theta0, steps, alpha, *choose(beta1, beta2), eps)

    return descend


def with_steps(choose):
    def descend(grad, theta0, steps, *others):
        return right_adam(grad, theta0, choose(steps), *others)

    return descend


def fed_back(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta, m, v = theta0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = grad(theta)
        m = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
        v = (beta2 * v + (1 - beta2) * g**2) / (1 - beta2**t)
        theta = theta - alpha * m / (np.sqrt(v) + eps)
    return theta


def one_array_for_both(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta = theta0
    m = v = np.zeros(np.shape(theta0))
    for t in range(1, steps + 1):
        g = grad(theta)
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * g**2
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def stops_early(grad, theta0, steps, *others):
    for t in range(steps):
        if np.all(np.abs(grad(right_adam(grad, theta0, t, *others))) < 1e-7):
            return right_adam(grad, theta0, t + 1, *others)
    return right_adam(grad, theta0, steps, *others)


def own_gradient(grad, *others):
    return right_adam(twice, *others)


def twice(theta):
    """grad(theta) = 2 theta"""
    return 2 * theta


def cube(theta):
    """grad(theta) = theta^3"""
    return theta**3


def ravine_gradient(theta):
    """the gradient of the ravine"""
    return Ravine().grad(theta)


def adam_cases(rng):
    """Betas are numpy's floats: they divide by zero without an error when t starts at 0."""

    def case(grad, theta0, steps, alpha, beta1, beta2, eps):
        return grad, theta0, steps, alpha, np.float64(beta1), np.float64(beta2), eps

    some_zero = rng.normal(size=(2, 3))
    some_zero[0, 1] = 0
    return [
        case(twice, 5.0, 1, 0.1, 0.9, 0.999, 1e-8),
        case(twice, -3.0, 3, 0.5, 0.8, 0.95, 0.5),
        case(twice, 4.0, 0, 0.2, 0.9, 0.99, 1e-8),
        case(cube, 2.0, 4, 0.3, 0.6, 0.9, 0.0),
        case(twice, 1.0, 12, 0.2, 0.9, 0.99, 1e-8),
        case(twice, rng.normal(size=4), 5, 0.1, 0.9, 0.999, 0.01),
        case(ravine_gradient, np.array([5.0, 3.0]), 20, 0.05, 0.7, 0.85, 1e-8),
        case(cube, some_zero, 6, 0.02, 0.0, 0.9, 0.1),
        case(twice, np.array([1e-9, -2e-9]), 5, 0.1, 0.9, 0.999, 1e-8),
    ]


def swing(weight, fading):
    """The size at which an average of alternating +1 and -1 settles."""
    return weight / (1 + fading)


def number(alpha):
    return numbers(alpha, "alpha")[0]


@cache
def path(alpha):
    parabola = Parabola()
    return minimize(Adam(alpha), parabola.grad, parabola.start, TO).theta


def still_outside(alpha):
    """The last step at which |theta| is not below the target; -1 for none."""
    outside = ~(np.abs(path(number(alpha))) < RADIUS)
    return int(np.max(np.flatnonzero(outside), initial=-1))


def misses_target(alpha):
    step = still_outside(alpha)
    if step >= FROM:
        size = abs(path(number(alpha))[step])
        return (
            f"With alpha = {number(alpha):g} it swings: |theta| is still {size:.2g} in step "
            f"{step}. Another alpha moves the swings."
        )


def creeps(alpha):
    """Whether theta misses the target without having crossed the minimum by then."""
    return (
        number(alpha) > 0
        and still_outside(alpha) >= FROM
        and bool(np.all(path(number(alpha))[:FROM] > 0))
    )


def thrown_far(alpha):
    return number(alpha) > 1.5 and still_outside(alpha) >= FROM


def m_hat_2(x):
    """After the gradients 1 and x."""
    return (beta_1 + x) / (1 + beta_1)


def v_hat_2(x):
    return (beta_2 + x**2) / (1 + beta_2)


def second_step(x):
    return m_hat_2(x) / sp.sqrt(v_hat_2(x))


def second_step_at_most():
    return second_step(beta_2 / beta_1)


def never_longer():
    """The lesson's bound for large t."""
    return (1 - beta_1) / sp.sqrt((1 - beta_2) * (1 - beta_1**2 / beta_2))


EXERCISES = {
    "05.1": Predict(
        right=lambda: theta_1(Adam(0.5, eps=0)),
        advice="What is left of g in m_hat / sqrt(v_hat) after one step?",
        wrongs=(
            Wrong(
                "That is gradient descent: alpha times the gradient. Adam divides the gradient's "
                "size out.",
                lambda: theta_1(SGD(0.5)),
            ),
            Wrong(
                "The length is right, the direction is not: downhill from -3 is to the right.",
                lambda: -3 - 0.5,
                0.5,
            ),
            Wrong(
                "You left out the bias correction: both m and v begin at zero.",
                lambda: theta_1(RMSProp(0.5 * (1 - 0.9))),
            ),
            Wrong(
                "You corrected m, but not v: then v is too small, and the step far too long.",
                lambda: theta_1(RMSProp(0.5)),
            ),
            Wrong(
                "You corrected v, but not m: then the step is too short.",
                lambda: theta_1(Adam(0.5 * (1 - 0.9), eps=0)),
            ),
            Wrong(
                "You forgot the root: m_hat is divided by the root of v_hat.",
                lambda: -3 + 0.5 / 6,
            ),
            Wrong("That is momentum: the division is missing.", lambda: theta_1(Momentum(0.5))),
            Wrong(
                "That is the step alone. Add it to theta_0.",
                lambda: theta_1(Adam(0.5, eps=0)) + 3,
                0.5,
            ),
            Wrong("The step is alpha long, not 1: m_hat / sqrt(v_hat) is 1.", lambda: -2, 0.5),
        ),
        hints=(
            "What are m_hat_1 and v_hat_1 after the first gradient g?",
            "m_hat_1 = g and v_hat_1 = g^2. So only the sign of g is left, times alpha.",
            "g = 2 theta = -6 is negative, so theta goes up, by alpha.",
        ),
    ),
    "05.2": Code(
        right=right_adam,
        cases=adam_cases,
        wrongs=(
            Wrong(
                "Your step lacks the correction: divide m by 1 - beta1**t and v by 1 - beta2**t, "
                "and use the results in the step.",
                corrected_by(lambda beta, t: 1),
            ),
            Wrong(
                "eps is inside the root: it belongs outside, sqrt(v_hat) + eps.",
                adam(theta=lambda s: s.theta - s.alpha * s.m_hat / np.sqrt(s.v_hat + s.eps)),
                0.5,
            ),
            Wrong(
                "You forgot the root: divide by sqrt(v_hat) + eps.",
                adam(theta=lambda s: s.theta - s.alpha * s.m_hat / (s.v_hat + s.eps)),
                0.5,
            ),
            Wrong(
                "You squared the average, in each step. Average the squares: square g before it "
                "enters v.",
                adam(v=lambda s: (s.beta2 * s.v + (1 - s.beta2) * s.g) ** 2),
            ),
            Wrong(
                "You squared the average. Average the squares: square g before it enters v. Else "
                "+10 and -10 cancel.",
                adam(
                    v=lambda s: s.beta2 * s.v + (1 - s.beta2) * s.g,
                    v_hat=lambda s: (s.v / (1 - s.beta2**s.t)) ** 2,
                ),
            ),
            Wrong(
                "Your v averages the squares of m. It must average the squares of the gradient.",
                adam(v=lambda s: s.beta2 * s.v + (1 - s.beta2) * s.m**2),
                0.5,
            ),
            Wrong(
                "You forgot to square: v averages g**2. Else it can be negative.",
                adam(v=lambda s: s.beta2 * s.v + (1 - s.beta2) * s.g),
            ),
            Wrong(
                "You average the absolute values. Adam averages the squares and takes the root "
                "afterwards.",
                adam(v=lambda s: s.beta2 * s.v + (1 - s.beta2) * abs(s.g)),
            ),
            Wrong(
                "You average the absolute values. Adam averages squares, and takes their root in "
                "the step.",
                adam(
                    v=lambda s: s.beta2 * s.v + (1 - s.beta2) * abs(s.g),
                    theta=lambda s: s.theta - s.alpha * s.m_hat / (s.v_hat + s.eps),
                ),
            ),
            Wrong(
                "You corrected by 1 - beta*t. beta is raised to the power t: 1 - beta**t.",
                corrected_by(lambda beta, t: 1 - beta * t),
            ),
            Wrong(
                "You count t from 0: the first step has t = 1. With t = 0 you divide by "
                "1 - beta^0, which is 0.",
                corrected_by(lambda beta, t: 1 - beta ** (t - 1)),
                0.5,
            ),
            Wrong(
                "Your t is one too large: it is 1 in the first step.",
                corrected_by(lambda beta, t: 1 - beta ** (t + 1)),
                0.5,
            ),
            Wrong(
                "You divide by 1 - beta in every step: that is the correction of step 1. t must "
                "grow.",
                corrected_by(lambda beta, t: 1 - beta),
            ),
            Wrong(
                "You correct with `steps` in place of t: each step has its own t.",
                adam(
                    m_hat=lambda s: s.m / (1 - s.beta1**s.steps),
                    v_hat=lambda s: s.v / (1 - s.beta2**s.steps),
                ),
                0.5,
            ),
            Wrong(
                "Parentheses: the power belongs to beta alone, 1 - beta**t, not (1 - beta)**t.",
                corrected_by(lambda beta, t: (1 - beta) ** t),
            ),
            Wrong(
                "You multiplied by 1 - beta**t: what is too small gets even smaller. Divide.",
                corrected_by(lambda beta, t: 1 / (1 - beta**t)),
            ),
            Wrong(
                "You corrected only m. v starts at zero as well.",
                adam(v_hat=lambda s: s.v),
                0.5,
            ),
            Wrong(
                "You corrected only v. m starts at zero as well.",
                adam(m_hat=lambda s: s.m),
                0.5,
            ),
            Wrong(
                "You corrected v with beta1: v has its own beta2.",
                adam(v_hat=lambda s: s.v / (1 - s.beta1**s.t)),
                0.5,
            ),
            Wrong(
                "You put the corrected averages back into m and v. Keep m and v as they are, and "
                "use m_hat and v_hat in the step.",
                fed_back,
                0.5,
            ),
            Wrong(
                "You use beta1 for both: v has its own beta2.",
                with_betas(lambda beta1, beta2: (beta1, beta1)),
                0.5,
            ),
            Wrong(
                "You use beta2 for both: m has its own beta1.",
                with_betas(lambda beta1, beta2: (beta2, beta2)),
                0.5,
            ),
            Wrong(
                "You swapped the betas: beta1 belongs to m, beta2 to v.",
                with_betas(lambda beta1, beta2: (beta2, beta1)),
                0.5,
            ),
            Wrong(
                "You swapped the weights: beta belongs to the old average, 1 - beta to the new "
                "gradient.",
                adam(
                    m=lambda s: (1 - s.beta1) * s.m + s.beta1 * s.g,
                    v=lambda s: (1 - s.beta2) * s.v + s.beta2 * s.g**2,
                ),
            ),
            Wrong(
                "You forgot the factors (1 - beta1) before the gradient and (1 - beta2) before its "
                "square.",
                adam(
                    m=lambda s: s.beta1 * s.m + s.g,
                    v=lambda s: s.beta2 * s.v + s.g**2,
                ),
            ),
            Wrong(
                "You forgot the factor (1 - beta1) before the gradient.",
                adam(m=lambda s: s.beta1 * s.m + s.g),
                0.5,
            ),
            Wrong(
                "You forgot the factor (1 - beta2) before the squared gradient.",
                adam(v=lambda s: s.beta2 * s.v + s.g**2),
                0.5,
            ),
            Wrong(
                "You step along the last gradient: step along m_hat.",
                adam(theta=lambda s: s.theta - s.alpha * s.g / (np.sqrt(s.v_hat) + s.eps)),
            ),
            Wrong(
                "Your m and v have no memory: they must keep beta times their old values. Do you "
                "set them to zero inside the loop?",
                adam(m=lambda s: (1 - s.beta1) * s.g, v=lambda s: (1 - s.beta2) * s.g**2),
            ),
            Wrong(
                "Each step is alpha times the sign of the gradient: m and v have no memory.",
                adam(theta=lambda s: s.theta - s.alpha * s.g / (abs(s.g) + s.eps)),
            ),
            Wrong(
                "m and v are one and the same array: `m = v = np.zeros(...)` makes one array with "
                "two names. Make two.",
                one_array_for_both,
                0.5,
            ),
            Wrong(
                "You forgot eps: a parameter whose gradient is always 0 then divides 0 by 0.",
                adam(theta=lambda s: s.theta - s.alpha * s.m_hat / np.sqrt(s.v_hat)),
                0.5,
            ),
            Wrong(
                "Parentheses: eps is added to the root, before the division: "
                "alpha * m_hat / (sqrt(v_hat) + eps).",
                adam(theta=lambda s: s.theta - s.alpha * s.m_hat / np.sqrt(s.v_hat) + s.eps),
                0.5,
            ),
            Wrong(
                "Parentheses: eps belongs in the denominator, alpha * m_hat / (sqrt(v_hat) + eps).",
                adam(theta=lambda s: s.theta - (s.alpha * s.m_hat / np.sqrt(s.v_hat) + s.eps)),
                0.5,
            ),
            Wrong(
                "You forgot alpha: it multiplies the quotient.",
                adam(theta=lambda s: s.theta - s.m_hat / (np.sqrt(s.v_hat) + s.eps)),
                0.5,
            ),
            Wrong(
                "You multiply by sqrt(v_hat) + eps: divide.",
                adam(theta=lambda s: s.theta - s.alpha * s.m_hat * (np.sqrt(s.v_hat) + s.eps)),
            ),
            Wrong(
                "You walk uphill: the step must be subtracted.",
                adam(theta=lambda s: s.theta + s.alpha * s.m_hat / (np.sqrt(s.v_hat) + s.eps)),
                0.5,
            ),
            Wrong(
                "You take one v for all parameters: each one has its own. No mean over g**2.",
                adam(v=lambda s: s.beta2 * s.v + (1 - s.beta2) * np.mean(s.g**2)),
                0.5,
            ),
            Wrong(
                "You take one v for all parameters: each one has its own. No sum over g**2.",
                adam(v=lambda s: s.beta2 * s.v + (1 - s.beta2) * np.sum(s.g**2)),
                0.5,
            ),
            Wrong(
                "You take one step only: repeat it `steps` times.",
                with_steps(lambda steps: min(steps, 1)),
                0.5,
            ),
            Wrong(
                "You take one step too many: range(1, steps + 1) has `steps` entries, from 1 on.",
                with_steps(lambda steps: steps + 1),
                0.5,
            ),
            Wrong(
                "You take one step too few: range(1, steps) ends before `steps`.",
                with_steps(lambda steps: steps - 1),
                0.5,
            ),
            Wrong(
                "You stop where the gradient is small. Take all the steps: Adam makes a small "
                "gradient large again.",
                stops_early,
                0.5,
            ),
            Wrong(
                "You compute the gradient once, at the start. It changes with theta: compute it "
                "inside the loop.",
                lambda grad, theta0, *others: right_adam(lambda _: grad(theta0), theta0, *others),
            ),
            Wrong("You use 2 theta as the gradient: call grad(theta).", own_gradient),
        ),
        hints=(
            "Which values must survive from one step to the next? Start them before the loop.",
            "theta = theta0 and m = v = 0.0, then for t in range(1, steps + 1): the gradient, two "
            "averages, two corrections, one step.",
            "m = beta1 * m + (1 - beta1) * g and m_hat = m / (1 - beta1**t), the same for v with "
            "beta2 and g**2; then theta = theta - alpha * m_hat / (np.sqrt(v_hat) + eps).",
        ),
    ),
    "05.3": Derive(
        right=lambda: swing(1 - beta_1, beta_1),
        at=lambda rng: {"beta_1": rng.uniform(0.05, 0.95)},
        wrongs=(
            Wrong(
                "They do not cancel quite: the last gradient always has the largest weight.",
                lambda: sp.Integer(0),
            ),
            Wrong(
                "v_hat settles at 1. But m_hat stays smaller: the old m always has the other sign "
                "than the new gradient.",
                lambda: sp.Integer(1),
            ),
            Wrong(
                "That is the weight of the last gradient. The earlier ones take some of it back.",
                lambda: 1 - beta_1,
            ),
            Wrong(
                "You forgot the factor (1 - beta1) before the gradient.",
                lambda: swing(1, beta_1),
                0.5,
            ),
            Wrong(
                "That is the typical size for pure noise, where the squared weights add up. Here "
                "the signs are known.",
                lambda: sp.sqrt(swing(1 - beta_1, beta_1)),
            ),
            Wrong(
                "You took only the last two gradients: all earlier ones count as well.",
                lambda: (1 - beta_1) ** 2,
                0.5,
            ),
            Wrong(
                "Upside down: Adam takes short steps here.",
                lambda: 1 / swing(1 - beta_1, beta_1),
                0.5,
            ),
            Wrong("The sign: a size is positive.", lambda: -swing(1 - beta_1, beta_1), 0.5),
            Wrong(
                "The weights fall by beta1 per step, not by its square.",
                lambda: swing(1 - beta_1, beta_1**2),
            ),
        ),
        hints=(
            "v is easy: what are the squares? For m write down what one step does to it.",
            "For large t only the sign of m changes from step to step: m_(t-1) = -m_t.",
            "Put that into m_t = beta1 m_(t-1) + (1 - beta1) g_t with |g_t| = 1, and solve for the "
            "size of m_t.",
        ),
    ),
    "05.4": Explore(
        right=misses_target,
        wrongs=(
            Wrong("alpha must be positive.", lambda alpha: number(alpha) <= 0),
            Wrong(
                "It is still on its way down. The step is about alpha, and the minimum is 5 away.",
                creeps,
            ),
            Wrong(
                "So large an alpha throws it far past the minimum, and the swings start later.",
                thrown_far,
            ),
        ),
        hints=(
            "How far do 108 steps of about alpha reach? And what does Adam do when it gets there?",
            "It swings, and each alpha has its swings at other times. Try many alphas at once: "
            "minimize(Adam(alphas), ...) with an array, then look at |theta| from step 108 on.",
            "Sweep alpha from 0.1 to 0.5 in steps of 0.001. Several short intervals fit.",
        ),
    ),
    "05.5": Derive(
        right=second_step_at_most,
        at=lambda rng: {"beta_1": rng.uniform(0.1, 0.9), "beta_2": rng.uniform(0.1, 0.95)},
        wrongs=(
            Wrong(
                "That is how far two equal gradients go. Others go farther: let g_2 / g_1 be x, "
                "and find the best x.",
                lambda: sp.Integer(1),
            ),
            Wrong(
                "That is the best g_2 / g_1. Now put it into m_hat_2 / sqrt(v_hat_2).",
                lambda: beta_2 / beta_1,
                0.5,
            ),
            Wrong(
                "That is the bound for large t. Here there are two terms, and the corrections "
                "count.",
                never_longer,
            ),
            Wrong(
                "That is the paper's bound, for a spike after a long silence.",
                lambda: (1 - beta_1) / sp.sqrt(1 - beta_2),
            ),
            Wrong(
                "That is a spike: g_1 = 0. With some g_1 of the same sign it goes farther.",
                lambda: sp.sqrt(1 + beta_2) / (1 + beta_1),
            ),
            Wrong(
                "That is for g_2 = 0: then the step lives on the old m alone.",
                lambda: second_step(0),
            ),
            Wrong(
                "Upside down: the best g_2 / g_1 is beta2 / beta1, you took beta1 / beta2.",
                lambda: second_step(beta_1 / beta_2),
                0.5,
            ),
            Wrong(
                "You left out the bias correction: divide m by 1 - beta1^2 and v by 1 - beta2^2.",
                lambda: second_step_at_most() * (1 - beta_1**2) / sp.sqrt(1 - beta_2**2),
                0.5,
            ),
            Wrong(
                "You corrected only m: v starts at zero as well.",
                lambda: second_step_at_most() / sp.sqrt(1 - beta_2**2),
                0.5,
            ),
            Wrong(
                "You corrected only v: m starts at zero as well.",
                lambda: second_step_at_most() * (1 - beta_1**2),
                0.5,
            ),
            Wrong(
                "That is the square; the root is missing.",
                lambda: second_step_at_most() ** 2,
                0.5,
            ),
            Wrong(
                "You forgot the root: m_hat is divided by the root of v_hat.",
                lambda: m_hat_2(beta_2 / beta_1) / v_hat_2(beta_2 / beta_1),
            ),
        ),
        hints=(
            "Only the ratio counts, so let g_1 = 1 and g_2 = x. What are m_hat_2 and v_hat_2?",
            "m_hat_2 = (beta1 + x) / (1 + beta1) and v_hat_2 = (beta2 + x^2) / (1 + beta2). For "
            "which x is m_hat_2 / sqrt(v_hat_2) largest? The lesson met such gradients, too.",
            "The derivative is 0 at x = beta2 / beta1. Put that into m_hat_2 / sqrt(v_hat_2).",
        ),
    ),
}
