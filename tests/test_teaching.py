"""The assignments that are made from the lessons, and the judge that grades them."""

import ast
import json
import pickle
import re
import subprocess
import sys
from importlib import import_module
from pathlib import Path

import nbformat
import pytest

from course_lib import check
from course_lib.exercises import desk

ROOT = Path(__file__).resolve().parents[1]
TEACHING = ROOT / "teaching"
sys.path.insert(0, str(TEACHING))
import make_assignments  # noqa: E402
import mistakes  # noqa: E402


@pytest.fixture(params=desk.LESSONS)
def lesson(request):
    return request.param


@pytest.fixture
def assignment(tmp_path, lesson):
    assert make_assignments.write_sources(tmp_path, [lesson]) == [f"lesson_{lesson}"]
    (path,) = (tmp_path / "source" / f"lesson_{lesson}").glob("*.ipynb")
    return nbformat.read(path, as_version=4)


@pytest.fixture
def checks(assignment):
    """The sources of the check cells, by exercise."""
    sources = {}
    for cell in assignment.cells:
        settings = cell.metadata.get("nbgrader", {})
        if settings.get("grade"):
            sources[settings.grade_id.removeprefix("check-").replace("-", ".")] = cell.source
    return sources


def cloudpickle():
    return pytest.importorskip("cloudpickle", reason="needs tests/requirements.txt")


def answers(lesson):
    """Each answer and what its check says; answers travel by value, as from a notebook."""
    module = import_module(f"answers.lesson_{lesson}")
    cloudpickle().register_pickle_by_value(module)
    for exercise in desk.exercises(lesson):
        yield from ((exercise, answer, "✓") for answer in module.RIGHT[exercise])
        yield from ((exercise, answer, said) for answer, said in module.WRONG[exercise])


def run(source, name, answer):
    """What a cell displays and the value of its last line."""
    tree = ast.parse(source)
    *body, last = tree.body
    shown = []
    names = {"display": shown.append, name: answer}
    exec(compile(ast.Module(body, []), "cell", "exec"), names)
    return shown, eval(compile(ast.Expression(last.value), "cell", "eval"), names)


def test_assignment_is_a_valid_notebook_without_outputs(assignment):
    nbformat.validate(assignment)
    for cell in assignment.cells:
        if cell.cell_type == "code":
            assert cell.outputs == [] and cell.execution_count is None


def test_every_exercise_has_an_open_answer_and_a_locked_check_for_2_points(assignment, lesson):
    settings = [cell.metadata.nbgrader for cell in assignment.cells if "nbgrader" in cell.metadata]
    found = [(s.grade_id, s.solution, s.grade, s.locked, s.get("points")) for s in settings]
    expected = []
    for exercise in desk.exercises(lesson):
        number = exercise.replace(".", "-")
        expected.append((f"answer-{number}", True, False, False, None))
        expected.append((f"check-{number}", False, True, True, 2))
    assert found == expected


def test_all_but_the_checks_is_the_lesson(assignment, lesson):
    (path,) = (ROOT / "notebooks").glob(f"{lesson}_*.ipynb")
    original = nbformat.read(path, as_version=4)
    for cell, made in zip(original.cells, assignment.cells, strict=True):
        if not cell.metadata.get("nbgrader", {}).get("grade"):
            assert made.source == cell.source


def test_check_cells_result_is_a_float_of_points(checks, lesson):
    module = import_module(f"answers.lesson_{lesson}")
    for exercise, source in checks.items():
        name = f"answer_{exercise.replace('.', '_')}"
        for answer in (module.RIGHT[exercise][0], module.WRONG[exercise][0][0], ...):
            shown, points = run(source, name, answer)
            expected = check(exercise, answer)
            assert type(points) is float and points == 2 * expected.score
            assert [repr(result) for result in shown] == [repr(expected)]


def test_check_survives_another_function_of_that_name(checks):
    exercise, source = next(iter(checks.items()))
    _, points = run(f"def check(*args): ...\n{source}", f"answer_{exercise.replace('.', '_')}", ...)
    assert points == 0


def test_every_answer_reaches_the_judge_as_it_was(lesson):
    for exercise, answer, said in answers(lesson):
        sent = pickle.loads(cloudpickle().dumps(answer))
        assert said in repr(check(exercise, sent)), (exercise, answer)


@pytest.mark.parametrize(("answer", "score"), [(0.625, 1.0), (-0.625, 0.5), (7, 0.0), (..., 0.0)])
def test_judge_writes_its_verdict(tmp_path, answer, score):
    file, verdict = tmp_path / "answer", tmp_path / "verdict"
    file.write_bytes(pickle.dumps(answer))
    judge = [sys.executable, TEACHING / "judge.py", "01.1", file, verdict]
    subprocess.run(judge, check=True, cwd=ROOT)
    found = json.loads(verdict.read_text(encoding="utf-8"))
    assert found["score"] == score
    assert found["message"] == check("01.1", answer).message


def test_course_folder_holds_the_grader(tmp_path):
    make_assignments.write_sources(tmp_path, [])
    for name in make_assignments.GRADER:
        source = (tmp_path / name).read_text(encoding="utf-8")
        assert source == (TEACHING / name).read_text(encoding="utf-8")
        compile(source, name, "exec")


def test_lesson_without_its_checks_is_refused():
    with pytest.raises(ValueError, match="lesson 01 holds the checks"):
        make_assignments.assignment({"cells": []}, "01")


def test_lesson_without_exercises_is_refused():
    command = [sys.executable, TEACHING / "make_assignments.py", "nowhere", "00"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 2 and "no exercises in 00" in run.stderr
    assert not (ROOT / "nowhere").exists()


def test_the_course_folder_lies_outside_of_the_repository():
    command = [sys.executable, TEACHING / "make_assignments.py", "01", "05"]
    run = subprocess.run(command, capture_output=True, text=True, cwd=ROOT)
    assert run.returncode == 2 and "course_dir: must lie outside" in run.stderr
    assert not (ROOT / "01").exists()


def test_page_of_mistakes_is_up_to_date():
    """If not: python teaching/mistakes.py"""
    assert mistakes.PAGE.read_text(encoding="utf-8") == mistakes.page()


def test_what_the_teachers_page_names_is_there():
    page = (TEACHING / "README.md").read_text(encoding="utf-8")
    for link in re.findall(r"\]\(([^)#:]+)\)", page):
        assert (TEACHING / link).exists(), link
    for file in re.findall(r"\bteaching/\w+\.\w+", page):
        assert (ROOT / file).is_file(), file
