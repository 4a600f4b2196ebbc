"""Settings of Sphinx for the course as pages to read: see site/README.md."""

import re
import shutil
from importlib.metadata import distribution
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
FIRST_PAGE = "README"
PAGES = [
    *sorted(ROOT.glob("notebooks/[0-9]*.ipynb")),
    ROOT / "CONTRIBUTING.md",
    *sorted(ROOT.glob("[!.]*/[A-Z]*.md")),
]
CONTENTS = """
```{{toctree}}
:hidden:

{}
```
"""

project = "The Adam optimizer"
html_title = project
language = "en"
extensions = ["myst_nb"]
root_doc = FIRST_PAGE
include_patterns = [path.relative_to(ROOT).as_posix() for path in [ROOT / "README.md", *PAGES]]
exclude_patterns = [".*", "build", "**/node_modules"]

nb_execution_mode = "off"
myst_enable_extensions = ["dollarmath", "amsmath"]
myst_heading_anchors = 3
suppress_warnings = ["mystnb.unknown_mime_type"]  # a verdict's data, beside its HTML

html_theme = "sphinx_book_theme"
html_context = {"default_mode": "light"}  # the figures are drawn for a light page
html_theme_options = {
    "use_download_button": False,
    "use_fullscreen_button": False,
    "article_header_end": ["toggle-secondary-sidebar.html"],
    "navbar_persistent": [],
}
html_copy_source = False
html_show_copyright = False
# MathJax in one file with its fonts and extensions, so that formulas need no network.
mathjax = distribution("sphinx-mathjax-offline").locate_file("sphinx-mathjax-offline/static")
html_static_path = [str(mathjax / "mathjax" / "tex-svg-full.js")]
mathjax_path = "tex-svg-full.js"


def list_pages(app, docname, source):
    """Put all pages into the navigation, which readers of README.md itself do not see."""
    if docname == FIRST_PAGE:
        names = [path.relative_to(ROOT).with_suffix("").as_posix() for path in PAGES]
        source[0] += CONTENTS.format("\n".join(names))


def link_pages(app, pagename, templatename, context, doctree):
    """Sphinx turns the links of Markdown into pages' links; these are those of the outputs."""
    context["body"] = re.sub(r'href="(\w+)\.ipynb', r'href="\1.html', context.get("body", ""))


def write_index(app, error):
    if not error:
        shutil.copy(app.outdir / f"{FIRST_PAGE}.html", app.outdir / "index.html")


def setup(app):
    app.connect("source-read", list_pages)
    app.connect("html-page-context", link_pages)
    app.connect("build-finished", write_index)
