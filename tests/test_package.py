"""What importing the library costs and loads."""

import ast
import subprocess
import sys
from pathlib import Path

import course_lib

FOLDER = Path(course_lib.__file__).parent


def python(code):
    """What a fresh interpreter prints."""
    return subprocess.run(
        [sys.executable, "-c", code], check=True, capture_output=True, text=True, cwd=FOLDER.parent
    ).stdout


def test_import_takes_less_than_300_ms():
    """In processor time, which other programs disturb less than the clock on the wall."""
    code = "from time import process_time as t; t0 = t(); import course_lib; print(t() - t0)"
    assert any(float(python(code)) < 0.3 for _ in range(10))


def test_import_loads_neither_figures_nor_widgets_nor_sympy():
    loaded = python("import sys, course_lib; print(*sys.modules)").split()
    assert "course_lib.optimizers" in loaded
    heavy = {"matplotlib", "ipywidgets", "sympy", "IPython", "scipy", "pandas", "torch"}
    assert not heavy & set(loaded)


def test_everything_exported_is_there():
    assert sorted(set(course_lib.__all__)) == sorted(course_lib.__all__)
    for name in course_lib.__all__:
        assert getattr(course_lib, name).__module__.startswith("course_lib.")


def test_the_optimizers_import_numpy_alone():
    tree = ast.parse((FOLDER / "optimizers.py").read_text(encoding="utf-8"))
    imported = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            imported |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            assert node.level == 0
            imported.add(node.module)
    packages = {name.partition(".")[0] for name in imported}
    assert packages - sys.stdlib_module_names == {"numpy"}
