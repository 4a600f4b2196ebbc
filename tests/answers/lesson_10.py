import math

import numpy as np
import sympy as sp

p, w, x = sp.symbols("p w x", positive=True)


def with_where(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    fall = (peak - floor) / 2 * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup)))
    return np.where(t <= warmup, peak * t / max(warmup, 1), floor + fall)


def in_a_loop(T, W, alpha, least):
    alphas = []
    for t in range(1, T + 1):
        if t <= W:
            alphas.append(alpha * t / W)
        else:
            share = math.cos(math.pi / 2 * (t - W) / (T - W)) ** 2
            alphas.append(alpha * share + least * (1 - share))
    return alphas


def two_parts(steps, warmup, peak, floor):
    rise = peak * np.arange(1, warmup + 1) / warmup if warmup else np.array([])
    wave = np.cos(np.linspace(0, np.pi, steps - warmup + 1)[1:])
    return np.concatenate([rise, (peak + floor) / 2 + (peak - floor) / 2 * wave])


def dividing_by_zero(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    fall = 0.5 * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup)))
    return np.where(t <= warmup, peak * t / warmup, floor + (peak - floor) * fall)


def of_the_lesson(steps, warmup, peak, floor):
    return with_where(steps, warmup, peak, 0)


def floor_on_top(steps, warmup, peak, floor):
    return of_the_lesson(steps, warmup, peak, floor) + floor * (np.arange(steps) >= warmup)


def floor_on_all(steps, warmup, peak, floor):
    return of_the_lesson(steps, warmup, peak, floor) + floor


def max_in_the_fall(steps, warmup, peak, floor):
    alphas = of_the_lesson(steps, warmup, peak, floor)
    return [a if i < warmup else max(a, floor) for i, a in enumerate(alphas)]


def max_of_all(steps, warmup, peak, floor):
    return [max(a, floor) for a in of_the_lesson(steps, warmup, peak, floor)]


def falls_by_the_difference_to_0(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    fall = (peak - floor) / 2 * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup)))
    return np.where(t <= warmup, peak * t / max(warmup, 1), fall)


