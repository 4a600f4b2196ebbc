"""One look for every figure of the course. Everything here draws what `minimize` returned.

    fig, (left, right) = plotting.panels(2)
    plotting.landscape(left, ravine, {"SGD": sgd, "Adam": adam})
    plotting.losses(right, ravine, {"SGD": sgd, "Adam": adam})
    plotting.show(fig, "what a reader who does not see it must know")

A line whose label begins with an optimizer's name gets that optimizer's colour and line style
(Okabe and Ito's palette; the dashes tell the lines apart in grey). Any other label gets the next
style of a neutral cycle.
"""

import base64
import io
from html import escape
from itertools import count

import numpy as np
from IPython.display import display
from matplotlib import colormaps, rcParams
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure
from mpl_toolkits.mplot3d.art3d import Poly3DCollection

from course_lib.optimizers import single, whole
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
        "axes.titley": 1.0,
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
TOO_FAR = 1e250  # matplotlib finds no ticks for an axis that reaches beyond the largest float


def panels(columns=1, width=None, height=3.6):
    """A figure and its axes, side by side: one Axes for one column, else an array of them."""
    fig = Figure(figsize=(width or min(4.2 * columns + 1.8, 10.5), height), layout="constrained")
    FigureCanvasAgg(fig)
    return fig, fig.subplots(1, columns)


def show(fig, alt):
    """Put the figure into the notebook, with its description for those who don't see it.

    It is HTML around a PNG, since JupyterLab gives no alt text to an image alone.
    """
    png = io.BytesIO()
    fig.savefig(png, format="png", dpi=DPI)
    data = base64.b64encode(png.getvalue()).decode()
    width = round(fig.get_figwidth() * 100)
    image = f'<img alt="{escape(alt)}" width="{width}" src="data:image/png;base64,{data}">'
    display({"text/html": image, "text/plain": alt}, raw=True)


def styles(labels):
    """A line style for each label, as a dict."""
    spare = count()
    return {label: _style(label) or NEUTRAL[next(spare) % len(NEUTRAL)] for label in labels}


def _style(label):
    return next((style for name, style in STYLES.items() if str(label).startswith(name)), None)


def lines(ax, ys, x=None, xlabel="step t", ylabel="", title="", log="", legend=True):
    """One line for each label of `ys`, over `x` or 0, 1, 2, ...; `log`: "x", "y", "xy".

    Returns the lines.
    """
    if not set(log) <= set("xy"):
        raise ValueError(f"log: must be made of x and y, got {log!r}")
    drawn = _draw(ax, traces(ys, x))
    if "x" in log:
        ax.set_xscale("log")
    if "y" in log:
        ax.set_yscale("log")
    ax.set(xlabel=xlabel, ylabel=ylabel, title=title)
    if legend and len(ys) > 1:
        ax.legend()
    return drawn


def traces(ys, x=None):
    """What `lines` draws: label -> (x, y), without the values that are TOO_FAR."""
    found = {}
    for label, y in ys.items():
        y = np.asarray(y, dtype=float)
        if y.ndim != 1:
            raise ValueError(f"ys: must hold one curve for each label, got {y.shape} for {label!r}")
        found[label] = np.arange(len(y)) if x is None else x, np.where(abs(y) < TOO_FAR, y, np.nan)
    return found


def _draw(ax, found, **marks):
    """A line for each trace, in the style of its label. Returns the lines."""
    drawn = []
    for label, style in styles(found).items():
        drawn += ax.plot(*found[label], label=label, **marks, **style)
    return drawn


def losses(ax, problem, runs, title="", ylim=None):
    """The loss over the steps on a log scale. `runs`: label -> Trajectory."""
    with np.errstate(all="ignore"):
        falling = {label: problem.loss(run.theta) for label, run in runs.items()}
    lines(ax, falling, ylabel="loss", title=title, log="y")
    if ylim:
        ax.set_ylim(ylim)


def landscape(ax, problem, runs, window=None, names=("x", "y"), title=""):
    """The contours of a problem with two parameters, and a path for each run.

    `window` is ((x0, x1), (y0, y1)); a path that leaves it is cut off at the frame.
    """
    contours(ax, problem, window, names)
    paths(ax, runs)
    ax.plot(*problem.minimum, "*", color="black", markersize=11)
    ax.set_title(title)
    ax.legend(loc="lower left", frameon=True, framealpha=0.9, fontsize=9)


