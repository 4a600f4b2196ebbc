"""The four kinds of exercise, and how each judges an answer.

    Predict   a number, or a tuple of numbers
    Code      a function, run on several inputs
    Derive    a sympy expression, compared as a function, not by its spelling
    Explore   settings, judged by running them

Nothing here stores an answer: the right ones, and the wrong ones whose misconception is named, are
computed by the functions that an exercise is made of.
"""

import copy
import warnings
from collections.abc import Callable
from dataclasses import dataclass
from html import escape

import numpy as np

from course_lib.exercises.limits import TimeLimitExceeded, limited

SECONDS = 3.0


@dataclass(frozen=True)
class Result:
    """What `check` says. `score` is from 0 to 1: part of the points for a nearly right answer."""

    passed: bool
    message: str
    score: float
    answered: bool = True

    @property
    def _word(self):
        if self.passed:
            return "✓ Correct.", "#00734D"
        return ("✗ Not yet.", "#B34700") if self.answered else ("… Unanswered.", "#595959")

    def __repr__(self):
        return f"{self._word[0]} {self.message}".strip()

    def _repr_html_(self):
        word, colour = self._word
        return (
            f'<div style="border-left: 4px solid {colour}; padding-left: 0.7em">'
            f'<strong style="color: {colour}">{word}</strong> {escape(self.message)}</div>'
        )


class Rejected(Exception):
    """An answer is not right; carries the message for the student and the points it still earns."""

    def __init__(self, message, score=0.0):
        super().__init__(message)
        self.score = score


class Unanswered(Exception):
    """The stub is still there."""


@dataclass(frozen=True)
class Wrong:
    """A typical mistake: what to say of it, what it computes, which part of the points it earns."""

    message: str
    answer: object
    score: float = 0.0


@dataclass(frozen=True, kw_only=True)
class Exercise:
    """`right` is the solution, `wrongs` are the misconceptions, from the likeliest on."""

    hints: tuple[str, str, str]
    right: Callable
    wrongs: tuple[Wrong, ...] = ()

    def judge(self, answer):
        if answer is None or answer is Ellipsis:
            return _unanswered()
        try:
            with warnings.catch_warnings(), np.errstate(all="ignore"):
                warnings.simplefilter("ignore")
                praise = self._accept(answer)
        except Unanswered:
            return _unanswered()
        except Rejected as rejected:
            return Result(False, str(rejected), rejected.score)
        return Result(True, praise or "", 1.0)


def _unanswered():
    return Result(
        False, "Put your answer in place of the dots, and run the cell again.", 0.0, False
    )


def _close(a, b, rtol):
    return a.shape == b.shape and np.allclose(a, b, rtol=rtol, atol=1e-12, equal_nan=True)


def _number_array(answer, what):
    """The answer as a float array; sympy numbers and fractions count as numbers."""
    try:
        array = np.asarray(answer)
        if array.dtype.kind in "US":
            raise Rejected(f"{what} is the text {answer!r}: leave out the quotation marks.")
        if array.dtype.kind == "c":
            raise Rejected(f"{what} is a complex number; a real one is expected.")
        return array.astype(float)
    except (TypeError, ValueError):
        raise Rejected(f"{what} must be numbers, not {type(answer).__name__}.") from None
    except OverflowError:
        raise Rejected(f"{what} is too large a number.") from None


@dataclass(frozen=True, kw_only=True)
class Predict(Exercise):
    """`right()` and each wrong's `answer()` give a number or a tuple of numbers.

    `advice` ends the message for a mistake that no wrong foresees.
    """

    rtol: float = 1e-3
    advice: str = "Do one step on paper, then the next."

    def _accept(self, answer):
        given, right = _number_array(answer, "Your answer"), np.asarray(self.right(), dtype=float)
        if given.shape != right.shape:
            wanted = "one number" if right.ndim == 0 else f"{right.size} numbers in a tuple"
            raise Rejected(f"{wanted.capitalize()} expected.")
        if not np.all(np.isfinite(given)):
            raise Rejected("Your answer is not finite. What does the run stay within?")
        if _close(given, right, self.rtol):
            return
        for wrong in self.wrongs:
            if _close(given, np.asarray(wrong.answer(), dtype=float), self.rtol):
                raise Rejected(wrong.message, wrong.score)
        if _close(given, -right, self.rtol):
            raise Rejected("The size is right, the sign is not.", 0.5)
        at = np.argmax(~np.isclose(given, right, rtol=self.rtol, atol=1e-12))
        size = "large" if given.flat[at] > right.flat[at] else "small"
        raise Rejected(f"{given.flat[at]:g} is too {size}. {self.advice}")


