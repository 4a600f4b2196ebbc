"""The interactive parts without a browser: what they show is what `minimize` returns."""

import asyncio
import gc
import re
import warnings
import xml.etree.ElementTree as ElementTree
from html import unescape

import numpy as np
import pytest
from ipywidgets import FloatSlider

from course_lib import (
    SGD,
    Adam,
    Momentum,
    Ravine,
    RMSProp,
    Rosenbrock,
    Saddle,
    live,
    minimize,
    plotting,
)


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


@pytest.fixture
def comparison():
    return made()


def made(alpha=0.08, beta1=0.9, beta2=0.999, steps=60, landscape="ravine", angle=0, seed=0):
    return live.Comparison(alpha, beta1, beta2, steps, landscape, angle, seed)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        *(("alpha", value) for value in [-0.1, np.nan, "0.08", None, [0.1, 0.2]]),
        *(("beta1", value) for value in [1, -0.1, None]),
        *(("beta2", value) for value in [1, "x"]),
        *(("steps", value) for value in [-1, 1.5, "100", None]),
        *(("angle", value) for value in [12.5, -10, 91, None]),
        *(("seed", value) for value in [-1, 1.5, "x", None]),
        *(("landscape", value) for value in ["Ravine", None, 3, ["ravine"]]),
    ],
)
def test_compare_refuses_at_once_what_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=rf"^{name}: .*{re.escape(repr(value))}"):
        live.compare(**{name: value})


@pytest.mark.parametrize(
    ("name", "value"),
    [*(("steps", value) for value in [0, 2.5, None]), ("alpha", 0), ("alpha", -1), ("beta1", 1)],
)
def test_one_step_refuses_at_once_what_it_cannot_show(name, value):
    with pytest.raises(ValueError, match=rf"^{name}: .*{re.escape(repr(value))}"):
        live.one_step(**{name: value})


def cells(table):
    """An HTML table as rows of texts, without its head."""
    rows = re.findall("<tr>(.*?)</tr>", table)
    return [
        [unescape(text) for text in re.findall(r"<t[hd][^>]*>(.*?)</t[hd]>", row)]
        for row in rows[1:]
    ]


def minimized(problem, alpha, beta1, beta2, steps, start=None, grad=None):
    start = problem.start if start is None else start
    rules = [SGD(alpha), Momentum(alpha, beta1), RMSProp(alpha, beta2), Adam(alpha, beta1, beta2)]
    return [minimize(rule, grad or problem.grad, start, steps) for rule in rules]


def test_all_start_at_the_articles_point_with_its_loss(comparison):
    assert cells(comparison.loss_table) == [
        [name, "102.5000", ""] for name in ("SGD", "Momentum", "RMSProp", "Adam")
    ]
    assert comparison.theta0 == (5, 3)


def test_sliders_span_the_articles_ranges():
    assert (live.ALPHAS[0], live.ALPHAS[-1]) == (0.001, 0.5)
    assert (live.BETA1S[0], live.BETA1S[-1]) == (0.5, 0.99)
    assert (live.BETA2S[0], live.BETA2S[-1]) == (0.9, 0.9999)
    for values in (live.ALPHAS, live.BETA1S, live.BETA2S):
        assert values == sorted(set(values))
    steps = np.diff(np.log(live.ALPHAS))
    assert steps.max() < 0.2, "the alphas are spaced as on a log scale"


