import numpy as np
import sympy as sp

C, b, n, k = sp.symbols("C beta2 n k", positive=True)
v1, v2, v3 = sp.symbols("v1 v2 v3", positive=True)
cycle = sp.solve(
    [v1 - b * v3 - (1 - b) * C**2, v2 - b * v1 - (1 - b), v3 - b * v2 - (1 - b)], [v1, v2, v3]
)
late = 1 + (C**2 - 1) * (1 - b) * b ** (k - 1) / (1 - b**n)


def from_the_lesson(theta, m, v, g, t, alpha, weight_decay):
    m = 0.9 * m + 0.1 * g
    v = 0.999 * v + 0.001 * g * g
    m_hat = m / (1 - 0.9**t)
    v_hat = v / (1 - 0.999**t)
    theta = theta - alpha * m_hat / (np.sqrt(v_hat) + 1e-8) - alpha * weight_decay * theta
    return theta, m, v


def shrinks_first(x, avg, sq, grad, step, lr, wd, betas=(0.9, 0.999), tiny=1e-8):
    avg = avg + (1 - betas[0]) * (grad - avg)
    sq = sq + (1 - betas[1]) * (grad**2 - sq)
    x = x * (1 - lr * wd)
    return (
        x - lr * avg / (1 - betas[0] ** step) / ((sq / (1 - betas[1] ** step)) ** 0.5 + tiny),
        avg,
        sq,
    )


def in_place_on_copies(theta, m, v, g, t, alpha, weight_decay):
    theta, m, v = (np.array(x, dtype=float) for x in (theta, m, v))
    m *= 0.9
    m += 0.1 * g
    v *= 0.999
    v += 0.001 * g**2
    step = m / (1 - 0.9**t) / (np.sqrt(v / (1 - 0.999**t)) + 1e-8)
    theta -= alpha * (step + weight_decay * theta)
    return [theta, m, v]


def variant(**swap):
    """AdamW line by line, in a student's names; `swap` replaces lines."""
    lines = {
        "g": lambda s: s["g"],
        "m": lambda s: 0.9 * s["m"] + 0.1 * s["g"],
        "v": lambda s: 0.999 * s["v"] + 0.001 * s["g"] ** 2,
        "mh": lambda s: s["m"] / (1 - 0.9 ** s["t"]),
        "vh": lambda s: s["v"] / (1 - 0.999 ** s["t"]),
        "step": lambda s: s["a"] * s["mh"] / (np.sqrt(s["vh"]) + 1e-8),
        "theta": lambda s: s["theta"] - s["step"] - s["a"] * s["wd"] * s["theta"],
        "out": lambda s: (s["theta"], s["m"], s["v"]),
    } | swap

    def step(theta, m, v, g, t, alpha, weight_decay):
        s = {"theta": theta, "m": m, "v": v, "g": g, "t": t, "a": alpha, "wd": weight_decay}
        for name, line in lines.items():
            s[name] = line(s)
        return s["out"]

    return step


def plain(s):
    return s["theta"] - s["step"]


def new_theta(s):
    moved = s["theta"] - s["step"]
    return moved - s["a"] * s["wd"] * moved


def l2_gradient(s):
    return s["g"] + s["wd"] * s["theta"]


def changes_theta(theta, m, v, g, t, alpha, weight_decay):
    out = from_the_lesson(theta, m, v, g, t, alpha, weight_decay)
    if isinstance(theta, np.ndarray):
        theta *= 0
    return out


def scalars_only(theta, m, v, g, t, alpha, weight_decay):
    return from_the_lesson(*map(float, (theta, m, v, g, t, alpha, weight_decay)))


