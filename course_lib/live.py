"""The interactive parts: the optimizers side by side, and one step of Adam taken apart.

    live.compare()
    live.one_step()

Each is one call in a cell of its own. What they show was computed by `minimize` and drawn by
`plotting`, whose `comparison` and `adam_step` draw the same for a page without a kernel.

A picture is layers of SVG: the axes, the landscape in them, and above what always changes (paths,
curves). It is sharp on every screen, and most changes send what is above alone. No frames queue up:
the browser sends a control's next value when the kernel has dealt with the last one, and Play waits
for the browser (see `Player`).
"""

import asyncio
import gc
from contextlib import ExitStack
from dataclasses import dataclass
from functools import lru_cache
from html import escape
from math import isclose

import numpy as np
from ipywidgets import (
    HTML,
    Box,
    Button,
    Checkbox,
    Dropdown,
    FloatSlider,
    GridBox,
    IntSlider,
    IntText,
    Layout,
    SelectionSlider,
    VBox,
    jsdlink,
)
from matplotlib.backends.backend_agg import FigureCanvasAgg
from matplotlib.figure import Figure

from course_lib import plotting, svg
from course_lib.optimizers import (
    SGD,
    Adam,
    AdamState,
    Momentum,
    RMSProp,
    minimize,
    single,
    whole,
)
from course_lib.problems import Ravine, Rosenbrock, Saddle

LANDSCAPES = {"ravine": Ravine, "saddle": Saddle, "Rosenbrock": Rosenbrock}
DIGITS = (1, 1.1, 1.2, 1.3, 1.4, 1.5, 1.6, 1.8, 2, 2.2, 2.5, 2.8, 3, 3.5, 4, 4.5, 5)
DIGITS += (5.5, 6, 6.5, 7, 7.5, 8, 8.5, 9, 9.5)
ALPHAS = [a for k in (3, 2, 1) for d in DIGITS if (a := float(f"{d}e-{k}")) <= 0.5]
BETA1S = [round(0.01 * k, 2) for k in range(50, 100)]
BETA2S = [round(1 - d * 10.0**-k, 4) for k in (2, 3, 4) for d in range(10, 1, -1)] + [0.9999]
LOOK = {"style": {"description_width": "5.5em"}, "layout": {"width": "auto"}}
AREAS = """
    "surface surface surface plane plane plane"
    "losses losses loss loss memory memory"
    "g v v correction correction step"
"""
TRACKS = " ".join(f"minmax(0, {width}fr)" for width in (17.8, 9.2, 8.5, 15, 2.7, 17.8))
REST = 0.02  # seconds between two pictures of Play, in which the kernel listens
BATCH = 8  # pictures
PATIENCE = 50  # times REST: so long Play waits for a browser that does not answer
GRADIENTS = 1, 2, 5, 10, 20, 50, 100  # in the ravine, however it is turned
LANDSCAPES_KEPT = 200  # for each picture, 91 of them for the ravine's angles
PAINTED = 0.1  # seconds after which the browser has painted a picture that it was sent

# What ipywidgets leaves out: names and spoken values for its sliders, a line that is read out when
# it changes, and keys that reach the controls in spite of JupyterLab's shortcuts. And one front of
# the pictures, not two: see `Comparison.draw`.
ACCESS = """<style onload="
    const root = this.closest('.course-live');
    const controls = 'button, input, select, [tabindex], [contenteditable]';
    const name = () => {
        for (const control of root.querySelectorAll(controls)) {
            control.dataset.lmSuppressShortcuts = 'true';
        }
        root.querySelector('.course-words')?.setAttribute('role', 'status');
        for (const slider of root.querySelectorAll('.widget-slider')) {
            const label = slider.querySelector('label').textContent;
            const readout = slider.querySelector('.widget-readout');
            const handle = slider.querySelector('.noUi-handle');
            handle?.setAttribute('aria-label', label);
            handle?.setAttribute('aria-valuetext', readout.textContent);
            if (slider.classList.contains('course-choice')) {
                readout.contentEditable = 'false';
            } else {
                readout.setAttribute('role', 'textbox');
                readout.setAttribute('aria-label', label + ', typed');
            }
        }
    };
    const outsidePictures = change => !change.target.closest('.widget-html-content');
    new MutationObserver(changes => changes.some(outsidePictures) && name())
        .observe(root, {childList: true, subtree: true});
    name();
">
    .course-layer > .widget-html-content { display: contents }
    .course-back:has([role=img]) + .course-front { display: none !important }
</style>"""