@dataclass(frozen=True, kw_only=True)
class Code(Exercise):
    """A function. `cases(rng)` gives tuples of arguments, plain numbers first, then arrays."""

    cases: Callable
    rtol: float = 1e-9

    def _accept(self, answer):
        if not callable(answer):
            raise Rejected(f"A function is expected, not {type(answer).__name__}.")
        if _is_stub(answer):
            raise Unanswered
        cases = self.cases(np.random.default_rng(0))
        expected = [self._tidy(self.right(*copy.deepcopy(case))) for case in cases]
        given = []
        for case, right in zip(cases, expected, strict=True):
            try:
                given.append(self._run(answer, case, right))
            except Rejected as rejected:
                axes = max((_axes(earlier) for earlier in cases[: len(given)]), default=0)
                simpler = given and _axes(case) > axes
                if simpler and self._agree(given, expected[: len(given)]):
                    what = "one run, not for several" if axes else "plain numbers, not for arrays"
                    raise Rejected(f"Right for {what}. {rejected}", 0.5) from None
                raise
        if self._agree(given, expected):
            self._forbid_changes(answer, cases)
            return
        for wrong in self.wrongs:
            if self._matches(wrong.answer, cases, given):
                raise Rejected(wrong.message, wrong.score)
        pairs = list(zip(cases, given, expected, strict=True))
        case, got, _ = next(pair for pair in pairs if not self._agree([pair[1]], [pair[2]]))
        if any(np.isnan(value).any() for value in got):
            raise Rejected(
                f"Your function returns NaN for the arguments {_shown_case(case)}: "
                "is something divided by zero, or a root taken of a negative number?"
            )
        shown = ", ".join(_shown(value) for value in got)
        raise Rejected(
            f"For the arguments {_shown_case(case)} your function returns {shown}: not right."
        )

    def _run(self, function, case, right):
        """The function's results for one case, as arrays of the right number and shapes."""
        at = f"for the arguments {_shown_case(case)}"
        output = _call(function, copy.deepcopy(case), at)
        if output is None:
            raise Rejected(f"Your function returns None {at}: is there a return in every branch?")
        values = self._tidy(output)
        if len(values) == 1 and values[0].shape[:1] == (len(right),) and len(right) > 1:
            values = list(values[0])
        if len(values) != len(right):
            raise Rejected(
                f"{len(right)} result{'s' * (len(right) > 1)} expected, "
                f"your function returns {len(values)} {at}."
            )
        for value, wanted in zip(values, right, strict=True):
            if value.shape != wanted.shape:
                raise Rejected(f"Shape {wanted.shape} expected, yours is {value.shape} {at}.")
        return values

    def _tidy(self, output):
        parts = output if isinstance(output, tuple) else (output,)
        return [_number_array(part, "What your function returns") for part in parts]

    def _agree(self, given, expected):
        return all(
            _close(a, b, self.rtol)
            for got, right in zip(given, expected, strict=True)
            for a, b in zip(got, right, strict=True)
        )

    def _matches(self, wrong, cases, given):
        try:
            return self._agree(given, [self._tidy(wrong(*copy.deepcopy(case))) for case in cases])
        except Exception:
            return False

    def _forbid_changes(self, function, cases):
        for case in cases:
            arguments = copy.deepcopy(case)
            _call(function, arguments, "")
            for before, after in zip(case, arguments, strict=True):
                if isinstance(before, np.ndarray) and not np.array_equal(before, after):
                    raise Rejected(
                        "The values are right, but your function changes the caller's array. "
                        "Work on a new array: theta = theta - step instead of theta -= step.",
                        0.5,
                    )


