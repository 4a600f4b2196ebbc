"""The course as pages to read: every page in a real browser, opened as a file, with no network."""

import re
import subprocess
import sys
from pathlib import Path
from urllib.parse import urlsplit
from urllib.request import url2pathname

import browser
import nbformat
import pytest

for module in ("playwright", "axe_playwright_python", "myst_nb", "sphinx_book_theme"):
    pytest.importorskip(module, reason=f"{module} is missing: see tests/requirements.txt")
pytestmark = pytest.mark.skipif(
    browser.chromium_path() is None, reason="no Chromium: install it, or set CHROMIUM to its path"
)

ROOT = Path(__file__).resolve().parents[1]
LESSONS = [path.removesuffix(".ipynb") for path in browser.notebook_names()]
WCAG = {"runOnly": ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa"], "preload": False}
LOCAL = ("file:", "data:", "blob:")

FORMULAS = """() => {
    const all = [...document.querySelectorAll('.math')];
    return {
        all: all.length,
        missing: all.filter(m => !m.querySelector('mjx-container svg')).map(m => m.textContent),
        wrong: [...document.querySelectorAll('[data-mml-node=merror]')].map(m => m.textContent),
    };
}"""
# What still holds two dollars or a command of TeX, outside of code and of what MathJax drew.
RAW_TEX = """() => {
    const page = document.querySelector('main').cloneNode(true);
    page.querySelectorAll('pre, code, mjx-container').forEach(e => e.remove());
    return page.textContent.match(/[$][^$]+[$]|\\\\[a-z]+/gi) || [];
}"""
LINKS = "all => all.map(a => a.href)"
IDS = "all => all.flatMap(e => [e.id, e.name])"
IMAGES = "all => all.map(i => ({alt: i.alt, width: i.naturalWidth}))"


def build(source, folder):
    """Run the documented command; its warnings are errors."""
    command = [sys.executable, "-m", "sphinx", "-W", "--keep-going", "-q"]
    command += ["-c", str(source / "site"), "-d", str(folder / "cache")]
    return subprocess.run(
        [*command, str(source), str(folder / "site")], capture_output=True, text=True
    )


@pytest.fixture(scope="module")
def site(tmp_path_factory):
    folder = tmp_path_factory.mktemp("built")
    run = build(ROOT, folder)
    assert run.returncode == 0, run.stderr
    return folder / "site"


@pytest.fixture(scope="module")
def chromium():
    with browser.chromium() as chromium:
        yield chromium


def read(chromium, path):
    """Open a page; return what a reader finds: links, images, and a sentence for all that's wrong.

    With it come the ids that a link can point to.
    """
    from axe_playwright_python.sync_playwright import Axe

    context = chromium.new_context(viewport={"width": 1280, "height": 900})
    page = context.new_page()
    wrong = []
    page.on("request", lambda r: r.url.startswith(LOCAL) or wrong.append(f"fetched {r.url}"))
    page.on("requestfailed", lambda r: wrong.append(f"not found: {r.url}"))
    page.on("pageerror", lambda error: wrong.append(f"script: {error}"))
    try:
        page.goto(path.as_uri())
        page.evaluate("window.MathJax && MathJax.startup.promise")
        formulas = page.evaluate(FORMULAS)
        wrong += [f"formula not drawn: {tex}" for tex in formulas["missing"]]
        wrong += [f"formula with an error: {tex}" for tex in formulas["wrong"]]
        wrong += [f"formula as text: {tex}" for tex in page.evaluate(RAW_TEX)]
        images = page.locator("main img").evaluate_all(IMAGES)
        wrong += [f"image not shown: {i['alt']}" for i in images if not i["width"]]
        wrong += ["image without alternative text" for i in images if not i["alt"].strip()]
        for found in Axe().run(page, options=WCAG).response["violations"]:
            nodes = ", ".join(node["html"][:100] for node in found["nodes"])
            wrong.append(f"axe {found['id']}: {found['help']}: {nodes}")
        return {
            "links": page.locator("a[href]").evaluate_all(LINKS),
            "ids": page.locator("[id], a[name]").evaluate_all(IDS),
            "images": len(images),
            "formulas": formulas["all"],
            "wrong": wrong,
        }
    finally:
        context.close()


@pytest.fixture(scope="module")
def pages(chromium, site):
    paths = [path for path in site.rglob("*.html") if "_static" not in path.parts]
    return {path.resolve(): read(chromium, path) for path in sorted(paths)}


def dead_links(pages):
    dead = []
    for path, page in pages.items():
        for link in page["links"]:
            target, _, anchor = link.partition("#")
            if not target.startswith("file:"):
                continue
            file = Path(url2pathname(urlsplit(target).path))
            known = pages.get(file.resolve())
            if not file.is_file() or (anchor and known and anchor not in known["ids"]):
                dead.append(f"{path.name}: {link}")
    return dead


def test_nothing_is_wrong_on_any_page(pages):
    wrong = [f"{path.name}: {what}" for path, page in pages.items() for what in page["wrong"]]
    assert not wrong, "\n".join(wrong)


def test_no_link_is_dead_and_none_leads_to_a_notebook(pages):
    assert dead_links(pages) == []
    links = [link for page in pages.values() for link in page["links"]]
    assert links and not [link for link in links if re.search(r"^file:.*\.ipynb\b", link)]


@pytest.mark.parametrize("lesson", LESSONS)
def test_every_lesson_is_linked_and_shows_all_its_formulas_and_pictures(pages, site, lesson):
    path = (site / "notebooks" / f"{lesson}.html").resolve()
    others = [page["links"] for other, page in pages.items() if other != path]
    assert all(path.as_uri() in [link.partition("#")[0] for link in links] for links in others)
    cells = nbformat.read(ROOT / "notebooks" / f"{lesson}.ipynb", as_version=4).cells
    outputs = [output for cell in cells for output in cell.get("outputs", [])]
    html = [output.get("data", {}).get("text/html", "") for output in outputs]
    assert pages[path]["images"] == sum(text.count("<img ") for text in html)
    tex = [output for output in outputs if "text/latex" in output.get("data", {})]
    prose = sum("$" in cell.source for cell in cells if cell.cell_type == "markdown")
    assert pages[path]["formulas"] >= len(tex) + prose


SICK = """<!doctype html><html lang="en"><title>Sick</title><main><h1>Sick</h1>
<p style="color: #bbb; background: #fff">pale</p><img src="data:image/png;base64,AAAA">
<p>$x^2$</p><span class="math">x</span><a href="nowhere.html">there</a>
<a href="#nothing">here</a><img alt="far" src="http://127.0.0.1:9/a.png"></main></html>"""


def test_what_is_wrong_is_seen(chromium, tmp_path):
    path = tmp_path / "sick.html"
    path.write_text(SICK, encoding="utf-8")
    page = read(chromium, path)
    wrong = "\n".join(page["wrong"])
    for expected in [
        "fetched http://127.0.0.1:9/a.png",
        "not found: http://127.0.0.1:9/a.png",
        "formula not drawn: x",
        "formula as text: $x^2$",
        "image not shown: far",
        "image without alternative text",
        "axe color-contrast",
        "axe image-alt",
    ]:
        assert expected in wrong
    assert len(dead_links({path.resolve(): page})) == 2


def test_a_link_to_a_missing_lesson_stops_the_build(tmp_path):
    for folder in ("site", "notebooks"):
        (tmp_path / folder).mkdir()
    (tmp_path / "site" / "conf.py").write_bytes((ROOT / "site" / "conf.py").read_bytes())
    for name in ("README.md", "CONTRIBUTING.md"):
        (tmp_path / name).write_text("# A title\n", encoding="utf-8")
    cell = nbformat.v4.new_markdown_cell("# A lesson\n\n[next](02_missing.ipynb)")
    nbformat.write(nbformat.v4.new_notebook(cells=[cell]), tmp_path / "notebooks" / "01_a.ipynb")
    run = build(tmp_path, tmp_path / "built")
    assert run.returncode != 0 and "02_missing.ipynb" in run.stderr