def compare(alpha=0.08, beta1=0.9, beta2=0.999, steps=100, landscape="ravine", angle=0, seed=0):
    """SGD, Momentum, RMSProp and Adam from one start with one alpha, as a widget."""
    comparison = Comparison(alpha, beta1, beta2, steps, landscape, angle, seed)
    _keep_from_garbage_collection()
    return comparison.widget


def optimizers(alpha, beta1=0.9, beta2=0.999):
    """The four that `compare` runs."""
    return {
        "SGD": SGD(alpha),
        "Momentum": Momentum(alpha, beta1),
        "RMSProp": RMSProp(alpha, beta2),
        "Adam": Adam(alpha, beta1, beta2),
    }


def noisy(grad, sigma, steps, seed=0):
    """`grad` with Gaussian noise of standard deviation sigma, as one function a step.

    For problems with two parameters. The same seed gives every optimizer the same noise.
    """
    if sigma == 0:
        return [grad] * steps
    noise = sigma * np.random.default_rng(seed).standard_normal((steps, 2))
    return [lambda theta, e=e: grad(theta) + e for e in noise]


@lru_cache(maxsize=64)
def run(rule, problem, start, sigma, steps, seed):
    """The Trajectory of one optimizer."""
    return minimize(rule, noisy(problem.grad, sigma, steps, seed), start, steps)


def diverged_at(losses):
    """The first iteration whose loss is no number or a million times the first; or None."""
    lost = ~(losses < 1e6 * max(losses[0], 1))
    return int(np.argmax(lost)) if lost.any() else None


def number(x):
    """A loss as it is shown."""
    if abs(x) < 1e6:
        return f"{x:.4f}" if x == 0 or abs(x) >= 1e-3 else f"{x:.4e}"
    return f"{x:.1e}"


def _keep_from_garbage_collection():
    """What is there now will stay; to look through it again would take longer than a drawing."""
    gc.collect()
    gc.freeze()


