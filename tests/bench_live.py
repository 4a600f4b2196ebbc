"""How fast the comparison answers in a real browser, beside the plain way to build it.

python tests/bench_live.py [PRESSES]

Both are opened in one JupyterLab session and measured in turn: from the key press on a slider until
the last change of the picture is painted, and for Play the pictures per second.
The plain way is ipywidgets.interactive_output with every figure drawn anew by matplotlib. One
rectangle that follows a slider shows what ipywidgets, JupyterLab and the browser take alone.
"""

import json
import statistics
import sys

import browser

# Every press computes the runs that it changes, also those that were there a moment ago.
OURS = """
from functools import lru_cache
from course_lib import live

live.run = lru_cache(maxsize=4)(live.run.__wrapped__)
live.compare()
"""

PLAIN = """
from ipywidgets import IntSlider, SelectionSlider, VBox, interactive_output
from course_lib import Ravine, live, minimize, plotting

ravine = Ravine()
alpha = SelectionSlider(options=live.ALPHAS, value=0.08, description="alpha")
iteration = IntSlider(100, 0, 100, description="iteration")

def draw(alpha, t):
    runs = {
        name: minimize(rule, ravine.grad, ravine.start, 100)
        for name, rule in live.optimizers(alpha).items()
    }
    plotting.show(plotting.comparison(ravine, runs, alpha, t), "the comparison")

VBox([alpha, iteration, interactive_output(draw, {"alpha": alpha, "t": iteration})])
"""

RECTANGLE = """
from ipywidgets import HTML, IntSlider, VBox

width, picture = IntSlider(50, 0, 100, description="width"), HTML()

def draw(change=None):
    words = f'role="img" aria-label="{width.value}"'
    picture.value = f'<svg {words}><rect width="{width.value}" height="9"/></svg>'

width.observe(draw, "value")
draw()
VBox([width, picture])
"""

# When a picture was last seen to have changed since a key was pressed, and how many were seen.
WATCH = """cell => {
    window.observer?.disconnect();
    const watch = window.watch = {};
    const reset = start => Object.assign(watch, {start, last: 0, seen: new Set()});
    reset(0);
    let waiting = false;
    const frame = () => {
        waiting = false;
        const picture = [...cell.querySelectorAll('[role=img]')].at(-1)?.ariaLabel;
        const painted = () => {
            watch.last = performance.now();
            watch.first ||= watch.last;
            watch.seen.add(picture);
        };
        // Before all else that waits, such as what JupyterLab does when the kernel is idle again.
        scheduler.postTask(painted, {priority: 'user-blocking'});
    };
    const changed = async () => {
        if (waiting) return;
        waiting = true;
        await Promise.all([...cell.querySelectorAll('img')].map(i => i.decode().catch(() => 0)));
        requestAnimationFrame(frame);
    };
    const drawn = change => change.target.closest?.('.widget-html')
        || [...change.addedNodes].some(node => node.querySelector?.('img'));
    window.observer = new MutationObserver(changes => changes.some(drawn) && changed());
    observer.observe(cell, {childList: true, subtree: true});
    document.addEventListener('keydown', event => reset(event.timeStamp), true);
}"""
QUIET = "() => watch.last && performance.now() - watch.last > 500"


def cell(page, number):
    """The output of a code cell, watched from now on."""
    output = page.locator(".jp-CodeCell").nth(number).locator(".jp-Cell-outputArea")
    output.scroll_into_view_if_needed()
    output.evaluate(WATCH)
    return output


def press(page, output, name, key):
    """Press a key on a slider; milliseconds until the picture has changed."""
    output.locator(".widget-slider", has_text=name).locator(".noUi-handle").focus()
    page.keyboard.press(key)
    page.wait_for_function(QUIET, polling=100)
    return page.evaluate("watch.last - watch.start")


def latencies(page, number, name, presses):
    """Milliseconds of each of so many key presses on a slider, eight steps up and eight back."""
    output = cell(page, number)
    press(page, output, name, "ArrowRight")
    keys = ["ArrowRight"] * 8 + ["ArrowLeft"] * 8
    return [press(page, output, name, keys[i % 16]) for i in range(presses)]


def pictures_per_second(page, number):
    """How many different pictures Play shows in a second, from the first to the last iteration."""
    output = cell(page, number)
    output.get_by_role("button", name="Reset").click()
    page.wait_for_timeout(500)
    output.evaluate(WATCH)
    output.get_by_role("button", name="Play").click()
    page.wait_for_function(QUIET, timeout=60_000)
    return page.evaluate("(watch.seen.size - 1) / (watch.last - watch.first) * 1000")


def write_notebook(path):
    """A notebook with ours, the plain way, and the rectangle."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    sources = [OURS, PLAIN, RECTANGLE]
    notebook = {
        "cells": [{**blank, "source": source} for source in sources],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    path.write_text(json.dumps(notebook), encoding="utf-8")


def report(name, times):
    """Print and return the 50th and 95th percentile."""
    p50, p95 = statistics.median(times), statistics.quantiles(times, n=20)[-1]
    print(f"{name:<28}{p50:8.0f}{p95:8.0f}")
    return p50, p95


def main():
    """Measure and print."""
    presses = int(sys.argv[1]) if len(sys.argv) > 1 else 160  # 95 % of fewer hang on a few
    with browser.jupyter_server() as server, browser.chromium() as chromium:
        write_notebook(server.root / "bench.ipynb")
        with browser.new_page(chromium, server) as (page, _):
            page.set_viewport_size({"width": 1280, "height": 1400})
            browser.open_notebook(page, "bench.ipynb")
            browser.run_all(page)
            for key in ("End", "PageDown", "PageDown"):
                press(page, cell(page, 0), "iteration", key)
            print(f"{'milliseconds':<28}{'p50':>8}{'p95':>8}")
            report("one rectangle", latencies(page, 2, "width", presses))
            plain = report("plain, alpha", latencies(page, 1, "alpha", presses))
            ours = report("ours, alpha", latencies(page, 0, "alpha", presses))
            for name in ("beta2", "iteration", "turn", "angle", "start x"):
                report(f"ours, {name}", latencies(page, 0, name, presses))
            faster = [slow / fast for slow, fast in zip(plain, ours, strict=True)]
            print("plain / ours: {:.1f} (p50), {:.1f} (p95)".format(*faster))
            print(f"Play: {pictures_per_second(page, 0):.1f} pictures a second")


if __name__ == "__main__":
    main()