@pytest.mark.parametrize(
    ("landscape", "problem"),
    [("ravine", Ravine()), ("saddle", Saddle()), ("Rosenbrock", Rosenbrock())],
)
@pytest.mark.parametrize("t", [1, 17, 60])
def test_tables_show_what_minimize_returns(landscape, problem, t):
    shown = made(alpha=0.01, beta1=0.8, beta2=0.99, landscape=landscape)
    shown.iteration.value = t
    runs = minimized(problem, 0.01, 0.8, 0.99, 60)
    losses = [live.number(problem.loss(run.theta[t])) for run in runs]
    assert [row[1] for row in cells(shown.loss_table)] == losses
    for picture in shown.pictures:
        words = re.search('aria-label="(.*?)"', picture.front)[1]
        assert re.search(rf"\b{t}\b", words), words

    adam = runs[-1]
    for component in (0, 1):
        shown.component.value = component
        expected = [getattr(adam, name)[t - 1, component] for name in ("g", "m", "v")]
        expected += [adam.m_hat[t - 1, component], adam.v_hat[t - 1, component]]
        expected += [1 / (1 - 0.8**t), 1 / (1 - 0.99**t)]
        expected += [adam.theta[t, component] - adam.theta[t - 1, component]]
        assert [row[1] for row in cells(shown.memory_table)] == [f"{x:.6g}" for x in expected]


def test_a_turned_ravine_starts_at_the_same_loss(comparison):
    comparison.angle.value = 45
    assert comparison.theta0 == tuple(Ravine(45).start)
    assert [row[1] for row in cells(comparison.loss_table)] == ["102.5000"] * 4


def test_the_start_can_be_moved_and_comes_back_with_the_landscape(comparison):
    comparison.start[0].value = -2.0
    comparison.iteration.value = 30
    runs = minimized(Ravine(), 0.08, 0.9, 0.999, 30, start=(-2.0, 3.0))
    losses = [live.number(Ravine().loss(run.theta[-1])) for run in runs]
    assert [row[1] for row in cells(comparison.loss_table)] == losses
    for landscape in ("saddle", "Rosenbrock", "ravine"):
        comparison.landscape.value = landscape
        assert comparison.theta0 == tuple(live.LANDSCAPES[landscape]().start)
        assert comparison.angle.disabled == (landscape != "ravine")


def test_noise_is_the_same_for_all_and_in_every_session():
    grad = Ravine().grad
    first, again = live.noisy(grad, 2.0, 60, seed=3), live.noisy(grad, 2.0, 60, seed=3)
    theta = np.array([5.0, 3.0])
    added = np.array([g(theta) - grad(theta) for g in first])
    assert np.array_equal(added, [g(theta) - grad(theta) for g in again])
    assert not np.allclose(added, [g(theta) - grad(theta) for g in live.noisy(grad, 2.0, 60, 4)])
    assert 1.6 < added.std() < 2.4 and len({tuple(e) for e in added}) == 60

    shown = made(seed=3)
    shown.noise.value, shown.iteration.value = 2.0, 60
    runs = minimized(Ravine(), 0.08, 0.9, 0.999, 60, grad=first)
    losses = [live.number(Ravine().loss(run.theta[-1])) for run in runs]
    assert [row[1] for row in cells(shown.loss_table)] == losses


@pytest.mark.parametrize("landscape", live.LANDSCAPES)
def test_a_run_that_diverges_is_shown_as_diverged(landscape):
    shown = made(alpha=0.5, landscape=landscape, steps=400)
    shown.iteration.value = 400
    words = {name: text for name, _, text in cells(shown.loss_table)}
    assert re.fullmatch(r"diverged at iteration \d+", words["SGD"]) or landscape == "saddle"
    assert words["Adam"] == ""
    shown.alpha.value = 0.001
    assert {row[2] for row in cells(shown.loss_table)} == {""}


@pytest.mark.parametrize("angle", [0, 7, 45, 90])
@pytest.mark.parametrize("start", [(5.0, 3.0), (-5.2, 3.0), (-5.4, 3.0), (0.0, 0.0)])
def test_the_gradient_is_in_sight(angle, start):
    for alpha in (0.01, 0.08):
        run = minimize(Adam(alpha), Ravine(angle).grad, start, 60)
        for component in (0, 1):
            low, high = plotting.memory_limits("g", run, component)
            for curve in (run.g, run.m, run.m_hat):
                assert low < curve[:, component].min() <= curve[:, component].max() < high


