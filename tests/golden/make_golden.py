"""Write trajectories.json: paths of torch.optim in float64.

    pip install torch==2.13.0 && python tests/golden/make_golden.py

The losses are written here once more and torch differentiates them: nothing comes from course_lib.
Three translations make torch's optimizers take the course's steps:

- Momentum, averaged form: SGD(lr=alpha, momentum=beta1, dampening=beta1). At its first step torch
  takes g itself as the buffer, undamped, so the buffer is set to zero beforehand.
- Momentum, velocity form: SGD(lr=alpha * (1 - beta1), momentum=beta1), without dampening. The first
  buffer is g here by definition.
- "torch start" is the averaged form with torch's own first step, another path.
"""

import json
import platform
from pathlib import Path

import torch

FILE = Path(__file__).with_name("trajectories.json")
STEPS = 60
X = [-1.0, 0.5, 1.0, 2.5, 4.0]
Y = [0.3, 1.9, 2.4, 6.5, 8.0]


def ravine(theta, degrees):
    angle = torch.deg2rad(torch.tensor(float(degrees), dtype=torch.float64))
    x = torch.cos(angle) * theta[0] + torch.sin(angle) * theta[1]
    y = torch.cos(angle) * theta[1] - torch.sin(angle) * theta[0]
    return x**2 / 2 + 10 * y**2


def line(theta):
    x, y = torch.tensor(X, dtype=torch.float64), torch.tensor(Y, dtype=torch.float64)
    return ((theta[0] * x + theta[1] - y) ** 2).mean()


LOSSES = {
    "parabola": lambda theta: theta**2,
    "ravine": lambda theta: ravine(theta, 0),
    "ravine turned by 30": lambda theta: ravine(theta, 30),
    "saddle": lambda theta: theta[0] ** 2 / 2 - theta[1] ** 2 / 2 + theta[1] ** 4 / 4,
    "rosenbrock": lambda theta: (1 - theta[0]) ** 2 + 100 * (theta[1] - theta[0] ** 2) ** 2,
    "line": line,
}
STARTS = {
    "parabola": [5.0, -0.75],
    "ravine": [[5.0, 3.0], [-2.0, 0.5]],
    "ravine turned by 30": [[5.0, 3.0], [1.0, -4.0]],
    "saddle": [[2.0, 0.01], [-1.0, -1.5]],
    "rosenbrock": [[-1.2, 1.0], [0.5, 2.0]],
    "line": [[0.0, 0.0], [3.0, -2.0]],
}
# One set of hyperparameters for each of the two starts.
HYPERPARAMETERS = {
    "SGD": [{"alpha": 0.002}, {"alpha": 0.0005}],
    "Momentum": [{"alpha": 0.002, "beta1": 0.9}, {"alpha": 0.0005, "beta1": 0.5}],
    "RMSProp": [
        {"alpha": 0.01, "beta2": 0.999, "eps": 1e-8},
        {"alpha": 0.05, "beta2": 0.9, "eps": 0.01},
    ],
    "Adam": [
        {"alpha": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"alpha": 0.1, "beta1": 0.7, "beta2": 0.99, "eps": 0.01},
    ],
    "AMSGrad": [
        {"alpha": 0.1, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8},
        {"alpha": 0.3, "beta1": 0.5, "beta2": 0.9, "eps": 0.01},
    ],
    "AdamW": [
        {"alpha": 0.001, "beta1": 0.9, "beta2": 0.999, "eps": 1e-8, "weight_decay": 0.01},
        {"alpha": 0.1, "beta1": 0.7, "beta2": 0.99, "eps": 0.01, "weight_decay": 0.5},
    ],
}
FORMS = {"Momentum": ["averaged", "velocity", "torch start"]}


def torch_optimizer(name, form, theta, alpha, beta1=None, beta2=None, eps=None, weight_decay=None):
    optim, parameters = torch.optim, [theta]
    if name == "SGD":
        return optim.SGD(parameters, lr=alpha)
    if name == "Momentum":
        if form == "velocity":
            return optim.SGD(parameters, lr=alpha * (1 - beta1), momentum=beta1)
        optimizer = optim.SGD(parameters, lr=alpha, momentum=beta1, dampening=beta1)
        if form == "averaged":
            optimizer.state[theta]["momentum_buffer"] = torch.zeros_like(theta)
        return optimizer
    if name == "RMSProp":
        return optim.RMSprop(parameters, lr=alpha, alpha=beta2, eps=eps)
    adam = {"lr": alpha, "betas": (beta1, beta2), "eps": eps}
    if name == "AdamW":
        return optim.AdamW(parameters, **adam, weight_decay=weight_decay)
    return optim.Adam(parameters, **adam, amsgrad=name == "AMSGrad")


def path(problem, name, form, start, hyperparameters):
    theta = torch.tensor(start, dtype=torch.float64, requires_grad=True)
    optimizer = torch_optimizer(name, form, theta, **hyperparameters)
    thetas = [theta.tolist()]
    for _ in range(STEPS):
        optimizer.zero_grad()
        LOSSES[problem](theta).backward()
        optimizer.step()
        thetas.append(theta.tolist())
    return thetas


def make():
    return {
        "versions": {"torch": torch.__version__, "python": platform.python_version()},
        "points": {"X": X, "y": Y},
        "paths": [
            {
                "problem": problem,
                "optimizer": name,
                "form": form,
                "hyperparameters": hyperparameters,
                "theta": path(problem, name, form, start, hyperparameters),
            }
            for problem in LOSSES
            for name in HYPERPARAMETERS
            for form in FORMS.get(name, [""])
            for start, hyperparameters in zip(STARTS[problem], HYPERPARAMETERS[name], strict=True)
        ],
    }


def text(golden):
    paths = ",\n".join(json.dumps(path) for path in golden["paths"])
    head = {key: value for key, value in golden.items() if key != "paths"}
    return json.dumps(head)[:-1] + ', "paths": [\n' + paths + "\n]}\n"


if __name__ == "__main__":
    FILE.write_text(text(make()), encoding="utf-8")
