"""The exercises of lesson 08, when to use Adam."""

from functools import cache

import numpy as np
import sympy as sp

from course_lib.datasets import batches, digits, every_third
from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.network import MLP, train
from course_lib.optimizers import Momentum

n, h, k = sp.symbols("n h k", positive=True)
FREQUENT, RARE = 1 / 4, 1 / 100


def slower(sgd=lambda p: p, adam=np.sqrt):
    """How many times slower the rare word is, for paces that are these functions of p."""
    return sgd(FREQUENT) / sgd(RARE), adam(FREQUENT) / adam(RARE)


def parameters():
    return n * h + h + h * k + k


def softmax(scores):
    p = np.exp(scores - scores.max(axis=1, keepdims=True))
    return p / p.sum(axis=1, keepdims=True)


def one_hot(y, classes):
    return (y[:, None] == np.arange(classes)).astype(float)


def softmax_gradient(W, X, y):
    return X.T @ (softmax(X @ W) - one_hot(y, W.shape[1])) / len(X)


def summed(W, X, y):
    return len(X) * softmax_gradient(W, X, y)


def averaged_over_classes(W, X, y):
    return softmax_gradient(W, X, y) / W.shape[1]


def upwards(W, X, y):
    return -softmax_gradient(W, X, y)


def without_the_right_class(W, X, y):
    return X.T @ softmax(X @ W) / len(X)


def right_class_alone(W, X, y):
    right = one_hot(y, W.shape[1])
    return X.T @ ((softmax(X @ W) - 1) * right) / len(X)


def minus_the_label(W, X, y):
    return X.T @ (softmax(X @ W) - y[:, None]) / len(X)


def scores_for_probabilities(W, X, y):
    return X.T @ (X @ W - one_hot(y, W.shape[1])) / len(X)


def sigmoids(W, X, y):
    return X.T @ (1 / (1 + np.exp(-X @ W)) - one_hot(y, W.shape[1])) / len(X)


def one_sum_for_all(W, X, y):
    p = np.exp(X @ W)
    return X.T @ (p / p.sum() - one_hot(y, W.shape[1])) / len(X)


def sum_over_the_examples(W, X, y):
    return X.T @ (softmax((X @ W).T).T - one_hot(y, W.shape[1])) / len(X)


def gradient_cases(rng):
    return [
        (np.zeros((3, 2)), np.array([[1.0, 0.0, 2.0]]), np.array([1])),
        (rng.normal(size=(4, 3)), rng.normal(size=(2, 4)), np.array([2, 2])),
        (rng.normal(size=(3, 5)), rng.normal(size=(6, 3)), np.array([0, 3, 3, 2, 1, 0])),
        (rng.normal(size=(5, 5)), rng.normal(size=(5, 5)), np.array([4, 1, 0, 0, 3])),
        (rng.normal(size=(6, 10)), rng.random(size=(30, 6)), rng.integers(10, size=30)),
    ]