def test_garbage_collection_leaves_out_what_compare_made():
    gc.unfreeze()
    assert gc.get_freeze_count() == 0
    live.compare(steps=2)
    try:
        assert gc.get_freeze_count() > 1000
    finally:
        gc.unfreeze()


def test_divergence_is_dated():
    assert live.diverged_at(np.array([1.0, 2.0, 2e6, 3e6])) == 2
    assert live.diverged_at(np.array([1.0, np.nan])) == 1
    assert live.diverged_at(np.array([102.5, 1e5, 0.0])) is None


def click(widget, description):
    found = [w for w in descendants(widget) if getattr(w, "description", "") == description]
    found[0].click()


def descendants(widget):
    yield widget
    for child in getattr(widget, "children", ()):
        yield from descendants(child)


def test_step_step_back_and_reset_stay_within_the_run(comparison):
    seen = []
    for action in ("Step back", "Step", "Step", "Step back", "Reset"):
        click(comparison.widget, action)
        seen.append(comparison.iteration.value)
    assert seen == [0, 1, 2, 1, 0]
    comparison.iteration.value = 60
    click(comparison.widget, "Step")
    assert comparison.iteration.value == 60


@pytest.fixture
def play(comparison):
    """A function that runs a coroutine while Play plays, with a browser that answers or not."""
    player = comparison.player

    def play(then, answer=True):
        if answer:
            player.mark.observe(lambda change: setattr(player.seen, "value", change.new), "value")

        async def run():
            click(comparison.widget, "Play")
            return await then()

        return asyncio.run(run())

    return play


async def reaches(iteration, t):
    """Wait until the iteration is t."""
    async with asyncio.timeout(60):
        while iteration.value != t:
            await asyncio.sleep(0.001)


@pytest.mark.parametrize("stop", ["Pause", "Step", "Step back", "Reset"])
def test_play_twice_is_one_and_each_button_stops_it(comparison, play, stop):
    async def then():
        click(comparison.widget, "Play")
        await reaches(comparison.iteration, 5)
        assert len(asyncio.all_tasks()) == 2, "this one, and one that plays"
        click(comparison.widget, stop)
        stopped = comparison.iteration.value
        await asyncio.sleep(0.2)
        assert comparison.iteration.value == stopped

    play(then)


def test_play_ends_at_the_end_and_begins_again(comparison, play):
    async def then():
        await asyncio.wait([comparison.player.task], timeout=60)
        assert comparison.iteration.value == 60
        click(comparison.widget, "Play")
        await reaches(comparison.iteration, 3)

    play(then)


@pytest.mark.parametrize("patience", [2, 10**6])
def test_play_waits_for_the_browser_but_not_for_ever(comparison, play, monkeypatch, patience):
    monkeypatch.setattr(live, "PATIENCE", patience)

    async def then():
        await reaches(comparison.iteration, 2 * live.BATCH)
        await asyncio.sleep(0.5)
        assert (comparison.iteration.value > 2 * live.BATCH) == (patience == 2)

    play(then, answer=False)


def test_an_error_while_it_plays_is_said(comparison, play):
    def fail(change):
        raise RuntimeError("out of ink")

    said = []
    comparison.iteration.observe(fail, "value")

    async def then():
        asyncio.get_running_loop().set_exception_handler(lambda _, context: said.append(context))
        await asyncio.wait([comparison.player.task], timeout=60)
        await asyncio.sleep(0)

    play(then)
    assert "out of ink" in str(said[0]["exception"])


def test_play_without_a_kernel_changes_nothing(comparison):
    comparison.iteration.value = 60
    with pytest.raises(RuntimeError, match="no running event loop"):
        comparison.player.play()
    assert comparison.iteration.value == 60


