import numpy as np
import sympy as sp

from course_lib.network import MLP

n, h, k = sp.symbols("n h k", positive=True, integer=True)
N, H, K, units = sp.symbols("n h k units")


def by_indexing(W, X, y):
    s = X @ W
    p = np.exp(s)
    p /= p.sum(axis=1, keepdims=True)
    p[np.arange(len(y)), y] -= 1
    return X.T @ p / len(y)


def one_by_one(W, X, y):
    g = [[0.0] * W.shape[1] for _ in W]
    for x, right in zip(X, y, strict=True):
        e = [np.exp(sum(x[i] * W[i, j] for i in range(len(x)))) for j in range(W.shape[1])]
        for j in range(W.shape[1]):
            slope = e[j] / sum(e) - (1 if j == right else 0)
            for i in range(len(x)):
                g[i][j] += x[i] * slope / len(X)
    return g


def with_eye_and_einsum(weights, images, labels):
    s = images @ weights
    p = np.exp(s - np.logaddexp.reduce(s, axis=1)[:, None])
    return np.einsum("ni,nj->ij", images, p - np.eye(weights.shape[1])[labels]) / len(images)


def from_the_network(W, X, y):
    network = MLP(W.shape)
    theta = np.append(W.ravel(), np.zeros(W.shape[1]))
    return network.grad(theta, X, y)[: W.size].reshape(W.shape)


def shares(W, X):
    e = np.exp(X @ W)
    return e / np.sum(e, axis=1)[:, None]


def no_mean(W, X, y):
    return X.T @ (shares(W, X) - np.eye(W.shape[1])[y])


def np_mean_of_everything(W, X, y):
    return X.T @ (shares(W, X) - np.eye(W.shape[1])[y]) / (len(y) * W.shape[1])


def target_minus_p(W, X, y):
    return X.T @ (np.eye(W.shape[1])[y] - shares(W, X)) / len(y)


def probabilities_only(W, X, y):
    return X.T @ shares(W, X) / len(y)


def fills_one_column(W, X, y):
    g = np.zeros(W.shape)
    p = shares(W, X)
    for i, c in enumerate(y):
        g[:, c] += X[i] * (p[i, c] - 1) / len(y)
    return g


def p_minus_y(W, X, y):
    return X.T @ (shares(W, X) - y.reshape(-1, 1)) / len(y)


def no_softmax(W, X, y):
    return X.T @ (X @ W - np.eye(W.shape[1])[y]) / len(y)


def sigmoid_of_the_lesson(W, X, y):
    return X.T @ (1 / (1 + np.exp(-(X @ W))) - np.eye(W.shape[1])[y]) / len(y)


def sum_without_axis(W, X, y):
    e = np.exp(X @ W)
    return X.T @ (e / np.sum(e) - np.eye(W.shape[1])[y]) / len(y)


def sum_over_axis_0(W, X, y):
    e = np.exp(X @ W)
    return X.T @ (e / e.sum(axis=0) - np.eye(W.shape[1])[y]) / len(y)


def no_keepdims(W, X, y):
    e = np.exp(X @ W)
    return X.T @ (e / e.sum(axis=1) - np.eye(W.shape[1])[y]) / len(y)


def transposed(W, X, y):
    return by_indexing(W, X, y).T


def the_loss(W, X, y):
    return np.mean(np.log(np.exp(X @ W).sum(axis=1)) - (X @ W)[np.arange(len(y)), y])


def for_scores(W, X, y):
    return (shares(W, X) - np.eye(W.shape[1])[y]) / len(y)


def writes_into_W(W, X, y):
    g = by_indexing(W, X, y)
    W -= g
    return g


def as_many_classes_as_seen(W, X, y):
    return X.T @ (shares(W, X) - np.eye(y.max() + 1)[y]) / len(y)


def twice(W, X, y):
    return 2 * by_indexing(W, X, y)


def ten_classes(W, X, y):
    p = shares(W, X) - np.eye(10)[y][:, : W.shape[1]]
    return X.T @ p / 30


def plain(grads, theta0, alpha, eps=1e-8):
    v = 0
    theta = theta0
    for grad in grads:
        g = grad(theta)
        v = v + g * g
        theta = theta - alpha * g / (v**0.5 + eps)
    return theta


