"""One look for every figure of the course. Everything here draws what `minimize` returned.

    fig, (left, right) = plotting.panels(2)
    plotting.landscape(left, ravine, {"SGD": sgd, "Adam": adam})
    plotting.losses(right, ravine, {"SGD": sgd, "Adam": adam})
    plotting.show(fig, "what a reader who does not see it must know")

A line whose label begins with an optimizer's name gets that optimizer's colour and line style
(Okabe and Ito's palette; the dashes tell the lines apart in grey). Any other label gets the next
style of a neutral cycle.
"""

import io
from itertools import count

import numpy as np
from IPython.display import display
from matplotlib import rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.colors import LogNorm
from matplotlib.figure import Figure

from course_lib.problems import Ravine, Rosenbrock, Saddle

STYLES = {
    "SGD": {"color": "#595959", "linestyle": "-"},
    "Momentum": {"color": "#D55E00", "linestyle": (0, (5, 1.5))},
    "RMSProp": {"color": "#009E73", "linestyle": (0, (5, 1.5, 1, 1.5))},
    "AdamW": {"color": "#CC79A7", "linestyle": (0, (3, 1, 1, 1, 1, 1))},
    "Adam": {"color": "#0072B2", "linestyle": "-", "linewidth": 2.4},
    "AMSGrad": {"color": "#E69F00", "linestyle": (0, (1, 1))},
}
NEUTRAL = [
    {"color": "#56B4E9", "linestyle": "-", "linewidth": 4},
    {"color": "#D55E00", "linestyle": (0, (5, 1.5))},
    {"color": "#009E73", "linestyle": (0, (5, 1.5, 1, 1.5))},
    {"color": "#CC79A7", "linestyle": (0, (1, 1))},
    {"color": "#595959", "linestyle": (0, (3, 1, 1, 1, 1, 1))},
]
rcParams.update(
    {
        "font.size": 10.5,
        "axes.spines.top": False,
        "axes.spines.right": False,
        "axes.grid": True,
        "axes.titlesize": 11,
        "axes.titlelocation": "left",
        "grid.color": "#E6E6E6",
        "axes.axisbelow": True,
        "legend.frameon": False,
        "lines.linewidth": 1.8,
    }
)
WINDOWS = {
    Ravine: ((-6.5, 6.5), (-6.5, 6.5)),
    Saddle: ((-2.5, 2.5), (-1.9, 1.9)),
    Rosenbrock: ((-2.0, 2.0), (-1.0, 3.0)),
}
DPI = 144


def panels(columns=1, width=None, height=3.6):
    """A figure and its axes, side by side: one Axes for one column, else an array of them."""
    fig = Figure(figsize=(width or min(4.2 * columns + 1.8, 10.5), height), layout="constrained")
    FigureCanvasAgg(fig)
    return fig, fig.subplots(1, columns)


def show(fig, alt):
    """Put the figure into the notebook as a PNG with its description for those who don't see it."""
    png = io.BytesIO()
    fig.savefig(png, format="png", dpi=DPI)
    width, height = (round(inches * 100) for inches in fig.get_size_inches())
    display(
        {"image/png": png.getvalue(), "text/plain": alt},
        metadata={"image/png": {"alt": alt, "width": width, "height": height}},
        raw=True,
    )


def styles(labels):
    """A line style for each label, as a dict."""
    spare = count()
    return {label: _style(label) or NEUTRAL[next(spare) % len(NEUTRAL)] for label in labels}


def _style(label):
    return next((style for name, style in STYLES.items() if label.startswith(name)), None)


def lines(ax, ys, x=None, xlabel="step t", ylabel="", title="", log="", legend=True):
    """One line for each label of `ys`. `x`: the common abscissa, or 0, 1, 2, ...; `log`: "x", "y", "xy"."""
    for label, style in styles(ys).items():
        y = np.asarray(ys[label])
        ax.plot(np.arange(len(y)) if x is None else x, y, label=label, **style)
    if "x" in log:
        ax.set_xscale("log")
    if "y" in log:
        ax.set_yscale("log")
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if legend and len(ys) > 1:
        ax.legend()


