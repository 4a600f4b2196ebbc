"""Binder: what the real repo2docker takes from binder/, and what the README's links open."""

import re
import runpy
import shutil
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest

ROOT = Path(__file__).resolve().parents[1]
README = (ROOT / "README.md").read_text(encoding="utf-8")
LESSONS = sorted(path.relative_to(ROOT).as_posix() for path in ROOT.glob("notebooks/[0-9]*.ipynb"))
PYTHON = (ROOT / "binder" / "runtime.txt").read_text().strip()


@pytest.fixture
def course(tmp_path):
    """The course's files without what lies beside them here."""
    beside = shutil.ignore_patterns(".*", "*.egg-info", "__pycache__", "node_modules", "notebooks")
    return shutil.copytree(ROOT, tmp_path / "course", ignore=beside)


def dockerfile(course):
    """What repo2docker would build: this needs no container engine."""
    pytest.importorskip("repo2docker", reason="repo2docker is missing: see tests/requirements.txt")
    command = [sys.executable, "-m", "repo2docker", "--no-build", "--debug"]
    user = ["--user-id=1000", "--user-name=jovyan"]  # as on mybinder.org
    run = subprocess.run([*command, *user, str(course)], capture_output=True, text=True)
    assert run.returncode == 0, run.stderr
    return run.stdout + run.stderr


def install_line(text):
    return re.search(r"^RUN .*pip install .*$", text, re.MULTILINE).group()


def test_repo2docker_takes_its_packages_and_python_from_binder(course):
    text = dockerfile(course)
    assert "Building conda environment for python=" + PYTHON.removeprefix("python-") in text
    assert install_line(text).endswith('-r "binder/requirements.txt"')
    # `-e .` needs the course itself, in the folder where pip runs, and to write beside it.
    assert text.index("COPY --chown=1000:1000 src/ ${REPO_DIR}/") < text.index(install_line(text))
    assert text.index("WORKDIR ${REPO_DIR}") < text.index(install_line(text))


def test_without_runtime_txt_repo2docker_takes_another_python(course):
    """Else the test above would say nothing."""
    (course / "binder" / "runtime.txt").unlink()
    assert f"python={PYTHON.removeprefix('python-')}\n" not in dockerfile(course)


def test_binder_lists_the_whole_environment_and_nothing_else():
    assert (ROOT / "binder" / "requirements.txt").read_text().split() == [
        "-r",
        "../requirements.txt",
    ]


def binder_links():
    return [urlsplit(url) for url in re.findall(r"\(https://mybinder\.org([^)\s]+)\)", README)]


def test_every_lesson_has_a_link_that_opens_it_in_jupyterlab():
    opened = [parse_qs(link.query)["urlpath"] for link in binder_links()]
    assert opened.pop(0) == [f"lab/tree/{LESSONS[0]}"], "the first link opens the course"
    assert opened == [[f"lab/tree/{lesson}"] for lesson in LESSONS]


def test_all_links_hold_the_address_in_pyproject():
    address = runpy.run_path(str(ROOT / "binder" / "address.py"))
    assert address["with_address"](README) == README
    assert {link.path for link in binder_links()} == {f"/v2/gh/{address['repository']()}/HEAD"}
