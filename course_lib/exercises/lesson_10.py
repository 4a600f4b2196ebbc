"""The exercises of lesson 10, schedules and choosing an optimizer."""

from functools import cache

import numpy as np
import sympy as sp

from course_lib.datasets import batches, digits
from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.network import MLP, train
from course_lib.optimizers import Adam, AdamW, minimize

p, w = sp.symbols("p w", positive=True)
THIRD, THREE_EIGHTHS = sp.Rational(1, 3), sp.Rational(3, 8)
STEPS, SEEDS = 1110, 5
LEAST_ACCURACY, LARGEST_NORM = 0.97, 16


def cosine(share):
    return (1 + np.cos(np.pi * share)) / 2


def scheduled(fall=cosine, rise=lambda share: share, shifted=True, count=0):
    """Warm-up and then a fall, as a function of the exercise's arguments; `count` is added to t."""

    def schedule(steps, warmup, peak, floor=0.0):
        t = np.arange(1, steps + 1) + count
        after = (t - warmup) / (steps - warmup) if shifted else t / steps
        falling = floor + (peak - floor) * fall(after)
        return np.where(t <= warmup, peak * rise(t / max(warmup, 1)), falling)

    return schedule


def fallen_to_0(steps, warmup, peak, floor):
    return scheduled()(steps, warmup, peak)


def after_warmup(change):
    """The schedule to 0, what follows the warm-up changed by this function of (alphas, floor)."""

    def schedule(steps, warmup, peak, floor):
        alphas = fallen_to_0(steps, warmup, peak, floor)
        return np.append(alphas[:warmup], change(alphas[warmup:], floor))

    return schedule


def floor_on_everything(steps, warmup, peak, floor):
    return floor + fallen_to_0(steps, warmup, peak, floor)


def floor_below_everything(steps, warmup, peak, floor):
    return np.maximum(fallen_to_0(steps, warmup, peak, floor), floor)


def floor_not_added(steps, warmup, peak, floor):
    alphas = scheduled()(steps, warmup, peak, floor)
    return np.append(alphas[:warmup], alphas[warmup:] - floor)


def warmup_from_floor(steps, warmup, peak, floor):
    return floor + fallen_to_0(steps, warmup, peak - floor, floor)


def floor_as_a_share(steps, warmup, peak, floor):
    return scheduled()(steps, warmup, peak, peak * floor)


def everything_multiplied(steps, warmup, peak, floor):
    t = np.arange(1, steps + 1)
    return np.minimum(t / max(warmup, 1), 1) * (floor + (peak - floor) * cosine(t / steps))


def peak_of_1(steps, warmup, peak, floor):
    return scheduled()(steps, warmup, 1, floor)


def peak_of_1_in_warmup(steps, warmup, peak, floor):
    alphas = scheduled()(steps, warmup, peak, floor)
    return np.append(alphas[:warmup] / peak, alphas[warmup:])


def at_three_steps(**changed):
    schedule = scheduled(**changed)(1000, 100, 0.02)
    return schedule[49], schedule[399], schedule[999]


def schedule_cases(rng):
    return [
        (6, 2, 1.0, 0.2),
        (10, 4, 0.5, 0.2),
        (9, 1, 2.0, 0.0),
        (8, 0, 0.1, 0.03),
        (int(rng.integers(50, 99)), int(rng.integers(5, 30)), rng.uniform(1, 3), rng.uniform()),
    ]


def mean_square(warmed_up=THIRD, fallen=THREE_EIGHTHS):
    """The shares of p^2 that the two parts have on average."""
    return p**2 * (w * warmed_up + (1 - w) * fallen)


def alphas_of(answer):
    alphas = np.asarray(answer, dtype=float)
    if alphas.shape != (100,):
        raise ValueError(f"an array of 100 alphas is expected, yours has the shape {alphas.shape}")
    if not np.all(np.isfinite(alphas) & (alphas >= 0)):
        raise ValueError("every alpha must be finite and at least 0")
    return alphas


def distances(alphas):
    return np.abs(minimize(Adam(), lambda theta: 2 * theta, 5.0, 100, alphas=alphas).theta)


def not_landed(answer):
    farthest = distances(alphas_of(answer))[90:].max()
    if not farthest < 0.01:
        return f"Between the steps 90 and 100 |theta| is up to {farthest:.4f}."