class Comparison:
    """The controls and pictures of `compare`. `widget` is the whole."""

    def __init__(self, alpha, beta1, beta2, steps, landscape, angle, seed):
        self.steps, self.seed, self.resting = whole("steps", steps), whole("seed", seed), False
        angle = whole("angle", angle, 0, 90)
        if landscape not in list(LANDSCAPES):
            known = ", ".join(LANDSCAPES)
            raise ValueError(f"landscape: must be one of {known}, got {landscape!r}")
        self.alpha = _choice("alpha", ALPHAS, alpha)
        self.beta1 = _choice("beta1", BETA1S, beta1)
        self.beta2 = _choice("beta2", BETA2S, beta2)
        self.iteration = _slider(IntSlider, "iteration", 0, self.steps, 0)
        self.player = Player(self.iteration)
        self.landscape = _dropdown("landscape", list(LANDSCAPES), landscape)
        self.angle = _slider(IntSlider, "angle °", 0, 90, angle)
        self.start = [_slider(MovedSlider, f"start {name}", -1, 1, 0, step=0.01) for name in "xy"]
        self.noise = _slider(FloatSlider, "noise", 0, 20, 0, step=0.5, readout_format=".1f")
        self.turn = _slider(IntSlider, "turn °", -180, 180, -60, step=5)
        self.tilt = _slider(IntSlider, "tilt °", 0, 90, 35, step=5)
        self.component = _dropdown("memory of", {"x": 0, "y": 1}, 0)
        self.ticks = {
            name: Checkbox(True, description=name, indent=False, layout=Layout(width="auto"))
            for name in optimizers(self.alpha.value)
        }
        self.surface = Picture("surface", 4.6, 3.2, (0, 1, 0.12, 0.92), projection="3d")
        self.plane = Picture("plane", 4.6, 3.2, (0.14, 0.97, 0.15, 0.92))
        self.losses = Picture("losses", 4.6, 2.7, (0.19, 0.95, 0.18, 0.9))
        self.memory = {
            kind: Picture(kind, 2.36, 2.1, (0.27, 0.92, 0.23, 0.88)) for kind in plotting.MEMORY
        }
        self.pictures = self.surface, self.plane, self.losses, *self.memory.values()
        self.back, self.front = _layer("course-back"), _layer("course-front")
        self.parts = self.draw_surface, self.draw_plane, self.draw_losses, self.draw_memory
        self._observe()
        self.widget = self._layout()
        self.draw_landscapes_ahead()
        self.move_to_own_start()
        self.draw_axes_ahead()

    def _observe(self):
        for control in (self.landscape, self.angle):
            control.observe(self.move_to_own_start, "value")
        numbers = [self.alpha, self.beta1, self.beta2, self.noise, *self.start, self.iteration]
        for control in [*numbers, *self.ticks.values()]:
            control.observe(self._redraw(*self.parts), "value")
        for control in (self.turn, self.tilt):
            control.observe(self._redraw(self.draw_surface), "value")
        self.component.observe(self._redraw(self.draw_memory), "value")

    def _redraw(self, *parts):
        """A callback that draws these parts."""

        def changed(change):
            if not self.resting and not _alike(change.old, change.new):
                self.draw(*parts)

        return changed

    def _layout(self):
        return _frame(
            [
                _row([*self.player.buttons, *self.ticks.values()]),
                _columns(self.iteration, self.landscape, self.angle),
                _columns(self.alpha, self.beta1, self.beta2),
                _columns(*self.start, self.noise),
                _columns(self.turn, self.tilt, self.component),
                GridBox(
                    [*(picture.frame for picture in self.pictures), self.back, self.front],
                    layout=Layout(
                        grid_template_areas=AREAS,
                        grid_template_columns=TRACKS,
                        grid_gap="0 0.6em",
                    ),
                ),
            ]
        )

    @property
    def problem(self):
        kind = LANDSCAPES[self.landscape.value]
        return Ravine(self.angle.value) if kind is Ravine else kind()

    @property
    def theta0(self):
        """What the sliders show, or the problem's own start while they show that, rounded."""
        shown, own = tuple(round(control.value, 2) for control in self.start), self.problem.start
        return tuple(own) if np.allclose(shown, own, rtol=0, atol=0.005) else shown

    def run(self):
        """name -> Trajectory for each of `optimizers`, as the controls have it."""
        rules = optimizers(self.alpha.value, self.beta1.value, self.beta2.value)
        settings = self.problem, self.theta0, self.noise.value, self.steps, self.seed
        return {name: run(rule, *settings) for name, rule in rules.items()}

    @property
    def shown(self):
        return {name: run for name, run in self.runs.items() if self.ticks[name].value}

    def move_to_own_start(self, _=None):
        """After a change of the landscape: its own start, and sliders that reach over it."""
        self.resting = True
        self.angle.disabled = not isinstance(self.problem, Ravine)
        ends = zip(self.start, plotting.window_of(self.problem), self.problem.start, strict=True)
        with ExitStack() as until_painted:  # a slider takes as long to move as a picture to paint
            for control, (low, high), value in ends:
                until_painted.enter_context(control.hold_sync())
                with control.hold_trait_notifications():
                    control.min, control.max = low, high
                    control.value = _on_slider(value, control)
            self.resting = False
            self.draw(*self.parts)
            _later(until_painted.pop_all().close)

    def draw(self, *parts):
        """Draw these parts; then send both landscapes, if new, and all fronts with both tables.

        New landscapes take the fronts along: of two messages, the browser may paint the first
        alone. Until the fronts come alone again, their own layer is hidden (in ACCESS).
        """
        self.runs = self.run()
        for part in parts:
            part()
        landscapes = _in_grid({p.area: p.landscape for p in (self.surface, self.plane)})
        fronts = {picture.area: picture.front for picture in self.pictures}
        fronts = _in_grid(fronts | {"loss": self.loss_table, "memory": self.memory_table})
        if self.back.value.startswith(landscapes):
            self.front.value = fronts
            self.back.value = landscapes
        else:
            self.back.value = landscapes + fronts

    def draw_surface(self):
        problem, t = self.problem, self.iteration.value
        self.draw_heights(problem)
        self.surface.draw_front(
            plotting.surface_traces(problem, self.shown, t),
            f"The landscape in three dimensions with the paths at iteration {t}.",
            heads=True,
        )

    def draw_heights(self, problem):
        """The landscape of `draw_surface`, in its axes."""
        view = self.tilt.value, self.turn.value
        self.surface.draw_frame(lambda ax: plotting.surface(ax, problem), type(problem))
        self.surface.axes.view_init(*view)
        plotting.fit_height(self.surface.axes, problem)
        self.surface.draw_landscape(svg.surface, problem, view)

    def draw_plane(self):
        problem, t = self.problem, self.iteration.value
        self.draw_levels(problem)
        self.plane.draw_front(
            plotting.path_traces(self.shown, t),
            f"The paths from above at iteration {t}, with their losses in the table.",
            heads=True,
            start=self.theta0,
        )

    def draw_levels(self, problem):
        """The landscape of `draw_plane`, in its axes."""
        self.plane.draw_frame(lambda ax: plotting.plane(ax, problem), type(problem))
        self.plane.draw_landscape(svg.plane, problem)

    def draw_losses(self):
        problem, shown, t = self.problem, self.shown, self.iteration.value
        self.losses.draw_frame(
            lambda ax: plotting.falling(ax, problem, shown, 0), (type(problem), *shown)
        )
        self.losses.draw_front(
            plotting.falling_traces(problem, shown, t),
            f"The losses from iteration 0 to {t} on a log scale.",
        )
        self.loss_table = loss_table(problem, shown, t)

    def draw_memory(self):
        run, alpha = self.runs["Adam"], self.alpha.value
        component, t = self.component.value, self.iteration.value
        for kind, picture in self.memory.items():
            limits = plotting.memory_limits(kind, run, component)
            picture.draw_frame(self._memory_axes(kind, limits), limits)
            picture.draw_front(
                plotting.memory_traces(kind, run, alpha, component, t),
                f"{plotting.MEMORY[kind]} for {'xy'[component]} from step 1 to {t}",
            )
        self.memory_table = memory_table(run, component, t)

    def _memory_axes(self, kind, limits):
        """A function that sets up the axes for one kind of memory."""
        run, alpha = self.runs["Adam"], self.alpha.value
        return lambda ax: plotting.adam_memory(ax, kind, run, alpha, t=0, limits=limits)

    def draw_landscapes_ahead(self):
        """Those of the ravine at every angle: during a turn, it would be felt."""
        for problem in map(Ravine, range(self.angle.max + 1)):
            self.draw_heights(problem)
            self.draw_levels(problem)

    def draw_axes_ahead(self):
        """Those for each size of the ravine's gradients, for the same reason."""
        for size in GRADIENTS:
            limits = plotting.gradient_limits(size)
            self.memory["g"].prepare_frame(self._memory_axes("g", limits), limits)


