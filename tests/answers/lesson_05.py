from math import sqrt

import numpy as np
import sympy as sp

b1, b2, k = sp.symbols("beta_1 beta_2 k", positive=True)
x = sp.symbols("x", positive=True)


def from_the_table(grad, theta0, steps, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = theta0, 0, 0
    for t in range(1, steps + 1):
        g = grad(theta)
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        m_hat = m / (1 - beta1**t)
        v_hat = v / (1 - beta2**t)
        theta = theta - alpha * m_hat / (np.sqrt(v_hat) + eps)
    return theta


def without_defaults(gradient, start, n, lr, rho1, rho2, tiny):
    theta = np.array(start, dtype=float)
    first, second = np.zeros_like(theta), np.zeros_like(theta)
    p1 = p2 = 1.0
    for _ in range(n):
        g = gradient(theta)
        p1, p2 = p1 * rho1, p2 * rho2
        first *= rho1
        first += (1 - rho1) * g
        second *= rho2
        second += (1 - rho2) * np.multiply(g, g)
        theta -= lr * (first / (1 - p1)) / (np.sqrt(second / (1 - p2)) + tiny)
    return theta


def corrections_moved_into_alpha(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta, m, v, t = theta0, 0.0, 0.0, 0
    while t < steps:
        t, g = t + 1, grad(theta)
        m += (1 - beta1) * (g - m)
        v += (1 - beta2) * (g * g - v)
        root = (1 - beta2**t) ** 0.5
        theta = theta - alpha * root / (1 - beta1**t) * m / (v**0.5 + eps * root)
    return theta


def remembers_all_gradients(grad, theta0, steps, alpha, beta1, beta2, eps):
    path, gs = [np.asarray(theta0)], []
    for t in range(steps):
        gs.append(grad(path[-1]))
        ages = np.arange(t, -1, -1)
        w, u = beta1**ages, beta2**ages
        mean = np.tensordot(w / w.sum(), np.array(gs), axes=1)
        square = np.tensordot(u / u.sum(), np.array(gs) ** 2, axes=1)
        path.append(path[-1] - alpha * mean / (np.sqrt(square) + eps))
    return path[-1].tolist()


def adam(edit=None, last=None, first=1):
    """Adam as a student types it, with a slip: `edit(d)` changes the values of each step."""

    def slip(grad, theta0, steps, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
        theta, m, v = theta0, 0.0, 0.0
        stop = steps + 1 if last is None else last(steps)
        for t in range(first, stop):
            g = grad(theta)
            m = beta1 * m + (1 - beta1) * g
            v = beta2 * v + (1 - beta2) * g**2
            m_hat = m / (1 - beta1**t)
            v_hat = v / (1 - beta2**t)
            step = alpha * m_hat / (np.sqrt(v_hat) + eps)
            theta = edit(locals()) if edit else theta - step
        return theta

    return slip


def moved(change):
    return adam(lambda d: d["theta"] - change(**d))


def plain(m, v, root=np.sqrt, correct=lambda beta, t: 1 - beta**t):
    """Adam with other averages m(m, g, beta) and v(v, g, beta), and another root."""

    def slip(grad, theta0, steps, alpha, beta1, beta2, eps):
        theta, first, second = theta0, 0.0, 0.0
        for t in range(1, steps + 1):
            g = grad(theta)
            first, second = m(first, g, beta1), v(second, g, beta2)
            m_hat, v_hat = first / correct(beta1, t), second / correct(beta2, t)
            theta = theta - alpha * m_hat / (root(v_hat) + eps)
        return theta

    return slip


def mean(m, g, beta):
    return beta * m + (1 - beta) * g


def mean_square(v, g, beta):
    return beta * v + (1 - beta) * g**2


def faded_sum(m, g, beta):
    return beta * m + g


def faded_squares(v, g, beta):
    return beta * v + g**2


def squares_m(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta, m, v = theta0, 0, 0
    for t in range(1, steps + 1):
        m = beta1 * m + (1 - beta1) * grad(theta)
        v = beta2 * v + (1 - beta2) * m**2
        theta = theta - alpha * (m / (1 - beta1**t)) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def t_from_zero(grad, theta0, steps, alpha=0.001, beta1=0.9, beta2=0.999, eps=1e-8):
    theta, m, v = theta0, 0.0, 0.0
    for t in range(steps):
        g = grad(theta)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def t_counted_twice(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta, m, v, t = theta0, 0.0, 0.0, 1
    for _ in range(steps):
        t += 1
        g = grad(theta)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def overwrites(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta, m, v = theta0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = grad(theta)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        m, v = m / (1 - beta1**t), v / (1 - beta2**t)
        theta = theta - alpha * m / (np.sqrt(v) + eps)
    return theta


def zeros_in_the_loop(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta = theta0
    for t in range(1, steps + 1):
        m = v = 0.0
        g = grad(theta)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def two_names_for_one_array(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta = theta0
    m = v = np.zeros_like(theta)
    for t in range(1, steps + 1):
        g = grad(theta)
        m *= beta1
        m += (1 - beta1) * g
        v *= beta2
        v += (1 - beta2) * g * g
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def betas(choose):
    def slip(grad, theta0, steps, alpha, beta1, beta2, eps):
        return from_the_table(grad, theta0, steps, alpha, *choose(beta1, beta2), eps)

    return slip


def in_the_callers_array(grad, theta0, steps, alpha, beta1, beta2, eps):
    m = v = 0.0
    for t in range(1, steps + 1):
        g = grad(theta0)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        theta0 -= alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta0


def root_from_math(grad, theta0, steps, alpha, beta1, beta2, eps):
    return plain(mean, mean_square, sqrt)(grad, theta0, steps, alpha, beta1, beta2, eps)


def the_articles_stop(is_small):
    def slip(grad, theta0, steps, alpha, beta1, beta2, eps):
        theta, m, v = theta0, 0.0, 0.0
        for t in range(1, steps + 1):
            g = grad(theta)
            m, v = mean(m, g, beta1), mean_square(v, g, beta2)
            theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
            if is_small(g):
                break
        return theta

    return slip


def same_slope(grad, theta0, steps, alpha, beta1, beta2, eps):
    g, theta, m, v = grad(theta0), theta0, 0.0, 0.0
    for t in range(1, steps + 1):
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def parabola_only(grad, theta0, *others):
    return from_the_table(lambda theta: 2 * theta, theta0, *others)


def with_its_moments(grad, theta0, *others):
    theta = from_the_table(grad, theta0, *others)
    return theta, 0 * theta, 0 * theta


def the_whole_path(grad, theta0, steps, *others):
    return [from_the_table(grad, theta0, n, *others) for n in range(steps + 1)]


def prints_only(*args):
    print(from_the_table(*args))


def largest_v(grad, theta0, steps, alpha, beta1, beta2, eps):
    """AMSGrad: v_hat never falls."""
    theta, m, v, top = theta0, 0.0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = grad(theta)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        top = np.maximum(top, v / (1 - beta2**t))
        theta = theta - alpha * m / (1 - beta1**t) / (np.sqrt(top) + eps)
    return theta


def looks_ahead(grad, theta0, steps, alpha, beta1, beta2, eps):
    """NAdam: m_hat takes in the gradient once more."""
    theta, m, v = theta0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = grad(theta)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        m_hat = (beta1 * m + (1 - beta1) * g) / (1 - beta1**t)
        theta = theta - alpha * m_hat / (np.sqrt(v / (1 - beta2**t)) + eps)
    return theta


def eps_not_rescaled(grad, theta0, steps, alpha, beta1, beta2, eps):
    theta, m, v = theta0, 0.0, 0.0
    for t in range(1, steps + 1):
        g = grad(theta)
        m, v = mean(m, g, beta1), mean_square(v, g, beta2)
        rate = alpha * np.sqrt(1 - beta2**t) / (1 - beta1**t)
        theta = theta - rate * m / (np.sqrt(v) + eps)
    return theta


def length(ratio):
    """Adam's second step over alpha after the gradients 1 and `ratio`, from the updates."""
    m = b1 * (1 - b1) + (1 - b1) * ratio
    v = b2 * (1 - b2) + (1 - b2) * ratio**2
    return m / (1 - b1**2) / sp.sqrt(v / (1 - b2**2))


weights = {i: ((1 - b1) * b1**i / (1 - b1**2), (1 - b2) * b2**i / (1 - b2**2)) for i in (0, 1)}
by_cauchy_schwarz = sp.sqrt(sum(w**2 / u for w, u in weights.values()))
best = sp.solve(sp.diff(length(x) ** 2, x), x)[0]

RIGHT = {
    "05.1": [-2.5, sp.Rational(-5, 2), np.array(-2.5)],
    "05.2": [
        from_the_table,
        without_defaults,
        corrections_moved_into_alpha,
        remembers_all_gradients,
    ],
    "05.3": [
        (1 - b1) / (1 + b1),
        2 / (1 + b1) - 1.0,
        -(b1 - 1) / (sp.Symbol("beta_1") + 1),
        sp.tanh(-sp.log(b1) / 2),
        sp.solve(sp.Eq(x, (1 - b1) - b1 * x), x)[0],
    ],
    "05.4": [0.175, 0.24, 0.4, np.array(0.315), sp.Rational(123, 1000)],
    "05.5": [
        by_cauchy_schwarz,
        length(best),
        sp.sqrt((1 + b2) * (b1**2 + b2) / b2) / (1 + b1),
        ((1 + b2) * (1 + b1**2 / sp.Symbol("beta_2"))) ** 0.5 / (1.0 + b1),
    ],
}
WRONG = {
    "05.1": [
        (0.0, "gradient descent"),
        (-3.5, "direction"),
        (-3 + 0.5 * 0.1 / sqrt(0.001), "left out"),
        (-3 + 0.5 / sqrt(0.001), "not v"),
        (-2.95, "not m"),
        (-3 + 1 / 12, "forgot the root"),
        (-2.7, "momentum"),
        (0.5, "step alone"),
        (-2, "alpha long"),
        (2.5, "the sign is not"),
        (-1, "too large"),
        ((-2.5, 0), "One number"),
    ],
    "05.2": [
        (plain(mean, mean_square, correct=lambda beta, t: 1), "lacks the correction"),
        (
            moved(lambda alpha, m_hat, v_hat, eps, **_: alpha * m_hat / np.sqrt(v_hat + eps)),
            "eps is inside the root",
        ),
        (plain(mean, mean_square, lambda v: v), "forgot the root"),
        (plain(mean, lambda v, g, b: (b * v + (1 - b) * g) ** 2), "squared the average, in each"),
        (plain(mean, mean, abs), "squared the average. "),
        (squares_m, "squares of m"),
        (plain(mean, mean), "forgot to square"),
        (plain(mean, lambda v, g, b: b * v + (1 - b) * np.abs(g)), "takes the root"),
        (plain(mean, lambda v, g, b: b * v + (1 - b) * np.abs(g), abs), "takes their root"),
        (plain(mean, mean_square, correct=lambda beta, t: 1 - beta * t), "beta*t"),
        (t_from_zero, "from 0"),
        (t_counted_twice, "one too large"),
        (plain(mean, mean_square, correct=lambda beta, t: 1 - beta), "t must"),
        (
            moved(
                lambda m, v, alpha, eps, beta1, beta2, steps, **_: (
                    alpha * m / (1 - beta1**steps) / (np.sqrt(v / (1 - beta2**steps)) + eps)
                )
            ),
            "in place of t",
        ),
        (plain(mean, mean_square, correct=lambda beta, t: (1 - beta) ** t), "Parentheses"),
        (plain(mean, mean_square, correct=lambda beta, t: 1 / (1 - beta**t)), "multiplied"),
        (moved(lambda m_hat, v, alpha, eps, **_: alpha * m_hat / (np.sqrt(v) + eps)), "only m"),
        (moved(lambda m, v_hat, alpha, eps, **_: alpha * m / (np.sqrt(v_hat) + eps)), "only v"),
        (
            moved(
                lambda m_hat, v, alpha, eps, beta1, t, **_: (
                    alpha * m_hat / (np.sqrt(v / (1 - beta1**t)) + eps)
                )
            ),
            "corrected v with beta1",
        ),
        (overwrites, "back into m"),
        (betas(lambda b, c: (b, b)), "beta1 for both"),
        (betas(lambda b, c: (c, c)), "beta2 for both"),
        (betas(lambda b, c: (c, b)), "swapped the betas"),
        (
            plain(lambda m, g, b: (1 - b) * m + b * g, lambda v, g, b: (1 - b) * v + b * g * g),
            "swapped the weights",
        ),
        (plain(faded_sum, faded_squares), "the factors"),
        (plain(faded_sum, mean_square), "factor (1 - beta1)"),
        (plain(mean, faded_squares), "factor (1 - beta2)"),
        (
            moved(lambda g, v_hat, alpha, eps, **_: alpha * g / (np.sqrt(v_hat) + eps)),
            "along m_hat",
        ),
        (zeros_in_the_loop, "inside the loop"),
        (moved(lambda g, alpha, eps, **_: alpha * g / (np.abs(g) + eps)), "sign of the gradient"),
        (two_names_for_one_array, "two names"),
        (moved(lambda m_hat, v_hat, alpha, **_: alpha * m_hat / np.sqrt(v_hat)), "forgot eps"),
        (
            moved(lambda m_hat, v_hat, alpha, eps, **_: alpha * m_hat / np.sqrt(v_hat) - eps),
            "eps is added",
        ),
        (
            moved(lambda m_hat, v_hat, alpha, eps, **_: alpha * m_hat / np.sqrt(v_hat) + eps),
            "in the denominator",
        ),
        (moved(lambda step, alpha, **_: step / alpha), "forgot alpha"),
        (
            moved(lambda m_hat, v_hat, alpha, eps, **_: alpha * m_hat * (np.sqrt(v_hat) + eps)),
            "divide",
        ),
        (moved(lambda step, **_: -step), "uphill"),
        (plain(mean, lambda v, g, b: b * v + (1 - b) * np.mean(g**2)), "No mean"),
        (plain(mean, lambda v, g, b: b * v + (1 - b) * np.linalg.norm(g) ** 2), "No sum"),
        (adam(last=lambda steps: min(steps + 1, 2)), "one step only"),
        (adam(last=lambda steps: steps + 2), "too many"),
        (adam(last=lambda steps: steps), "too few"),
        (same_slope, "inside the loop"),
        (parabola_only, "call grad"),
        (in_the_callers_array, "changes the caller's array"),
        (root_from_math, "plain numbers, not for arrays"),
        (the_articles_stop(lambda g: abs(g) < 1e-7), "plain numbers, not for arrays"),
        (the_articles_stop(lambda g: np.all(np.abs(g) < 1e-7)), "all the steps"),
        (with_its_moments, "1 result expected"),
        (the_whole_path, "Shape ()"),
        (prints_only, "None"),
        (largest_v, "not right"),
        (looks_ahead, "not right"),
        (eps_not_rescaled, "not right"),
        (adam(first=2, last=lambda steps: steps + 2), "one too large"),
    ],
    "05.3": [
        (0, "not cancel quite"),
        (1, "the other sign"),
        (1 - b1, "last gradient"),
        (1 / (1 + b1), "forgot the factor"),
        (sp.sqrt((1 - b1) / (1 + b1)), "pure noise"),
        ((1 - b1) ** 2, "last two"),
        ((1 + b1) / (1 - b1), "Upside down"),
        ((b1 - 1) / (1 + b1), "sign"),
        ((1 - b1) / (1 + b1**2), "square"),
        (sp.Rational(1, 19), "too"),
        ((1 - b1) / (1 + b1) / sp.sqrt(1 - b2), "contains beta_2"),
        ((1 - b1) / (1 + sp.Symbol("beta1")), "contains beta1"),
    ],
    "05.4": [
        (-0.2, "positive"),
        (0, "positive"),
        (0.001, "on its way"),
        (0.05, "on its way"),
        (0.1, "it swings"),
        (0.2, "it swings"),
        (0.3, "it swings"),
        (0.5, "it swings"),
        (1, "it swings"),
        (5, "far past"),
        ((0.17, 0.9), "one number"),
    ],
    "05.5": [
        (1, "two equal gradients"),
        (b2 / b1, "best g_2 / g_1"),
        ((1 - b1) / sp.sqrt((1 - b2) * (1 - b1**2 / b2)), "large t"),
        ((1 - b1) / sp.sqrt(1 - b2), "paper"),
        (sp.limit(length(x), x, sp.oo), "spike"),
        (length(0), "g_2 = 0"),
        (length(b1 / b2), "Upside down"),
        (by_cauchy_schwarz * (1 - b1**2) / sp.sqrt(1 - b2**2), "left out"),
        (by_cauchy_schwarz / sp.sqrt(1 - b2**2), "only m"),
        (by_cauchy_schwarz * (1 - b1**2), "only v"),
        (by_cauchy_schwarz**2, "the square"),
        (length(best) ** 2 * (1 + b1) / (b1 + best), "forgot the root"),
        (length(x), "contains x"),
        (length(2), "too"),
        (1.0014, "too"),
    ],
}
