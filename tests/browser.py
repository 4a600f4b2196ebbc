"""Open notebooks in a real JupyterLab in Chromium: helpers for the tests, and a command to look.

python tests/browser.py OUTDIR [NAME ...]    runs the notebooks and writes pictures of each
"""

import argparse
import json
import os
import re
import secrets
import shutil
import socket
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import contextmanager
from pathlib import Path
from typing import NamedTuple

NOTEBOOKS = Path(__file__).resolve().parents[1] / "notebooks"
RUN_TIMEOUT = 180  # seconds for one notebook, kernel start included
PICTURE_SIZE = {"width": 1280, "height": 1600}

# Default settings of both JupyterLab and Notebook 7.
SETTINGS = {
    # All cells in the page, not only the visible ones, and nothing below the last.
    "@jupyterlab/notebook-extension:tracker": {"windowingMode": "none", "scrollPastEnd": False},
    # No requests to jupyter.org, no toast that covers the page.
    "@jupyterlab/apputils-extension:notification": {
        "checkForUpdates": False,
        "fetchNews": "false",
        "doNotDisturbMode": True,
    },
}

CHROMIUM_FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]

# Errors of the applications themselves, which also come with an empty notebook.
CONSOLE_NOISE = (
    # Notebook 7.6 reads the schema of a settings plugin that it has switched off.
    re.compile(r"undefined \(reading 'schema'\).*/static/notebook/notebook_core\.", re.DOTALL),
    # Notebook 7.6 calls a command of JupyterLab's file browser, which its notebook page lacks.
    re.compile(r"Command 'filebrowser:open-path' not registered"),
    # Opened on JupyterLab's server, Notebook 7.6 may be refused one of its own icon fonts.
    re.compile(r"status of 403 .*/static/notebook/\w+\.woff2"),
)

# Run All is lost without a word until the kernel has answered. The page's indicator shows "idle"
# also before there is a kernel, so the application itself is asked.
KERNEL_READY = """() => {
    const notebook = window.jupyterapp?.shell.currentWidget;
    const kernel = notebook?.context?.sessionContext.session?.kernel;
    return kernel?.connectionStatus === 'connected' && kernel.status === 'idle';
}"""

# Cells have started, none is waiting, and the kernel rests.
ALL_RUN = """() => {
    const prompts = [...document.querySelectorAll('.jp-CodeCell .jp-InputPrompt')];
    const idle = document.querySelector('.jp-Notebook-ExecutionIndicator[data-status="idle"]');
    return idle && prompts.some(p => /\\d/.test(p.textContent))
        && !prompts.some(p => p.textContent.includes('*'));
}"""

# Images are loaded, widgets are there, and the height has not changed for half a second.
ALL_DRAWN = """() => {
    const book = document.querySelector('.jp-Notebook');
    const height = book.querySelector('.jp-WindowedPanel-outer').scrollHeight;
    const now = performance.now();
    if (window.drawnHeight !== height) { window.drawnHeight = height; window.drawnSince = now; }
    return [...book.querySelectorAll('img')].every(image => image.complete)
        && !book.innerText.includes('Loading widget')
        && now - window.drawnSince > 500;
}"""

RED_OUTPUTS = ("error", "stderr")

# Formulas that MathJax left or marked: what still holds a dollar or a command outside code.
RAW_TEX = """() => [...document.querySelectorAll('.jp-RenderedMarkdown, .jp-RenderedLatex')]
    .map(rendered => {
        const copy = rendered.cloneNode(true);
        copy.querySelectorAll('code, pre').forEach(code => code.remove());
        return copy.textContent;
    })
    .filter(text => /[$]|\\\\[a-z]/i.test(text))"""


class Server(NamedTuple):
    """A running Jupyter server and the folder with the copied notebooks that it serves."""

    url: str
    token: str
    root: Path


def notebook_names():
    """The file names of the lessons, in order."""
    return sorted(path.name for path in NOTEBOOKS.glob("[0-9]*.ipynb"))


def chromium_path():
    """Chromium's executable: $CHROMIUM, or the one on the PATH, or None."""
    return os.environ.get("CHROMIUM") or shutil.which("chromium")


