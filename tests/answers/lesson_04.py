import numpy as np
import sympy as sp

b, t, c, m = sp.symbols("beta t c m_t", positive=True)
k = sp.symbols("k", integer=True, positive=True)
mean = sp.Symbol("mean")
n = sp.symbols("t", integer=True, positive=True)
HALVES = [3.5, 4.0]
summed_squares = sp.summation(((1 - b) * b ** (n - k) / (1 - b**n)) ** 2, (k, 1, n))


def loop_then_correct(gs, beta1, beta2):
    m = v = 0
    for g in gs:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
    t = len(gs)
    return m / (1 - beta1**t), v / (1 - beta2**t)


def correct_in_every_step(gradients, b1, b2):
    first = second = 0.0
    for t, g in enumerate(gradients, start=1):
        first += (1 - b1) * (g - first)
        second += (1 - b2) * (g * g - second)
        first_hat = first / (1 - b1**t)
        second_hat = second / (1 - b2**t)
    return [first_hat, second_hat]


def weighted_means(gs, beta1, beta2):
    gs, ages = np.asarray(gs), np.arange(len(gs))[::-1]
    weights_m, weights_v = beta1**ages, beta2**ages
    m_hat = np.tensordot(weights_m, gs, axes=1) / weights_m.sum()
    v_hat = np.tensordot(weights_v, gs**2, axes=1) / weights_v.sum()
    return np.stack([m_hat, v_hat])


def fed_with_ones(gs, beta1, beta2):
    m, v, ones_m, ones_v = np.zeros_like(gs[0]), np.zeros_like(gs[0]), 0.0, 0.0
    for g in gs:
        m, ones_m = beta1 * m + (1 - beta1) * g, beta1 * ones_m + (1 - beta1)
        v, ones_v = beta2 * v + (1 - beta2) * np.square(g), beta2 * ones_v + (1 - beta2)
    return m / ones_m, v / ones_v


def in_place(gs, beta1, beta2):
    m, v = np.zeros(np.shape(gs)[1:]), np.zeros(np.shape(gs)[1:])
    for g in gs:
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * g**2
    m /= 1 - beta1 ** len(gs)
    v /= 1 - beta2 ** len(gs)
    return m, v


def raw(gs, beta1, beta2):
    m = v = 0.0
    for g in gs:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
    return m, v, len(gs)


def forgets(gs, beta1, beta2):
    return raw(gs, beta1, beta2)[:2]


