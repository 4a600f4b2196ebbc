"""Every exercise against right and wrong answers that were written apart from its check."""

import _thread
import json
import signal
import subprocess
import threading
from concurrent.futures import ThreadPoolExecutor
from importlib import import_module
from pathlib import Path

import numpy as np
import pytest

from course_lib import check, hint, progress
from course_lib.exercises import desk

EXERCISES = {e: x for lesson in desk.LESSONS for e, x in desk.exercises(lesson).items()}
ANSWERS = {lesson: import_module(f"answers.lesson_{lesson}") for lesson in desk.LESSONS}
RIGHT = {e: answers for module in ANSWERS.values() for e, answers in module.RIGHT.items()}
WRONG = {e: answers for module in ANSWERS.values() for e, answers in module.WRONG.items()}
CODE = [e for e, x in EXERCISES.items() if type(x).__name__ == "Code"]


def pairs(answers):
    return [pytest.param(e, a, id=f"{e}-{i}") for e in answers for i, a in enumerate(answers[e])]


def raises(*args):
    raise RuntimeError("out of chalk")


def loops_for_ever(*args):
    while True:
        pass


def not_begun(*args):
    raise NotImplementedError


def dots(*args): ...


def test_every_lesson_has_exercises_of_several_kinds():
    for lesson in desk.LESSONS:
        found = desk.exercises(lesson)
        assert len(found) >= 4
        assert list(found) == [f"{lesson}.{n}" for n in range(1, len(found) + 1)]
        assert len({type(exercise) for exercise in found.values()}) >= 2


@pytest.mark.parametrize("exercise", EXERCISES)
def test_exercise_is_complete(exercise):
    hints = EXERCISES[exercise].hints
    assert len(set(hints)) == 3 and all(hints)
    assert len(RIGHT[exercise]) >= 2
    messages = [check(exercise, answer).message for answer, _ in WRONG[exercise]]
    assert len(set(messages)) >= 3


@pytest.mark.parametrize(("exercise", "answer"), pairs(RIGHT))
def test_right_answer_passes(exercise, answer):
    result = check(exercise, answer)
    assert result.passed, result.message
    assert result.score == 1


@pytest.mark.parametrize(("exercise", "case"), pairs(WRONG))
def test_wrong_answer_is_told_what_is_wrong(exercise, case):
    answer, fragment = case
    result = check(exercise, answer)
    assert not result.passed
    assert result.score < 1
    assert fragment in result.message


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("answer", [..., None, dots, not_begun])
def test_stub_is_unanswered(exercise, answer):
    if callable(answer) and exercise not in CODE:
        return
    result = check(exercise, answer)
    assert not result.answered and not result.passed and result.score == 0


@pytest.mark.parametrize("exercise", EXERCISES)
@pytest.mark.parametrize("answer", ["text", float("nan"), [], {}, object(), 1j, raises])
def test_nonsense_gets_a_sentence_and_no_traceback(exercise, answer):
    result = check(exercise, answer)
    assert not result.passed and result.answered and result.message


def test_endless_loop_is_interrupted(monkeypatch):
    monkeypatch.setattr("course_lib.exercises.kinds.SECONDS", 0.2)
    for exercise in CODE:
        assert "still running" in check(exercise, loops_for_ever).message


@pytest.fixture
def sigint():
    """A function that sets what an interruption does, until the end of the test."""
    before = signal.getsignal(signal.SIGINT)
    yield lambda handler: signal.signal(signal.SIGINT, handler)
    signal.signal(signal.SIGINT, before)


def test_endless_loop_is_interrupted_where_the_process_ignores_interruptions(monkeypatch, sigint):
    monkeypatch.setattr("course_lib.exercises.kinds.SECONDS", 0.2)
    sigint(signal.SIG_IGN)
    assert "still running" in check("01.3", loops_for_ever).message
    assert signal.getsignal(signal.SIGINT) is signal.SIG_IGN


def test_the_stop_button_still_stops(sigint):
    sigint(signal.default_int_handler)
    threading.Timer(0.2, _thread.interrupt_main).start()
    with pytest.raises(KeyboardInterrupt):
        check("01.3", loops_for_ever)


def test_a_long_call_is_waited_for_and_leaves_nothing_behind(monkeypatch, capsys):
    """The interruption comes when the function has returned: too late to be raised in it."""
    monkeypatch.setattr("course_lib.exercises.kinds.SECONDS", 0.02)
    before = signal.getsignal(signal.SIGINT)
    for _ in range(5):
        assert "still running" in check("01.3", lambda *args: 3**1_500_000).message
    assert signal.getsignal(signal.SIGINT) is before
    print("still shown")
    assert capsys.readouterr().out == "still shown\n"


def test_outside_the_main_thread_the_verdict_is_the_same():
    with ThreadPoolExecutor() as threads:
        for answer in RIGHT["01.3"]:
            assert threads.submit(check, "01.3", answer).result().passed