def _later(call):
    """Call it when what was sent is painted; at once where no event loop runs, as in a script."""
    try:
        asyncio.get_running_loop().call_later(PAINTED, call)
    except RuntimeError:
        call()


def _on_slider(value, slider):
    """The nearest number on a slider, to the last digit as noUiSlider has it, which counts in %.

    The browser would send any other back, and that message costs more than the drawing.
    """
    width = slider.max - slider.min
    step = slider.step * 100 / width
    return round((value - slider.min) / slider.step) * step * width / 100 + slider.min


def _alike(old, new):
    """A number that was typed comes twice, the second time with other last digits."""
    return isinstance(new, float) and isclose(old, new, abs_tol=1e-9)


def loss_table(problem, runs, t):
    """The iteration, and each loss with a word on runs that have diverged, as HTML."""
    rows = []
    for name, run in runs.items():
        with np.errstate(all="ignore"):
            losses = problem.loss(run.theta[: t + 1])
        lost = diverged_at(losses)
        words = "" if lost is None else f"diverged at iteration {lost}"
        rows.append((name, number(losses[t]), words))
    return table(f"Iteration {t}", ("optimizer", "loss", ""), rows)


def memory_table(run, component, t):
    """Adam's state after step t, as HTML."""
    symbols = ("g", "m", "v", "m_hat", "v_hat")
    values = {symbol: getattr(run, symbol)[:t, component] for symbol in symbols}
    values |= {f"1/(1 − {beta}^t)": x for beta, x in plotting.corrections(run, t).items()}
    values["step"] = plotting.adam_steps(run, t)[:, component]
    rows = [(symbol, f"{value[-1]:.6g}" if t else "–") for symbol, value in values.items()]
    return table(f"Adam at t = {t}", ("", "xy"[component]), rows)


