"""What every stored notebook must be, so that nbval compares something and a reader sees it."""

import ast
import re
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
NOTEBOOKS = sorted(
    path for path in (ROOT / "notebooks").rglob("*.ipynb") if ".ipynb_checkpoints" not in path.parts
)
IGNORE = "nbval-ignore-output"
PIXELS = re.compile(r"data:image/\w+;base64,[\w+/=]*")
UNSTABLE = re.compile(
    r"np\.float64\(|Warning|Traceback| at 0x"
    r"|/home/|/root/|/Users/|/tmp/|/var/folders/|[A-Z]:\\Users"
)


@pytest.fixture(params=NOTEBOOKS, ids=lambda path: path.relative_to(ROOT).as_posix())
def path(request):
    return request.param


@pytest.fixture
def nb(path):
    return nbformat.read(path, as_version=4)


@pytest.fixture
def code(nb):
    return [cell for cell in nb.cells if cell.cell_type == "code"]


@pytest.fixture
def outputs(code):
    return [output for cell in code for output in cell.outputs]


class ImgTags(HTMLParser):
    def __init__(self, html):
        super().__init__()
        self.tags = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "img":
            self.tags.append(dict(attrs))


def is_one_call(source):
    body = ast.parse(source).body
    return len(body) == 1 and isinstance(body[0], ast.Expr) and isinstance(body[0].value, ast.Call)


def test_is_valid_for_the_python_kernel(nb):
    nbformat.validate(nb)
    assert nb.metadata.kernelspec.name == "python3"


def test_was_run_from_top_to_bottom(code):
    assert [cell.execution_count for cell in code] == list(range(1, len(code) + 1))


def test_cells_hold_code_and_end_without_semicolon(code):
    for cell in code:
        assert cell.source.strip()
        assert not cell.source.rstrip().endswith(";"), cell.source


def test_outputs_show_no_error_and_nothing_that_changes_between_runs(outputs):
    for output in outputs:
        assert output.output_type != "error", output.evalue
        assert output.get("name") != "stderr", output.text
        texts = [output.get("text", "")]
        texts += [v for k, v in output.get("data", {}).items() if not k.startswith("image/")]
        for text in texts:
            found = UNSTABLE.search(PIXELS.sub("", str(text)))
            assert not found, found.string


def test_every_image_has_alt_text_that_jupyterlab_shows(outputs):
    for output in outputs:
        data = output.get("data", {})
        images = ImgTags(data.get("text/html", "")).tags
        assert images or not any(mime.startswith("image/") for mime in data), (
            "JupyterLab shows no alt text for an image output: show it as <img alt=...>"
        )
        assert all((image.get("alt") or "").strip() for image in images)


def test_links_between_notebooks_resolve(path, nb):
    for cell in nb.cells:
        if cell.cell_type == "markdown":
            for target in re.findall(r"""[("']([^()"'\s]+\.ipynb)\b""", cell.source):
                assert (path.parent / target).is_file(), target


def test_only_widgets_are_not_compared_and_a_compared_cell_follows(code):
    for i, cell in enumerate(code):
        tags = cell.metadata.get("tags", [])
        assert "NBVAL" not in cell.source
        assert not {"nbval-skip", "nbval-raises-exception", "raises-exception"} & set(tags)
        if IGNORE in tags:
            assert is_one_call(cell.source), cell.source
            assert cell.outputs == [], "a live cell may show its widget alone"
            assert i + 1 < len(code) and code[i + 1].outputs, "a static figure must follow"
            assert IGNORE not in code[i + 1].metadata.get("tags", [])


MINUTES = re.compile(r"\*\*Time\*\* (\d+) minutes")
ROW = re.compile(r"^\|[^\n]*\]\((?:notebooks/)?(\w+\.ipynb)\)[^\n]*?\| (\d+) \|", re.MULTILINE)


def test_the_maps_in_lesson_00_and_the_readme_have_each_lesson_with_its_minutes():
    lessons = sorted((ROOT / "notebooks").glob("[0-9]*.ipynb"))
    texts = [nbformat.read(lesson, as_version=4).cells[0].source for lesson in lessons]
    minutes = {
        lesson.name: MINUTES.search(text)[1] for lesson, text in zip(lessons, texts, strict=True)
    }
    assert dict(ROW.findall((ROOT / "README.md").read_text(encoding="utf-8"))) == minutes
    del minutes["00_start_here.ipynb"]
    map_ = "\n".join(
        cell.source
        for cell in nbformat.read(lessons[0], as_version=4).cells
        if cell.cell_type == "markdown"
    )
    assert dict(ROW.findall(map_)) == minutes


def test_is_small(path):
    assert path.stat().st_size < 1_500_000


def nbval(path):
    """Run pytest with this project's own settings on one notebook."""
    pytest_ = [sys.executable, "-m", "pytest", "-n0", "-p", "no:cacheprovider"]
    return subprocess.run(
        [*pytest_, "-c", ROOT / "pyproject.toml", path], cwd=ROOT, capture_output=True, text=True
    )


LESSON = (
    'print(f"1/3 = {1 / 3:.4f}")',
    'from IPython.display import HTML, Latex; Latex(f"$x^{1 + 1}$")',
    """HTML(f'<img alt="{"one"} line" src="data:image/png;base64,AAAA">')""",
)


def test_nbval_sees_a_changed_digit_formula_and_alt_text_but_no_pixels(tmp_path):
    nb = nbformat.v4.new_notebook(cells=[nbformat.v4.new_code_cell(source) for source in LESSON])
    NotebookClient(nb).execute()
    path = tmp_path / "lesson.ipynb"
    stored = nbformat.writes(nb).replace("AAAA", "BBBB", 1)
    path.write_text(stored)
    run = nbval(path)
    assert run.returncode == 0 and "3 passed" in run.stdout, run.stdout

    for old, new in (("= 0.3333", "= 0.3334"), ("$x^2$", "$x^3$"), ("one line", "two lines")):
        assert stored.count(old) == 1
        stored = stored.replace(old, new)
    path.write_text(stored)
    run = nbval(path)
    assert run.returncode == 1 and "3 failed" in run.stdout, run.stdout
