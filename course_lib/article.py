"""The article that the course retells: its claims, and the verdict on each.

Chau Dara (TFDevs), "Adam Optimizer: from fixed learning rates to adaptive moments, understanding
the optimizer behind modern deep learning", March 20, 2026, updated April 4, 2026. The claims are
told in other words; the formulas and the printed numbers are the article's own.

A lesson calls `verdict` on what it has computed. The saved notebooks carry the verdicts, and
`verdict_table` gathers them.
"""

import html
import json
from pathlib import Path

import numpy as np

CLAIMS = {
    "A1": "Gradient descent moves by theta - alpha grad J(theta); one scalar alpha serves all "
    "parameters.",
    "A2": "On theta^2 from 5 with alpha = 1.0, theta goes 5, -5, 5, ...: it oscillates for ever "
    "and the loss never falls.",
    "A3": "With alpha = 0.001, theta goes 4.99, 4.98, ...: thousands of iterations to move a "
    "little.",
    "A4": "In a ravine the steep direction demands a small alpha and the flat one a large alpha; "
    "no single alpha suits both.",
    "A5": "Different parameters need different step sizes.",
    "B1": "Adam keeps two things per parameter: m_t, which way the gradients have pointed lately, "
    "and v_t, how large they have been lately.",
    "B2": "Dividing by the root of v_t shrinks the step of parameters with consistently large "
    "gradients and enlarges it for those with small ones.",
    "C1": "Mini-batch gradients are noisy and make a jagged path; a running average smooths it.",
    "C2": "m_t = beta1 m_{t-1} + (1 - beta1) g_t with beta1 = 0.9: 90% past, 10% new.",
    "C3": "m_t is a weighted average in which yesterday's gradient counts more than that of 10 "
    "steps ago.",
    "C4": "Momentum is critical for fast and stable convergence.",
    "D1": "v_t = beta2 v_{t-1} + (1 - beta2) g_t^2, v_0 = 0, beta2 typically 0.999.",
    "D2": "A parameter with always large gradients gathers a large v_t; dividing by sqrt(v_t) "
    "gives it a learning rate of its own.",
    "E1": "As m_0 = v_0 = 0, the early m_t and v_t are biased toward zero.",
    "E2": "m_hat = m / (1 - beta1^t) and v_hat = v / (1 - beta2^t) correct the bias.",
    "E3": "The factor 1 / (1 - beta^t) goes to 1, so the correction matters in the early steps "
    "only.",
    "F1": "theta_{t+1} = theta_t - alpha m_hat / (sqrt(v_hat) + eps), with eps about 1e-8 against "
    "division by zero.",
    "F2": "The defaults are alpha = 0.001, beta1 = 0.9, beta2 = 0.999, eps = 1e-8.",
    "F3": "On theta^2 from 5: t=1 gives m=1.0, v=0.1, m_hat=10.0, v_hat=100.0, theta=4.999; t=2 "
    "gives g=9.998, m=1.8998, v=0.1999, theta about 4.998.",
    "F4": "Adam's steps here are less aggressive than large-alpha SGD, yet much faster than "
    "tiny-alpha SGD.",
    "F5": 'The minimal function prints "Converged at step 817" and "Minimum at θ = 0.00000001".',
    "G1": "SGD is simple but sensitive to alpha and slow in ravines; momentum is faster and "
    "smoother; RMSProp adapts to the gradient's magnitude; Adam has the best of both.",
    "G2": "From the same start with the same alpha (loss 102.5000 each), the adaptive methods "
    "handle the steep direction by themselves, with no tuning.",
    "G3": "Adam is SGD with momentum and RMSProp under one roof, with bias correction on top.",
    "H1": "To fit a line w x + b, take gw = (2/n) sum(error x), gb = (2/n) sum(error), a separate "
    "Adam state for w and b, alpha = 0.01 and 200 epochs.",
    "H2": "It prints epoch 50: loss=0.000042 w=1.9953 b=1.0044; epochs 100, 150, 200: "
    "loss=0.000000 w=2.0000 b=1.0000.",
    "H3": "Adam recovers w=2, b=1 cleanly and fast, compared with vanilla gradient descent, which "
    "needed careful tuning of alpha.",
    "I1": "Adam is a safe default for neural networks.",
    "I2": "Adam suits the noisy gradients of small mini-batches.",
    "I3": "Adam suits sparse features, where gradients are rare and large.",
    "I4": "Adam is the choice when starting, with no time to tune.",
    "I5": "Adaptive optimizers can generalize slightly worse than well-tuned SGD with momentum in "
    "image classification.",
    "I6": "Adam does not remove alpha but makes training much less sensitive to it.",
}