GREYS = colormaps["Greys"]
LEVELS = 15
# What lies below, between and above the levels; the darkest is no darker than a line upon it.
LEVEL_GREYS = GREYS(np.array([0, *np.arange(0.5, LEVELS - 1), LEVELS - 1]) / (LEVELS - 1) * 4 / 11)
LEVEL_LINE = {"edgecolor": "#A6A6A6", "linewidth": 0.4}


def contours(ax, problem, window=None, names=("x", "y"), points=241):
    """Level lines of the loss above its minimum, evenly spaced in the logarithm.

    Returns the artists.
    """
    x, y, height, levels = level_lines(problem, window, points)
    ax.set(xlim=(x[0], x[-1]), ylim=(y[0], y[-1]), xlabel=names[0], ylabel=names[1])
    ax.grid(False)
    look = {"colors": LEVEL_GREYS, "extend": "both", "antialiased": True}
    bands = ax.contourf(x, y, height, levels=levels, **look)
    bands.set(**LEVEL_LINE)
    return [bands]


def level_lines(problem, window=None, points=241):
    """The heights of a landscape and their levels.

    Returns x and y, both (points,), height (y, x) and levels (LEVELS,).
    """
    (x0, x1), (y0, y1) = window_of(problem) if window is None else window
    x, y = np.linspace(x0, x1, points), np.linspace(y0, y1, points)
    height = problem.loss(np.stack(np.meshgrid(x, y), axis=-1)) - problem.loss(problem.minimum)
    levels = np.geomspace(height.max() * 1e-4, height.max(), LEVELS)
    return x, y, np.maximum(height, levels[0] / 10), levels


def window_of(problem):
    """The part of the plane in which a problem is drawn: ((x0, x1), (y0, y1))."""
    if np.shape(getattr(problem, "minimum", 0.0)) != (2,):
        raise ValueError(f"problem: must have two parameters, got {problem!r}")
    return WINDOWS.get(type(problem)) or _window_around(problem)


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
        edges = {end: end(ys[label], axis=0) for end in (np.min, np.max)}
        low, high = (y for _, y in traces(edges).values())
        points = np.arange(len(low)) if x is None else x
        ax.fill_between(points, low, high, color=style["color"], alpha=0.15, linewidth=0)


DOTS = {"marker": ".", "markersize": 3}
HEAD = {"marker": "o", "markersize": 5, "markevery": [-1]}


def paths(ax, runs, t=None, marks=DOTS):
    """The start, and each run's path up to iteration t (None: all of it).

    marks: DOTS on all iterates, or a HEAD on the last.
    """
    _draw(ax, path_traces(runs, t), **marks)
    for run in list(runs.values())[:1]:
        ax.plot(*run.theta[0], "o", color="black", markersize=6)


def path_traces(runs, t=None):
    """Each run's path up to iteration t: label -> (x, y)."""
    return {label: _near(run.theta[_upto(t)]).T for label, run in _two_parameters(runs).items()}


def _two_parameters(runs):
    """`runs`, or a ValueError that names what is not a single run with two parameters."""
    if not isinstance(runs, dict):
        raise ValueError(f"runs: must be a dict from labels to runs, got {runs!r}")
    for label, run in runs.items():
        if getattr(run, "theta", np.empty(0)).shape[1:] != (2,):
            raise ValueError(f"runs: must be of two parameters, got {run!r} for {label!r}")
    return runs


def _upto(t):
    return slice(None if t is None else t + 1)


def _near(theta):
    """theta without the points so far off that a diverging run would break the drawing."""
    return np.where(np.abs(theta) < 1e6, theta, np.nan)


EDGE = {"edgecolor": "#B0B0B0", "linewidth": 0.3}


def surface(ax, problem):
    """The landscape in three dimensions, on axes with projection="3d". Returns the artists."""
    faces, colors = surface_faces(problem)
    names = surface_names(faces, ax.azim)
    (x0, y0, _), _, (x1, y1, _), _ = faces[0]
    ax.set(xlim=(x0, x1), ylim=(y0, y1))
    fit_height(ax, problem)
    ax.set_box_aspect((1, 1, 0.75), zoom=1.15)
    ax.set_title("The landscape: height is the loss", y=1.08)
    ax.set_axis_off()
    ax.computed_zorder = False
    floor, landscape = slice(1), slice(1, None)
    return [
        *(
            ax.add_collection3d(Poly3DCollection(faces[part], facecolors=colors[part], **EDGE))
            for part in (floor, landscape)
        ),
        *(ax.text(*at, name, ha="center", va="center") for name, at in names.items()),
    ]


