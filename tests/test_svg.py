"""Pictures written as SVG show what matplotlib draws of the same data."""

import re
import warnings

import numpy as np
import pytest
from matplotlib.colors import to_hex
from matplotlib.figure import Figure
from matplotlib.path import Path

from course_lib import Adam, Momentum, Ravine, Rosenbrock, Saddle, minimize, plotting, svg

PROBLEMS = [Ravine(), Ravine(30), Saddle(), Rosenbrock()]
SIZE = (4.6, 3.2)


@pytest.fixture(autouse=True)
def _warnings_are_errors():
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        yield


def axes(draw, **subplot):
    """Axes which `draw` has set up and whose figure was drawn, and the artists of `draw`."""
    fig = Figure(figsize=SIZE, dpi=72)
    ax = fig.add_subplot(**subplot)
    artists = draw(ax)
    svg.figure(fig)
    return ax, artists


def runs(problem, steps=60):
    rules = {"Momentum": Momentum(0.002), "Adam": Adam(0.08)}
    return {
        name: minimize(rule, problem.grad, problem.start, steps) for name, rule in rules.items()
    }


def attribute(element, name):
    return re.search(rf'{name}="(.*?)"', element, re.DOTALL)[1]


def elements(text, tag="path"):
    return re.findall(rf"<{tag} .*?/>", text, re.DOTALL)


def polygons(element):
    """The parts of a path, each as (n, 2)."""
    parts = attribute(element, " d").split("M")[1:]
    return [np.array(re.findall(r"-?[\d.]+", part), dtype=float).reshape(-1, 2) for part in parts]


def area(points):
    x, y = points.T
    return (x @ np.roll(y, -1) - y @ np.roll(x, -1)) / 2


def flipped(points):
    """Matplotlib's points on the page, as SVG counts them."""
    return points * (1, -1) + (0, SIZE[1] * 72)


def far_from(points, line):
    """How far the points lie from a line through many points."""
    start, along = line[:-1], np.diff(line, axis=0)
    length = np.maximum(np.sum(along * along, axis=1), 1e-300)
    to = points[:, None] - start
    share = np.clip(np.sum(to * along, axis=2) / length, 0, 1)
    return np.linalg.norm(to - share[..., None] * along, axis=2).min(axis=1)


@pytest.mark.parametrize("problem", PROBLEMS)
def test_lines_are_those_of_matplotlib(problem):
    shown = runs(problem)
    for draw, found in [
        (lambda ax: plotting.falling(ax, problem, shown), plotting.falling_traces(problem, shown)),
        (
            lambda ax: plotting.adam_memory(ax, "g", shown["Adam"], 0.08),
            plotting.memory_traces("g", shown["Adam"], 0.08),
        ),
    ]:
        ax, lines = axes(draw)
        written = elements(svg.traces(ax, found))
        assert len(written) == len(lines) == len(found)
        for element, line in zip(written, lines, strict=True):
            there = flipped(line.get_transform().transform(line.get_xydata()))
            there = there[np.isfinite(there).all(axis=1)]
            inside = np.all((there >= 0) & (there <= np.multiply(SIZE, 72)), axis=1)
            (points,) = polygons(element)
            assert far_from(points, there).max() < 0.02
            assert far_from(there[inside], points).max() < 0.2
            assert attribute(element, "stroke") == line.get_color()
            assert float(attribute(element, "stroke-width")) == line.get_linewidth()
            dashes = re.findall(r'stroke-dasharray="(.*?)"', element)
            assert bool(dashes) == line.is_dashed()


def test_dashes_are_those_of_matplotlib():
    shown = runs(Ravine())
    ax, _ = axes(lambda ax: plotting.falling(ax, Ravine(), shown))
    theirs = re.findall(r"stroke-dasharray: (.*?);", svg.figure(ax.figure))
    ours = attribute(svg.traces(ax, plotting.falling_traces(Ravine(), shown)), "stroke-dasharray")
    assert ours.split() == theirs[-1].split(",")