def test_an_unticked_optimizer_is_not_shown(comparison):
    comparison.iteration.value = 5
    with_sgd = comparison.plane.front
    comparison.ticks["SGD"].value = False
    assert [row[0] for row in cells(comparison.loss_table)] == ["Momentum", "RMSProp", "Adam"]
    assert plotting.STYLES["SGD"]["color"].lower() in with_sgd
    assert plotting.STYLES["SGD"]["color"].lower() not in comparison.plane.front
    for tick in comparison.ticks.values():
        tick.value = False
    assert cells(comparison.loss_table) == []
    colors = [plotting.STYLES[name]["color"].lower() for name in comparison.ticks]
    curves = comparison.front.value[: comparison.front.value.index("grid-area: g;")]
    assert not [color for color in colors if color in curves]
    assert not [color for color in colors if color in comparison.losses.frame.value]


def test_axes_and_landscape_are_drawn_anew_only_when_they_change(comparison):
    def layers():
        pictures = comparison.surface, comparison.plane, comparison.losses
        return [layer for picture in pictures for layer in (picture.frame.value, picture.landscape)]

    def changed(before):
        return [new != old for new, old in zip(layers(), before, strict=True)]

    before, front = layers(), comparison.plane.front
    comparison.iteration.value, comparison.alpha.value = 30, 0.05
    assert not any(changed(before)) and comparison.plane.front != front
    comparison.turn.value += 5
    assert changed(before) == [False, True, False, False, False, False]
    before = layers()
    comparison.angle.value = 30
    assert changed(before) == [False, True, False, True, False, False]
    before = layers()
    comparison.landscape.value = "saddle"
    assert changed(before) == [False, True, True, True, True, False]


def test_no_turn_of_the_ravine_waits_for_axes_or_landscapes(comparison, monkeypatch):
    drawn = {picture.area: set(picture.frames) for picture in comparison.pictures}
    landscapes = {comparison.surface.landscape, comparison.plane.landscape}
    for heights in ("surface_faces", "level_lines"):
        monkeypatch.delattr(plotting, heights)
    seen = set()
    for component in (0, 1):
        comparison.component.value = component
        for angle in range(91):
            comparison.angle.value = angle
            seen.add(comparison.memory["g"].frame.value)
            landscapes |= {comparison.surface.landscape, comparison.plane.landscape}
    assert {picture.area: set(picture.frames) for picture in comparison.pictures} == drawn
    assert len(seen) > 3, "the axes are those for the gradients shown"
    assert len(landscapes) == 2 * 91


def test_a_drawing_is_one_message_in_which_landscapes_and_fronts_fit(comparison):
    sent = []
    for layer in (comparison.back, comparison.front):
        layer.observe(lambda change: sent.append(change.owner), "value")

    def sends(*layers):
        done = sent == [*layers]
        sent.clear()
        return done

    for control, value in ((comparison.turn, -55), (comparison.angle, 30), (comparison.turn, -50)):
        control.value = value
        assert sends(comparison.back)
        assert all(picture.front in comparison.back.value for picture in comparison.pictures)
    comparison.alpha.value = 0.05
    assert sends(comparison.front, comparison.back), "the new front comes before the old one goes"
    assert 'role="img"' not in comparison.back.value
    comparison.iteration.value = 30
    comparison.alpha.value = 0.06
    assert sends(comparison.front, comparison.front)


def test_a_number_that_the_browser_sends_back_draws_nothing(comparison, monkeypatch):
    drawn = []
    monkeypatch.setattr(comparison, "draw", lambda *parts: drawn.append(parts))
    comparison.start[0].value += 1e-12
    assert drawn == []
    comparison.start[0].value += 0.01
    comparison.angle.value += 1
    assert drawn == [comparison.parts] * 2


def test_layers_of_one_picture_fit_upon_each_other(comparison):
    """Drawn anew in steps or drawn at once: the same axes, the same landscape, the same paths."""
    comparison.landscape.value, comparison.iteration.value = "saddle", 30
    comparison.landscape.value, comparison.turn.value = "ravine", -55
    comparison.turn.value, comparison.angle.value = -60, 45
    once = made(angle=45)
    once.iteration.value = 30
    for picture, other in zip(comparison.pictures, once.pictures, strict=True):
        assert [shape(svg) for svg in layers(picture)] == [shape(svg) for svg in layers(other)]


