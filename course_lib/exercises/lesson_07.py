"""The exercises of lesson 07, a line fitted with Adam and with gradient descent."""

import numpy as np
import sympy as sp

from course_lib.exercises.kinds import Code, Derive, Explore, Predict, Wrong, numbers
from course_lib.optimizers import SGD, Adam, RMSProp, minimize
from course_lib.problems import Line

c = sp.symbols("c", real=True)
X = np.arange(1.0, 6.0)
Y = 2 * X + 1


def first_epoch(rule, y):
    line = Line(X, y)
    return tuple(minimize(rule, line.grad, line.start, 1).theta[1])


def along_the_gradient():
    """A step of length alpha in the direction of the negative gradient."""
    line = Line(X, -10 * Y)
    g = line.grad(line.start)
    return tuple(-0.01 * g / np.linalg.norm(g))


def curvatures(second_moment):
    """Flat and steep curvature of the mean squared error, for x with this mean of squares."""
    trace, determinant = 2 * second_moment + 2, 4 * (second_moment - c**2)
    root = sp.sqrt(trace**2 / 4 - determinant)
    return trace / 2 - root, trace / 2 + root


def flat():
    return curvatures(c**2 + 2)[0]


def steep():
    return curvatures(c**2 + 2)[1]


def one_step_fit(X, y, alpha=0.5, scale=np.std):
    """Slope and height after one step, mean and scale of x: all for the scaled x."""
    mean, spread = np.mean(X), scale(X)
    z = (X - mean) / spread
    return alpha * 2 * np.mean(z * y), alpha * 2 * np.mean(y), mean, spread


def fit_line(X, y):
    slope, height, mean, spread = one_step_fit(X, y)
    return slope / spread, height - slope * mean / spread


def not_transformed(X, y):
    slope, height, _, _ = one_step_fit(X, y)
    return slope, height


def height_for_intercept(X, y):
    slope, height, _, spread = one_step_fit(X, y)
    return slope / spread, height


def intercept_from_scaled_slope(X, y):
    slope, height, mean, spread = one_step_fit(X, y)
    return slope / spread, height - slope * mean


def intercept_added(X, y):
    slope, height, mean, spread = one_step_fit(X, y)
    return slope / spread, height + slope * mean / spread


def divided_by_n_minus_1(X, y):
    slope, height, mean, spread = one_step_fit(X, y, scale=lambda x: np.std(x, ddof=1))
    return slope / spread, height - slope * mean / spread


def scaled_by_the_variance(X, y):
    slope, height, mean, spread = one_step_fit(X, y, scale=np.var)
    return slope / spread, height - slope * mean / spread


def only_centred(X, y):
    slope, height, mean, spread = one_step_fit(X, y, scale=lambda x: 1.0)
    return slope / spread, height - slope * mean / spread


def without_the_2(X, y):
    slope, height, mean, spread = one_step_fit(X, y, alpha=0.25)
    return slope / spread, height - slope * mean / spread


def uphill(X, y):
    w, b = fit_line(X, y)
    return -w, -b


def order_swapped(X, y):
    return fit_line(X, y)[::-1]


def on_the_given_data(X, y):
    line = Line(X, y)
    return tuple(minimize(SGD(0.5), line.grad, line.start, 1).theta[1])


def points(rng):
    noisy = rng.uniform(10, 20, size=8)
    return [
        (X, Y),
        (np.array([-3.0, 1.0]), np.array([4.0, 2.0])),
        (np.array([0.0, 1.0, 5.0, 5.0]), np.array([1.0, 0.0, 2.0, 7.0])),
        (noisy, 3 - 0.7 * noisy + rng.normal(size=8)),
        (rng.normal(size=30), 50 * rng.normal(size=30)),
    ]


def losses(alpha, epochs, **betas):
    line = Line(X, Y)
    return line.loss(minimize(Adam(alpha, **betas), line.grad, line.start, epochs).theta)


def number(alpha):
    return numbers(alpha, "alpha")[0]


def worst(alpha):
    """The largest loss of the epochs 100 to 200."""
    return float(np.max(losses(number(alpha), 200)[100:]))


def misses_target(alpha):
    loss = worst(alpha)
    if not loss < 0.01:
        return f"With alpha = {alpha} the loss between the epochs 100 and 200 is up to {loss:.1e}."


def pair(settings):
    return numbers(settings, "alpha", "beta1")