def in_place_on_a_copy(gradient_functions, start, lr, epsilon=1e-8):
    x = np.array(start, dtype=float)
    total = np.zeros_like(x)
    for f in gradient_functions:
        slope = f(x)
        total += np.square(slope)
        x -= lr / (np.sqrt(total) + epsilon) * slope
    return x


def keeps_all_gradients(grads, theta0, alpha, eps=1e-8):
    seen, thetas = [], [theta0]
    for t in range(len(grads)):
        seen.append(grads[t](thetas[-1]))
        size = np.linalg.norm(np.stack(seen), axis=0)
        thetas.append(thetas[-1] - alpha * seen[-1] / (size + eps))
    return thetas[-1]


def variant(add, step, start=0.0):
    def answer(grads, theta0, alpha, eps=1e-8):
        theta, v = np.array(theta0), start
        for t, grad in enumerate(grads, 1):
            g = grad(theta)
            v = add(v, g)
            theta = theta - step(alpha, g, v, eps, t)
        return theta

    return answer


def squares(v, g):
    return v + g**2


def usual(alpha, g, v, eps, t):
    return alpha * g / (np.sqrt(v) + eps)


def previous_v(grads, theta0, alpha, eps=1e-8):
    theta, v = theta0, 0
    for grad in grads:
        g = grad(theta)
        theta = theta - alpha * g / (np.sqrt(v) + eps)
        v = v + g**2
    return theta


def never_moves_on(grads, theta0, alpha, eps=1e-8):
    theta, v = theta0, 0
    for grad in grads:
        g = grad(theta0)
        v = v + g**2
        theta = theta - alpha * g / (np.sqrt(v) + eps)
    return theta


def drops_the_last(grads, theta0, alpha, eps=1e-8):
    theta, v = theta0, 0
    for t in range(1, len(grads)):
        g = grads[t - 1](theta)
        v = v + g**2
        theta = theta - alpha * g / (np.sqrt(v) + eps)
    return theta


def starts_with_the_second(grads, theta0, alpha, eps=1e-8):
    return plain(grads[1:], theta0, alpha, eps)


def own_eps(grads, theta0, alpha, eps=1e-8):
    return plain(grads, theta0, alpha, 1e-8)


def returns_inside_the_loop(grads, theta0, alpha, eps=1e-8):
    for grad in grads:
        return plain([grad], theta0, alpha, eps)


def prints_only(grads, theta0, alpha, eps=1e-8):
    print(plain(grads, theta0, alpha, eps))


def changes_theta0(grads, theta0, alpha, eps=1e-8):
    v = 0
    for grad in grads:
        g = grad(theta0)
        v = v + g**2
        theta0 -= alpha * g / (np.sqrt(v) + eps)
    return theta0


def scalars_only(grads, theta0, alpha, eps=1e-8):
    return plain(grads, float(theta0), alpha, eps)


def returns_the_path(grads, theta0, alpha, eps=1e-8):
    return np.array([plain(grads[:t], theta0, alpha, eps) for t in range(len(grads) + 1)])


def no_default(grads, theta0, alpha, eps):
    return plain(grads, theta0, alpha, eps)