@pytest.mark.parametrize("angle", [0, 30, 90])
def test_paths_lie_upon_the_surface_at_every_angle(comparison, angle):
    """The landscapes were drawn ahead: the axes must fit that one which is shown."""
    comparison.iteration.value, comparison.angle.value = 30, 45
    comparison.angle.value = angle
    shown, problem = comparison.surface, Ravine(angle)
    alone = live.Picture(shown.area, *shown.size, shown.box, **shown.subplot)
    alone.draw_frame(lambda ax: plotting.surface(ax, problem), angle)
    alone.axes.view_init(comparison.tilt.value, comparison.turn.value)
    alone.draw_landscape(live.svg.surface, problem)
    assert shown.landscape == alone.landscape
    traces = plotting.surface_traces(problem, comparison.runs, 30)
    alone.draw_front(traces, "", heads=True)
    words = 'aria-label=".*?"'
    assert re.sub(words, "", shown.front) == re.sub(words, "", alone.front)


def layers(picture):
    return picture.frame.value, picture.landscape, picture.front


def shape(svg):
    """An SVG without the random names of its parts."""
    return re.sub(r'(id="|href="#|url\(#)\w+', "", svg)


def test_pictures_are_svg_with_words_and_without_pixels(comparison):
    for picture in comparison.pictures:
        for layer in filter(None, layers(picture)):
            svg = layer.replace("<svg ", '<svg xmlns:xlink="x" ', 1)
            assert {e.tag for e in ElementTree.fromstring(svg).iter()} <= {
                *("svg", "g", "path", "defs", "use", "clipPath", "rect", "circle"),
            }
        assert 'role="img" aria-label="' in picture.front
        assert picture.front in comparison.back.value
        assert picture.landscape in comparison.back.value


def test_what_is_drawn_is_what_minimize_returned():
    run = minimize(Adam(0.08), Ravine().grad, Ravine().start, 40)
    (xy,) = plotting.path_traces({"Adam": run}, t=25).values()
    assert np.array_equal(xy, run.theta[:26].T)
    ((t, height),) = plotting.falling_traces(Ravine(), {"Adam": run}, t=25).values()
    assert np.array_equal(t, np.arange(26))
    assert np.array_equal(height, Ravine().loss(run.theta[:26]))
    ((x, y, z),) = plotting.surface_traces(Ravine(), {"Adam": run}, t=25).values()
    assert np.array_equal([x, y], run.theta[:26].T)
    assert np.array_equal(z, Ravine().loss(run.theta[:26]))
    for component in (0, 1):
        drawn = []
        for kind in plotting.MEMORY:
            drawn += plotting.memory_traces(kind, run, 0.08, component, t=25).values()
        curves = [getattr(run, name) for name in ("g", "m", "m_hat", "v", "v_hat")]
        curves = [curve[:25, component] for curve in curves]
        t = np.arange(1, 26)
        curves += [1 / (1 - 0.9**t), 1 / (1 - 0.999**t)]
        curves += [(run.theta[1:26] - run.theta[:25])[:, component] / 0.08]
        for (x, y), curve in zip(drawn, curves, strict=True):
            np.testing.assert_allclose(y, curve, rtol=1e-10)
            assert np.array_equal(x, t)


@pytest.mark.parametrize("log", ["", "y"])
@pytest.mark.parametrize("largest", [1e280, 1e308, 1.7e308, np.inf])
def test_losses_up_to_the_largest_float_are_drawn(log, largest):
    fig, ax = plotting.panels()
    (line,) = plotting.lines(ax, {"SGD": [1.0, 1e249, largest]}, log=log)
    fig.canvas.draw()
    np.testing.assert_array_equal(line.get_ydata(), [1.0, 1e249, np.nan])