def surface_faces(problem):
    """The floor and then the landscape as quadrilaterals, (n, 4, 3), and their greys, (n, 4)."""
    (x0, x1), (y0, y1) = window_of(problem)
    points = _surface_points(problem)
    corners = [points[:-1, :-1], points[1:, :-1], points[1:, 1:], points[:-1, 1:]]
    faces = np.stack(corners, axis=2).reshape(-1, 4, 3)
    z0, z1 = points[..., 2].min(), points[..., 2].max()
    floor = [(x0, y0, z0), (x1, y0, z0), (x1, y1, z0), (x0, y1, z0)]
    shade = 0.12 + 0.38 * np.sqrt((faces[..., 2].mean(axis=1) - z0) / (z1 - z0))
    return np.concatenate([[floor], faces]), GREYS(np.append(0.06, shade))


def fit_height(ax, problem):
    """Limits of the height in which the landscape just fits."""
    height = _surface_points(problem)[..., 2]
    ax.set_zlim(height.min(), height.max())


def _surface_points(problem):
    """The corners of the landscape's faces, (18, 18, 3)."""
    theta = np.stack(np.meshgrid(*(np.linspace(*ends, 18) for ends in window_of(problem))), axis=-1)
    return np.concatenate([theta, problem.loss(theta)[..., np.newaxis]], axis=-1)


def surface_names(faces, azim):
    """Where the names of x and y stand: beside the floor, at the sides near to the viewer.

    azim: where the viewer is, in degrees. Returns name -> (3,).
    """
    floor = faces[0]
    x, y, z = floor.mean(axis=0)
    wide, deep, _ = 0.6 * (floor.max(axis=0) - floor.min(axis=0))
    azim = np.radians(azim)
    return {
        "x": (x, y + np.copysign(deep, np.sin(azim)), z),
        "y": (x + np.copysign(wide, np.cos(azim)), y, z),
    }


def surface_traces(problem, runs, t=None):
    """The paths upon the surface, inside its frame: label -> (x, y, z)."""
    low, high = np.transpose(window_of(problem))
    found = {}
    for label, run in runs.items():
        theta = _near(run.theta[_upto(t)])
        inside = np.all((theta >= low) & (theta <= high), axis=1)
        x, y = np.where(inside, theta.T, np.nan)
        found[label] = x, y, problem.loss(np.stack([x, y], axis=-1))
    return found


LEGEND = {"ncols": 4, "fontsize": 8.5, "handlelength": 1.5, "columnspacing": 0.9}


def falling(ax, problem, runs, t=None):
    """The losses of `runs` up to iteration t, above the lowest loss, on fixed log axes.

    Returns the artists.
    """
    lines = _draw(ax, falling_traces(problem, runs, t))
    ax.legend(handles=lines, **LEGEND, loc="lower left", bbox_to_anchor=(-0.02, 0.98))
    steps = max((len(run.theta) - 1 for run in runs.values()), default=0)
    lowest = problem.loss(problem.minimum)
    ax.set(xlabel="iteration", ylabel=f"loss − ({lowest:g})" if lowest else "loss")
    ax.set(xlim=(0, max(steps, 1)), yscale="log", ylim=(1e-12, 1e4))
    ax.yaxis.set_major_formatter("{x:g}")
    return lines


def falling_traces(problem, runs, t=None):
    """The curves of `falling`: label -> (iteration, height)."""
    heights = {}
    with np.errstate(all="ignore"):
        for label, run in runs.items():
            height = problem.loss(run.theta[_upto(t)]) - problem.loss(problem.minimum)
            heights[label] = np.where(height > 0, height, np.nan)
    return traces(heights)


MEMORY = {
    "g": "the gradient and m",
    "v": "v, the average of g²",
    "correction": "1/(1 − beta^t)",
    "step": "step / alpha",
}


def adam_memory(ax, kind, run, alpha, component=0, t=None, limits=None):
    """One kind of Adam's MEMORY up to step t, for one component. Returns the artists.

    limits: of the y axis, (low, high); None: those of `memory_limits`.
    """
    lines = _draw(ax, memory_traces(kind, run, alpha, component, t))
    if len(lines) > 1:
        ax.legend(**LEGEND, loc="upper left")
    low, high = limits or memory_limits(kind, run, component)
    ax.set(xlabel="step t", xlim=(0, max(len(run.t), 1)), title=MEMORY[kind])
    ax.set(yscale="log" if low > 0 else "linear", ylim=(low, high))
    ax.yaxis.set_major_formatter("{x:g}")
    return lines