def table(caption, head, rows):
    """An HTML table whose first column names its rows."""
    whole = "white-space: nowrap"  # also at the hyphen of 1e-17

    def cell(tag, text):
        style = f"padding-left: 1em; {'' if ' ' in text else whole}"
        return f'<{tag} style="{style}">{escape(text)}</{tag}>'

    def line(tag, first, *rest):
        name = f'<th scope="row" style="text-align: left; {whole}">{escape(first)}</th>'
        return f"<tr>{name}{''.join(cell(tag, text) for text in rest)}</tr>"

    return (
        '<table style="text-align: right; font-size: 0.92em; line-height: 1.4; '
        'font-variant-numeric: tabular-nums">'
        f'<caption style="text-align: left; font-weight: bold">{escape(caption)}</caption>'
        f"{line('th', *head)}{''.join(line('td', *texts) for texts in rows)}</table>"
    )


class MovedSlider(FloatSlider):
    """A slider whose ends and value change together.

    The browser deals with them in the order in which they are sent, and a value that comes before
    its ends is cut off at the old ones. `hold_sync` alone sends them in any order.
    """

    def send_state(self, key=None):
        super().send_state(sorted(key) if isinstance(key, set) else key)  # max, min, value


HIDDEN = 'aria-hidden="true"'


class Picture:
    """A figure in layers of SVG: its axes, the landscape in them, and the front upon both.

    All lie in the `area` of a grid. `frame` is the widget of the first.
    """

    def __init__(self, area, width, height, box, **subplot):
        self.area, self.size, self.box, self.subplot = area, (width, height), box, subplot
        self.frame = HTML(layout=Layout(grid_area=area, margin="0"))
        self.frames, self.written = {}, lru_cache(LANDSCAPES_KEPT)(self._write)
        self.axes, self.landscape, self.front = None, "", ""

    def prepare_frame(self, draw, key):
        """The axes that `draw` sets up, without the artists it returns, once for each key."""
        if key not in self.frames:
            figure = Figure(figsize=self.size, dpi=72)
            FigureCanvasAgg(figure)
            left, right, bottom, top = self.box
            figure.subplots_adjust(left, bottom, right, top)
            axes = figure.subplots(subplot_kw=self.subplot)
            for artist in draw(axes):
                artist.remove()
            self.frames[key] = axes, svg.figure(figure, HIDDEN)

    def draw_frame(self, draw, key):
        """Show the axes of the key, which `draw` sets up if they are new."""
        self.prepare_frame(draw, key)
        self.axes, self.frame.value = self.frames[key]

    def draw_landscape(self, write, problem, view=None):
        """The landscape as `write` has it, or had it for the same problem and view."""
        self.landscape = self.written(write, problem, view)

    def _write(self, write, problem, view):
        """What `written` remembers; it tells by the view which way the axes were turned."""
        return write(self.axes, problem, HIDDEN)

    def draw_front(self, traces, words, **dots):
        """The traces, with words for those who don't see them."""
        attributes = f'role="img" aria-label="{escape(words)}"'
        self.front = svg.traces(self.axes, traces, attributes, **dots)