RIGHT = {
    "09.1": [(4, -8), [4.0, -8.0], np.array([4, -8]), (sp.Integer(4), -8)],
    "09.2": [
        (2 - C) / sp.sqrt(cycle[v1]),
        (2 - C) * sp.sqrt((1 + b + b**2) / (C**2 + b + b**2)),
        -(sp.Symbol("C") - 2) * ((C**2 + b + b**2) / (1.0 + b + b**2)) ** -0.5,
        (2 - C) / sp.sqrt(late.subs({n: 3, k: 1})),
    ],
    "09.3": [from_the_lesson, shrinks_first, in_place_on_copies, variant()],
    "09.4": [0.24, 0.245, sp.Rational(6, 25), np.float64(0.25)],
    "09.5": [
        late,
        sp.expand(late),
        ((1 - b**n) + (C**2 - 1) * (b ** (k - 1) - b**k)) / (1 - b**n),
        (1 - b)
        * (C**2 * b ** (k - 1) + (1 - b ** (k - 1)) / (1 - b) + (b**k - b**n) / (1 - b))
        / (1 - b**n),
        1 + (C * C - 1) * (1 - b) * b ** (sp.Symbol("k") - 1) / (1 - b ** sp.Symbol("n")),
    ],
}
WRONG = {
    "09.1": [
        ((4, -4), "five private"),
        ((4, -6), "it counts -1"),
        ((4, -12), "majority"),
        ((4, 10), "The private features of a row"),
        ((12, -8), "keep one"),
        ((-8, 4), "swapped"),
        ((2, -10), "left out the two constant"),
        ((3, 1), "left out the private"),
        ((3, -9), "not one"),
        ((4, 8), "second size"),
        ((4, -9), "too small"),
        (4, "2 numbers"),
    ],
    "09.2": [
        (-C / sp.sqrt(cycle[v1]) + 1 / sp.sqrt(cycle[v2]) + 1 / sp.sqrt(cycle[v3]), "Adam's drift"),
        ((C - 2) / sp.sqrt(cycle[v1]), "The sign"),
        ((2 - C) / cycle[v1], "root"),
        ((2 - C) / sp.sqrt(cycle[v2]), "second step"),
        ((2 - C) / sp.sqrt(cycle[v3]), "third step"),
        ((2 - C) / C, "an average"),
        ((2 - C) / sp.sqrt((1 - b) * C**2), "very first"),
        ((1 - C) / sp.sqrt(cycle[v1]), "two breezes"),
        ((2 - C) / sp.sqrt(cycle[v1]) / 3, "mean of one step"),
        (-(C + 2) / sp.sqrt(cycle[v1]), "other way"),
        ((2 - C) / sp.sqrt(sp.Symbol("V")), "contains V"),
        (2 - C, "too "),
    ],
    "09.3": [
        (variant(g=l2_gradient, theta=plain), "That is L2"),
        (
            variant(theta=lambda s: s["theta"] - s["step"] - s["wd"] * s["theta"]),
            "not multiplied by alpha",
        ),
        (variant(theta=new_theta), "new theta"),
        (
            variant(theta=lambda s: s["theta"] - s["step"] + s["a"] * s["wd"] * s["theta"]),
            "weights grow",
        ),
        (
            variant(
                theta=lambda s: (
                    s["theta"]
                    - s["a"] * (s["mh"] + s["wd"] * s["theta"]) / (np.sqrt(s["vh"]) + 1e-8)
                )
            ),
            "divided by the root",
        ),
        (
            variant(m=lambda s: 0.9 * s["m"] + 0.1 * (s["g"] + s["wd"] * s["theta"]), theta=plain),
            "into m",
        ),
        (variant(theta=plain), "decay is missing"),
        (variant(g=l2_gradient), "twice"),
        (variant(mh=lambda s: s["m"], vh=lambda s: s["v"]), "bias correction"),
        (variant(out=lambda s: (s["theta"], s["mh"], s["vh"])), "uncorrected"),
        (
            variant(
                mh=lambda s: s["m"] / (1 - 0.9 ** (s["t"] + 1)),
                vh=lambda s: s["v"] / (1 - 0.999 ** (s["t"] + 1)),
            ),
            "don't add 1",
        ),
        (variant(step=lambda s: s["a"] * s["mh"] / np.sqrt(s["vh"] + 1e-8)), "outside the root"),
        (variant(step=lambda s: s["a"] * s["mh"] / np.sqrt(s["vh"])), "eps is missing"),
        (variant(step=lambda s: s["a"] * s["mh"] / (s["vh"] + 1e-8)), "not by v_hat"),
        (variant(step=lambda s: -s["a"] * s["mh"] / (np.sqrt(s["vh"]) + 1e-8)), "uphill"),
        (variant(out=lambda s: s["theta"]), "3 results expected"),
        (variant(out=lambda s: (s["theta"], s["v"], s["m"])), "not right"),
        (variant(v=lambda s: 0.99 * s["v"] + 0.01 * s["g"] ** 2), "not right"),
        (variant(m=lambda s: s["g"]), "not right"),
        (changes_theta, "changes the caller's array"),
        (scalars_only, "plain numbers"),
    ],
    "09.4": [
        (0.4683, "C = 3"),
        (1 / 26, "authors"),
        (0.999, "shortest"),
        (0.2, "wrong way"),
        (0.22, "wrong way"),
        (0.27, "so too"),
        (0.35, "so too"),
        (1.0, "in [0, 1)"),
        (-0.1, "in [0, 1)"),
        ((0, 0.24), "one number"),
    ],
    "09.5": [
        (1 + (C**2 - 1) * (1 - b) * b**k / (1 - b**n), "count k from 0"),
        (1 + (C**2 - 1) * (1 - b) * b ** (k - 1), "one warning alone"),
        (late.subs(n, 3), "three steps"),
        (C**2 * (1 - b) * b ** (k - 1) / (1 - b**n), "forgot the breezes"),
        (1 + C**2 * (1 - b) * b ** (k - 1) / (1 - b**n), "not by C^2"),
        (1 + (C - 1) * (1 - b) * b ** (k - 1) / (1 - b**n), "not C"),
        (1 + (C**2 - 1) * b ** (k - 1) / (1 - b**n), "1 - beta2 is missing"),
        ((C**2 + n - 1) / n, "mean of the squares"),
        (late.subs(k, 1), "too "),
        (C**2, "too "),
        (sp.Eq(v1, late), "right-hand side"),
    ],
}
