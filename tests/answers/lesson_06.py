from math import cos, radians, sin

import numpy as np
import sympy as sp

from course_lib import Ravine

beta_1, lam, b = sp.symbols("beta_1 lambda b", positive=True)


def mixed_matrix(curvature):
    """One step of half the gradient and half the average, with alpha = lam."""
    g = sp.Matrix([[curvature, 0]])
    m = (1 - beta_1) * g + sp.Matrix([[0, beta_1]])
    return sp.Matrix.vstack(sp.Matrix([[1, 0]]) - lam * (g + m) / 2, m)


def by_matrix(theta, angle):
    t = np.deg2rad(angle)
    turn = np.array([[np.cos(t), -np.sin(t)], [np.sin(t), np.cos(t)]])
    return np.asarray(theta) @ (turn @ np.diag([1.0, 20.0]) @ turn.T)


def by_formula(point, degrees):
    c, s = cos(radians(degrees)), sin(radians(degrees))
    px, py = point.T
    along, across = px * c + py * s, py * c - px * s
    return np.array([along * c - 20 * across * s, along * s + 20 * across * c]).T


def run_by_run(theta, angle):
    if theta.ndim == 2:
        return [run_by_run(run, angle) for run in theta]
    x, y = theta
    c, s = np.cos(angle * np.pi / 180), np.sin(angle * np.pi / 180)
    u, v = c * x + s * y, -s * x + c * y
    v *= 20
    return [c * u - s * v, s * u + c * v]


def in_place_on_a_copy(theta, angle):
    g = theta.copy()
    turn = np.exp(1j * np.radians(angle))
    z = (g[..., 0] + 1j * g[..., 1]) / turn
    z = (z.real + 20j * z.imag) * turn
    g[..., 0], g[..., 1] = z.real, z.imag
    return g


def rotation(angle):
    c, s = cos(angle), sin(angle)
    return np.array([[c, -s], [s, c]])


def clockwise(theta, angle):
    R = rotation(radians(-angle))
    return theta @ R @ np.diag([1, 20]) @ R.T


def forgets_radians(theta, angle):
    R = rotation(angle)
    return theta @ R @ np.diag([1, 20]) @ R.T


def does_not_turn_back(theta, angle):
    return theta @ rotation(radians(angle)) @ np.diag([1, 20])


def does_not_turn_in(theta, angle):
    return theta @ np.diag([1, 20]) @ rotation(radians(angle)).T


def turns_forward_twice(theta, angle):
    R = rotation(radians(angle))
    return theta @ R.T @ np.diag([1, 20]) @ R.T


def ignores_the_angle(theta, angle):
    return np.stack([theta[..., 0], 20 * theta[..., 1]], axis=-1)


def forgets_the_square(theta, angle):
    R = rotation(radians(angle))
    return theta @ R @ np.diag([0.5, 10]) @ R.T


def x_is_steep(theta, angle):
    R = rotation(radians(angle))
    return theta @ R @ np.diag([20, 1]) @ R.T


def negative(theta, angle):
    return -by_matrix(theta, angle)


def the_loss(theta, angle):
    return Ravine(angle).loss(theta)


def one_run_only(theta, angle):
    R = rotation(radians(angle))
    return R @ np.diag([1, 20]) @ R.T @ theta


def one_run_only_by_index(theta, angle):
    c, s = cos(radians(angle)), sin(radians(angle))
    x, y = theta[0], theta[1]
    u, v = c * x + s * y, 20 * (c * y - s * x)
    return np.array([c * u - s * v, s * u + c * v])


def writes_into_theta(theta, angle):
    theta[...] = by_matrix(theta, angle)
    return theta


def sign_of_the_sine_wrong_on_the_way_back(theta, angle):
    R = rotation(radians(angle))
    return theta @ R @ np.diag([1, 20]) @ R


