"""Figures show what was run, and refuse what they would show wrongly."""

import numpy as np
import pytest

from course_lib import SGD, Adam, AdamW, Parabola, Ravine, minimize, plotting

RAVINE = Ravine()
RUN = minimize(Adam(0.1), RAVINE.grad, RAVINE.start, 20)
THREE = minimize(Adam(np.array([[0.1], [0.2], [0.3]])), RAVINE.grad, RAVINE.start, 20)


def axes():
    return plotting.panels()[1]


@pytest.mark.parametrize("rule", [Adam(0.1), AdamW(0.1, weight_decay=1.0)])
def test_the_bars_of_the_division_are_m_hat_over_the_root_of_v_hat(rule):
    run = minimize(rule, RAVINE.grad, RAVINE.start, 20)
    for t in (1, 7):
        bars = plotting.adam_step(run, 0.1, 0.9, 0.999, t).axes[-1].patches
        widths = [bar.get_width() for bar in bars]
        np.testing.assert_allclose(widths[:2], run.m_hat[t - 1] / np.sqrt(run.v_hat[t - 1]))
        np.testing.assert_allclose(widths[2:], (run.theta[t] - run.theta[t - 1]) / 0.1)


def test_a_band_that_leaves_the_floats_is_cut_off_like_its_line():
    ax = axes()
    plotting.bands(ax, {"SGD": np.array([[1, 1e305], [2, 1.7e308]])})
    ax.figure.draw_without_rendering()


def test_labels_may_be_numbers():
    drawn = plotting.lines(axes(), {0.1: [1, 2], 0.2: [2, 1]})
    assert [line.get_label() for line in drawn] == ["0.1", "0.2"]


@pytest.mark.parametrize("window", [((-1, 1), (-2, 2)), np.array([[-1, 1], [-2, 2]])])
def test_a_window_is_a_pair_of_pairs(window):
    ax = axes()
    plotting.landscape(ax, RAVINE, {"Adam": RUN}, window)
    assert ax.get_xlim() == (-1, 1) and ax.get_ylim() == (-2, 2)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: plotting.landscape(axes(), RAVINE, {"Adam": THREE}), "^runs: .*'Adam'"),
        (lambda: plotting.landscape(axes(), RAVINE, RUN), "^runs: must be a dict.*Trajectory"),
        (lambda: plotting.landscape(axes(), RAVINE, {"A": RUN.theta}), r"(?s)^runs: .*array.*'A'"),
        (
            lambda: plotting.landscape(axes(), Parabola(), {"Adam": RUN}),
            r"^problem: .*Parabola\(\)",
        ),
        (lambda: plotting.losses(axes(), RAVINE, {"Adam": THREE}), r"^ys: .*\(21, 3\) for 'Adam'"),
        (lambda: plotting.lines(axes(), {"Adam": 5.0}), r"^ys: .*\(\) for 'Adam'"),
        (lambda: plotting.lines(axes(), {"Adam": [1, 2]}, log="z"), "^log: .*'z'"),
        (lambda: plotting.gallery(axes(), np.zeros((3, 64)), "012"), r"^images: .*\(3, 64\)"),
        (lambda: plotting.comparison(RAVINE, {"adam": RUN}, 0.1), r"^runs: .*'Adam', .*'adam'"),
        (lambda: plotting.comparison(RAVINE, {"Adam": RUN}, 0.1, t=-1), "^t: .*from 0 to 20.*-1"),
        (lambda: plotting.comparison(RAVINE, {"Adam": RUN}, 0.1, t=21), "^t: .*from 0 to 20.*21"),
        (lambda: plotting.comparison(RAVINE, {"Adam": RUN}, 0.1, component=2), "^component: .*2"),
        (lambda: plotting.adam_step(RUN, 0.1, 0.9, 0.999, t=0), "^t: .*from 1 to 20, got 0"),
        (lambda: plotting.adam_step(RUN, 0.1, 0.9, 0.999, t=1.5), "^t: .*got 1.5"),
        (lambda: plotting.adam_step(RUN, 0.1, 0.9, 0.999, 1, stage=9), "^stage: .*1 to 8, got 9"),
        (lambda: plotting.adam_step(RUN, 0, 0.9, 0.999, 1), "^alpha: .*got 0"),
    ],
)
def test_errors_name_the_argument_and_its_value(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_a_run_with_one_parameter_has_no_path():
    run = minimize(SGD(0.1), Parabola().grad, 5.0, 3)
    with pytest.raises(ValueError, match=r"^runs: .*'SGD'"):
        plotting.path_traces({"SGD": run})
