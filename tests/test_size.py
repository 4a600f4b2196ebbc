"""What the course asks of a small machine: memory of each kernel, size of the repository."""

import os
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from nbclient import NotebookClient

ROOT = Path(__file__).resolve().parents[1]
LESSONS = sorted(ROOT.glob("notebooks/[0-9]*.ipynb"))
MOST_MEMORY = 400  # MB; Binder gives a student 1 to 2 GB, the server included
MOST_BYTES = 10_000_000
PEAK = """
from pathlib import Path
status = Path("/proc/self/status").read_text()
print(int(status.partition("VmHWM:")[2].split()[0]) * 1024 / 1e6)
"""


def peak_memory(notebook, folder):
    """The most memory that the notebook's kernel ever had, in MB."""
    notebook.cells.append(nbformat.v4.new_code_cell(PEAK))
    NotebookClient(notebook, timeout=120, resources={"metadata": {"path": folder}}).execute()
    return float(notebook.cells[-1].outputs[0].text)


@pytest.mark.skipif(not os.environ.get("CI"), reason="runs every lesson again: only with CI=true")
@pytest.mark.parametrize("path", LESSONS, ids=lambda path: path.stem)
def test_kernel_of_a_lesson_stays_small(path, record_property):
    peak = peak_memory(nbformat.read(path, as_version=4), path.parent)
    record_property("peak_MB", round(peak))
    assert peak < MOST_MEMORY


@pytest.mark.skipif(sys.platform != "linux", reason="reads Linux's /proc")
def test_a_large_kernel_is_seen(tmp_path):
    cell = nbformat.v4.new_code_cell("big = bytearray(b'x') * 400_000_000; del big")
    assert peak_memory(nbformat.v4.new_notebook(cells=[cell]), tmp_path) > MOST_MEMORY


def test_repository_is_small():
    listed = subprocess.run(["git", "ls-files", "-z"], cwd=ROOT, capture_output=True, text=True)
    if listed.returncode:
        pytest.skip("not a git checkout")
    files = [ROOT / name for name in listed.stdout.split("\0") if name]
    assert 0 < sum(path.stat().st_size for path in files if path.is_file()) < MOST_BYTES