def copy_without_outputs(root):
    """Copy the notebooks' folder to root, outputs removed: what a page then shows was run there."""
    shutil.copytree(NOTEBOOKS, root, ignore=shutil.ignore_patterns(".ipynb_checkpoints"))
    for path in root.rglob("*.ipynb"):
        notebook = json.loads(path.read_text(encoding="utf-8"))
        for cell in notebook["cells"]:
            if cell["cell_type"] == "code":
                cell.update(outputs=[], execution_count=None)
        path.write_text(json.dumps(notebook), encoding="utf-8")


def server_environment(home, token):
    """The environment of a Jupyter server that keeps all its files under home."""
    own = {
        "JUPYTER_CONFIG_DIR": home / "config",
        "JUPYTER_DATA_DIR": home / "data",
        "JUPYTER_RUNTIME_DIR": home / "runtime",
        "IPYTHONDIR": home / "ipython",
    }
    for folder in own.values():
        folder.mkdir()
    settings = own["JUPYTER_CONFIG_DIR"] / "labconfig" / "default_setting_overrides.json"
    settings.parent.mkdir()
    settings.write_text(json.dumps(SETTINGS), encoding="utf-8")
    return {**os.environ, **{name: str(path) for name, path in own.items()}, "JUPYTER_TOKEN": token}


def wait_until_ready(process, server, log, timeout=60):
    """Return when the server answers; say what it logged if it does not."""
    deadline = time.monotonic() + timeout
    while process.poll() is None and time.monotonic() < deadline:
        try:
            urllib.request.urlopen(
                f"{server.url}api/status?token={server.token}", timeout=5
            ).close()
            return
        except OSError:
            time.sleep(0.1)
    raise RuntimeError(f"JupyterLab did not start:\n{log.read_text(encoding='utf-8')}")


