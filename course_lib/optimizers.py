"""The update rules, each beside its formula, and the one loop that runs them.

An optimizer is a frozen dataclass of hyperparameters with two methods:

    state = optimizer.init(theta)                   # all zeros, t = 0
    theta, state = optimizer.step(theta, g, state)  # pure: nothing is changed in place

`minimize` repeats `step` and records everything that happened.

Hyperparameters are numbers, or arrays that broadcast against theta: one call then makes many runs.
"""

from collections import deque
from dataclasses import dataclass, fields, replace
from itertools import repeat
from typing import NamedTuple

import numpy as np

RULES = {
    "alpha": ("finite and at least 0", lambda x: np.isfinite(x) & (x >= 0)),
    "beta1": ("in [0, 1)", lambda x: (x >= 0) & (x < 1)),
    "beta2": ("in [0, 1)", lambda x: (x >= 0) & (x < 1)),
    "eps": ("finite and at least 0", lambda x: np.isfinite(x) & (x >= 0)),
    "weight_decay": ("finite and at least 0", lambda x: np.isfinite(x) & (x >= 0)),
    "alphas": ("finite and at least 0", lambda x: np.isfinite(x) & (x >= 0)),
    "theta0": ("finite", np.isfinite),
    "angle": ("finite", np.isfinite),
}


def numbers(value):
    """`value` as a new array of floats, or None where it is not made of real numbers."""
    try:
        array = np.array(value)
    except ValueError:  # rows of different lengths
        return None
    if array.dtype.kind in "iu":
        return array.astype(np.float64)
    return array if array.dtype.kind == "f" else None


def checked(name, value):
    """`value` as a new float array, or a ValueError that names the argument and the bad value."""
    rule, holds = RULES[name]
    array = numbers(value)
    if array is None:
        raise ValueError(f"{name}: must be a number or an array of numbers, got {value!r}")
    good = holds(array)
    if not np.all(good):
        raise ValueError(f"{name}: must be {rule}, got {array[~good].flat[0]}")
    return array


def single(name, value):
    """`value` as one float, or a ValueError that names the argument and the bad value."""
    array = checked(name, value)
    if array.ndim:
        raise ValueError(f"{name}: must be one number, got {value!r}")
    return float(array)


def whole(name, value, least=0, most=np.inf):
    """`value` as an int from `least` to `most`, or a ValueError that names both."""
    number = numbers(value)
    if (
        number is None
        or number.ndim
        or not float(number).is_integer()
        or not least <= number <= most
    ):
        limit = f"at least {least}" if most == np.inf else f"from {least} to {most}"
        raise ValueError(f"{name}: must be a whole number and {limit}, got {value!r}")
    return int(number)


def power(beta, t):
    """beta**t with the same bits for a number as inside an array, which `**` does not promise."""
    result = np.power(beta, t)
    return float(result) if isinstance(beta, float) else result


class Optimizer:
    """Checks the hyperparameters of every optimizer below. It holds no update rule."""

    def __post_init__(self):
        for field in fields(self):
            value = checked(field.name, getattr(self, field.name))
            value = value.astype(np.float64) if value.ndim else float(value)
            object.__setattr__(self, field.name, value)


class SGDState(NamedTuple):
    t: int


@dataclass(frozen=True)
class SGD(Optimizer):
    """Gradient descent, one fixed step size for all parameters.

        theta_t = theta_{t-1} - alpha g_t

    Robbins and Monro 1951; the article's claim A1.
    """

    alpha: float

    def init(self, theta):
        return SGDState(t=0)

    def step(self, theta, g, state):
        t = state.t + 1
        theta = theta - self.alpha * g
        return theta, SGDState(t)


class MomentumState(NamedTuple):
    t: int
    m: np.ndarray


@dataclass(frozen=True)
class Momentum(Optimizer):
    """Gradient descent along a running average of the gradients.

        m_t     = beta1 m_{t-1} + (1 - beta1) g_t,   m_0 = 0
        theta_t = theta_{t-1} - alpha m_t

    The averaged form, as in Adam. The velocity form of Sutskever et al. 2013 (eq. 1, 2) and of
    torch.optim.SGD has no factor (1 - beta1): its learning rate eps_v makes the same path when
    eps_v = alpha (1 - beta1).
    """

    alpha: float
    beta1: float = 0.9

    def init(self, theta):
        return MomentumState(t=0, m=np.zeros_like(theta))

    def step(self, theta, g, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        theta = theta - self.alpha * m
        return theta, MomentumState(t, m)


class RMSPropState(NamedTuple):
    t: int
    v: np.ndarray


@dataclass(frozen=True)
class RMSProp(Optimizer):
    """Gradient descent with a step size of its own for each parameter.

        v_t     = beta2 v_{t-1} + (1 - beta2) g_t^2,   v_0 = 0
        theta_t = theta_{t-1} - alpha g_t / (sqrt(v_t) + eps)

    Tieleman and Hinton 2012, lecture 6.5, where beta2 = 0.9; the article uses 0.999.
    """

    alpha: float
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, theta):
        return RMSPropState(t=0, v=np.zeros_like(theta))

    def step(self, theta, g, state):
        t = state.t + 1
        v = self.beta2 * state.v + (1 - self.beta2) * (g * g)
        theta = theta - self.alpha * g / (np.sqrt(v) + self.eps)
        return theta, RMSPropState(t, v)