def rises_from_the_floor(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    rise = floor + (peak - floor) * t / max(warmup, 1)
    return np.where(t <= warmup, rise, with_where(steps, warmup, peak, floor))


def share_of_the_peak(steps, warmup, peak, floor):
    return peak * with_where(steps, warmup, 1, floor)


def floor_swapped_with_peak(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    fall = (floor - peak) / 2 * (1 + np.cos(np.pi * (t - warmup) / (steps - warmup)))
    return np.where(t <= warmup, peak * t / max(warmup, 1), peak + fall)


def piecewise(rise, fall, start=1):
    def schedule(steps, warmup, peak, floor):
        out = np.empty(steps)
        for i in range(steps):
            t = i + start
            part = (t - warmup) / (steps - warmup)
            if t <= warmup:
                out[i] = peak * rise(t / max(warmup, 1))
            else:
                out[i] = floor + (peak - floor) * fall(part, t / steps)
        return out

    return schedule


def cos(z):
    return np.cos(np.pi * z)


def line(z):
    return z


def product(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    rise = np.minimum(t / warmup, 1) if warmup else 1
    return rise * with_where(steps, 0, peak, floor)


def one_too_many(steps, warmup, peak, floor):
    return with_where(steps + 1, warmup, peak, floor)


def forgets_peak_in_warmup(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    return np.where(t <= warmup, t / max(warmup, 1), with_where(steps, warmup, peak, floor))


def reaches_the_floor_late(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    fall = (peak - floor) / 2 * (1 + np.cos(np.pi * (t - warmup - 1) / (steps - warmup)))
    return np.where(t <= warmup, peak * t / max(warmup, 1), floor + fall)


def three_arguments(steps, warmup, peak):
    return with_where(steps, warmup, peak, 0)


rise = (p * x) ** 2
fall = (p / 2) ** 2 * (1 + sp.cos(sp.pi * x)) ** 2
t = np.arange(100)


def geometric(q):
    return 0.5 * q**t


RIGHT = {
    "10.1": [(0.01, 0.015, 0), [0.01, 0.015, 0.0], np.array([1e-2, 1.5e-2, 0])],
    "10.2": [with_where, in_a_loop, two_parts, dividing_by_zero],
    "10.3": [
        w * sp.integrate(rise, (x, 0, 1)) + (1 - w) * sp.integrate(fall, (x, 0, 1)),
        p**2 * (9 - w) / 24,
        sp.Symbol("p") ** 2 * (0.375 - sp.Symbol("w") / 24),
        sp.integrate((p * x / w) ** 2, (x, 0, w)) + sp.Rational(3, 8) * p**2 * (1 - w),
    ],
    "10.4": [
        geometric(0.9243),
        list(geometric(0.9625)),
        0.25 * (1 + np.cos(np.pi * np.minimum(t / 86.5, 1))),
    ],
    "10.5": [(0.02, 111, 0.2), [0.02, 200, 0.2], np.array([0.01, 111, 0.3])],
}
WRONG = {
    "10.1": [
        ((0.01, 0.0130902, 0), "from step 0"),
        ((0.01, 0.0133333, 0), "straight line"),
        ((0.01, 0.03, 0), "factor 1/2"),
        ((0.01, 0.01, -0.02), "the 1 before"),
        ((0.01, 0.0173205, 0), "quarter"),
        ((0.00585786, 0.015, 0), "not along a cosine"),
        ((0.0198769, 0.0130902, 0), "left out the warm-up"),
        ((0.02, 0.015, 0), "still on its way"),
        ((0.5, 0.75, 0), "0.02"),
        ((0.01, 0.005, 0), "too small"),
        ((0.01, 0), "3 numbers"),
    ],
    "10.2": [
        (of_the_lesson, "falls to 0"),
        (floor_on_top, "above the peak"),
        (floor_on_all, "whole schedule"),
        (max_in_the_fall, "a cosine to 0 off"),
        (max_of_all, "cut everything off"),
        (falls_by_the_difference_to_0, "put it on the floor"),
        (rises_from_the_floor, "warm-up begins at the floor"),
        (share_of_the_peak, "not a share of the peak"),
        (floor_swapped_with_peak, "rises"),
        (three_arguments, "raises TypeError"),
        (piecewise(line, lambda z, _: (1 + cos(z)) / 2, start=0), "count t from 0"),
        (piecewise(line, lambda _, z: (1 + cos(z)) / 2), "from step 0"),
        (product, "never reached"),
        (piecewise(line, lambda z, _: 1 - z), "straight line"),
        (piecewise(line, lambda z, _: 1 + cos(z)), "1/2"),
        (piecewise(line, lambda z, _: cos(z)), "below the floor"),
        (piecewise(line, lambda z, _: (1 + np.cos(180 * z)) / 2), "radians"),
        (piecewise(line, lambda z, _: (1 + cos(2 * z)) / 2), "whole wave"),
        (piecewise(line, lambda z, _: cos(z / 2)), "quarter"),
        (piecewise(line, lambda z, _: (1 - cos(z)) / 2), "rises"),
        (piecewise(line, lambda z, _: 1), "stays at the peak"),
        (piecewise(lambda z: 1, lambda z, _: (1 + cos(z)) / 2), "must rise"),
        (lambda steps, warmup, peak, floor: with_where(steps, warmup, 1, floor), "plays no part"),
        (forgets_peak_in_warmup, "not to 1"),
        (one_too_many, "Shape"),
        (reaches_the_floor_late, "not right"),
        (lambda *arguments: 0.5 * with_where(*arguments), "not right"),
        (lambda steps, warmup, *heights: with_where(steps, max(warmup, 1), *heights), "not right"),
    ],
    "10.3": [
        (p / 2, "mean of alpha"),
        (p**2 / 4, "squared the mean"),
        (p**2 * sp.Rational(17, 24), "by its share"),
        (p**2 * (1 - w) * 3 / 8, "cosine alone"),
        (p**2 * 3 / 8, "without any warm-up"),
        (p**2 * (1 - w) / 3 + w * p**2 * 3 / 8, "swapped"),
        (p**2 * w / 2 + (1 - w) * p**2 * 3 / 8, "a third"),
        (p**2 * w / 3 + (1 - w) * p**2 / 4, "cos^2"),
        (p**2 * w / 3 + (1 - w) * p**2 * 3 / 4, "factor 1/2"),
        (p**2 / 3, "linear fall"),
        (p * (9 - w) / 24, "squared"),
        (p**2 * (9 - w) / 25, "too small"),
        (p**2 * (9 + w) / 24, "too large"),
        (sp.Integral(fall, x), "x"),
    ],
    "10.4": [
        (0.1 * np.ones(100), "must be 0.5"),
        (0.5 * np.ones(100), "constant"),
        (0.5 * np.minimum((t + 1) / 10, 1), "has to fall"),
        (geometric(0.9), "beside the minimum"),
        (0.5 * (1 - t / 100), "beside the minimum"),
        (0.5 - 0.4 * t / 99, "Between the steps"),
        (0.5 * np.ones(99), "shape"),
        (0.5, "shape"),
        (-geometric(0.9243), "at least 0"),
        (geometric(0.924)[::-1], "has to fall"),
        (np.where(t == 0, 0.5, np.nan), "finite"),
    ],
    "10.5": [
        ((0.02, 111, 0), "no decay"),
        ((0.02, 111, 0.1), "more decay"),
        ((0.02, 111, 1), "too strong"),
        ((0.001, 111, 0.3), "too low"),
        ((1, 111, 0.2), "too high"),
        ((0.02, 0.1, 0.2), "whole number"),
        ((0.02, 0.2), "3 numbers"),
        ((0.02, 1110, 0.2), "from 0 to"),
        ((0.02, 111, -0.2), "weight_decay in"),
    ],
}