@dataclass(frozen=True, kw_only=True)
class Derive(Exercise):
    """A sympy expression. `right()` is the solution; `at(rng)` draws a value for each symbol.

    Two expressions count as equal when they agree to 12 digits at ten points drawn at random.
    """

    at: Callable

    def _accept(self, answer):
        import sympy as sp

        if isinstance(answer, sp.Equality):
            raise Rejected("Give the right-hand side alone, without the equation.")
        if isinstance(answer, str):
            raise Rejected("Your answer is text: leave out the quotation marks.")
        try:
            answer = sp.sympify(answer, strict=True)
        except (sp.SympifyError, TypeError):
            raise Rejected(
                f"A sympy expression is expected, not {type(answer).__name__}."
            ) from None
        if not isinstance(answer, sp.Expr):
            raise Rejected(f"One sympy expression is expected, not {type(answer).__name__}.")
        points = [self.at(np.random.default_rng(seed)) for seed in range(10)]
        strange = sorted({symbol.name for symbol in answer.free_symbols} - set(points[0]))
        if strange:
            raise Rejected(
                f"Your expression contains {', '.join(strange)}; "
                f"it should need no more than {', '.join(points[0])}."
            )
        if self._equal(answer, self.right(), points):
            return
        for wrong in self.wrongs:
            if self._equal(answer, wrong.answer(), points):
                raise Rejected(wrong.message, wrong.score)
        point = points[0]
        where = ", ".join(f"{name} = {value:.4g}" for name, value in point.items())
        given, right = _value(answer, point), _value(self.right(), point)
        if np.isnan(given):
            raise Rejected(f"Yours has no exact value at {where}: leave out any rounding.")
        if given.imag:
            raise Rejected(f"At {where} yours is the complex number {given:.4g}.")
        size = "large" if given.real > right.real else "small"
        raise Rejected(f"At {where} yours is {given.real:.4g}: too {size}.")

    @staticmethod
    def _equal(a, b, points):
        return all(
            abs(_value(a, p) - _value(b, p)) <= 1e-12 * (1 + abs(_value(b, p))) for p in points
        )


@dataclass(frozen=True, kw_only=True)
class Explore(Exercise):
    """Settings. `right(answer)` runs them: None when they reach the target, else a sentence.

    `wrongs`: each one's `answer(settings)` says whether the settings make that mistake.
    """

    def _accept(self, answer):
        for wrong in self.wrongs:
            if self._sentence(wrong.answer, answer):
                raise Rejected(wrong.message, wrong.score)
        sentence = self._sentence(self.right, answer)
        if sentence:
            raise Rejected(sentence)

    @staticmethod
    def _sentence(judge, answer):
        try:
            return limited(SECONDS * 3, judge, answer) or None
        except TimeLimitExceeded:
            raise Rejected("These settings take too long to run.") from None
        except (TypeError, ValueError, KeyError, IndexError, AttributeError) as error:
            raise Rejected(f"These settings can't be run: {error}.") from None


def numbers(settings, *names):
    """The settings of an `Explore` exercise as floats, one for each name.

    With one name the settings are the number itself. ValueError, for the student to read, when
    they are anything else.
    """
    wanted = f"({', '.join(names)})" if len(names) > 1 else names[0]
    try:
        given = [settings] if len(names) == 1 else list(settings)
        values = [float(value) for value in given if not isinstance(value, str)]
    except (TypeError, ValueError, OverflowError):
        values = []
    if len(values) != len(names):
        count = "one number is" if len(names) == 1 else f"{len(names)} numbers are"
        raise ValueError(f"{count} expected, {wanted}, got {settings!r}")
    return values


def _value(expression, point):
    """The expression at a point given by the symbols' names; nan where it has no number there."""
    values = {s: point[s.name] for s in expression.free_symbols}
    try:
        return complex(expression.evalf(30, subs=values))
    except (TypeError, AttributeError):  # sympy raises the latter where it rounds: ceiling, floor
        return complex("nan")


def _is_stub(function):
    """Whether a function's body is still the dots."""

    def stub(): ...

    code = getattr(function, "__code__", None)
    return code is not None and code.co_code == stub.__code__.co_code


def _call(function, arguments, at):
    try:
        return limited(SECONDS, function, *arguments)
    except TimeLimitExceeded:
        raise Rejected(
            f"Your function is still running after {SECONDS:g} seconds {at}: "
            "does its loop have an end?"
        ) from None
    except NotImplementedError:
        raise Unanswered from None
    except Exception as error:
        raise Rejected(f"Your function raises {type(error).__name__} {at}: {error}") from None


def _axes(case):
    """The most axes that an array among the arguments has; 0 for plain numbers."""
    return max((value.ndim for value in case if isinstance(value, np.ndarray)), default=0)


def _shown_case(case):
    return f"({', '.join(_shown(value) for value in case)})"


def _shown(value):
    if callable(value):
        return value.__doc__ or getattr(value, "__name__", "a function")
    if isinstance(value, list) and all(map(callable, value)):
        return f"[{', '.join(map(_shown, value))}]"
    return np.array2string(np.asarray(value), precision=4, threshold=6, separator=", ")