def last_above(settings):
    """The last of the epochs 0 to 200 at which the loss is not below the target; -1 for none."""
    alpha, beta1 = pair(settings)
    above = ~(losses(alpha, 200, beta1=beta1) < 1e-6)
    return int(np.max(np.flatnonzero(above), initial=-1))


def still_above(settings):
    epoch = last_above(settings)
    if epoch >= 60:
        return f"The loss is still above 1e-6 at epoch {epoch}."


def swing_too_slow(settings):
    start = losses(0.0, 0)[0]
    return start * pair(settings)[1] ** 60 > 1e-6 and last_above(settings) >= 60


EXERCISES = {
    "07.1": Predict(
        right=lambda: first_epoch(Adam(0.01), -10 * Y),
        rtol=5e-3,
        advice="What is left of g in m_hat / sqrt(v_hat) after one epoch?",
        wrongs=(
            Wrong(
                "That is the step of gradient descent, alpha times the gradient. Adam divides the "
                "gradient's size out.",
                lambda: first_epoch(SGD(0.01), -10 * Y),
            ),
            Wrong(
                "The size is right. The sign: now y is negative, and so are the slope and the "
                "intercept that fit.",
                lambda: first_epoch(Adam(0.01), Y),
                0.5,
            ),
            Wrong(
                "You let the step grow with y. Ten times the gradient, and ten times its size to "
                "divide by: what remains?",
                lambda: first_epoch(Adam(0.1), -10 * Y),
            ),
            Wrong(
                "You left out the bias correction: both m and v begin at zero.",
                lambda: first_epoch(RMSProp(0.01 * (1 - 0.9)), -10 * Y),
            ),
            Wrong(
                "You corrected v, but not m.",
                lambda: first_epoch(Adam(0.01 * (1 - 0.9)), -10 * Y),
            ),
            Wrong(
                "You divided by the length of the whole gradient. Adam divides each parameter's "
                "gradient by its own size.",
                along_the_gradient,
            ),
        ),
        hints=(
            "What are m_hat and v_hat after the first gradient g?",
            "m_hat = g and v_hat = g^2, for each parameter. So only the sign of g is left.",
            "Each step is alpha long. Both gradients have the sign of -y, which is now positive; "
            "the step goes against it.",
        ),
    ),
    "07.2": Derive(
        right=lambda: 2 / steep(),
        at=lambda rng: {"c": rng.uniform(-5, 5)},
        wrongs=(
            Wrong(
                "That is 1 / lambda_max, where the steep direction lands in one step. It diverges "
                "from 2 / lambda_max on.",
                lambda: 1 / steep(),
                0.5,
            ),
            Wrong(
                "That is the limit of the flat direction. The steep one diverges earlier.",
                lambda: 2 / flat(),
            ),
            Wrong(
                "That is the best alpha, 2 / (lambda_min + lambda_max), not the limit.",
                lambda: 2 / (flat() + steep()),
            ),
            Wrong(
                "You took the diagonal entry for the curvature. The off-diagonal entry 2 c turns "
                "the ravine: take the larger eigenvalue.",
                lambda: 1 / (c**2 + 2),
            ),
            Wrong(
                "The mean of x^2 is not the variance: it is the variance plus the squared mean.",
                lambda: 2 / curvatures(2)[1],
            ),
            Wrong(
                "You took c^2 for the mean of x^2: the variance 2 is missing.",
                lambda: 2 / curvatures(c**2)[1],
            ),
            Wrong(
                "Your Hessian lacks the factor 2 that comes from the square.",
                lambda: 4 / steep(),
                0.5,
            ),
            Wrong("That is the curvature; the limit is 2 divided by it.", steep),
            Wrong(
                "That answers for the given points, c = 3. Keep c as a symbol.",
                lambda: (2 / steep()).subs(c, 3),
            ),
        ),
        hints=(
            "The limit is 2 / lambda_max. What is the Hessian when the mean of x is c?",
            "The mean of x^2 is 2 + c^2. The Hessian is [[2 (2 + c^2), 2 c], [2 c, 2]].",
            "Its trace is 2 c^2 + 6, its determinant 8. So the larger eigenvalue is "
            "c^2 + 3 + sqrt((c^2 + 3)^2 - 8).",
        ),
    ),
    "07.3": Code(
        right=fit_line,
        cases=points,
        wrongs=(
            Wrong(
                "That is the line for the standardized x. Put z = (x - mean) / spread into "
                "w z + b and read off slope and intercept in x.",
                not_transformed,
                0.5,
            ),
            Wrong(
                "w is right. b is still the height in the middle: the intercept is the height "
                "at x = 0.",
                height_for_intercept,
                0.5,
            ),
            Wrong(
                "Your slope is the mean of (x - mean) y. Either you centred x without scaling it, "
                "or you multiplied the slope by the standard deviation instead of dividing.",
                only_centred,
            ),
            Wrong(
                "w is right. For b use the slope that belongs to the original x.",
                intercept_from_scaled_slope,
                0.5,
            ),
            Wrong(
                "w is right. For b go from the mean back to x = 0: subtract w times the mean.",
                intercept_added,
                0.5,
            ),
            Wrong(
                "You divide by n - 1 in the standard deviation: then the mean of the squares is "
                "not 1, nor are the curvatures 2. np.std divides by n.",
                divided_by_n_minus_1,
            ),
            Wrong(
                "You divide by the variance; its root is the standard deviation.",
                scaled_by_the_variance,
            ),
            Wrong(
                "The factor 2 of the gradient is missing: your step takes you half the way.",
                without_the_2,
            ),
            Wrong("You walk uphill: the gradient must be subtracted.", uphill),
            Wrong("The order: w first, then b.", order_swapped, 0.5),
            Wrong(
                "That is one step on the data as given. Standardize x first.",
                on_the_given_data,
            ),
        ),
        hints=(
            "Three parts: standardize x, take the step, return to the original x.",
            "With z = (X - X.mean()) / X.std() the gradient at w = b = 0 is "
            "-2 mean(z y) and -2 mean(y).",
            "After the step the line is mean(z y) z + mean(y). Write z out: the slope in x is "
            "mean(z y) / X.std(), and b is mean(y) minus that slope times X.mean().",
        ),
    ),
    "07.4": Explore(
        right=misses_target,
        wrongs=(
            Wrong("alpha must be positive.", lambda alpha: number(alpha) <= 0),
            Wrong(
                "alpha is about the length of a step of Adam: w must go from 0 to 2, and 100 "
                "such steps do not reach that far.",
                lambda alpha: 0 < number(alpha) < 0.02,
            ),
            Wrong(
                "That may be a good alpha for gradient descent. Adam is still on its way with it.",
                lambda alpha: 0.02 <= number(alpha) < 0.1 and worst(alpha) >= 0.01,
            ),
            Wrong(
                "So large a step throws Adam far past the minimum, and it is still on its way "
                "back.",
                lambda alpha: number(alpha) > 6 and worst(alpha) >= 0.01,
            ),
        ),
        hints=(
            "The lesson has a sweep over alpha. Where does the basin of Adam begin?",
            "It begins above all alphas that gradient descent bears. Try a few, each twice as "
            "large as the last.",
            "Try values from 0.2 to 2.",
        ),
    ),
    "07.5": Explore(
        right=still_above,
        wrongs=(
            Wrong(
                "The order is (alpha, beta1), and beta1 is below 1.",
                lambda settings: pair(settings)[1] >= 1,
            ),
            Wrong(
                "beta1 is too large: even 60 factors of beta1 leave more than 1e-6 of the loss at "
                "the start.",
                swing_too_slow,
            ),
            Wrong(
                "alpha is too small: Adam is still creeping down the valley.",
                lambda settings: 0 < pair(settings)[0] < 0.7 and last_above(settings) >= 60,
            ),
            Wrong(
                "beta1 is so small that there is hardly any swing: nothing carries Adam along the "
                "floor.",
                lambda settings: 0 <= pair(settings)[1] < 0.4 and last_above(settings) >= 60,
            ),
            Wrong(
                "alpha is too large: the first steps throw Adam far past the minimum, and v_hat "
                "does not forget the large gradients there.",
                lambda settings: pair(settings)[0] > 2.5 and last_above(settings) >= 60,
            ),
        ),
        hints=(
            "Which beta1 shrinks the loss, 57 at the start, to 1e-6 within 60 epochs?",
            "Solve 57 beta1^60 = 1e-6. Stay somewhat below that, since the swing needs some "
            "epochs to begin. Then sweep alpha in one batched run.",
            "Take beta1 = 0.65 and sweep alpha from 0.8 to 2.",
        ),
    ),
}