@cache
def validated(alpha, scale):
    """The lesson's validation accuracy of `Momentum(alpha)`, the pixels times `scale`."""
    data = digits()
    aside = every_third(data.y_train)
    X, y = scale * data.X_train, data.y_train
    rows = np.flatnonzero(~aside)
    network = MLP((64, 64, 10))
    starts = np.stack([network.init(seed) for seed in range(3)])
    steps = 20 * (len(rows) // 32)
    orders = np.stack([batches(len(rows), 32, steps, seed) for seed in range(3)], axis=1)
    theta, _ = train(network, Momentum(alpha), X, y, rows[orders], starts)
    return float(network.accuracy(theta, X[aside], y[aside]).mean())


def number(alpha):
    return numbers(alpha, "alpha")[0]


def dim_unread(alpha):
    return validated(number(alpha), 1 / 16) < 0.9


def some_job_unread(alpha):
    found = {scale: validated(number(alpha), scale) for scale in (1 / 16, 1, 4)}
    if min(found.values()) < 0.9:
        shown = ", ".join(f"{accuracy:.1%} times {scale:g}" for scale, accuracy in found.items())
        return f"Right on the validation digits, by the factor of the pixels: {shown}."


def walk(update):
    """An optimizer as the exercise wants it, from a function (theta, g, v, alpha, eps, t)."""

    def minimizer(grads, theta0, alpha, eps=1e-8):
        theta, v = np.array(theta0, dtype=float), 0.0
        for t, grad in enumerate(grads, start=1):
            theta, v = update(theta, grad(theta), v, alpha, eps, t)
        return theta

    return minimizer


def summing(step):
    """AdaGrad's sum of squares, with this step (g, v, eps, t) in units of -alpha."""
    return walk(
        lambda theta, g, v, alpha, eps, t: (theta - alpha * step(g, v + g**2, eps, t), v + g**2)
    )


def averaging(beta2):
    def update(theta, g, v, alpha, eps, t):
        v = beta2 * v + (1 - beta2) * g**2
        return theta - alpha * g / (np.sqrt(v) + eps), v

    return walk(update)


def adds_gradients(theta, g, v, alpha, eps, t):
    v = v + g
    return theta - alpha * g / (np.abs(v) + eps), v


def adds_sizes(theta, g, v, alpha, eps, t):
    v = v + np.abs(g)
    return theta - alpha * g / (v + eps), v


def root_of_sizes(theta, g, v, alpha, eps, t):
    v = v + np.abs(g)
    return theta - alpha * g / (np.sqrt(v) + eps), v


def divides_first(theta, g, v, alpha, eps, t):
    return theta - alpha * g / (np.sqrt(v) + eps), v + g**2


def forgets(theta, g, v, alpha, eps, t):
    return theta - alpha * g / (np.abs(g) + eps), v


def shares_v(theta, g, v, alpha, eps, t):
    v = v + np.sum(g**2)
    return theta - alpha * g / (np.sqrt(v) + eps), v


adagrad = summing(lambda g, v, eps, t: g / (np.sqrt(v) + eps))


def gradients_at_the_start(grads, theta0, alpha, eps=1e-8):
    return adagrad([lambda theta, grad=grad: grad(theta0) for grad in grads], theta0, alpha, eps)


def stops_early(grads, theta0, alpha, eps=1e-8):
    return adagrad(grads[:-1], theta0, alpha, eps)


def fixed_eps(grads, theta0, alpha, eps=1e-8):
    return adagrad(grads, theta0, alpha)


def parabola(curvature, target=0.0):
    def grad(theta):
        return curvature * (theta - target)

    grad.__doc__ = f"{curvature:g} (theta - {target:g})"
    return grad


def rare(size):
    def grad(theta):
        return np.array([1.0, size]) * theta

    grad.__doc__ = f"[1, {size:g}] * theta"
    return grad


def optimizer_cases(rng):
    targets = rng.normal(size=8)
    return [
        ([parabola(2)], 5.0, 0.5),
        ([parabola(2)] * 2, 5.0, 0.5),
        ([parabola(1), parabola(3, 2), parabola(2, -1)], 1.5, 0.2),
        ([parabola(1), parabola(2)], 0.7, 0.1, 0.5),
        ([parabola(1, target) for target in targets], -0.3, 1.0, 0.01),
        ([rare(0), rare(0), rare(1), rare(0), rare(1)], np.array([3.0, -2.0]), 0.4),
        ([parabola(2, target) for target in targets], rng.normal(size=(2, 3)), 0.3, 0.1),
    ]


EXERCISES = {
    "08.1": Predict(
        right=slower,
        advice="How does the mean step depend on p, with each of the two?",
        wrongs=(
            Wrong(
                "You compare with a word in every document. The frequent one here comes in one "
                "of 4.",
                lambda: (1 / RARE, np.sqrt(1 / RARE)),
                0.5,
            ),
            Wrong(
                "SGD is right. Adam divides by sqrt(v), and v falls with p as well: part of the "
                "factor goes.",
                lambda: slower(adam=lambda p: p),
                0.5,
            ),
            Wrong(
                "SGD is right. Adam does not make up for all of it: m falls with p, but sqrt(v) "
                "only with sqrt(p).",
                lambda: slower(adam=lambda p: 1),
                0.5,
            ),
            Wrong("The order: SGD first, then Adam.", lambda: slower()[::-1], 0.5),
            Wrong(
                "Upside down: by how much is the rare one slower? More than 1.",
                lambda: tuple(1 / factor for factor in slower()),
                0.5,
            ),
            Wrong(
                "You multiplied 4 and 100. Both words are rarer than one in every document: "
                "divide one p by the other.",
                lambda: (1 / (RARE * FREQUENT), np.sqrt(1 / (RARE * FREQUENT))),
            ),
            Wrong(
                "SGD is right. Adam's pace is the root of p, not its square.",
                lambda: slower(adam=lambda p: p**2),
                0.5,
            ),
        ),
        hints=(
            "How many times as often does the frequent word come?",
            "SGD's mean step is proportional to p, Adam's to sqrt(p).",
            "p is 1/4 for one and 1/100 for the other. Divide p by p for SGD, and the roots for "
            "Adam.",
        ),
    ),
    "08.2": Derive(
        right=parameters,
        at=lambda rng: dict(zip("nhk", map(float, rng.integers(2, 99, size=3)), strict=True)),
        wrongs=(
            Wrong(
                "Those are the entries of the two matrices. b_1 and b_2 are parameters, too.",
                lambda: n * h + h * k,
                0.5,
            ),
            Wrong("b_2 is missing: one number for each class.", lambda: n * h + h + h * k, 0.5),
            Wrong(
                "b_1 is missing: one number for each hidden unit.", lambda: n * h + h * k + k, 0.5
            ),
            Wrong(
                "b is not one number a layer, but one for each unit that the layer gives out.",
                lambda: n * h + h * k + 2,
            ),
            Wrong(
                "b is as long as what the layer gives out, not as what goes in: x W_1 + b_1 has "
                "h entries.",
                lambda: n * h + n + h * k + h,
            ),
            Wrong(
                "The inputs have no b: only the hidden layer and the scores have one.",
                lambda: n * h + h * k + n + h + k,
            ),
            Wrong(
                "Those are the units. The parameters are the entries of W_1, b_1, W_2 and b_2.",
                lambda: n + h + k,
            ),
            Wrong("Those are b_1 and b_2 alone: the matrices are missing.", lambda: h + k),
            Wrong("Add the two layers instead of multiplying them.", lambda: n * h * k),
            Wrong(
                "That is a network without a hidden layer: the inputs are joined to the hidden "
                "units, and those to the classes.",
                lambda: n * k + k,
            ),
            Wrong(
                "That is the lesson's network. Keep n, h and k as symbols.",
                lambda: parameters().subs({n: 64, h: 64, k: 10}),
            ),
        ),
        hints=(
            "Which shapes have W_1, b_1, W_2 and b_2? The lesson prints them for one network.",
            "W_1 has n rows and h columns; x W_1 has h entries, so b_1 has h, too.",
            "The first layer has n h + h parameters. The second is the same, from h to k.",
        ),
    ),
    "08.3": Code(
        right=softmax_gradient,
        cases=gradient_cases,
        wrongs=(
            Wrong("That is the sum over the examples. The loss is their mean.", summed, 0.5),
            Wrong(
                "You divide by the number of classes, too. The mean is over the examples alone.",
                averaged_over_classes,
                0.5,
            ),
            Wrong(
                "Only p is there. The loss also holds -s_right, whose slope is -1: subtract 1 from "
                "p at the right class.",
                without_the_right_class,
            ),
            Wrong(
                "That is the negative gradient. Return the gradient: the optimizer subtracts it.",
                upwards,
                0.5,
            ),
            Wrong(
                "Only the column of the right class is filled. The other scores also stand in the "
                "sum under p, so they have a slope.",
                right_class_alone,
            ),
            Wrong(
                "You subtract the number of the class itself. Subtract 1 at the right class and 0 "
                "at the others.",
                minus_the_label,
            ),
            Wrong(
                "You take the scores for probabilities: that is the gradient of squared errors. "
                "Put softmax in between.",
                scores_for_probabilities,
            ),
            Wrong(
                "That is a sigmoid for each score. Here the probabilities of an example share "
                "one sum.",
                sigmoids,
            ),
            Wrong(
                "You divide by the sum over everything. Each example has its own sum: axis=1 and "
                "keepdims=True.",
                one_sum_for_all,
            ),
            Wrong(
                "The sum under p runs over the classes, axis=1, not over the examples.",
                sum_over_the_examples,
            ),
        ),
        hints=(
            "For one example the loss is log(sum of e^s_j) - s_right. What is its slope along "
            "each s_k?",
            "The slope along s_k is p_k, less 1 if k is the right class. The chain rule takes it "
            "to W: s_k = sum of x_i W_ik.",
            "With P the probabilities, shape (n, k), and Y equal to 1 at the right classes and 0 "
            "elsewhere: X.T @ (P - Y) / n.",
        ),
    ),
    "08.4": Explore(
        right=some_job_unread,
        wrongs=(
            Wrong("alpha must be positive.", lambda alpha: number(alpha) <= 0),
            Wrong(
                "That is an alpha for Adam. Momentum's step is alpha times the gradient, which "
                "shrinks with the pixels.",
                lambda alpha: 0 < number(alpha) < 0.03,
            ),
            Wrong(
                "Above 0.9 the pixels times 4 come to the edge of breaking down, and two "
                "processors may judge differently. Look below.",
                lambda alpha: number(alpha) > 0.9,
            ),
            Wrong(
                "alpha is too small for the dim pixels: the gradients have shrunk, and the steps "
                "lead nowhere in 20 epochs.",
                dim_unread,
            ),
        ),
        hints=(
            "Look at momentum's hills in the last figure. Which job sets the upper limit, and "
            "which the lower one?",
            "The grid has no such alpha, but between two of its values there is one.",
            "Try values from 0.6 to 0.9 in steps of 0.1.",
        ),
    ),
    "08.5": Code(
        right=adagrad,
        cases=optimizer_cases,
        wrongs=(
            *(
                Wrong(
                    "That is RMSProp: an average of the squares forgets. AdaGrad adds them up.",
                    averaging(beta2),
                )
                for beta2 in (0.9, 0.99, 0.999)
            ),
            Wrong(
                "The root is missing: divide by sqrt(v), not by v.",
                summing(lambda g, v, eps, t: g / (v + eps)),
            ),
            Wrong(
                "eps stands outside the root: sqrt(v) + eps.",
                summing(lambda g, v, eps, t: g / np.sqrt(v + eps)),
                0.5,
            ),
            Wrong(
                "eps belongs to the denominator: brackets around sqrt(v) + eps.",
                summing(lambda g, v, eps, t: g / np.sqrt(v) + eps),
            ),
            Wrong(
                "That is the mean of the squares, v / t. AdaGrad divides by the root of the sum.",
                summing(lambda g, v, eps, t: g / (np.sqrt(v / t) + eps)),
            ),
            Wrong(
                "You walk uphill: the step must be subtracted.",
                summing(lambda g, v, eps, t: -g / (np.sqrt(v) + eps)),
            ),
            Wrong(
                "The gradient is missing from the numerator: that steps the same way for every g.",
                summing(lambda g, v, eps, t: 1 / (np.sqrt(v) + eps)),
            ),
            Wrong(
                "You take the sign of the gradient; its size belongs in the step, too.",
                summing(lambda g, v, eps, t: np.sign(g) / (np.sqrt(v) + eps)),
            ),
            Wrong(
                "You add up the gradients, and opposite ones cancel. Add up their squares.",
                walk(adds_gradients),
            ),
            Wrong(
                "You add up the sizes of the gradients. Add up their squares, then take the root.",
                walk(adds_sizes),
            ),
            Wrong(
                "The root is there, the square is not: v adds up g^2.",
                walk(root_of_sizes),
            ),
            Wrong(
                "You divide by the v of the step before. First add g^2 to v, then take the step.",
                walk(divides_first),
            ),
            Wrong(
                "v holds the last square alone: it must keep the earlier ones. Begin with v = 0 "
                "before the loop.",
                walk(forgets),
            ),
            Wrong(
                "Right for one parameter. You keep one v for all of them; each needs its own, or "
                "the rare words gain nothing.",
                walk(shares_v),
                0.5,
            ),
            Wrong(
                "You take all gradients at theta0. Each function wants the theta of its own step.",
                gradients_at_the_start,
            ),
            Wrong("You stop one step early: one step for each function.", stops_early, 0.5),
            Wrong("You use 1e-8 whatever eps is.", fixed_eps, 0.5),
            Wrong(
                "eps is missing. While a word has not come yet, v is 0, and 0 / 0 is NaN.",
                summing(lambda g, v, eps, t: g / np.sqrt(v)),
                0.5,
            ),
        ),
        hints=(
            "Take the loop of RMSProp (lesson 03). Which line changes?",
            "Before the loop v is 0. In it: g from the next function at the present theta, then "
            "v, then theta.",
            "for grad in grads: g = grad(theta); v = v + g**2; then the step with "
            "np.sqrt(v) + eps, on a new theta. After the loop return theta.",
        ),
    ),
}