RIGHT = {
    "08.1": [(25, 5), [25.0, 5.0], np.array([25, 5]), (sp.Integer(25), sp.sqrt(25))],
    "08.2": [
        n * h + h + h * k + k,
        (n + 1) * h + (h + 1) * k,
        H * (N + K + 1) + K,
        h * (n + k) + 1.0 * (h + k),
    ],
    "08.3": [by_indexing, one_by_one, with_eye_and_einsum, from_the_network],
    "08.4": [0.8, np.float64(0.85), sp.Rational(4, 5), np.array(0.78)],
    "08.5": [plain, in_place_on_a_copy, keeps_all_gradients, variant(squares, usual)],
}
WRONG = {
    "08.1": [
        ((100, 10), "in every document"),
        ((25, 25), "part of the factor"),
        ((25, 1), "make up for all"),
        ((5, 25), "order"),
        ((0.04, 0.2), "Upside down"),
        ((400, 20), "multiplied"),
        ((25, 625), "not its square"),
        ((25, 6), "6 is too large"),
        ((-25, -5), "sign"),
        (25, "2 numbers in a tuple"),
    ],
    "08.2": [
        (n * h + h * k, "two matrices"),
        (n * h + h + h * k, "b_2 is missing"),
        (n * h + h * k + k, "b_1 is missing"),
        (n * h + 1 + h * k + 1, "one number a layer"),
        ((h + 1) * n + (k + 1) * h, "not as what goes in"),
        (n * h + h * k + n + h + k, "inputs have no b"),
        (n + h + k, "Those are the units"),
        (h + k, "alone"),
        (n * h * k, "multiplying"),
        ((n + 1) * k, "without a hidden layer"),
        (4810, "lesson's network"),
        ((n + 1) * units + (units + 1) * k, "contains units"),
        ((n + 1) * (h + 1) * k, "too large"),
        ((n + 1) * h + (h + 1) * h + (h + 1) * k, "too large"),
    ],
    "08.3": [
        (no_mean, "sum over the examples"),
        (np_mean_of_everything, "number of classes"),
        (target_minus_p, "negative gradient"),
        (probabilities_only, "Only p is there"),
        (fills_one_column, "Only the column"),
        (p_minus_y, "number of the class itself"),
        (no_softmax, "scores for probabilities"),
        (sigmoid_of_the_lesson, "sigmoid"),
        (sum_without_axis, "sum over everything"),
        (sum_over_axis_0, "not over the examples"),
        (no_keepdims, "raises ValueError"),
        (transposed, "Shape (3, 2) expected"),
        (the_loss, "Shape (3, 2) expected"),
        (for_scores, "Shape (3, 2) expected"),
        (writes_into_W, "changes the caller's array"),
        (as_many_classes_as_seen, "raises ValueError"),
        (twice, "not right"),
        (ten_classes, "not right"),
    ],
    "08.4": [
        (-0.8, "positive"),
        (0, "positive"),
        (0.001, "for Adam"),
        (0.02, "for Adam"),
        (0.1, "too small for the dim"),
        (0.5, "too small for the dim"),
        (0.65, "too small for the dim"),
        (0.91, "Above 0.9"),
        (1, "Above 0.9"),
        (1.5, "times 4"),
        (2, "times 4"),
        (1e300, "times 4"),
        ((0.8, 0.9), "one number"),
        (np.array([0.8, 0.85]), "one number"),
    ],
    "08.5": [
        (variant(lambda v, g: 0.9 * v + 0.1 * g**2, usual), "RMSProp"),
        (variant(lambda v, g: 0.999 * v + 0.001 * g**2, usual), "RMSProp"),
        (variant(squares, lambda a, g, v, eps, t: a * g / (v + eps)), "root is missing"),
        (variant(squares, lambda a, g, v, eps, t: a * g / np.sqrt(v + eps)), "outside the root"),
        (variant(squares, lambda a, g, v, eps, t: a * (g / np.sqrt(v) + eps)), "brackets"),
        (variant(squares, lambda a, g, v, eps, t: a * g / (np.sqrt(v / t) + eps)), "mean"),
        (variant(squares, lambda *x: -usual(*x)), "uphill"),
        (variant(squares, lambda a, g, v, eps, t: a / (np.sqrt(v) + eps)), "numerator"),
        (variant(squares, lambda a, g, v, eps, t: a * np.sign(g) / (v**0.5 + eps)), "sign"),
        (variant(lambda v, g: v + g, lambda a, g, v, e, t: a * g / (abs(v) + e)), "cancel"),
        (variant(lambda v, g: v + abs(g), lambda a, g, v, e, t: a * g / (v + e)), "sizes"),
        (variant(lambda v, g: v + abs(g), usual), "the square is not"),
        (previous_v, "step before"),
        (variant(lambda v, g: g**2, usual), "last square alone"),
        (variant(lambda v, g: v + (g**2).sum(), usual), "one v for all"),
        (variant(lambda v, g: v + np.mean(g**2), usual), "not right"),
        (never_moves_on, "at theta0"),
        (drops_the_last, "one step early"),
        (starts_with_the_second, "not right"),
        (own_eps, "whatever eps"),
        (variant(squares, usual, start=1.0), "not right"),
        (variant(squares, lambda a, g, v, eps, t: a * g / np.sqrt(v)), "eps is missing"),
        (returns_inside_the_loop, "not right"),
        (prints_only, "returns None"),
        (changes_theta0, "changes the caller's array"),
        (scalars_only, "plain numbers, not for arrays"),
        (returns_the_path, "Shape () expected"),
        (no_default, "raises TypeError"),
    ],
}
