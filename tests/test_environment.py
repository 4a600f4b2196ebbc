"""The check of the first notebook says in plain words what is missing, too old or not installed."""

import ast
import importlib.metadata
import os
import subprocess
import sys
import tomllib
from pathlib import Path

import nbformat
import pytest

from course_lib import environment

ROOT = Path(__file__).resolve().parents[1]
SOURCE = Path(environment.__file__).read_text(encoding="utf-8")
START = nbformat.read(ROOT / "notebooks" / "00_start_here.ipynb", as_version=4)
CELL = next(cell.source for cell in START.cells if cell.cell_type == "code")


@pytest.fixture
def installed(monkeypatch):
    """What importlib.metadata finds: all packages, at the least version that the course needs."""
    found = {name: f"{x}.{y}.0" for name, (x, y) in environment.PACKAGES.items()}

    def version(name):
        if name not in found:
            raise importlib.metadata.PackageNotFoundError(name)
        return found[name]

    monkeypatch.setattr(importlib.metadata, "version", version)
    return found


def test_least_versions_are_those_of_pyproject():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    needed = [f"{name}>={x}.{y}" for name, (x, y) in environment.PACKAGES.items()]
    assert sorted(needed) == sorted(project["dependencies"])
    assert project["requires-python"] == ">={}.{}".format(*environment.PYTHON)


def test_all_is_well(installed):
    assert environment.check() == []
    assert environment.report() == environment.FINE


@pytest.mark.parametrize("name", environment.PACKAGES)
def test_a_missing_package_gets_its_sentence(installed, name):
    del installed[name]
    assert environment.check() == [f"The package {name} is missing."]
    assert "pip install -r requirements.txt" in environment.report()


@pytest.mark.parametrize("name", environment.PACKAGES)
def test_an_old_package_gets_its_sentence(installed, name):
    installed[name] = "0.9.12"
    least = "{}.{}".format(*environment.PACKAGES[name])
    assert environment.check() == [
        f"The package {name} 0.9.12 is too old: the course needs {least} or newer."
    ]


def test_every_problem_is_named_at_once(installed):
    del installed["numpy"]
    installed["sympy"] = "1.12"
    assert [sentence.split()[2] for sentence in environment.check()] == ["numpy", "sympy"]


@pytest.mark.parametrize("version", ["2", "2.0", "2.0.0rc1", "2.10.1", "10.0", "2.0+local.1"])
def test_versions_that_are_new_enough(installed, version):
    installed["numpy"] = version
    assert environment.check() == []


@pytest.mark.parametrize("version", ["1", "1.26.4", "1.99rc1"])
def test_versions_that_are_too_old(installed, version):
    installed["numpy"] = version
    assert len(environment.check()) == 1


@pytest.mark.parametrize("python", [(2, 7, 18), (3, 6, 15), (3, 10, 13)])
def test_an_old_python_gets_its_sentence_and_no_other(installed, monkeypatch, python):
    installed.clear()
    monkeypatch.setattr(sys, "version_info", python)
    assert environment.check() == [
        "This is Python {}.{}, which is too old: the course needs 3.11 or newer.".format(*python)
    ]
    assert "python.org" in environment.report()


@pytest.mark.parametrize("error", [ImportError("DLL load failed"), SyntaxError("invalid syntax")])
def test_a_broken_import_is_told(installed, monkeypatch, error):
    def import_module(name):
        raise error

    monkeypatch.setattr(environment, "import_module", import_module)
    (sentence,) = environment.check()
    assert sentence.startswith("The course's own package, course_lib, can't be imported:")
    assert str(error) in sentence


def test_course_lib_not_installed(installed, monkeypatch):
    def import_module(name):
        raise ModuleNotFoundError(f"No module named {name!r}", name=name)

    monkeypatch.setattr(environment, "import_module", import_module)
    assert environment.check() == ["The course's own package, course_lib, is not installed."]


def test_a_folder_where_nothing_can_be_saved(installed, monkeypatch):
    monkeypatch.setattr(environment, "import_module", lambda name: None)
    assert environment.report() == environment.FINE
    monkeypatch.setattr(environment.os, "access", lambda path, mode: False)
    assert environment.report() == environment.READ_ONLY


@pytest.mark.parametrize("source", [SOURCE, CELL], ids=["environment.py", "cell"])
def test_an_old_python_can_read_it(source):
    ast.parse(source, feature_version=(3, 6))


@pytest.mark.parametrize("source", [SOURCE, CELL], ids=["environment.py", "cell"])
def test_it_imports_the_standard_library_alone(source):
    nodes = list(ast.walk(ast.parse(source)))
    names = [node.module for node in nodes if isinstance(node, ast.ImportFrom)]
    names += [alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names]
    assert names and {name.split(".")[0] for name in names} <= sys.stdlib_module_names


def run_cell(folder, *flags):
    env = {k: v for k, v in os.environ.items() if not k.startswith("PYTHON")}
    run = subprocess.run(
        [sys.executable, *flags, "-c", CELL], cwd=folder, env=env, capture_output=True, text=True
    )
    assert run.returncode == 0 and not run.stderr, run.stderr
    return run.stdout


def test_the_first_cell_works_without_any_package():
    told = run_cell(ROOT / "notebooks", "-I", "-S")
    for name in environment.PACKAGES:
        assert f"The package {name} is missing." in told
    assert "pip install -r requirements.txt" in told


def test_the_first_cell_tells_that_the_notebook_lies_elsewhere(tmp_path):
    assert "folder" in run_cell(tmp_path)