def losses(ax, problem, runs, title="", ylim=None):
    """The loss over the steps on a log scale. `runs`: label -> Trajectory."""
    with np.errstate(all="ignore"):
        curves = {label: problem.loss(run.theta) for label, run in runs.items()}
    lines(ax, curves, ylabel="loss", title=title, log="y")
    if ylim:
        ax.set_ylim(ylim)


def landscape(ax, problem, runs, window=None, names=("x", "y"), title=""):
    """The contours of a problem with two parameters, and a path for each run.

    `window` is ((x0, x1), (y0, y1)); a path that leaves it is cut off at the frame.
    """
    contours(ax, problem, window, names)
    for label, style in styles(runs).items():
        x, y = runs[label].theta[:, 0], runs[label].theta[:, 1]
        ax.plot(x, y, label=label, marker=".", markersize=3, **style)
    some = next(iter(runs.values()))
    ax.plot(*some.theta[0], "o", color="black", markersize=6)
    ax.plot(*problem.minimum, "*", color="black", markersize=11)
    ax.set_title(title)
    ax.legend(loc="lower left", frameon=True, framealpha=0.9, fontsize=9)


def contours(ax, problem, window=None, names=("x", "y")):
    """Level lines of the loss above its minimum, evenly spaced in the logarithm."""
    (x0, x1), (y0, y1) = window or WINDOWS.get(type(problem)) or _window_around(problem)
    x, y = np.meshgrid(np.linspace(x0, x1, 241), np.linspace(y0, y1, 241))
    height = problem.loss(np.stack([x, y], axis=-1)) - problem.loss(problem.minimum)
    levels = np.geomspace(height.max() * 1e-4, height.max(), 15)
    height = np.maximum(height, levels[0] / 10)
    norm = LogNorm(levels[0], levels[-1] * 1e7)
    ax.contourf(x, y, height, levels=levels, cmap="Greys", norm=norm, extend="both")
    ax.contour(x, y, height, levels=levels, colors="#A6A6A6", linewidths=0.6)
    ax.set(xlim=(x0, x1), ylim=(y0, y1), xlabel=names[0], ylabel=names[1])
    ax.grid(False)


def _window_around(problem):
    reach = 1.4 * np.max(np.abs(problem.start - problem.minimum))
    return [(centre - reach, centre + reach) for centre in problem.minimum]


def walk(ax, problem, run, title="", reach=6.0):
    """A run on a problem with one parameter: the curve of the loss, and the iterates upon it."""
    theta = np.linspace(-reach, reach, 200)
    ax.plot(theta, problem.loss(theta), color="#BFBFBF")
    ax.plot(run.theta, problem.loss(run.theta), "o-", color="#0072B2", linewidth=1, markersize=4)
    ax.plot(run.theta[0], problem.loss(run.theta[0]), "o", color="black", markersize=7)
    ax.set(
        xlim=(-reach, reach),
        ylim=(-1.5, reach**2),
        xlabel="theta",
        ylabel="loss",
        title=title,
    )


def heat(ax, x, y, values, xlabel, ylabel, label, title="", log=""):
    """A map of `values`, shape (len(y), len(x)), with its colour bar. `log`: axes that are log."""
    mesh = ax.pcolormesh(x, y, values, cmap="cividis", shading="nearest", rasterized=True)
    if "x" in log:
        ax.set_xscale("log")
    if "y" in log:
        ax.set_yscale("log")
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    ax.grid(False)
    ax.figure.colorbar(mesh, ax=ax, label=label)


def bands(ax, ys, x=None, xlabel="step t", ylabel="", title="", log=""):
    """For each label the median over the runs, and a band from the lowest run to the highest.

    `ys`: label -> array of shape (runs, points).
    """
    medians = {label: np.median(y, axis=0) for label, y in ys.items()}
    lines(ax, medians, x, xlabel, ylabel, title, log)
    for label, style in styles(ys).items():
        low, high = np.min(ys[label], axis=0), np.max(ys[label], axis=0)
        points = np.arange(len(low)) if x is None else x
        ax.fill_between(points, low, high, color=style["color"], alpha=0.15, linewidth=0)