class Player:
    """Play, Pause, Step, Step back and Reset for an iteration slider.

    The kernel plays. After each BATCH of pictures it sends a mark that the browser sends back, and
    is never more than two batches ahead of what the browser has shown.
    """

    def __init__(self, iteration):
        self.iteration, self.task = iteration, None
        self.mark, self.seen = IntText(0), IntText(0)
        jsdlink((self.mark, "value"), (self.seen, "value"))
        self.buttons = [
            _button("Play", self.play),
            _button("Pause", self.pause),
            _button("Step", lambda _: self.go(iteration.value + 1)),
            _button("Step back", lambda _: self.go(iteration.value - 1)),
            _button("Reset", lambda _: self.go(iteration.min)),
        ]

    def play(self, _=None):
        """Start, from the beginning if all is played."""
        loop = asyncio.get_running_loop()
        self.pause()
        if self.iteration.value == self.iteration.max:
            self.iteration.value = self.iteration.min
        self.task = loop.create_task(self._run())
        self.task.add_done_callback(_raise_its_error)

    def pause(self, _=None):
        if self.task and not self.task.get_loop().is_closed():
            self.task.cancel()

    def go(self, t):
        """Stop, and go to iteration t if there is one."""
        self.pause()
        self.iteration.value = min(max(t, self.iteration.min), self.iteration.max)

    async def _run(self):
        while self.iteration.value < self.iteration.max:
            for _ in range(min(BATCH, self.iteration.max - self.iteration.value)):
                self.iteration.value += 1
                await asyncio.sleep(REST)
            await self._until_mark_is_back()
            self.mark.value += 1

    async def _until_mark_is_back(self):
        for _ in range(PATIENCE):
            if self.seen.value == self.mark.value:
                break
            await asyncio.sleep(REST)


def _raise_its_error(task):
    if not task.cancelled():
        task.result()


@dataclass(frozen=True)
class Uncorrected(Adam):
    """Adam with both corrections left out: m_hat_t = m_t, v_hat_t = v_t."""

    def step(self, theta, g, state):
        t = state.t + 1
        m = self.beta1 * state.m + (1 - self.beta1) * g
        v = self.beta2 * state.v + (1 - self.beta2) * (g * g)
        theta = theta - self.alpha * m / (np.sqrt(v) + self.eps)
        return theta, AdamState(t, m, v, m_hat=m, v_hat=v)


def micro_steps(rule, run, t):
    """Step t of `run`, made by `rule`, in eight parts: (caption, {symbol: values of x and y})."""
    beta1, beta2, eps = rule.beta1, rule.beta2, rule.eps
    g, m, v, m_hat, v_hat = (x[t - 1] for x in (run.g, run.m, run.v, run.m_hat, run.v_hat))
    old_m, old_v = (run.m[t - 2], run.v[t - 2]) if t > 1 else (0 * m, 0 * v)
    corrected = "Both began at zero and are too small; the corrections make up for it."
    if isinstance(rule, Uncorrected):
        corrected = "No correction: m and v are taken as they are, though both began at zero."
    return [
        (f"The old m decays: {beta1:g} of it stays.", {"beta1 m": beta1 * old_m}),
        (f"The old v decays: {beta2:g} of it stays.", {"beta2 v": beta2 * old_v}),
        ("The gradient arrives.", {"g": g}),
        (f"m takes in {1 - beta1:g} of the gradient.", {"m": m}),
        (f"v takes in {1 - beta2:g} of its square.", {"v": v}),
        (corrected, {"m_hat": m_hat, "v_hat": v_hat}),
        (
            "Division: m_hat is measured in units of sqrt(v_hat), the dotted lines. "
            "Large or small gradients: what is left is about 1.",
            {"m_hat / (sqrt(v_hat) + eps)": m_hat / (np.sqrt(v_hat) + eps)},
        ),
        (
            f"The step: alpha = {rule.alpha:g} times that, downhill.",
            {"theta before": run.theta[t - 1], "theta after": run.theta[t]},
        ),
    ]


