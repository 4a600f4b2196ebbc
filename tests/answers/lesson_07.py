import numpy as np
import sympy as sp

c, d = sp.symbols("c d", real=True)
hessian = sp.Matrix([[2 * (c**2 + 2), 2 * c], [2 * c, 2]])
eigenvalues = list(hessian.eigenvals())


def polyfit(X, y):
    return np.polyfit(X, y, 1)


def normal_equations(x, t):
    A = np.stack([x, np.ones(len(x))], axis=1)
    return tuple(np.linalg.solve(A.T @ A, A.T @ t))


def as_the_task_says(X, y):
    m, s = X.mean(), X.std()
    z, w, b, n = (X - m) / s, 0.0, 0.0, len(X)
    error = w * z + b - y
    gw, gb = 2 / n * (error * z).sum(), 2 / n * error.sum()
    w, b = w - gw / 2, b - gb / 2
    return [w / s, b - w * m / s]


def in_loops(X, y):
    n = len(X)
    m = sum(X) / n
    s = (sum((x - m) ** 2 for x in X) / n) ** 0.5
    gw = gb = 0
    for x, t in zip(X, y, strict=True):
        gw += -2 * t * (x - m) / s / n
        gb += -2 * t / n
    slope = -0.5 * gw / s
    return slope, -0.5 * gb - slope * m


def step(X, y, alpha=0.5, scale=None):
    m, s = X.mean(), X.std() if scale is None else scale(X)
    z = (X - m) / s
    return m, s, alpha * 2 * (z * y).mean(), alpha * 2 * y.mean()


def stays_standardized(X, y):
    _, _, w, b = step(X, y)
    return w, b


def keeps_the_middle(X, y):
    _, s, w, b = step(X, y)
    return w / s, b


def multiplies_by_the_spread(X, y):
    m, s, w, b = step(X, y)
    w *= s
    return w, b - w * m


def b_from_the_wrong_slope(X, y):
    m, s, w, b = step(X, y)
    return w / s, b - w * m


def adds_the_mean(X, y):
    m, s, w, b = step(X, y)
    return w / s, b + w / s * m


def n_minus_one(X, y):
    m, s, w, b = step(X, y, scale=lambda x: x.std(ddof=1))
    return w / s, b - w / s * m


def variance(X, y):
    m, s, w, b = step(X, y, scale=lambda x: x.var())
    return w / s, b - w / s * m


def centred_only(X, y):
    m, s, w, b = step(X, y, scale=lambda x: 1)
    return w / s, b - w / s * m


def half_a_step(X, y):
    m, s, w, b = step(X, y, alpha=0.25)
    return w / s, b - w / s * m


def adds_the_gradient(X, y):
    m, s, w, b = step(X, y, alpha=-0.5)
    return w / s, b - w / s * m


def b_first(X, y):
    w, b = np.polyfit(X, y, 1)
    return b, w


def does_not_standardize(X, y):
    error = -y
    return -np.mean(error * X), -np.mean(error)


def five_points_only(X, y):
    m, s = X.mean(), X.std()
    w = np.sum((X - m) / s * y) / 5
    b = np.sum(y) / 5
    return w / s, b - w / s * m


def shifts_the_callers_x(X, y):
    m = X.mean()
    X -= m
    w = (X * y).sum() / (X * X).sum()
    return w, y.mean() - w * m


def writes_into_y(X, y):
    w, b = np.polyfit(X, y, 1)
    y[:] = 0
    return w, b


def w_alone(X, y):
    return np.polyfit(X, y, 1)[0]


def step_of_one(X, y):
    m, s, w, b = step(X, y, alpha=1)
    return w / s, b - w / s * m


def answer_of_the_lesson(X, y):
    return 2.0, 1.0


