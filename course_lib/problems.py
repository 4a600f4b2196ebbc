"""What is minimized.

A problem has

    loss(theta)   a number, or one a run where theta has leading run axes
    grad(theta)   an array of theta's shape
    start         where the course starts from
    minimum       the theta of the lowest loss that a run from `start` can reach

All losses are without unit; where a run has diverged they are inf or nan, without a warning. For
theta with two parameters, the last axis of theta holds them.
"""

from dataclasses import dataclass
from functools import cached_property
from math import cos, radians, sin

import numpy as np

from course_lib.optimizers import numbers, single

QUIET = np.errstate(over="ignore", invalid="ignore")


def pairs(theta):
    """theta as an array, shape (..., 2)."""
    theta = np.asarray(theta)
    if theta.shape[-1:] != (2,):
        raise ValueError(
            f"theta: must hold two parameters in its last axis, got shape {theta.shape}"
        )
    return theta


def xy(theta):
    """The two parameters of each run in theta, shape (..., 2); of a single run as numbers."""
    theta = pairs(theta)
    return theta.tolist() if theta.ndim == 1 else (theta[..., 0], theta[..., 1])


def joined(x, y):
    """The theta, shape (..., 2), whose two parameters are x and y: what `xy` takes apart."""
    return np.array([x, y]) if isinstance(x, float) else np.stack([x, y], axis=-1)


@dataclass(frozen=True)
class Parabola:
    """J = theta^2, one parameter. theta of any shape: every entry is a run of its own."""

    start = 5.0
    minimum = 0.0

    @QUIET
    def loss(self, theta):
        return np.square(theta)

    def grad(self, theta):
        return 2 * np.asarray(theta)


@dataclass(frozen=True)
class Ravine:
    """J = 0.5 x^2 + 10 y^2, turned by `angle` degrees (counter-clockwise) with its start.

    At the angle 0 the start is (5, 3), where the loss is 102.5. theta: (..., 2).
    """

    angle: float = 0.0

    def __post_init__(self):
        object.__setattr__(self, "angle", single("angle", self.angle))

    @property
    def start(self):
        return np.array(self._turned(5.0, 3.0))

    @property
    def minimum(self):
        return np.zeros(2)

    @QUIET
    def loss(self, theta):
        x, y = self._own_axes(theta)
        return 0.5 * x * x + 10 * y * y

    def grad(self, theta):
        x, y = self._own_axes(theta)
        return joined(*self._turned(x, 20 * y))

    @cached_property
    def _cos_sin(self):
        return cos(radians(self.angle)), sin(radians(self.angle))

    def _turned(self, x, y):
        c, s = self._cos_sin
        return c * x - s * y, s * x + c * y

    def _own_axes(self, theta):
        x, y = xy(theta)
        c, s = self._cos_sin
        return c * x + s * y, c * y - s * x


@dataclass(frozen=True)
class Saddle:
    """J = 0.5 x^2 - 0.5 y^2 + 0.25 y^4: a saddle at (0, 0), minima at (0, 1) and (0, -1).

    The start is almost on the ridge, where the gradient leads to the saddle. theta: (..., 2).
    """

    @property
    def start(self):
        return np.array([2.0, 0.01])

    @property
    def minimum(self):
        return np.array([0.0, 1.0])

    @QUIET
    def loss(self, theta):
        x, y = xy(theta)
        return 0.5 * x * x - 0.5 * y * y + 0.25 * y * y * y * y

    def grad(self, theta):
        x, y = xy(theta)
        return joined(x, y * y * y - y)


@dataclass(frozen=True)
class Rosenbrock:
    """J = (1 - x)^2 + 100 (y - x^2)^2: a curved valley. theta: (..., 2). Rosenbrock 1960."""

    @property
    def start(self):
        return np.array([-1.2, 1.0])

    @property
    def minimum(self):
        return np.array([1.0, 1.0])

    @QUIET
    def loss(self, theta):
        x, y = xy(theta)
        bend = y - x * x
        return (1 - x) * (1 - x) + 100 * bend * bend

    def grad(self, theta):
        x, y = xy(theta)
        bend = y - x * x
        return joined(-2 * (1 - x) - 400 * x * bend, 200 * bend)


class Line:
    """J = mean((w x + b - y)^2) over the points (X, y): the least-squares line.

    X, y: shape (n,), n >= 2, X not all the same. theta = (w, b), shape (..., 2).
    ValueError for points that do not fix a line.
    """

    def __init__(self, X, y):
        points = [numbers(X), numbers(y)]
        if any(array is None for array in points):
            raise ValueError(f"X, y: must be arrays of numbers, got {X!r}, {y!r}")
        self.X, self.y = (array.astype(float) for array in points)
        if self.X.ndim != 1 or self.X.shape != self.y.shape:
            raise ValueError(f"X, y: must have one same length, got {self.X.shape}, {self.y.shape}")
        if not (np.all(np.isfinite(self.X)) and np.all(np.isfinite(self.y))):
            raise ValueError(f"X, y: must be finite, got {self.X}, {self.y}")
        if len(np.unique(self.X)) < 2:
            raise ValueError(f"X: must hold two different values, got {self.X}")

    @property
    def start(self):
        return np.zeros(2)

    @property
    def minimum(self):
        x, y = self.X - self.X.mean(), self.y - self.y.mean()
        w = np.sum(x * y) / np.sum(x * x)
        return np.array([w, self.y.mean() - w * self.X.mean()])

    @QUIET
    def loss(self, theta):
        error = self._error(theta)
        return np.mean(error * error, axis=-1)

    def grad(self, theta):
        n, error = len(self.X), self._error(theta)
        gw = 2 / n * np.sum(error * self.X, axis=-1)
        gb = 2 / n * np.sum(error, axis=-1)
        return joined(gw, gb)

    def _error(self, theta):
        theta = pairs(theta)
        w, b = theta[..., :1], theta[..., 1:]
        return w * self.X + b - self.y