def memory_traces(kind, run, alpha, component=0, t=None):
    """The curves of `adam_memory`: label -> (t, y)."""
    with np.errstate(all="ignore"):
        ys = _memory_curves(kind, run, alpha, component)
    return traces({label: y[:t] for label, y in ys.items()}, run.t[:t])


def _memory_curves(kind, run, alpha, component):
    if kind == "correction":
        return corrections(run)
    if kind == "step":
        return {"step": adam_steps(run)[:, component] / alpha}
    names = ("g", "m", "m_hat") if kind == "g" else ("v", "v_hat")
    return {name: getattr(run, name)[:, component] for name in names}


def memory_limits(kind, run, component=0):
    """How far the y axis of `adam_memory` reaches; a log axis if all of it is positive."""
    if kind == "g":
        # 0.96: as 1.05 times the limit is in sight, 5.1 does not need the axes for 10 yet.
        return gradient_limits(0.96 * np.abs([run.g, run.m, run.m_hat])[..., component])
    return {"v": (1e-8, 1e6), "correction": (0.8, 1e5), "step": (-1.6, 1.6)}[kind]


def gradient_limits(sizes):
    """How far an axis for gradients of these sizes reaches, with room for a legend above."""
    largest = _round_up(sizes)
    return -1.05 * largest, 1.6 * largest


def _round_up(values):
    """1, 2 or 5 times a power of ten that is at least the largest of the values below 1e12."""
    largest = np.max(values, initial=1e-3, where=np.abs(values) < 1e12)
    power = 10.0 ** np.floor(np.log10(largest))
    return power * next(digit for digit in (1, 2, 5, 10) if digit * power >= largest)


def corrections(run, t=None):
    """The factors 1/(1 − beta^t) as recorded in m_hat and v_hat; nan while every gradient was 0."""
    with np.errstate(all="ignore"):
        ratios = {
            "beta1": run.m_hat[:t] / run.m[:t],
            "beta2": run.v_hat[:t] / run.v[:t],
        }
        return {label: np.fmax.reduce(ratio, axis=1) for label, ratio in ratios.items()}


def adam_steps(run, t=None):
    """theta_t - theta_{t-1} of the steps up to t."""
    with np.errstate(all="ignore"):
        return np.diff(run.theta, axis=0)[:t]


def comparison(problem, runs, alpha, t=None, component=0):
    """The runs side by side up to iteration t (None: to the end), as `live.compare` shows them.

    runs: label -> Trajectory, with "Adam" among them, whose memory for one component is shown.
    """
    if "Adam" not in _two_parameters(runs):
        raise ValueError(f"runs: must have a run with the label 'Adam', got {list(runs)}")
    component = whole("component", component, 0, 1)
    if t is not None:
        t = whole("t", t, 0, len(runs["Adam"].t))
    fig = Figure(figsize=(10.5, 9), layout="constrained")
    FigureCanvasAgg(fig)
    axes = fig.subplot_mosaic(
        [["surface"] * 2 + ["plane"] * 2, ["losses"] * 4, list(MEMORY)],
        per_subplot_kw={"surface": {"projection": "3d"}},
        height_ratios=[1.5, 1, 0.9],
    )
    surface(axes["surface"], problem)
    _draw(axes["surface"], surface_traces(problem, runs, t), **HEAD)
    plane(axes["plane"], problem)
    paths(axes["plane"], runs, t, HEAD)
    falling(axes["losses"], problem, runs, t)
    for kind in MEMORY:
        adam_memory(axes[kind], kind, runs["Adam"], alpha, component, t)
    return fig


def plane(ax, problem):
    """The landscape from above, with its minimum. Returns the artists."""
    ax.set_title("The same from above")
    return [
        *contours(ax, problem, points=65),
        *ax.plot(*problem.minimum, "*", color="black", markersize=11),
    ]


STAGES = ("g", "m", "√v", "m_hat", "√v_hat")