def frozen_outside(answer):
    alphas = alphas_of(answer)
    still = alphas[-1] < 0.02 and np.ptp(distances(alphas)[90:]) < 0.01
    return still and not_landed(alphas)


def three(settings):
    peak, warmup, weight_decay = numbers(settings, "peak", "warmup", "weight_decay")
    if not 0 <= warmup < STEPS or warmup != int(warmup):
        raise ValueError(f"warmup must be a whole number of steps from 0 to {STEPS - 1}")
    if not (0 < peak <= 10 and 0 <= weight_decay <= 100):
        raise ValueError("peak must be in (0, 10] and weight_decay in [0, 100]")
    return peak, int(warmup), weight_decay


@cache
def trained(peak, warmup, weight_decay):
    """Accuracy on the held-out digits and norm of the weights, both as means over the seeds."""
    data, network = digits(), MLP((64, 64, 10))
    X, y = data.X_train, data.y_train
    starts = np.stack([network.init(seed) for seed in range(SEEDS)])
    orders = np.stack([batches(len(y), 32, STEPS, seed) for seed in range(SEEDS)], axis=1)
    alphas = scheduled()(STEPS, warmup, peak)
    theta, _ = train(network, AdamW(weight_decay=weight_decay), X, y, orders, starts, alphas)
    accuracy = network.accuracy(theta, data.X_test, data.y_test).mean()
    return float(accuracy), float(np.linalg.norm(theta, axis=-1).mean())


def reads_badly(settings):
    return not trained(*three(settings))[0] >= LEAST_ACCURACY


def too_large(settings):
    return not trained(*three(settings))[1] <= LARGEST_NORM


def misses_target(settings):
    accuracy, norm = trained(*three(settings))
    if reads_badly(settings) or too_large(settings):
        return f"Accuracy {accuracy:.2%}, norm of the weights {norm:.1f}."