@pytest.mark.parametrize("problem", PROBLEMS)
@pytest.mark.parametrize("view", [(35, -60), (0, 20), (90, 130), (60, -170)])
def test_faces_are_those_of_matplotlib_in_its_order(problem, view):
    def draw(ax):
        ax.view_init(*view)
        return plotting.surface(ax, problem)

    ax, (floor, landscape, *names) = axes(draw, projection="3d")
    text = svg.surface(ax, problem)
    written = elements(text)
    (first,) = polygons(written[0])
    corners = flipped(ax.transData.transform(floor.get_paths()[0].vertices[:4]))
    np.testing.assert_allclose(first, corners, atol=0.01)

    theirs = {
        tuple(np.round(flipped(ax.transData.transform(path.vertices[:4])).mean(axis=0), 1)): color
        for path, color in zip(landscape.get_paths(), landscape.get_facecolor(), strict=True)
    }
    ours = {
        tuple(np.round(polygons(element)[0].mean(axis=0), 1)): attribute(element, "fill")
        for element in written[1 : 1 + len(landscape.get_paths())]
    }
    near = [
        min(theirs, key=lambda theirs, middle=middle: np.hypot(*np.subtract(theirs, middle)))
        for middle in ours
    ]
    assert max(np.hypot(*np.subtract(a, b)) for a, b in zip(near, ours, strict=True)) < 0.2
    assert [to_hex(theirs[middle]) for middle in near] == list(ours.values())
    places = np.array([list(theirs).index(middle) for middle in near])
    assert np.abs(places - np.arange(len(places))).max() <= 3, "some lie equally far away"
    assert len(names) == text.count("translate(") == 2


@pytest.mark.parametrize("problem", PROBLEMS)
def test_levels_are_those_of_matplotlib(problem):
    ax, (bands, _) = axes(lambda ax: plotting.plane(ax, problem))
    written = elements(svg.plane(ax, problem))[:-1]
    above = [abs(sum(area(part) for part in polygons(element))) for element in written]
    theirs = []
    for path in bands.get_paths():
        path = Path(ax.transData.transform(path.vertices), path.codes)
        theirs.append(abs(sum(area(part) for part in path.to_polygons())))
    drawn = [i for i, size in enumerate(theirs) if size > 0]
    ours = -np.diff([*above, 0])
    assert len(ours) == len(drawn)
    np.testing.assert_allclose(ours, np.array(theirs)[drawn], atol=0.002 * sum(theirs))
    fills = [attribute(element, "fill") for element in written]
    assert fills == [to_hex(bands.get_facecolor()[i]) for i in drawn]


def test_lines_end_at_the_frame_and_have_gaps():
    ax, _ = axes(lambda ax: ax.set(xlim=(0, 4), ylim=(-1, 1)))
    y = np.array([0.0, 1e249, 0.0, np.nan, 0.0, 1e6, 0.0])
    text = svg.traces(ax, {"Adam": (np.arange(7.0), y)}, heads=True)
    left, bottom, right, top = ax.bbox.extents
    parts = polygons(*elements(text))
    assert len(parts) > 1
    points = np.concatenate(parts)
    assert np.all(points >= (left - 0.01, flipped(np.array([0, top]))[1] - 0.01))
    assert np.all(points <= (right + 0.01, flipped(np.array([0, bottom]))[1] + 0.01))
    assert not elements(text, "circle"), "the last point is outside"


def test_dots_are_where_the_runs_end_and_start():
    problem = Ravine()
    shown = runs(problem)
    ax, _ = axes(lambda ax: plotting.plane(ax, problem))
    text = svg.traces(ax, plotting.path_traces(shown, 20), heads=True, start=problem.start)
    ends = [*(run.theta[20] for run in shown.values()), problem.start]
    for circle, end in zip(elements(text, "circle"), ends, strict=True):
        x, y = flipped(ax.transData.transform(end))
        assert circle.startswith(f'<circle cx="{x:.2f}" cy="{y:.2f}"')
    assert svg.traces(ax, {}).endswith("></svg>")