RIGHT = {
    "06.1": [(325, 401, 325), [325.0, 401.0, 325.0], np.array([325, 401, 325])],
    "06.2": [
        (1 + beta_1) / 10,
        0.1 + 0.1 * beta_1,
        (2 * (1 + lam) / 20).subs(lam, sp.Symbol("beta_1")),
        2 / (20 * (sp.Rational(1, 2) + (1 - beta_1) / (2 * (1 + beta_1)))),
        sp.solve((sp.eye(2) + mixed_matrix(20)).det(), lam)[0],
    ],
    "06.3": [by_matrix, by_formula, run_by_run, in_place_on_a_copy],
    "06.4": [(0.085, 0.5, 0.9), [0.08, 0.3, 0.9], np.array([0.093, 0.4, 0.92])],
    "06.5": [50, 42.5, 100, sp.Integer(200), np.float64(1000.0)],
}
WRONG = {
    "06.1": [
        ((401, 325, 325), "mirror images"),
        ((462, 538, 599), "grow with the angle"),
        ((325, 325, 325), "160 is 70 + 90"),
        ((325, 401, 401), "200 is 20 + 180"),
        ((401, 325, 401), "swapped"),
        ((401, 401, 401), "401 is too large"),
        ((325, 401, 600), "600 is too large"),
        ((325, 175, 325), "175 is too small"),
        ((325, 401), "3 numbers in a tuple"),
        (325, "3 numbers in a tuple"),
    ],
    "06.2": [
        (2 * (1 + beta_1), "flat direction"),
        ((1 + beta_1) / (10 * (1 - beta_1)), "momentum's limit"),
        (sp.Rational(1, 10), "limit of SGD"),
        (0.1, "limit of SGD"),
        ((1 + beta_1) / 20, "whole of both"),
        (1 + beta_1, "curvature 2"),
        (1 / (10 * (1 - beta_1)), "do not average"),
        ((1 + beta_1) / (5 * (1 - beta_1)), "the gradient's half"),
        (sp.Rational(1, 5), "the average's half"),
        ((1 + beta_1) / (5 * (2 + beta_1)), "factor 1 - beta_1"),
        ((1 + beta_1) / (10 * beta_1), "m_{t-1}"),
        (sp.solve(mixed_matrix(20).det() + 1, lam)[0], "product of the eigenvalues"),
        ((1 - beta_1) / (10 * (2 + beta_1 + sp.sqrt(8 * beta_1))), "begins to swing"),
        ((1 - beta_1) / (10 * (2 + beta_1 - sp.sqrt(8 * beta_1))), "stops swinging"),
        ((1 - beta_1) / 10, "A sign"),
        (40 * (1 + beta_1), "denominator"),
        (2 * (1 + beta_1) / lam, "contains lambda"),
        ((1 + b) / 10, "contains b"),
        ((1 + beta_1) / 11, "too small"),
        ((2 + beta_1) / 10, "too large"),
    ],
    "06.3": [
        (clockwise, "clockwise"),
        (forgets_radians, "radians"),
        (does_not_turn_back, "own axes"),
        (does_not_turn_in, "result only"),
        (turns_forward_twice, "twice the same way"),
        (ignores_the_angle, "no part"),
        (forgets_the_square, "Half of it"),
        (x_is_steep, "swapped"),
        (negative, "uphill"),
        (the_loss, "Shape (2,) expected"),
        (one_run_only, "one run, not for several"),
        (one_run_only_by_index, "one run, not for several"),
        (writes_into_theta, "changes the caller's array"),
        (sign_of_the_sine_wrong_on_the_way_back, "not right"),
    ],
    "06.4": [
        ((0.1, 0.5, 0.9), "does not converge"),
        ((0.05, 0.5, 0.9), "too small for SGD"),
        ((0.085, 0.9, 0.999), "beta1 is too large"),
        ((0.085, 0.5, 0.5), "beta2 is too small"),
        ((0.085, 0.5, 0.999), "beta2 is too large"),
        ((0.0985, 0.5, 0.9), "SGD at"),
        ((-0.085, 0.5, 0.9), "alpha"),
        ((0.085, 1.0, 0.9), "beta1: must be in"),
        (0.085, "3 numbers"),
        ((0.085, 0.5), "3 numbers"),
    ],
    "06.5": [
        (-50, "positive"),
        (0.02, "at least 1"),
        (5, "rounder"),
        (20, "rounder"),
        (30, "does not win"),
        (38, "does not win"),
        (1e6, "from 1 to 1000"),
        (np.array([50.0, 60.0]), "one number"),
        ((50,), "one number"),
    ],
}