@pytest.mark.parametrize("exercise", ["01.1", "01.3"])
def test_a_number_beyond_all_floats_is_rejected(exercise):
    huge = 10**400
    answer = (lambda *args: huge) if exercise in CODE else huge
    assert "too large" in check(exercise, answer).message


def test_what_the_student_prints_is_not_shown_fifty_times(capsys):
    check("01.3", lambda *args: print("debug"))
    assert capsys.readouterr().out == ""


def test_hints_come_one_at_a_time(monkeypatch):
    monkeypatch.setattr(desk, "hints_given", {})
    texts = [repr(hint("01.1")) for _ in range(4)]
    assert [text[:6] for text in texts] == ["Hint 1", "Hint 2", "Hint 3", "Hint 3"]
    assert len(set(texts)) == 3


@pytest.mark.parametrize("exercise", ["01.99", "99.1", "", "1.1", 1.1, None])
def test_unknown_exercise_is_named(exercise):
    with pytest.raises(ValueError, match="exercise: must be one of"):
        check(exercise, 1)


def test_results_show_word_sign_and_colour_and_escape_html():
    for answer, sign in [(0.625, "✓"), ("<b>", "✗"), (..., "…")]:
        shown = check("01.1", answer)._repr_html_()
        assert sign in shown and "color:" in shown and "<b>" not in shown


@pytest.fixture
def classroom(tmp_path, monkeypatch):
    """A folder that looks like notebooks/, as the current one."""
    (tmp_path / desk.FIRST_LESSON).write_text("{}")
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_git_ignores_the_progress():
    ignored = ["git", "check-ignore", "-q", f"notebooks/{desk.PROGRESS_FILE}"]
    root = Path(__file__).resolve().parents[1]
    if not (root / ".git").exists():
        pytest.skip("not a git checkout")
    assert subprocess.run(ignored, cwd=root, check=False).returncode == 0


def test_progress_is_remembered_beside_the_lessons(classroom):
    check("01.1", 0.625)
    check("01.2", 7)
    assert json.loads((classroom / desk.PROGRESS_FILE).read_text()) == ["01.1"]
    assert "✓ 01.1" in repr(progress()) and "· 01.2" in repr(progress())
    assert sorted(p.name for p in classroom.iterdir()) == [desk.PROGRESS_FILE, desk.FIRST_LESSON]


def test_progress_is_written_nowhere_else(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    check("01.1", 0.625)
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize("damage", ["{", "[1, 2]", '{"a": 1}', "\x00\x01"])
def test_damaged_progress_is_told_and_mended(classroom, damage):
    (classroom / desk.PROGRESS_FILE).write_text(damage)
    assert "damaged" in repr(progress())
    assert check("01.1", 0.625).passed
    assert "✓ 01.1" in repr(progress())


def test_progress_that_cannot_be_read_costs_no_verdict(classroom):
    (classroom / desk.PROGRESS_FILE).mkdir()
    assert "can't be read" in repr(progress())
    result = check("01.1", 0.625)
    assert result.passed and "could not be saved" in result.message


def test_progress_that_cannot_be_saved_is_said(classroom):
    (classroom / f"{desk.PROGRESS_FILE}.new").mkdir()
    result = check("01.1", 0.625)
    assert result.passed and "could not be saved" in result.message


@pytest.mark.parametrize("lesson", desk.LESSONS)
def test_lesson_holds_each_exercise_its_stub_and_its_check(lesson):
    notebooks = Path(__file__).parent.parent / "notebooks"
    (path,) = notebooks.glob(f"{lesson}_*.ipynb")
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    sources = ["".join(cell["source"]) for cell in cells]
    for exercise in desk.exercises(lesson):
        (at,) = [i for i, source in enumerate(sources) if source.startswith(f'check("{exercise}",')]
        assert "..." in sources[at - 1]
        assert "Unanswered" in json.dumps(cells[at]["outputs"], ensure_ascii=False)
        number = exercise.replace(".", "-")
        assert cells[at - 1]["metadata"]["nbgrader"]["grade_id"] == f"answer-{number}"
        assert cells[at]["metadata"]["nbgrader"]["grade_id"] == f"check-{number}"
    solutions = json.loads((notebooks / "solutions" / path.name).read_text(encoding="utf-8"))
    outputs = json.dumps(solutions["cells"], ensure_ascii=False)
    for exercise in desk.exercises(lesson):
        assert f'check(\\"{exercise}\\",' in outputs
    assert "Not yet" not in outputs


def test_random_inputs_are_the_same_every_time():
    cases = EXERCISES["01.3"].cases
    first, second = (cases(np.random.default_rng(0)) for _ in range(2))
    assert np.array_equal(first[4][1], second[4][1])