MARKS = {"confirmed": "✓", "qualified": "≈", "corrected": "✗", "not yet judged": "·"}
JSON_TYPE = "application/vnd.adam-course.verdict+json"


class Verdict:
    """A claim beside what was computed. `status`: confirmed, qualified or corrected."""

    def __init__(self, claim, status, computed):
        self.claim, self.status, self.computed = claim, status, computed

    def _repr_mimebundle_(self, **kwargs):
        return {
            "text/plain": f"{self.claim} {self.status}: {self.computed}",
            "text/html": _table([self]),
            JSON_TYPE: vars(self),
        }


def verdict(claim, holds, computed, but=None):
    """The verdict on a claim of the article, shown as a row: claim, what was computed, the word.

    claim     its id, a key of `CLAIMS`
    holds     a computed truth value: does what the article says come out?
    computed  a sentence with the computed numbers
    but       a sentence on where a claim that holds stops holding; it makes the verdict "qualified"

    A claim that does not hold is "corrected". ValueError for an unknown claim, TypeError for a
    `holds` that is no truth value.
    """
    if claim not in CLAIMS:
        raise ValueError(f"claim: must be one of {', '.join(CLAIMS)}, got {claim!r}")
    if not isinstance(holds, (bool, np.bool_)):
        raise TypeError(f"holds: must be one computed True or False, got {holds!r}")
    status = "corrected" if not holds else "qualified" if but else "confirmed"
    return Verdict(claim, status, f"{computed} {but}" if but else computed)


def verdicts(notebooks="."):
    """The verdicts stored in the outputs of a folder's lessons: a dict from claim to Verdict.

    ValueError for what is no folder, and for a lesson that is no notebook.
    """
    folder, found = Path(notebooks), {}
    if not folder.is_dir():
        raise ValueError(f"notebooks: must be a folder, got {str(folder)!r}")
    for path in sorted(folder.glob("[0-9]*.ipynb")):
        for output in _outputs(path):
            if JSON_TYPE in output.get("data", {}):
                stored = Verdict(**output["data"][JSON_TYPE])
                found[stored.claim] = stored
    return found


def _outputs(path):
    """All outputs of a notebook."""
    try:
        cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
        return [output for cell in cells for output in cell.get("outputs", [])]
    except (ValueError, TypeError, KeyError, AttributeError) as error:
        raise ValueError(f"notebooks: {str(path)!r} is no notebook") from error


class VerdictTable:
    """All claims in the article's order, each with its verdict or "not yet judged"."""

    def __init__(self, found):
        self.rows = [found.get(claim, Verdict(claim, "not yet judged", "")) for claim in CLAIMS]

    def __repr__(self):
        return "\n".join(f"{row.claim} {row.status}: {row.computed}" for row in self.rows)

    def _repr_html_(self):
        return _table(self.rows)


def verdict_table(notebooks="."):
    """The verdicts of all lessons in a folder as one table. See `verdicts`."""
    return VerdictTable(verdicts(notebooks))


def _table(rows):
    def line(cells, tag):
        style = "text-align: left; vertical-align: top"
        return "<tr>" + "".join(f'<{tag} style="{style}">{c}</{tag}>' for c in cells) + "</tr>"

    head = line(["Claim", "The article says", "We computed", "Verdict"], "th")
    body = [
        line(
            [
                row.claim,
                html.escape(CLAIMS[row.claim]),
                html.escape(row.computed),
                f"<strong>{MARKS[row.status]}&nbsp;{row.status.replace(' ', '&nbsp;')}</strong>",
            ],
            "td",
        )
        for row in rows
    ]
    return f"<table><thead>{head}</thead><tbody>{''.join(body)}</tbody></table>"