RIGHT = {
    "07.1": [(-0.01, -0.01), [-0.01, -0.01], np.array([-0.0100, -0.0100])],
    "07.2": [
        2 / (c**2 + 3 + sp.sqrt(c**4 + 6 * c**2 + 1)),
        (c**2 + 3 - sp.sqrt((c**2 + 3) ** 2 - 8)) / 4,
        2 / sp.Max(*eigenvalues),
        sp.Min(*[2 / x for x in eigenvalues]),
        2.0 / (d**2 + 3.0 + (d**4 + 6 * d**2 + 1) ** 0.5).subs(d, sp.Symbol("c")),
    ],
    "07.3": [polyfit, normal_equations, as_the_task_says, in_loops],
    "07.4": [0.5, 1, np.array(2.0), sp.Rational(7, 10)],
    "07.5": [(1, 0.6), [1.5, 0.7], np.array([1.3, 0.65])],
}
WRONG = {
    "07.1": [
        ((-5, -1.4), "gradient descent"),
        ((0.01, 0.01), "sign"),
        ((-0.1, -0.1), "grow with y"),
        ((-0.0316, -0.0316), "bias correction"),
        ((-0.001, -0.001), "not m"),
        ((-0.0096, -0.0027), "own size"),
        ((-0.01, 0.01), "0.01 is too large"),
        (-0.01, "2 numbers in a tuple"),
    ],
    "07.2": [
        (1 / (c**2 + 3 + sp.sqrt(c**4 + 6 * c**2 + 1)), "lands in one step"),
        (2 / (c**2 + 3 - sp.sqrt(c**4 + 6 * c**2 + 1)), "flat direction"),
        (1 / (c**2 + 3), "best alpha"),
        (1 / (c**2 + 2), "diagonal entry"),
        (2 / (3 + sp.sqrt(1 + 4 * c**2)), "mean of x^2 is not the variance"),
        (1 / (c**2 + 1), "variance 2 is missing"),
        (4 / (c**2 + 3 + sp.sqrt(c**4 + 6 * c**2 + 1)), "factor 2"),
        (c**2 + 3 + sp.sqrt(c**4 + 6 * c**2 + 1), "2 divided by it"),
        (1 / (6 + sp.sqrt(34)), "c = 3"),
        (2 / (d**2 + 3 + sp.sqrt(d**4 + 6 * d**2 + 1)), "contains d"),
        (2 / (c**2 + 3 + sp.sqrt(c**4 + 6 * c**2 + 2)), "too "),
    ],
    "07.3": [
        (stays_standardized, "standardized x"),
        (keeps_the_middle, "height in the middle"),
        (multiplies_by_the_spread, "instead of dividing"),
        (b_from_the_wrong_slope, "belongs to the original x"),
        (adds_the_mean, "subtract w times the mean"),
        (n_minus_one, "n - 1"),
        (variance, "variance"),
        (centred_only, "without scaling"),
        (half_a_step, "half the way"),
        (adds_the_gradient, "uphill"),
        (b_first, "order"),
        (does_not_standardize, "as given"),
        (five_points_only, "not right"),
        (shifts_the_callers_x, "changes the caller's array"),
        (writes_into_y, "changes the caller's array"),
        (w_alone, "2 results expected"),
        (step_of_one, "not right"),
        (answer_of_the_lesson, "not right"),
    ],
    "07.4": [
        (-0.5, "positive"),
        (0, "positive"),
        (0.01, "length of a step"),
        (0.08, "gradient descent"),
        (0.15, "between the epochs 100 and 200"),
        (100, "far past"),
        ((0.5, 0.9), "one number"),
        (np.array([0.5, 1.0]), "one number"),
    ],
    "07.5": [
        ((0.65, 1.2), "order"),
        ((1, 0.9), "beta1 is too large"),
        ((0.01, 0.65), "creeping"),
        ((1, 0.2), "hardly any swing"),
        ((5, 0.65), "throw Adam far"),
        ((2, 0.5), "still above 1e-6"),
        (1.3, "2 numbers"),
        ((1.3, -0.5), "beta1: must be in"),
    ],
}