EXERCISES = {
    "10.1": Predict(
        right=at_three_steps,
        advice="First: which part of the schedule is this step in, and how far through it?",
        wrongs=(
            Wrong(
                "You measure the cosine from step 0. It begins where the warm-up ends: the share "
                "of the way is (t - W) / (T - W).",
                lambda: at_three_steps(shifted=False),
                0.5,
            ),
            Wrong(
                "You fall along a straight line. A cosine starts more slowly.",
                lambda: at_three_steps(fall=lambda share: 1 - share),
                0.5,
            ),
            Wrong(
                "You forgot the factor 1/2: at its start the cosine must be at the peak.",
                lambda: at_three_steps(fall=lambda share: 2 * cosine(share)),
            ),
            Wrong(
                "You forgot the 1 before the cosine: alpha would become negative.",
                lambda: at_three_steps(fall=lambda share: np.cos(np.pi * share)),
            ),
            Wrong(
                "That is a quarter of a wave. Half of one goes from 1 to -1.",
                lambda: at_three_steps(fall=lambda share: np.cos(np.pi * share / 2)),
            ),
            Wrong(
                "Warm-up rises in a straight line, not along a cosine; but the rest is right.",
                lambda: at_three_steps(rise=lambda share: 1 - np.cos(np.pi * share / 2)),
                0.5,
            ),
            Wrong(
                "You left out the warm-up.",
                lambda: scheduled()(1000, 0, 0.02)[[49, 399, 999]],
            ),
            Wrong(
                "In the warm-up alpha is still on its way to the peak.",
                lambda: at_three_steps(rise=np.ones_like),
                0.5,
            ),
            Wrong(
                "That is the share of the peak. Multiply by 0.02.",
                lambda: np.array(at_three_steps()) / 0.02,
                0.5,
            ),
        ),
        hints=(
            "Which of the three steps are in the warm-up?",
            "Step 50 is halfway through the warm-up. Step 400 is 300 of 900 steps after it, a "
            "third of the cosine.",
            "cos(pi / 3) = 1/2 and cos(pi) = -1. Put them into (alpha / 2)(1 + cos).",
        ),
    ),
    "10.2": Code(
        right=scheduled(),
        cases=schedule_cases,
        wrongs=(
            Wrong(
                "Your cosine falls to 0, as in the lesson. Here it must end at the floor.",
                fallen_to_0,
            ),
            Wrong(
                "You add the floor to a cosine that begins at the peak: alpha is above the peak "
                "after the warm-up. The cosine may only fall by peak - floor.",
                after_warmup(lambda alphas, floor: alphas + floor),
                0.5,
            ),
            Wrong(
                "You add the floor to the whole schedule. The warm-up begins at 0, and the cosine "
                "may only fall by peak - floor.",
                floor_on_everything,
            ),
            Wrong(
                "You cut a cosine to 0 off at the floor: it gets there too early, with a kink. "
                "The whole half wave must lie between peak and floor.",
                after_warmup(np.maximum),
                0.5,
            ),
            Wrong(
                "You cut everything off at the floor. The warm-up begins at 0, and the whole half "
                "wave must lie between peak and floor.",
                floor_below_everything,
            ),
            Wrong(
                "Your cosine falls by peak - floor, but to 0: put it on the floor.",
                floor_not_added,
                0.5,
            ),
            Wrong(
                "Your warm-up begins at the floor. It rises from 0, as in the lesson.",
                warmup_from_floor,
                0.5,
            ),
            Wrong(
                "The floor is an alpha itself, not a share of the peak.",
                floor_as_a_share,
                0.5,
            ),
            Wrong(
                "You count t from 0: the first alpha is 0, and the last is not at the floor. t "
                "runs from 1 to steps.",
                scheduled(count=-1),
                0.5,
            ),
            Wrong(
                "Your cosine runs from step 0. It begins where the warm-up ends: the share of "
                "the way is (t - warmup) / (steps - warmup).",
                scheduled(shifted=False),
                0.5,
            ),
            Wrong(
                "You multiply the warm-up and a cosine over all steps. So the peak is never "
                "reached: use the one up to warmup, the other after it.",
                everything_multiplied,
            ),
            Wrong(
                "You fall along a straight line, not along a cosine.",
                scheduled(fall=lambda share: 1 - share),
            ),
            Wrong(
                "The factor 1/2 is missing: after the warm-up alpha is far above the peak.",
                scheduled(fall=lambda share: 2 * cosine(share)),
                0.5,
            ),
            Wrong(
                "The 1 before the cosine is missing: alpha falls below the floor.",
                scheduled(fall=lambda share: np.cos(np.pi * share)),
            ),
            Wrong(
                "np.cos takes radians: half a wave is np.pi, not 180.",
                scheduled(fall=lambda share: (1 + np.cos(180 * share)) / 2),
            ),
            Wrong(
                "You take a whole wave: alpha falls and rises again. Half a wave is np.pi.",
                scheduled(fall=lambda share: cosine(2 * share)),
            ),
            Wrong(
                "You take a quarter of a wave. Half of one is (1 + cos(pi x)) / 2.",
                scheduled(fall=lambda share: np.cos(np.pi * share / 2)),
            ),
            Wrong(
                "Your cosine rises: 1 + cos, not 1 - cos.",
                scheduled(fall=lambda share: 1 - cosine(share)),
            ),
            Wrong(
                "After the warm-up your alpha stays at the peak.",
                scheduled(fall=np.ones_like),
            ),
            Wrong(
                "In the warm-up alpha must rise: t / warmup of the peak.",
                scheduled(rise=np.ones_like),
                0.5,
            ),
            Wrong(
                "The peak plays no part: you take 1 for it.",
                peak_of_1,
                0.5,
            ),
            Wrong("The warm-up must rise to the peak, not to 1.", peak_of_1_in_warmup, 0.5),
        ),
        hints=(
            "Two formulas, one for t up to warmup, one for t after it. From where to where does "
            "the cosine fall, and by how much?",
            "Let t be an array, np.arange(1, steps + 1). Then np.where(t <= warmup, ..., ...) "
            "chooses for each entry. The cosine falls by peak - floor, and stands on the floor.",
            "The first is peak * t / warmup, where max(warmup, 1) avoids a division by zero. The "
            "second is floor + (peak - floor) / 2 * (1 + np.cos(np.pi * x)) with the share "
            "x = (t - warmup) / (steps - warmup).",
        ),
    ),
    "10.3": Derive(
        right=mean_square,
        at=lambda rng: {"p": rng.uniform(0.2, 3), "w": rng.uniform(0.05, 0.95)},
        wrongs=(
            Wrong(
                "That is the mean of alpha. The mean of its square is asked for.",
                lambda: p / 2,
            ),
            Wrong(
                "You squared the mean instead of averaging the squares.",
                lambda: p**2 / 4,
            ),
            Wrong(
                "You added the means of the two parts. Each counts by its share of the time, w "
                "and 1 - w.",
                lambda: p**2 * (sp.Rational(1, 3) + sp.Rational(3, 8)),
            ),
            Wrong(
                "That is the cosine alone: in the warm-up alpha counts too.",
                lambda: mean_square(warmed_up=0),
                0.5,
            ),
            Wrong(
                "That is a cosine without any warm-up.",
                lambda: mean_square().subs(w, 0),
                0.5,
            ),
            Wrong(
                "The shares are swapped: w is that of the warm-up.",
                lambda: mean_square().subs(w, 1 - w),
                0.5,
            ),
            Wrong(
                "The mean of the warm-up's squares is a third: integrate the square of x.",
                lambda: mean_square(warmed_up=sp.Rational(1, 2)),
                0.5,
            ),
            Wrong(
                "The mean of (1 + cos)^2 is 1 plus the mean of cos^2, which is 1/2, not 0.",
                lambda: mean_square(fallen=sp.Rational(1, 4)),
                0.5,
            ),
            Wrong(
                "You forgot to square the factor 1/2 of the cosine.",
                lambda: mean_square(fallen=sp.Rational(3, 4)),
                0.5,
            ),
            Wrong(
                "That is for a linear fall. Half a cosine keeps more.",
                lambda: mean_square(fallen=sp.Rational(1, 3)),
                0.5,
            ),
            Wrong("The peak enters squared.", lambda: mean_square() / p, 0.5),
        ),
        hints=(
            "Take the two parts alone, each over its own time from 0 to 1. Then weigh them.",
            "The warm-up's mean is the integral of (p x)^2, the cosine's that of "
            "(p / 2)^2 (1 + cos(pi x))^2, both from 0 to 1.",
            "They are p^2 / 3 and 3 p^2 / 8. The first counts with w, the second with 1 - w.",
        ),
    ),
    "10.4": Explore(
        right=not_landed,
        wrongs=(
            Wrong(
                "The largest alpha must be 0.5.",
                lambda answer: abs(alphas_of(answer).max() - 0.5) > 1e-6,
            ),
            Wrong(
                "A constant alpha keeps swinging. Let it fall.",
                lambda answer: np.ptp(alphas_of(answer)) == 0,
            ),
            Wrong(
                "alpha has to fall in the end: then Adam is meant to stand still.",
                lambda answer: not_landed(answer) and alphas_of(answer)[-1] >= 0.25,
            ),
            Wrong(
                "Adam stands still, but beside the minimum. Change how fast alpha falls a little: "
                "it then stops elsewhere.",
                frozen_outside,
            ),
        ),
        hints=(
            "Long moves first, short ones at the end. What does half a cosine do?",
            "Take a family with one number to choose, such as 0.5 * q ** np.arange(100), and try "
            "many values of it in a loop.",
            "As q changes, the place where Adam comes to rest moves over 0. Try q from 0.9 to 0.98 "
            "in steps of 0.0005, and keep the one for which the largest |theta| from step 90 on "
            "is smallest.",
        ),
    ),
    "10.5": Explore(
        right=misses_target,
        wrongs=(
            Wrong(
                "The weights are too large: no decay pulls at them.",
                lambda settings: three(settings)[2] <= 0.01 and too_large(settings),
            ),
            Wrong(
                "The digits are read well, but the weights are too large: more decay.",
                lambda settings: too_large(settings) and not reads_badly(settings),
            ),
            Wrong(
                "The weights are small, but the network reads too few digits: the decay is too "
                "strong.",
                lambda settings: three(settings)[2] >= 0.4 and reads_badly(settings),
            ),
            Wrong(
                "The peak is too low: 30 epochs are not enough with it.",
                lambda settings: three(settings)[0] < 0.01 and reads_badly(settings),
            ),
            Wrong(
                "The peak is too high.",
                lambda settings: three(settings)[0] > 0.05 and misses_target(settings) is not None,
            ),
        ),
        hints=(
            "Begin with a peak that the lesson found good, and a tenth of the steps as warm-up.",
            "The default weight_decay = 0.01 is hardly felt here: alpha * weight_decay * steps "
            "says how much a weight shrinks. Raise it step by step.",
            "Peak 0.02, warm-up 111. Try weight_decay from 0.1 to 0.5.",
        ),
    ),
}
