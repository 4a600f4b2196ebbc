"""How nbgrader grades a lesson.

Two preprocessors stand in for nbgrader's own. `RestoreCells` makes a submission fit to be graded,
whatever happened to its cells. `Grade` runs it: each check cell, instead of checking, hands its
answer over in a file, and the answer is judged in a fresh process. What a student changed in the
kernel (the name `check`, course_lib, numpy) is not there.
"""

import json
import re
import subprocess
import sys
from pathlib import Path
from tempfile import TemporaryDirectory

from nbclient.exceptions import CellTimeoutError, DeadKernelError
from nbformat.v4 import new_code_cell, new_output
from nbgrader.api import Gradebook
from nbgrader.preprocessors import Execute, NbGraderPreprocessor
from nbgrader.utils import is_grade
from traitlets import Integer, List

from course_lib.exercises.kinds import Result

JUDGE = Path(__file__).with_name("judge.py")
NO_EXIT = "get_ipython().ask_exit = lambda: None"
CHECK = re.compile(r'check\("(?P<exercise>\d\d\.\d+)", (?P<answer>\w+)\)')
HAND_OVER = (
    "__import__('pathlib').Path({path!r}).write_bytes(__import__('cloudpickle').dumps({answer}))"
)


class RestoreCells(NbGraderPreprocessor):
    """Gives each exercise's cells their metadata and each check its source, adds missing checks.

    An answer or a check is known by its `grade_id`. Of copies the last one counts. A check that was
    deleted comes back below its answer, or at the end.
    """

    def preprocess(self, nb, resources):
        found = {}
        for cell in nb.cells:
            grade_id = _plain(cell.metadata.pop("nbgrader", None)).get("grade_id")
            found[str(grade_id)] = cell
        with Gradebook(resources["nbgrader"]["db_url"]) as gradebook:
            notebook = gradebook.find_notebook(
                resources["nbgrader"]["notebook"], resources["nbgrader"]["assignment"]
            )
            points = {cell.name: cell.max_score for cell in notebook.grade_cells}
            for original in notebook.source_cells:
                name = original.name
                cell = found.get(name)
                if name in points:
                    cell = _replaced(nb.cells, cell, found.get(name.replace("check", "answer")))
                    cell.source = original.source
                if cell is not None:
                    cell.metadata["nbgrader"] = _metadata(original, points.get(name))
        return nb, resources


def _plain(metadata):
    return metadata if isinstance(metadata, dict) else {}


def _replaced(cells, check, answer):
    """A new check cell, in the place of the submitted one, or below the answer, or at the end."""
    new = new_code_cell(metadata={"deletable": False, "editable": False})
    positions = {id(cell): at for at, cell in enumerate(cells)}
    if check is not None:
        cells[positions[id(check)]] = new
    elif answer is not None:
        cells.insert(positions[id(answer)] + 1, new)
    else:
        cells.append(new)
    return new


def _metadata(original, points):
    graded = points is not None
    metadata = {
        "grade": graded,
        "grade_id": original.name,
        "locked": original.locked,
        "schema_version": 3,
        "solution": not graded,
        "task": False,
    }
    return metadata | ({"points": points} if graded else {})


class Grade(Execute):
    """Runs a submission and judges its answers, each in a process of its own.

    A cell that can't be stopped, or that ends the kernel, is left out, and the rest is run again.
    `exit()` would end the kernel while some later cell runs, so it does nothing here.
    """

    extra_arguments = List([f"--IPKernelApp.exec_lines={NO_EXIT}"]).tag(config=True)

    judge_timeout = Integer(60, help="Seconds to judge one answer in.").tag(config=True)
    attempts = Integer(4, help="How often a submission is run to the end at most.").tag(config=True)

    def preprocess(self, nb, resources=None, km=None):
        checks = [(cell, cell.source) for cell in nb.cells if is_grade(cell)]
        with TemporaryDirectory() as folder:
            answers = [Path(folder, str(number)) for number in range(len(checks))]
            for (cell, source), path in zip(checks, answers, strict=True):
                answer = CHECK.search(source)["answer"]
                cell.source = HAND_OVER.format(path=str(path), answer=answer)
            self._run(nb, resources, km)
            for (cell, source), path in zip(checks, answers, strict=True):
                cell.source = source
                if path.exists():
                    self._show(cell, self._judge(CHECK.search(source)["exercise"], path))
                else:
                    cell.outputs = [self._why_there_is_no_answer(cell)]
        return nb, resources

    def _run(self, nb, resources, km):
        self.left_out, self.started = set(), []
        for _ in range(self.attempts):
            try:
                return super().preprocess(nb, resources, km)
            except (CellTimeoutError, DeadKernelError) as error:
                self.log.warning("A cell is left out, the rest is run again: %s", error)
                self._leave_out(nb, type(error).__name__)

    def _leave_out(self, nb, name):
        index = self.started[-1]
        self.left_out.add(index)
        nb.cells[index].outputs = [_error(name, "This cell could not be run to its end.")]

    def preprocess_cell(self, cell, resources, index):
        if index in self.left_out:
            return cell, resources
        if cell.cell_type == "code":
            self.started.append(index)
        cell, resources = super().preprocess_cell(cell, resources, index)
        if any(output.get("ename") == "CellTimeoutError" for output in cell.get("outputs", [])):
            self.left_out.add(index)
        return cell, resources

    def _judge(self, exercise, answer):
        verdict = answer.with_suffix(".json")
        command = [sys.executable, JUDGE, exercise, answer, verdict]
        try:
            subprocess.run(
                command, cwd=answer.parent, timeout=self.judge_timeout, stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL,
            )  # fmt: skip
            result = Result(**json.loads(verdict.read_text(encoding="utf-8")))
        except subprocess.TimeoutExpired:
            seconds = self.judge_timeout
            result = Result(False, f"Your answer is still running after {seconds} seconds.", 0.0)
        except (OSError, ValueError, TypeError):
            result = Result(False, "Your answer ends the process that judges it.", 0.0)
        self.log.info("%s: %g %s", exercise, result.score, result)
        return result

    @staticmethod
    def _why_there_is_no_answer(cell):
        for output in cell.outputs:
            if output.output_type == "error":
                return _error(output.ename, output.evalue)
        return _error("NotRun", "The notebook could not be run up to this cell.")

    @staticmethod
    def _show(cell, result):
        points = cell.metadata.nbgrader["points"] * min(max(result.score, 0.0), 1.0)
        shown = {"text/plain": repr(result), "text/html": result._repr_html_()}
        number = {"text/plain": repr(float(points))}
        cell.outputs = [
            new_output("display_data", data=shown),
            new_output("execute_result", data=number, execution_count=cell.execution_count),
        ]


def _error(name, message):
    return new_output("error", ename=name, evalue=message, traceback=[f"{name}: {message}"])