def one_step(alpha=0.1, beta1=0.9, beta2=0.999, steps=20):
    """One step of Adam in the ravine from (5, 3), taken apart, as a widget."""
    steps = whole("steps", steps, 1)
    part = _slider(IntSlider, "part", 1, 8, 1)
    t = _slider(IntSlider, "step t", 1, steps, 1)
    betas = _choice("beta1", BETA1S, beta1), _choice("beta2", BETA2S, beta2)
    correction = Checkbox(True, description="bias correction", indent=False)
    words, picture, numbers = HTML(), HTML(), HTML()
    words.add_class("course-words")

    def draw(_=None):
        rule = (Adam if correction.value else Uncorrected)(alpha, *(beta.value for beta in betas))
        run = minimize(rule, Ravine().grad, Ravine().start, steps)
        done = micro_steps(rule, run, t.value)[: part.value]
        caption = f"{part.value} of 8. {done[-1][0]}"
        fig = plotting.adam_step(run, alpha, rule.beta1, rule.beta2, t.value, part.value)
        words.value = f"<strong>{escape(caption)}</strong>"
        picture.value = svg.figure(fig, f'role="img" aria-label="{escape(caption)}"')
        rows = [(symbol, *map(number, xy)) for _, values in done for symbol, xy in values.items()]
        numbers.value = table(f"Step t = {t.value}", ("", "x", "y"), rows)

    def go(by):
        part.value = min(max(part.value + by, part.min), part.max)

    for control in (part, t, *betas, correction):
        control.observe(draw, "value")
    draw()
    buttons = [_button("Back", lambda _: go(-1)), _button("Forward", lambda _: go(1))]
    controls = _columns(part, t, correction, *betas)
    return _frame([_row(buttons), controls, words, picture, numbers])


def _choice(description, options, value):
    """A slider over the options, which shows the number that is used, to the last digit."""
    value = single(description, value)
    options = sorted({*options, value})
    made = SelectionSlider(options=options, value=value, description=description, **LOOK)
    made.add_class("course-choice")
    return made


def _slider(kind, description, low, high, value, **settings):
    return kind(value, min=low, max=high, description=description, **LOOK, **settings)


def _dropdown(description, options, value):
    return Dropdown(options=options, value=value, description=description, **LOOK)


def _button(description, action):
    made = Button(description=description, layout=Layout(width="auto"))
    made.on_click(action)
    return made


def _layer(name):
    """A widget for HTML whose parts are placed in the grid around it: see `_in_grid`."""
    made = HTML(layout=Layout(display="contents"))
    made.add_class("course-layer")
    made.add_class(name)
    return made


def _in_grid(parts):
    """area -> HTML, as one piece of HTML."""
    return "".join(
        f'<div style="grid-area: {area}; position: relative">{html}</div>'
        for area, html in parts.items()
    )


def _row(children):
    return Box(children, layout=Layout(flex_flow="row wrap", align_items="center"))


def _columns(*children):
    tracks = "repeat(3, minmax(0, 1fr))"
    return GridBox(children, layout=Layout(grid_template_columns=tracks, width="100%"))


def _frame(children):
    """The whole of a widget."""
    whole = VBox([*children, HTML(ACCESS)], layout=Layout(width="100%", max_width="60em"))
    whole.add_class("course-live")
    return whole