def test_static_figures_are_drawn(comparison):
    fig = plotting.comparison(Ravine(), comparison.runs, alpha=0.08)
    assert len(fig.axes) == 7
    for stage in range(1, 9):
        plotting.adam_step(comparison.runs["Adam"], 0.08, 0.9, 0.999, t=1, stage=stage)


@pytest.mark.parametrize("kind", [Adam, live.Uncorrected])
def test_micro_steps_are_those_of_minimize(kind):
    rule = kind(0.1, 0.8, 0.99)
    run = minimize(rule, Ravine().grad, Ravine().start, 20)
    old_m = old_v = np.zeros(2)
    for t in range(1, 21):
        parts = [values for _, values in live.micro_steps(rule, run, t)]
        assert len(parts) == 8
        part = {symbol: value for values in parts for symbol, value in values.items()}
        assert np.array_equal(part["g"], Ravine().grad(run.theta[t - 1]))
        assert np.array_equal(part["beta1 m"], 0.8 * old_m)
        assert np.array_equal(part["beta2 v"], 0.99 * old_v)
        assert np.array_equal(part["beta1 m"] + (1 - 0.8) * part["g"], part["m"])
        assert np.array_equal(part["beta2 v"] + (1 - 0.99) * part["g"] ** 2, part["v"])
        for name in ("m", "v", "m_hat", "v_hat"):
            assert np.array_equal(part[name], getattr(run, name)[t - 1])
        corrected = kind is Adam
        assert np.array_equal(part["m_hat"], part["m"] / (1 - 0.8**t if corrected else 1))
        moved = part["theta before"] - 0.1 * part["m_hat / (sqrt(v_hat) + eps)"]
        np.testing.assert_allclose(part["theta after"], moved, rtol=1e-14)
        assert np.array_equal(part["theta after"], run.theta[t])
        old_m, old_v = part["m"], part["v"]


def test_the_first_uncorrected_step_is_what_the_paper_says():
    rule = live.Uncorrected(0.1, 0.9, 0.999)
    run = minimize(rule, Ravine().grad, Ravine().start, 1)
    np.testing.assert_allclose(run.theta[0] - run.theta[1], 0.1 * 0.1 / np.sqrt(0.001), rtol=1e-6)


def test_one_step_goes_forward_and_back():
    widget = live.one_step()
    words, numbers = [w for w in descendants(widget) if isinstance(w, live.HTML)][0:3:2]
    rows = []
    for action in ["Back", *["Forward"] * 8, "Back"]:
        click(widget, action)
        rows.append((int(words.value[len("<strong>")]), len(cells(numbers.value))))
    assert [number for number, _ in rows] == [1, 2, 3, 4, 5, 6, 7, 8, 8, 7]
    assert [count for _, count in rows] == [1, 2, 3, 4, 5, 7, 8, 10, 10, 8]
    assert cells(numbers.value)[2] == ["g", "5.0000", "60.0000"]


def test_a_moved_slider_sends_its_ends_before_its_value(monkeypatch):
    slider, sent = live.MovedSlider(), []
    monkeypatch.setattr(FloatSlider, "send_state", lambda slider, key=None: sent.append(key))
    slider.send_state({"value", "min", "max"})
    assert sent[-1] == ["max", "min", "value"]


def test_a_turn_sends_its_pictures_at_once_and_the_start_when_they_are_painted(monkeypatch):
    sent = []
    monkeypatch.setattr(live.HTML, "send_state", lambda widget, key=None: sent.append("picture"))
    monkeypatch.setattr(live.MovedSlider, "send_state", lambda slider, key: sent.append({*key}))

    async def turn(comparison):
        del sent[:]
        comparison.angle.value, comparison.angle.value = 30, 45
        assert sent and all(what == "picture" for what in sent)
        del sent[:]
        async with asyncio.timeout(60):
            while len(sent) < 2:
                await asyncio.sleep(0.01)
        assert all("value" in keys for keys in sent)
        assert comparison.theta0 == tuple(Ravine(45).start)

    asyncio.run(turn(made()))
    assert len(sent) == 2