def adam_step(run, alpha, beta1, beta2, t, stage=8):
    """Step t of Adam on two parameters, drawn up to one of eight stages.

    1 the old m decays, 2 the old v decays, 3 the gradient arrives, 4 m, 5 v, 6 the corrections,
    7 m_hat measured in units of sqrt(v_hat), 8 the step.
    """
    t, stage = whole("t", t, 1, len(run.t)), whole("stage", stage, 1, 8)
    if single("alpha", alpha) == 0:
        raise ValueError(f"alpha: must be above 0 to measure the step by it, got {alpha}")
    fig = Figure(figsize=(10.5, 3.1), layout="constrained")
    FigureCanvasAgg(fig)
    *both, right = fig.subplots(1, 3)
    for component, (ax, name) in enumerate(zip(both, "xy", strict=True)):
        _memory(ax, run, beta1, beta2, t, stage, component)
        ax.set_title(f"{name}: memory and gradient")
    _division(right, run, alpha, t, stage)
    return fig


def _memory(ax, run, beta1, beta2, t, stage, component):
    g, m, v, m_hat, v_hat = (
        getattr(run, name)[t - 1, component] for name in ("g", "m", "v", "m_hat", "v_hat")
    )
    old_m, old_v = (x[t - 2, component] if t > 1 else 0.0 for x in (run.m, run.v))
    blue, red, grey = (STYLES[name]["color"] for name in ("Adam", "Momentum", "SGD"))
    bars = [
        (1, "m", beta1 * old_m, {"color": blue, "alpha": 0.4}),
        (2, "√v", np.sqrt(beta2 * old_v), {"color": red, "alpha": 0.4}),
        (3, "g", g, {"color": grey}),
        (4, "m", m, {"color": "none", "edgecolor": blue, "linewidth": 2}),
        (5, "√v", np.sqrt(v), {"color": "none", "edgecolor": red, "linewidth": 2}),
        (6, "m_hat", m_hat, {"color": blue}),
        (6, "√v_hat", np.sqrt(v_hat), {"color": red}),
    ]
    for when, row, length, style in bars:
        if stage >= when:
            ax.barh(STAGES.index(row), length, height=0.62, **style)
    if stage >= 7:
        for end in {np.sqrt(v_hat), np.copysign(np.sqrt(v_hat), m_hat)}:
            ax.plot([end, end], [2.6, 4.4], color="black", linestyle=(0, (2, 2)), linewidth=1.2)
    reach = 1.1 * _round_up([g, m, m_hat, np.sqrt(v), np.sqrt(v_hat), old_m, np.sqrt(old_v)])
    ax.axvline(0, color="black", linewidth=0.8)
    ax.set(yticks=range(len(STAGES)), yticklabels=STAGES, ylim=(4.6, -0.6))
    ax.set(xlim=(-reach, reach), xlabel="in units of the gradient")
    ax.grid(axis="y", visible=False)


def _division(ax, run, alpha, t, stage):
    with np.errstate(all="ignore"):
        steps = (run.theta[t] - run.theta[t - 1]) / alpha
        ratios = run.m_hat[t - 1] / np.sqrt(run.v_hat[t - 1])
    rows = ["m_hat/√v_hat, x", "m_hat/√v_hat, y", "step/alpha, x", "step/alpha, y"]
    blue = STYLES["Adam"]["color"]
    if stage >= 7:
        ax.barh([0, 1], ratios, height=0.62, color=blue)
    if stage >= 8:
        ax.barh([2, 3], steps, height=0.62, color="black")
    ax.axvline(0, color="black", linewidth=0.8)
    reach = max(1.5, 1.05 * np.max(np.abs(steps)))
    ax.set(yticks=range(4), yticklabels=rows, ylim=(3.6, -0.6), xlim=(-reach, reach))
    ax.set(xlabel="in units of alpha", title="The step")
    ax.grid(axis="y", visible=False)


def gallery(ax, images, labels, columns=10):
    """Grey pictures in rows, each under its label. `images`: (n, height, width), from 0 to 1."""
    if np.ndim(images) != 3:
        raise ValueError(f"images: must be (n, height, width), got {np.shape(images)}")
    height, width = np.shape(images)[1:]
    for i, (image, label) in enumerate(zip(images, labels, strict=True)):
        x, y = i % columns * width * 1.25, i // columns * height * 1.5
        ax.imshow(image, cmap="Greys", vmin=0, vmax=1, extent=(x, x + width, y + height, y))
        ax.text(x + width / 2, y - height * 0.08, label, ha="center", va="bottom", fontsize=9)
    ax.set(
        xlim=(-1, min(columns, len(images)) * width * 1.25),
        ylim=((-(-len(images) // columns) * 1.5 - 0.45) * height, -height * 0.4),
    )
    ax.axis("off")
