"""A neural network in plain numpy, all of whose parameters are one vector theta.

So every optimizer of the course can train it as it is. theta may have leading run axes, and X and y
may have them too: one call then trains many networks, each on batches of its own.
"""

from itertools import pairwise

import numpy as np

from course_lib.optimizers import minimize, whole


class MLP:
    """Layers x -> W x + b with ReLU between them, and softmax cross-entropy as the loss.

    sizes   the number of inputs, of units of each hidden layer, and of classes: (64, 32, 10);
            without a hidden layer it is softmax regression
    theta   W and b of each layer, laid out flat, shape (..., parameters)
    X, y    examples (..., n, inputs) and their classes (..., n), whole numbers from 0
    """

    def __init__(self, sizes):
        if np.ndim(sizes) != 1 or len(sizes) < 2:
            raise ValueError(f"sizes: must be two or more numbers, all at least 1, got {sizes!r}")
        self.sizes = tuple(whole("sizes", size, 1) for size in sizes)
        self.shapes = list(pairwise(self.sizes))
        self.parameters = sum(n_in * n_out + n_out for n_in, n_out in self.shapes)

    def init(self, seed):
        """A random start: weights with variance 2 / inputs (He et al. 2015), biases zero."""
        rng = np.random.default_rng(seed)
        theta = np.zeros(self.parameters)
        for (W, _), (n_in, _) in zip(self.layers(theta), self.shapes, strict=True):
            W[...] = rng.standard_normal(W.shape) * np.sqrt(2 / n_in)
        return theta

    def layers(self, theta):
        """The parts of theta as a list of (W, b): views, not copies."""
        if theta.shape[-1] != self.parameters:
            raise ValueError(f"theta: last axis must be {self.parameters}, got {theta.shape}")
        parts, at = [], 0
        for n_in, n_out in self.shapes:
            W = theta[..., at : at + n_in * n_out].reshape(*theta.shape[:-1], n_in, n_out)
            at += n_in * n_out
            b = theta[..., None, at : at + n_out]
            at += n_out
            parts.append((W, b))
        return parts

    def activations(self, theta, X):
        """What each layer gets, and last the scores of the classes, shape (..., n, classes)."""
        *hidden, last = self.layers(theta)
        a = [X]
        for W, b in hidden:
            a.append(np.maximum(a[-1] @ W + b, 0))
        W, b = last
        return [*a, a[-1] @ W + b]

    def classes(self, y):
        """`y` as an int array of its shape, or a ValueError that names a value that is no class."""
        y, last = np.asarray(y), self.sizes[-1] - 1
        good = np.isin(y, np.arange(last + 1))
        if not np.all(good):
            raise ValueError(f"y: must hold classes from 0 to {last}, got {y[~good].flat[0]}")
        return y.astype(int)

    def loss(self, theta, X, y):
        """The mean of -log P(right class), one number a run."""
        y = self.classes(y)
        scores = self.activations(theta, X)[-1]
        scores = scores - scores.max(axis=-1, keepdims=True)
        log_p = scores - np.log(np.exp(scores).sum(axis=-1, keepdims=True))
        y = np.broadcast_to(y, log_p.shape[:-1])
        return -np.take_along_axis(log_p, y[..., None], axis=-1)[..., 0].mean(axis=-1)

    def grad(self, theta, X, y):
        """The gradient of `loss` with respect to theta, by backpropagation."""
        *a, scores = self.activations(theta, X)
        p = np.exp(scores - scores.max(axis=-1, keepdims=True))
        p /= p.sum(axis=-1, keepdims=True)
        right = np.expand_dims(y, -1) == np.arange(self.sizes[-1])
        delta = (p - right) / scores.shape[-2]
        g = np.empty_like(theta)
        layers, g_layers = self.layers(theta), self.layers(g)
        for i in reversed(range(len(layers))):
            (W, _), (gW, gb) = layers[i], g_layers[i]
            np.matmul(a[i].swapaxes(-1, -2), delta, out=gW)
            gb[...] = delta.sum(axis=-2, keepdims=True)
            if i > 0:
                delta = (delta @ W.swapaxes(-1, -2)) * (a[i] > 0)
        return g

    def predict(self, theta, X):
        """The class with the highest score for each example, shape (..., n)."""
        return self.activations(theta, X)[-1].argmax(axis=-1)

    def accuracy(self, theta, X, y):
        """The share of examples whose class is predicted, one number a run."""
        return np.mean(self.predict(theta, X) == self.classes(y), axis=-1)


def train(network, optimizer, X, y, rows, theta0, alphas=None, watch=None, every=1):
    """Minimize the loss on mini-batches, and watch.

    rows    the examples of each step's mini-batch, shape (steps, size), or (steps, runs, size)
            where theta0 has runs
    alphas  a schedule, as for `minimize`
    watch   a function of theta, called before step 1 and then after every `every` steps
    Returns the last theta, and the array of what `watch` returned.
    """
    seen, every, y = [], whole("every", every, 1), network.classes(y)

    def look(theta, step):
        if watch and step % every == 0:
            seen.append(watch(theta))

    def batch_gradient(step):
        def grad(theta):
            look(theta, step)
            return network.grad(theta, X[rows[step]], y[rows[step]])

        return grad

    steps = len(rows)
    grads = map(batch_gradient, range(steps))
    theta = minimize(optimizer, grads, theta0, steps, alphas=alphas, record=False).theta[-1]
    with np.errstate(all="ignore"):
        look(theta, steps)
    return theta, np.array(seen)
