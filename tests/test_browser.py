"""Each lesson in a real JupyterLab in Chromium: all runs, all is shown, nothing complains."""

import json

import browser
import pytest

pytest.importorskip("playwright", reason="playwright is missing: see tests/requirements.txt")
pytestmark = pytest.mark.skipif(
    browser.chromium_path() is None, reason="no Chromium: install it, or set CHROMIUM to its path"
)


@pytest.fixture(scope="module")
def server():
    with browser.jupyter_server() as server:
        yield server


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as chromium:
        yield chromium


@pytest.fixture
def page_and_errors(chromium, server):
    with browser.new_page(chromium, server) as page_and_errors:
        yield page_and_errors


def code_cells(path):
    """The code cells of the notebook in a file."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [cell for cell in cells if cell["cell_type"] == "code"]


@pytest.mark.parametrize("name", browser.notebook_names())
def test_notebook_runs_in_jupyterlab(page_and_errors, server, name):
    page, console_errors = page_and_errors
    browser.open_notebook(page, name)
    browser.run_all(page)
    problems = browser.problems(page)
    assert not problems, "\n".join(problems)
    count = len(code_cells(server.root / name))
    assert browser.prompts(page) == [f"[{n}]:" for n in range(1, count + 1)]
    assert console_errors == []


def answer(page, cell, source):
    """Type an answer into its cell, run it and the check below; return what the check says."""
    cell.locator(".cm-content").click()
    page.keyboard.press("Control+a")
    page.keyboard.insert_text(source)
    check = cell.locator("xpath=following-sibling::*[1]")
    before = check.locator(".jp-InputPrompt").text_content()
    page.keyboard.press("Shift+Enter")
    page.keyboard.press("Shift+Enter")
    page.wait_for_function(
        "([check, before]) => !['[*]:', before].includes("
        "check.querySelector('.jp-InputPrompt').textContent)",
        arg=[check.element_handle(), before],
    )
    return check.locator(".jp-OutputArea-output").inner_text()


def test_exercise_answered_wrong_then_with_a_hint_then_right(page_and_errors, server):
    page, console_errors = page_and_errors
    browser.open_notebook(page, "01_fixed_learning_rate.ipynb")
    browser.run_all(page)
    handle = page.locator(".jp-CodeCell", has_text="answer_01_1 = ...").element_handle()
    number = page.locator(".jp-Notebook .jp-Cell").evaluate_all(
        "(all, one) => all.indexOf(one)", handle
    )
    cell = page.locator(".jp-Notebook .jp-Cell").nth(number)
    assert "✗ Not yet. That is theta_2: one more step." in answer(page, cell, "answer_01_1 = 1.25")
    said = answer(page, cell, 'answer_01_1 = 0.7\nhint("01.1")')
    assert "✗ Not yet." in said and "too large" in said
    assert "Hint 1 of 3. Put the gradient" in cell.locator(".jp-OutputArea-output").inner_text()
    assert "✓ Correct." in answer(page, cell, "answer_01_1 = 5 * 0.5**3")
    assert json.loads((server.root / ".progress.json").read_text()) == ["01.1"]
    assert console_errors == []


SICK_CELLS = [
    "import warnings; warnings.warn('look out')",
    "from IPython.display import HTML, SVG, Javascript, Latex",
    'HTML(\'<img alt="torn" src="data:image/png;base64,AAAA">\')',
    'SVG(\'<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>\')',
    "Latex(r'$\\frac{1}$')",
    "Latex(r'$\\unknown x$')",
    'Javascript(\'console.error("logged"); setTimeout(() => { throw Error("thrown") })\')',
    "1 / 0",
    "'never run'",
]


def test_what_is_wrong_is_seen(page_and_errors, server):
    """A notebook in which all is wrong, so that the test above cannot pass blindly."""
    blank = {"cell_type": "code", "metadata": {}, "outputs": [], "execution_count": None}
    sick = {
        "cells": [{**blank, "source": source} for source in SICK_CELLS],
        "metadata": {"kernelspec": {"name": "python3", "display_name": "Python 3"}},
        "nbformat": 4,
        "nbformat_minor": 4,
    }
    (server.root / "sick.ipynb").write_text(json.dumps(sick), encoding="utf-8")
    page, console_errors = page_and_errors
    browser.open_notebook(page, "sick.ipynb")
    browser.run_all(page)
    problems = "\n".join(browser.problems(page))
    for expected in [
        "UserWarning: look out",
        "ZeroDivisionError",
        "formula not typeset: \\frac{1}",
        "formula not typeset: \\unknown",
        "image 1 is empty",
        "image 2 has no alternative text",
    ]:
        assert expected in problems
    assert [text in "\n".join(console_errors) for text in ("logged", "thrown")] == [True, True]
    assert browser.prompts(page)[-1] == "[ ]:"