@contextmanager
def jupyter_server():
    """A JupyterLab on a free loopback port that serves a copy of the notebooks."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        home = Path(folder)
        server = Server(f"http://127.0.0.1:{port}/", secrets.token_hex(), home / "notebooks")
        copy_without_outputs(server.root)
        command = [sys.executable, "-m", "jupyterlab", "--no-browser", "--allow-root"]
        command += ["--ip=127.0.0.1", f"--port={port}", "--ServerApp.port_retries=0"]
        command += [
            f"--ServerApp.root_dir={server.root}",
            "--LanguageServerManager.autodetect=False",
            "--LabApp.expose_app_in_browser=True",
            "--JupyterNotebookApp.expose_app_in_browser=True",
        ]
        log = home / "server.log"
        with log.open("w") as output:
            process = subprocess.Popen(
                command,
                env=server_environment(home, server.token),
                cwd=server.root,
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
            )
        try:
            wait_until_ready(process, server, log)
            yield server
        finally:
            process.terminate()  # the server ends its kernels, then itself
            try:
                process.wait(20)
            except subprocess.TimeoutExpired:
                process.kill()
                process.wait()


@contextmanager
def chromium():
    """A headless Chromium, driven by playwright."""
    from playwright.sync_api import sync_playwright

    with tempfile.TemporaryDirectory() as home, sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium_path(),
            args=CHROMIUM_FLAGS,
            env={**os.environ, "HOME": home, "XDG_CONFIG_HOME": home, "XDG_CACHE_HOME": home},
        )
        try:
            yield browser
        finally:
            browser.close()


@contextmanager
def new_page(browser, server):
    """A logged-in page in a fresh profile, and the list of its console's errors as they come.

    At the end the kernels that it started are shut down, so that the next page gets new ones.
    """
    context = browser.new_context(base_url=server.url, viewport={"width": 1280, "height": 900})
    login = {"Authorization": f"token {server.token}"}
    context.request.get(f"api/status?token={server.token}")  # leaves the login cookie
    page = context.new_page()
    errors = []

    def note(text):
        if not any(noise.search(text) for noise in CONSOLE_NOISE):
            errors.append(text)

    page.on("pageerror", lambda error: note(error.stack or str(error)))
    page.on(
        "console",
        lambda message: (
            message.type == "error" and note(f"{message.text} ({message.location['url']})")
        ),
    )
    try:
        yield page, errors
    finally:
        for session in context.request.get("api/sessions").json():
            context.request.delete(f"api/sessions/{session['id']}", headers=login)
        context.close()


def open_notebook(page, name, app="lab"):
    """Open a notebook in JupyterLab (app="lab") or Notebook 7 (app="notebook")."""
    page.goto({"lab": f"lab/tree/{name}?reset", "notebook": f"notebooks/{name}"}[app])
    page.locator(".jp-Notebook .jp-Cell").first.wait_for(timeout=60_000)
    page.wait_for_function(KERNEL_READY, timeout=60_000)


def run_all(page, timeout=RUN_TIMEOUT):
    """Choose Run > Run All Cells; return when every cell is done and all is drawn."""
    page.get_by_role("menuitem", name="Run", exact=True).click()
    page.get_by_role("menuitem", name="Run All Cells", exact=True).click()
    page.wait_for_function(ALL_RUN, timeout=timeout * 1000)
    page.wait_for_function(ALL_DRAWN, timeout=30_000)


def prompts(page):
    """What stands left of each code cell: "[3]:" after a run, "[ ]:" before."""
    return page.locator(".jp-Notebook .jp-CodeCell .jp-InputPrompt").all_text_contents()


def images(page):
    """Every image of the notebook: its alternative text and its size in pixels."""
    return page.locator(".jp-Notebook img").evaluate_all(
        "all => all.map(i => ({alt: i.alt, width: i.naturalWidth, height: i.naturalHeight}))"
    )


def problems(page):
    """What a reader would see to be wrong in a notebook that was run, one sentence each."""
    kinds = [f'.jp-Notebook [data-mime-type="application/vnd.jupyter.{k}"]' for k in RED_OUTPUTS]
    found = [f"error output: {t}" for t in page.locator(", ".join(kinds)).all_inner_texts()]
    found += [f"formula not typeset: {text}" for text in page.evaluate(RAW_TEX)]
    for number, image in enumerate(images(page), 1):
        if not (image["width"] and image["height"]):
            found.append(f"image {number} is empty: {image}")
        if image["alt"] in ("", "Image"):  # "Image" is what JupyterLab puts where there is none
            found.append(f"image {number} has no alternative text")
    return found


def take_pictures(page, folder, stem):
    """Write the whole notebook to folder as stem-1.png, stem-2.png, ..., and return the paths."""
    page.set_viewport_size(PICTURE_SIZE)
    scroller = page.locator(".jp-WindowedPanel-outer")
    page.wait_for_function(ALL_DRAWN, timeout=30_000)
    height, step = scroller.evaluate("s => [s.scrollHeight, s.clientHeight]")
    paths = []
    for number, top in enumerate(range(0, height, step), 1):
        scroller.evaluate("(s, top) => { s.scrollTop = top; }", top)
        paths.append(folder / f"{stem}-{number}.png")
        scroller.screenshot(path=paths[-1])
    return paths


def main():
    """Run notebooks, write their pictures, and print what is wrong with each."""
    parser = argparse.ArgumentParser(description=main.__doc__)
    parser.add_argument("outdir", type=Path)
    parser.add_argument("names", nargs="*", metavar="NAME", help="such as 05_adam.ipynb")
    parser.add_argument("--app", choices=["lab", "notebook"], default="lab")
    options = parser.parse_args()
    options.outdir.mkdir(parents=True, exist_ok=True)
    with jupyter_server() as server, chromium() as browser:
        for name in options.names or notebook_names():
            start = time.monotonic()
            with new_page(browser, server) as (page, console_errors):
                open_notebook(page, name, options.app)
                run_all(page)
                paths = take_pictures(page, options.outdir, Path(name).stem)
                wrong = problems(page) + [f"console: {error}" for error in console_errors]
            print(
                f"{name}: {len(paths)} pictures, {time.monotonic() - start:.1f} s",
                *wrong,
                sep="\n  ",
            )


if __name__ == "__main__":
    main()