def times_t(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    return m / (1 - beta1 * t), v / (1 - beta2 * t)


def enumerates_from_zero(gs, beta1, beta2):
    m = v = 0.0
    for t, g in enumerate(gs):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
    return m_hat, v_hat


def m_alone(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    return m / (1 - beta1**t), v


def v_alone(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    return m, v / (1 - beta2**t)


def multiplies(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    return m * (1 - beta1**t), v * (1 - beta2**t)


def overwrites_m(gs, beta1, beta2):
    m = v = 0.0
    for t, g in enumerate(gs, 1):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m /= 1 - beta1**t
        v /= 1 - beta2**t
    return m, v


def without_power(gs, beta1, beta2):
    m, v, _ = raw(gs, beta1, beta2)
    return m / (1 - beta1), v / (1 - beta2)


def by_the_rest(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    return m / beta1**t, v / beta2**t


def power_of_the_bracket(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    return m / (1 - beta1) ** t, v / (1 - beta2) ** t


def t_ahead(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    t += 1
    return m / (1 - beta1**t), v / (1 - beta2**t)


def one_beta(gs, beta1, beta2):
    return loop_then_correct(gs, beta1, beta1)


def other_beta(gs, beta1, beta2):
    return loop_then_correct(gs, beta2, beta2)


def betas_crossed(gs, beta1, beta2):
    return loop_then_correct(gs, beta2, beta1)


def typo_in_v_hat(gs, beta1, beta2):
    m, v, t = raw(gs, beta1, beta2)
    return m / (1 - beta1**t), v / (1 - beta1**t)


def adds_up(gs, beta1, beta2):
    m = v = 0.0
    for g in gs:
        m, v = beta1 * m + g, beta2 * v + g**2
    return m / (1 - beta1 ** len(gs)), v / (1 - beta2 ** len(gs))


def adds_up_g(gs, beta1, beta2):
    return adds_up(gs, beta1, beta2)[0], loop_then_correct(gs, beta1, beta2)[1]


def adds_up_squares(gs, beta1, beta2):
    return loop_then_correct(gs, beta1, beta2)[0], adds_up(gs, beta1, beta2)[1]


def weights_the_wrong_way(gs, beta1, beta2):
    m = v = 0.0
    for g in gs:
        m, v = (1 - beta1) * m + beta1 * g, (1 - beta2) * v + beta2 * g**2
    return m / (1 - beta1 ** len(gs)), v / (1 - beta2 ** len(gs))


def square_at_the_end(gs, beta1, beta2):
    m, _, t = raw(gs, beta1, beta2)
    v = raw(gs, beta2, beta2)[0] ** 2
    return m / (1 - beta1**t), v / (1 - beta2**t)


def square_of_the_sum(gs, beta1, beta2):
    m = v = 0.0
    for g in gs:
        m = beta1 * m + (1 - beta1) * g
        v = (beta2 * v + (1 - beta2) * g) ** 2
    return m / (1 - beta1 ** len(gs)), v / (1 - beta2 ** len(gs))


def square_of_m_hat(gs, beta1, beta2):
    m_hat = loop_then_correct(gs, beta1, beta2)[0]
    return m_hat, m_hat**2


def no_square(gs, beta1, beta2):
    return loop_then_correct(gs, beta1, beta2)[0], loop_then_correct(gs, beta2, beta2)[0]


def root(gs, beta1, beta2):
    m_hat, v_hat = loop_then_correct(gs, beta1, beta2)
    return m_hat, np.sqrt(v_hat)


def warm_start(gs, beta1, beta2):
    m, v = gs[0], gs[0] ** 2
    for g in gs[1:]:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
    return m, v


def warm_start_and_correction(gs, beta1, beta2):
    m, v = gs[0], gs[0] ** 2
    for g in gs:
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
    return m / (1 - beta1 ** len(gs)), v / (1 - beta2 ** len(gs))


def ordinary_means(gs, beta1, beta2):
    gs = np.array(gs)
    return gs.mean(axis=0), (gs**2).mean(axis=0)


def v_first(gs, beta1, beta2):
    return loop_then_correct(gs, beta1, beta2)[::-1]


def m_hat_only(gs, beta1, beta2):
    return loop_then_correct(gs, beta1, beta2)[0]


def all_of_them(gs, beta1, beta2):
    pairs = [loop_then_correct(gs[: i + 1], beta1, beta2) for i in range(len(gs))]
    return [p[0] for p in pairs], [p[1] for p in pairs]


def float_of_each(gs, beta1, beta2):
    return loop_then_correct([float(g) for g in gs], beta1, beta2)


def works_on_the_callers_rows(gs, beta1, beta2):
    result = loop_then_correct(gs, beta1, beta2)
    for i in range(len(gs)):
        gs[i] = gs[i] ** 2
    return result


def returns_in_the_loop(gs, beta1, beta2):
    for g in gs:
        return g, g**2


def last_gradient(gs, beta1, beta2):
    return gs[-1], gs[-1] ** 2


def always_three(gs, beta1, beta2):
    m, v, _ = raw(gs, beta1, beta2)
    return m / (1 - beta1**3), v / (1 - beta2**3)


RIGHT = {
    "04.1": [(3.5, 4), HALVES, np.array(HALVES), (sp.Rational(7, 2), sp.Integer(4))],
    "04.2": [loop_then_correct, correct_in_every_step, weighted_means, fed_with_ones, in_place],
    "04.3": [
        (m - b**t * c) / (1 - b**t),
        c + (m - c) / (1 - b**t),
        sp.solve(sp.Eq(m, b**t * c + (1 - b**t) * mean), mean)[0],
        (c * sp.Symbol("beta") ** n - m) / (sp.exp(n * sp.log(b)) - 1.0),
    ],
    "04.4": [(0.99, 6.36), [sp.Rational(99, 100), 6.4], np.array([0.99, 6.3583])],
    "04.5": [
        (1 - b) * (1 + b**t) / ((1 + b) * (1 - b**t)),
        sp.simplify(summed_squares),
        ((1 - b) / (1 - b**n)) ** 2 * (1 - b ** (2 * n)) / (1 - b**2),
        sp.coth(-n * sp.log(b) / 2) * sp.tanh(-sp.log(b) / 2),
    ],
}
WRONG = {
    "04.1": [
        ((3.5, 3.5), "uncorrected"),
        ((3.5, -7), "power"),
        ((3.5, 4.6667), "from 0"),
        ((3.5, 3.0625), "multiplied"),
        ((3.5, 7), "step 1 only"),
        ((3.5, 28), "weight of the zero"),
        ((7, 8), "forgot the factor"),
        ((4, 4), "still too small"),
        ((3, 4), "m_2"),
        ((3.75, 4), "m_4"),
        ((0.5, 4), "lacks"),
        ((4, 3.5), "order"),
        ((2, 4), "2 is too small"),
        (3.5, "2 numbers in a tuple"),
    ],
    "04.2": [
        (forgets, "Now correct both"),
        (times_t, "beta*t"),
        (enumerates_from_zero, "from 0"),
        (m_alone, "only m"),
        (v_alone, "only v"),
        (multiplies, "multiplied"),
        (overwrites_m, "back into m"),
        (without_power, "step 1 only"),
        (by_the_rest, "weight of the zero"),
        (power_of_the_bracket, "Parentheses"),
        (t_ahead, "one too large"),
        (one_beta, "beta1 for both"),
        (other_beta, "beta2 for both"),
        (betas_crossed, "swapped the betas"),
        (typo_in_v_hat, "not with beta1"),
        (adds_up, "the factors (1 - beta)"),
        (adds_up_g, "factor (1 - beta1)"),
        (adds_up_squares, "factor (1 - beta2)"),
        (weights_the_wrong_way, "swapped the weights"),
        (square_at_the_end, "squared the average"),
        (square_of_the_sum, "in each step"),
        (square_of_m_hat, "squared m_hat"),
        (no_square, "forgot to square"),
        (root, "root of v_hat"),
        (warm_start, "Start at 0"),
        (warm_start_and_correction, "correct as well"),
        (ordinary_means, "plain means"),
        (v_first, "order"),
        (m_hat_only, "2 results expected"),
        (all_of_them, "Shape ()"),
        (float_of_each, "plain numbers, not for arrays"),
        (works_on_the_callers_rows, "changes the caller's array"),
        (returns_in_the_loop, "not right"),
        (last_gradient, "not right"),
        (always_three, "not right"),
    ],
    "04.3": [
        (m / (1 - b**t), "start at 0"),
        (m - b**t * c, "add up"),
        ((m - c) / (1 - b**t), "only beta^t of c"),
        ((m + b**t * c) / (1 - b**t), "sign"),
        (m - b**t * c / (1 - b**t), "Parentheses"),
        (m / (1 - b**t) - b**t * c, "before you divide"),
        (m / (1 - b**t) - c, "all of c"),
        (b**t * c + (1 - b**t) * m, "Solve it"),
        ((m - (1 - b**t) * c) / b**t, "swapped the weights"),
        ((m - b**t * c) * (1 - b**t), "multiplied"),
        ((m - b * c) / (1 - b), "t = 1 only"),
        ((m - b * t * c) / (1 - b * t), "beta*t"),
        ((m - b**t * c) / (1 - b * t), "c fades right"),
        ((m - b ** (t - 1) * c) / (1 - b ** (t - 1)), "from 0"),
        ((sp.Symbol("m") - b**t * c) / (1 - b**t), "contains m"),
        (sp.Eq(m, b**t * c), "right-hand side"),
        (c * m, "too"),
    ],
    "04.4": [
        ((6.36, 0.99), "order"),
        ((0.9999, 0.0995), "equal to beta2"),
        ((0.01, 10), "not with beta1"),
        ((0.9, 10.02), "default"),
        ((0.99, 1), "step 1"),
        ((0.99, 0.1573), "upside down"),
        ((0.99, 63.7), "forgot the root"),
        ((0.99, 10.02), "leaves out m"),
        ((0.99, 10.04), "leaves out m"),
        ((0.99, 5), "the factor is not"),
        ((0.99, -6.36), "the factor is not"),
        ((0.99, float("nan")), "the factor is not"),
        ((0.98, 6.36), "too long"),
        ((0.995, 6.36), "too short"),
        (0.99, "2 numbers"),
        ((1, 6.36), "beta1 must be in"),
    ],
    "04.5": [
        ((1 - b) ** 2 * (1 - b ** (2 * t)) / (1 - b**2), "variance of m_t"),
        ((1 - b) ** 2 * (1 - b ** (2 * t)) / (1 - b**2) / (1 - b**t), "its square by"),
        ((1 - b) / (1 + b), "large t"),
        ((1 - b) / ((1 + b) * (1 - b**t)), "ratio beta^2: t of them"),
        ((1 - b) / ((1 + b) * (1 - b**t) ** 2), "infinitely many"),
        ((1 - b) / (1 - b**t), "not beta"),
        ((1 + b**t) / ((1 + b) * (1 - b) * (1 - b**t)), "(1 - beta)^2"),
        ((1 + b**t) / ((1 + b) * (1 - b**t)), "squared, too"),
        (1, "sum of the weights"),
        (1 / t, "plain mean"),
        (sp.sqrt(summed_squares), "standard deviation"),
        (summed_squares.subs(n, n - 1), "too few"),
        (summed_squares.subs(n, n + 1), "too many"),
        ((1 - b) * (1 - b ** (2 * t)) / ((1 + b) * (1 - b * t) ** 2), "1 - beta*t"),
        (summed_squares.subs(n, 10), "too"),
        ((1 - b) / (1 + b) * (1 + k), "contains k"),
    ],
}
