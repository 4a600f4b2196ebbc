"""The interactive parts in a real JupyterLab in Chromium, by keyboard and by mouse."""

import json
import time

import browser
import pytest

from course_lib import SGD, Adam, Momentum, Ravine, RMSProp, Rosenbrock, Saddle, live, minimize

playwright = pytest.importorskip(
    "playwright.sync_api", reason="playwright is missing: see tests/requirements.txt"
)
pytestmark = pytest.mark.skipif(
    browser.chromium_path() is None, reason="no Chromium: install it, or set CHROMIUM to its path"
)

SETTLED = 20  # seconds: far more than any change needs, for machines under load
LANDSCAPES = {"ravine": Ravine, "saddle": Saddle, "Rosenbrock": Rosenbrock}


def write_notebook(server, name, *sources):
    """A notebook with one cell for each source in the folder that the server serves."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    notebook = {
        "cells": [{**blank, "source": source} for source in sources],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    (server.root / name).write_text(json.dumps(notebook), encoding="utf-8")


@pytest.fixture(scope="module")
def server():
    with browser.jupyter_server() as server:
        write_notebook(server, "compare.ipynb", "from course_lib import live", "live.compare()")
        write_notebook(server, "step.ipynb", "from course_lib import live", "live.one_step()")
        yield server


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as chromium:
        yield chromium


# JupyterLab asks every new kernel for its widgets, also one that has not imported ipywidgets yet.
BEFORE_IPYWIDGETS = "No such comm"


def kernel_complaints(page):
    """A list that fills with what the kernel says of warnings and errors, in callbacks too."""
    return messages(
        page,
        "framereceived",
        lambda text: ('"stderr"' in text or "Traceback" in text) and BEFORE_IPYWIDGETS not in text,
    )


def values_sent(page):
    """A list that fills with the messages in which the browser sends the kernel a value."""
    return messages(page, "framesent", lambda text: '"method":"update"' in text)


def messages(page, direction, wanted):
    """A list that fills with the wanted messages in one direction, as texts."""
    found = []

    def note(frame):
        text = frame if isinstance(frame, str) else frame.decode(errors="replace")
        if wanted(text):
            found.append(text)

    page.on("websocket", lambda socket: socket.on(direction, note))
    return found


@pytest.fixture
def open_page(chromium, server):
    """A function that opens and runs a notebook; at the end nothing may have gone wrong."""
    with browser.new_page(chromium, server) as (page, console_errors):
        complaints = kernel_complaints(page)

        def open_page(name, app="lab"):
            browser.open_notebook(page, name, app)
            browser.run_all(page)
            return page

        yield open_page
        assert browser.problems(page) == []
        assert console_errors == []
        assert complaints == []


@pytest.fixture
def page(open_page):
    return open_page("compare.ipynb")


def slider(page, name):
    return page.get_by_role("slider", name=name, exact=True)


def press(page, name, *keys):
    """Press keys on a slider as someone does who has no mouse."""
    slider(page, name).focus()
    for key in keys:
        page.keyboard.press(key)


def spoken(page, name):
    """The value of a slider as a screen reader says it."""
    return float(slider(page, name).get_attribute("aria-valuetext").replace("−", "-"))


def table(page, number):
    """A table of the widget: its caption, and its rows as lists of texts."""
    found = page.locator(".course-live table").nth(number)
    rows = found.evaluate("t => [...t.rows].slice(1).map(r => [...r.cells].map(c => c.innerText))")
    return found.locator("caption").inner_text(), rows


def computed(page, grad=None):
    """What the tables must show for the values that the controls show, by `minimize` alone."""
    kind = LANDSCAPES[page.get_by_role("combobox", name="landscape").input_value()]
    problem = Ravine(spoken(page, "angle °")) if kind is Ravine else kind()
    start = [spoken(page, f"start {name}") for name in "xy"]
    if kind is Ravine and problem.angle:
        start = problem.start
    alpha, beta1, beta2 = (spoken(page, name) for name in ("alpha", "beta1", "beta2"))
    t = int(spoken(page, "iteration"))
    rules = {
        "SGD": SGD(alpha),
        "Momentum": Momentum(alpha, beta1),
        "RMSProp": RMSProp(alpha, beta2),
        "Adam": Adam(alpha, beta1, beta2),
    }
    noise = live.noisy(problem.grad, spoken(page, "noise"), 100, seed=0)
    runs = {name: minimize(rule, noise, start, 100) for name, rule in rules.items()}
    losses = [[name, live.number(problem.loss(run.theta[t]))] for name, run in runs.items()]
    component = int(page.get_by_role("combobox", name="memory of").input_value() == "y")
    memory = [
        f"{getattr(runs['Adam'], name)[t - 1, component]:.6g}" if t else "–"
        for name in ("g", "m", "v", "m_hat", "v_hat")
    ]
    return f"Iteration {t}", losses, f"Adam at t = {t}", memory


def shown(page):
    (iteration, losses), (step, memory) = table(page, 0), table(page, 1)
    return iteration, [row[:2] for row in losses], step, [row[1] for row in memory[:5]]


def wait_for(condition, timeout=SETTLED):
    deadline = time.monotonic() + timeout
    while not condition() and time.monotonic() < deadline:
        time.sleep(0.02)


def check_numbers(page):
    """The numbers shown are those of `minimize`, as soon as all is drawn."""
    seen = {}

    def alike():
        seen.update(shown=shown(page), computed=computed(page))
        return seen["shown"] == seen["computed"]

    wait_for(alike)
    assert seen["shown"] == seen["computed"]


MOVED = ("alpha", "beta1", "beta2", "start x", "start y", "noise", "iteration", "angle °")


def test_each_slider_moves_by_keyboard(page):
    press(page, "iteration", *["ArrowRight"] * 3)
    for name in MOVED:
        before, numbers = spoken(page, name), shown(page)
        press(page, name, "ArrowLeft", "ArrowLeft", *["ArrowRight"] * 3)
        assert spoken(page, name) > before, name
        check_numbers(page)
        press(page, name, "ArrowLeft")
        check_numbers(page)
        press(page, name, "PageUp")
        check_numbers(page)
        assert shown(page) != numbers, name


ENDS = {"alpha": (0.001, 0.5), "beta1": (0.5, 0.99), "beta2": (0.9, 0.9999), "angle °": (0, 90)}


def test_sliders_reach_both_ends(page):
    press(page, "iteration", "End")
    for name, ends in ENDS.items():
        for key, end in zip(("Home", "End"), ends, strict=True):
            press(page, name, key)
            assert spoken(page, name) == end
            check_numbers(page)


def test_each_slider_moves_by_mouse(page):
    press(page, "iteration", *["ArrowRight"] * 3)
    for name in MOVED:
        before = spoken(page, name)
        slider(page, name).scroll_into_view_if_needed()
        box = slider(page, name).bounding_box()
        x, y = box["x"] + box["width"] / 2, box["y"] + box["height"] / 2
        page.mouse.move(x, y)
        page.mouse.down()
        page.mouse.move(x + 15, y, steps=3)
        page.mouse.up()
        assert spoken(page, name) != before, name
        check_numbers(page)


def test_the_landscape_turns(page):
    pictures = page.locator(".course-back svg")
    for name in ("turn °", "tilt °"):
        before, plane = pictures.nth(0).inner_html(), pictures.nth(1).inner_html()
        press(page, name, "ArrowRight")
        wait_for(lambda before=before: pictures.nth(0).inner_html() != before)
        assert pictures.nth(0).inner_html() != before, name
        assert pictures.nth(1).inner_html() == plane, name


def test_play_runs_to_the_end_and_the_buttons_work(page):
    def button(name):
        return page.get_by_role("button", name=name, exact=True)

    def stands_at(t):
        wait_for(lambda: table(page, 0)[0] == f"Iteration {t}")
        assert spoken(page, "iteration") == t
        check_numbers(page)

    button("Play").click()
    stands_at(100)
    button("Step").click()
    stands_at(100)
    button("Step back").click()
    stands_at(99)
    button("Reset").click()
    stands_at(0)
    for name, t in (("Step", 1), ("Step", 2), ("Step back", 1)):
        button(name).focus()
        page.keyboard.press("Enter")
        stands_at(t)
    button("Reset").focus()
    page.keyboard.press("Space")
    stands_at(0)
    button("Play").click()
    wait_for(lambda: spoken(page, "iteration") > 10)
    button("Pause").click()
    time.sleep(1)
    paused = spoken(page, "iteration")
    assert 10 < paused < 100
    time.sleep(0.5)
    stands_at(paused)


def test_landscapes_ticks_and_components(page):
    press(page, "iteration", *["PageUp"] * 3)
    for landscape in ("saddle", "Rosenbrock", "ravine"):
        page.get_by_role("combobox", name="landscape").select_option(landscape)
        own = tuple(LANDSCAPES[landscape]().start)
        wait_for(lambda own=own: (spoken(page, "start x"), spoken(page, "start y")) == own)
        page.wait_for_timeout(500)  # in which a slider might send another start back
        assert (spoken(page, "start x"), spoken(page, "start y")) == own
        check_numbers(page)
        for component in ("y", "x"):
            page.get_by_role("combobox", name="memory of").select_option(component)
            check_numbers(page)
    page.get_by_role("checkbox", name="SGD").focus()
    page.keyboard.press("Space")
    page.get_by_role("checkbox", name="RMSProp").click()
    wait_for(lambda: len(table(page, 0)[1]) == 2)
    assert [row[0] for row in table(page, 0)[1]] == ["Momentum", "Adam"]


def test_divergence_is_said_and_breaks_nothing(page):
    press(page, "iteration", "End")
    press(page, "alpha", "End")
    check_numbers(page)
    words = {row[0]: row[2] for row in table(page, 0)[1]}
    assert words["SGD"].startswith("diverged at iteration ") and words["Adam"] == ""
    press(page, "alpha", "Home")
    check_numbers(page)
    assert {row[2] for row in table(page, 0)[1]} == {""}


FOCUSABLE = "button, input, select, [tabindex='0'], [contenteditable='true']"
WITHOUT_NAME = ("- button\n", "- slider\n", "- slider:", "- textbox\n", "- textbox:")
WITHOUT_NAME += ("- checkbox\n", "- checkbox [", "- combobox:", "- img\n")


def test_every_control_has_a_name_and_is_reached_by_the_keyboard(open_page):
    for name, count in (("compare.ipynb", 28), ("step.ipynb", 9)):
        page = open_page(name)
        tree = page.locator(".course-live").aria_snapshot()
        assert not [line for line in WITHOUT_NAME if line in tree], tree
        visible = page.locator(".course-live").locator(FOCUSABLE).locator("visible=true")
        in_order = visible.evaluate_all("all => all.filter(e => !e.disabled).length")
        page.locator(".course-live button").locator("visible=true").first.focus()
        reached = 0
        while page.evaluate("!!document.activeElement.closest('.course-live')") and reached < 99:
            page.keyboard.press("Tab")
            reached += 1
        assert reached == in_order == count


SICK = """
from ipywidgets import IntSlider
nameless = IntSlider()
nameless.observe(lambda change: 1 / 0, "value")
nameless
"""


def test_a_nameless_control_and_an_error_in_a_callback_would_be_seen(chromium, server):
    write_notebook(server, "sick.ipynb", SICK)
    with browser.new_page(chromium, server) as (page, _):
        complaints = kernel_complaints(page)
        browser.open_notebook(page, "sick.ipynb")
        browser.run_all(page)
        tree = page.locator(".widget-slider").aria_snapshot() + "\n"
        assert [line for line in WITHOUT_NAME if line in tree]
        assert complaints == []
        page.locator(".noUi-handle").press("ArrowRight")
        wait_for(lambda: page.wait_for_timeout(50) or complaints)
        assert "ZeroDivisionError" in "".join(complaints)


def test_starts_alike_and_stays_sharp_on_every_screen(page):
    assert [row[:2] for row in table(page, 0)[1]] == [
        [name, "102.5000"] for name in ("SGD", "Momentum", "RMSProp", "Adam")
    ]
    assert (spoken(page, "start x"), spoken(page, "start y")) == (5, 3)
    check_numbers(page)
    assert page.locator(".course-live svg").count() == 16
    assert page.locator(".course-live :is(img, canvas, image)").count() == 0


ON_TOP = """front => {
    front.scrollIntoView();
    const box = front.getBoundingClientRect();
    const seen = document.elementsFromPoint(box.x + box.width / 2, box.y + box.height / 2);
    const axes = [...front.closest('.course-live').querySelectorAll('svg[aria-hidden]')];
    const same = below => JSON.stringify(below.getBoundingClientRect()) == JSON.stringify(box);
    return front.contains(seen[0]) && seen.some(e => axes.includes(e)) && axes.some(same);
}"""


def test_paths_and_curves_lie_upon_their_axes(page):
    for name in ("iteration", "angle °"):
        press(page, name, "End")
        check_numbers(page)
        fronts = page.locator(".course-live").get_by_role("img").all()
        assert [front.evaluate(ON_TOP) for front in fronts] == [True] * 7


COUNT_FRONTS = """() => {
    window.counts = new Set();
    const count = () => {
        const fronts = [...document.querySelectorAll('.course-live [role=img]')];
        window.counts.add(fronts.filter(front => front.checkVisibility()).length);
        requestAnimationFrame(count);
    };
    count();
}"""


def test_at_no_time_a_front_is_missing_or_shown_twice(page):
    page.evaluate(COUNT_FRONTS)
    press(page, "iteration", "End")
    for name in ("angle °", "alpha", "turn °", "angle °", "beta1", "beta2", "angle °", "noise"):
        press(page, name, "ArrowRight")
        check_numbers(page)
    page.get_by_role("combobox", name="landscape").select_option("saddle")
    check_numbers(page)
    assert page.evaluate("[...counts]") == [7]


IN_ONE_GO = """handle => {
    for (let move = 0; move < 300; move++) {
        const key = (move / 25 | 0) % 2 ? 'ArrowRight' : 'ArrowLeft';
        handle.dispatchEvent(new KeyboardEvent('keydown', {key, bubbles: true}));
    }
}"""


def test_the_browser_sends_each_move_and_no_number_back(chromium, server):
    with browser.new_page(chromium, server) as (page, _):
        sent = values_sent(page)
        browser.open_notebook(page, "compare.ipynb")
        browser.run_all(page)
        for name, moves in (("start x", 3), ("angle °", 12), ("alpha", 2)):
            del sent[:]
            for _ in range(moves):
                before = spoken(page, name)
                press(page, name, "ArrowRight")
                wait_for(lambda name=name, before=before: spoken(page, name) != before)
                check_numbers(page)
            assert len(sent) == moves, name


def test_300_moves_leave_the_last_value_and_no_queue(page):
    def settles():
        moved, last = time.monotonic(), computed(page)
        wait_for(lambda: shown(page) == last)
        assert time.monotonic() - moved < 1
        page.wait_for_timeout(1500)
        assert shown(page) == last == computed(page)

    press(page, "iteration", *["PageUp"] * 5)
    check_numbers(page)
    before = shown(page)
    press(page, "alpha", "Home", *["ArrowRight", "ArrowRight", "ArrowLeft"] * 100)
    settles()
    assert shown(page) != before
    before = shown(page)
    slider(page, "alpha").evaluate(IN_ONE_GO)
    slider(page, "alpha").press("ArrowLeft")
    settles()
    assert shown(page) != before


def test_one_step_shows_the_numbers_of_minimize(open_page):
    page = open_page("step.ipynb")
    press(page, "step t", *["ArrowRight"] * 2)
    t = int(spoken(page, "step t"))
    assert t > 1
    for kind in (Adam, live.Uncorrected):
        for part in range(2, 9):
            page.get_by_role("button", name="Forward").click()
            page.get_by_role("status").get_by_text(f"{part} of 8.").wait_for()
        run = minimize(kind(0.1), Ravine().grad, Ravine().start, 20)
        expected = {name: getattr(run, name)[t - 1] for name in ("g", "m", "v", "m_hat", "v_hat")}
        expected |= {"theta before": run.theta[t - 1], "theta after": run.theta[t]}
        expected = {symbol: [live.number(x) for x in xy] for symbol, xy in expected.items()}

        def numbers(expected=expected):
            return {row[0]: row[1:] for row in table(page, 0)[1] if row[0] in expected}

        wait_for(lambda expected=expected, numbers=numbers: numbers() == expected)
        assert numbers() == expected
        for part in range(7, 0, -1):
            page.get_by_role("button", name="Back").click()
            page.get_by_role("status").get_by_text(f"{part} of 8.").wait_for()
        page.get_by_role("checkbox", name="bias correction").click()


def test_it_works_in_notebook_7(open_page):
    pytest.importorskip("notebook", reason="notebook is missing: see tests/requirements.txt")
    page = open_page("compare.ipynb", app="notebook")
    press(page, "iteration", *["ArrowRight"] * 3)
    wait_for(lambda: table(page, 0)[0] == "Iteration 3")
    assert spoken(page, "iteration") == 3
    check_numbers(page)
    page.get_by_role("button", name="Step", exact=True).focus()
    page.keyboard.press("Enter")
    wait_for(lambda: table(page, 0)[0] == "Iteration 4")
    assert spoken(page, "iteration") == 4
    check_numbers(page)
    page.get_by_role("checkbox", name="SGD").focus()
    page.keyboard.press("Space")
    wait_for(lambda: len(table(page, 0)[1]) == 3)
    assert [row[0] for row in table(page, 0)[1]] == ["Momentum", "RMSProp", "Adam"]