class AdamState(NamedTuple):
    t: int
    m: np.ndarray
    v: np.ndarray
    m_hat: np.ndarray
    v_hat: np.ndarray


@dataclass(frozen=True)
class Adam(Optimizer):
    """Momentum and RMSProp together, both corrected for their start at zero.

        m_t     = beta1 m_{t-1} + (1 - beta1) g_t,     m_0 = 0
        v_t     = beta2 v_{t-1} + (1 - beta2) g_t^2,   v_0 = 0
        m_hat_t = m_t / (1 - beta1^t)
        v_hat_t = v_t / (1 - beta2^t)
        theta_t = theta_{t-1} - alpha m_hat_t / (sqrt(v_hat_t) + eps)

    Kingma and Ba 2015, algorithm 1.
    """

    alpha: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, theta):
        zero = np.zeros_like(theta)
        return AdamState(t=0, m=zero, v=zero, m_hat=zero, v_hat=zero)

    def step(self, theta, g, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * (g * g)
        m_hat = m / (1 - power(self.beta1, t))
        v_hat = v / (1 - power(self.beta2, t))
        theta = theta - self.alpha * m_hat / (np.sqrt(v_hat) + self.eps)
        return theta, AdamState(t, m, v, m_hat, v_hat)


class AMSGradState(NamedTuple):
    t: int
    m: np.ndarray
    v: np.ndarray
    v_max: np.ndarray
    m_hat: np.ndarray
    v_hat: np.ndarray


@dataclass(frozen=True)
class AMSGrad(Optimizer):
    """Adam whose v never forgets its largest value.

        m_t     = beta1 m_{t-1} + (1 - beta1) g_t,     m_0 = 0
        v_t     = beta2 v_{t-1} + (1 - beta2) g_t^2,   v_0 = 0
        v_max_t = max(v_max_{t-1}, v_t)
        m_hat_t = m_t / (1 - beta1^t)
        v_hat_t = v_max_t / (1 - beta2^t)
        theta_t = theta_{t-1} - alpha m_hat_t / (sqrt(v_hat_t) + eps)

    Reddi, Kale and Kumar 2018, algorithm 2, which has neither correction nor eps. The reading here
    (the maximum over v, then both corrections) is that of torch.optim.Adam(amsgrad=True).
    """

    alpha: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8

    def init(self, theta):
        zero = np.zeros_like(theta)
        return AMSGradState(t=0, m=zero, v=zero, v_max=zero, m_hat=zero, v_hat=zero)

    def step(self, theta, g, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * (g * g)
        v_max = np.maximum(state.v_max, v)
        m_hat = m / (1 - power(self.beta1, t))
        v_hat = v_max / (1 - power(self.beta2, t))
        theta = theta - self.alpha * m_hat / (np.sqrt(v_hat) + self.eps)
        return theta, AMSGradState(t, m, v, v_max, m_hat, v_hat)


@dataclass(frozen=True)
class AdamW(Optimizer):
    """Adam with weight decay beside the adaptive step, not inside the gradient.

        m_t     = beta1 m_{t-1} + (1 - beta1) g_t,     m_0 = 0
        v_t     = beta2 v_{t-1} + (1 - beta2) g_t^2,   v_0 = 0
        m_hat_t = m_t / (1 - beta1^t)
        v_hat_t = v_t / (1 - beta2^t)
        theta_t = theta_{t-1} - alpha m_hat_t / (sqrt(v_hat_t) + eps)
                              - alpha weight_decay theta_{t-1}

    Loshchilov and Hutter 2019, algorithm 2, with the decay multiplied by alpha as in
    torch.optim.AdamW.
    """

    alpha: float = 0.001
    beta1: float = 0.9
    beta2: float = 0.999
    eps: float = 1e-8
    weight_decay: float = 0.01

    def init(self, theta):
        zero = np.zeros_like(theta)
        return AdamState(t=0, m=zero, v=zero, m_hat=zero, v_hat=zero)

    def step(self, theta, g, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * (g * g)
        m_hat = m / (1 - power(self.beta1, t))
        v_hat = v / (1 - power(self.beta2, t))
        theta = (
            theta
            - self.alpha * m_hat / (np.sqrt(v_hat) + self.eps)
            - self.alpha * self.weight_decay * theta
        )
        return theta, AdamState(t, m, v, m_hat, v_hat)


class Trajectory:
    """What `minimize` saw. Time is the first axis of every array.

    `theta[t]` is theta_t, so `theta[0]` is the start and `theta[-1]` the end. `g` and the fields of
    the optimizer's state (`t`, and `m`, `v`, `m_hat`, `v_hat`, `v_max` where it has them) belong to
    the steps 1, 2, ...: `m[t - 1]` is m_t.
    """

    def __init__(self, **arrays):
        vars(self).update(arrays)

    def __repr__(self):
        shapes = ", ".join(f"{name}: {array.shape}" for name, array in vars(self).items())
        return f"Trajectory({shapes})"


def minimize(optimizer, grad, theta0, steps, *, alphas=None, project=None, record=True):
    """Take `steps` steps of `optimizer` from `theta0` and return the `Trajectory`.

    optimizer  one of the optimizers above, or a dataclass with the same `init` and `step`
    grad       a function theta -> gradient, an array of theta's shape;
               or an iterable of such functions, one a step (mini-batches, online losses)
    theta0     where to start: a number or an array of any shape; integers become float64, and
               float32 stays float32 with hyperparameters that are numbers
    steps      how many steps, a whole number >= 0
    alphas     a schedule, an array of shape (steps, ...): alphas[t - 1] is used in step t
    project    a function theta -> theta of the same shape, applied after each step
    record     False keeps the last step alone: every array's first axis then has length 1

    theta has the shape that theta0 and the hyperparameters broadcast to. With theta0 of shape
    (dim,) and alpha of shape (runs, 1), `theta` is (steps + 1, runs, dim), and in float64 each run
    is bitwise the run done alone if `grad` treats the runs alike. The caller's arrays are never
    changed. A run that diverges is recorded as it is, with inf and nan.

    Raises ValueError, naming the argument and its value, for anything else.
    """
    if isinstance(optimizer, type) or not hasattr(optimizer, "step"):
        raise ValueError(f"optimizer: must be one such as SGD(alpha=0.1), got {optimizer!r}")
    if not (project is None or callable(project)):
        raise ValueError(f"project: must be a function or None, got {project!r}")
    steps = whole("steps", steps)
    schedule = repeat(optimizer)
    if alphas is not None:
        alphas = _schedule(alphas, steps)
        schedule = (replace(optimizer, alpha=alpha) for alpha in alphas)
    theta = _start(theta0, optimizer, alphas)
    state = optimizer.init(theta)
    grads = _functions(grad)
    keep = None if record else 1
    seen = {name: deque(maxlen=keep) for name in ("theta", "g", *state._fields)}
    seen["theta"].append(theta)

    with np.errstate(all="ignore"):
        for t, rule in zip(range(1, steps + 1), schedule, strict=False):
            g = _gradient(grads, theta, t)
            theta, state = rule.step(theta, g, state)
            if project is not None:
                theta = _fitting("project", project(theta), theta, t)
            theta = _read_only(theta)
            for values, value in zip(seen.values(), (theta, g, *state), strict=True):
                values.append(value)

    shapes = {
        name: np.shape(value) for name, value in zip(seen, (theta, theta, *state), strict=True)
    }
    return Trajectory(**{name: _stack(seen.pop(name), shapes[name]) for name in shapes})


def _schedule(alphas, steps):
    alphas = checked("alphas", alphas)
    if alphas.ndim == 0 or len(alphas) != steps:
        raise ValueError(
            f"alphas: must have one entry for each of {steps} steps, got {alphas.shape}"
        )
    return alphas


def _start(theta0, optimizer, alphas):
    """theta_0 as a read-only float array of the shape in which all runs fit."""
    theta = checked("theta0", theta0)
    shapes = {f.name: np.shape(getattr(optimizer, f.name)) for f in fields(optimizer)}
    if alphas is not None:
        shapes["alphas[t]"] = alphas.shape[1:]
    try:
        shape = np.broadcast_shapes(theta.shape, *shapes.values())
    except ValueError:
        raise ValueError(f"theta0: shape {theta.shape} does not broadcast with {shapes}") from None
    return _read_only(np.broadcast_to(theta, shape).copy())


def _read_only(theta):
    theta = np.asarray(theta)
    theta.setflags(write=False)
    return theta


def _functions(grad):
    if callable(grad):
        return repeat(grad)
    try:
        return iter(grad)
    except TypeError:
        raise ValueError(f"grad: must be a function or hold functions, got {grad!r}") from None


def _gradient(grads, theta, t):
    """The gradient of step t, as an array of theta's shape."""
    try:
        grad = next(grads)
    except StopIteration:
        raise ValueError(f"grad: must hold a function for every step, got {t - 1}") from None
    if not callable(grad):
        raise ValueError(f"grad: must be a function in every step, got {grad!r} in step {t}")
    return _fitting("grad", grad(theta), theta, t)


def _fitting(name, value, theta, t):
    """What the function `name` returned in step t, as a new array of theta's shape."""
    array = numbers(value)
    if array is None or array.shape != theta.shape:
        got = repr(value) if array is None else f"shape {array.shape}"
        raise ValueError(
            f"{name}: must return numbers of theta's shape {np.shape(theta)}, got {got} in step {t}"
        )
    return array.astype(theta.dtype, copy=False)


def _stack(values, shape):
    return np.array(list(values)).reshape(len(values), *shape)
