"""The network's training loop through `minimize`, beside torch doing the same on one core.

python tests/bench_network.py [SGD ...]

Same network, start, mini-batches, optimizers and precision (float64); both end at the same loss.
"""

import os
import statistics
import sys
import time

from course_lib import SGD, Adam, AdamW, AMSGrad, Momentum, minimize
from course_lib.datasets import batches, digits
from course_lib.network import MLP

SIZES, BATCH, STEPS, ROUNDS = (64, 64, 10), 32, 740, 7
ONE_CORE = {f"{name}_NUM_THREADS": "1" for name in ("OMP", "OPENBLAS", "MKL")}

# course_lib's optimizer, torch's class and its arguments
PAIRS = {
    "SGD": (SGD(0.1), "SGD", {"lr": 0.1}),
    "Momentum": (Momentum(0.1), "SGD", {"lr": 0.01, "momentum": 0.9}),
    "Adam": (Adam(), "Adam", {"lr": 0.001}),
    "AMSGrad": (AMSGrad(), "Adam", {"lr": 0.001, "amsgrad": True}),
    "AdamW": (AdamW(), "AdamW", {"lr": 0.001}),
}


def ours(optimizer, data, rows):
    network = MLP(SIZES)
    theta0 = network.init(0)
    start = time.perf_counter()
    X, y = data.X_train, data.y_train
    grads = (lambda theta, r=r: network.grad(theta, X[r], y[r]) for r in rows)
    theta = minimize(optimizer, grads, theta0, len(rows), record=False).theta[-1]
    seconds = time.perf_counter() - start
    return seconds, network.loss(theta, X, y)


def torchs(rule, arguments, data, rows):
    import torch

    X, y = torch.tensor(data.X_train), torch.tensor(data.y_train)
    layers = [torch.nn.Linear(*shape, dtype=torch.float64) for shape in MLP(SIZES).shapes]
    with torch.no_grad():
        network = MLP(SIZES)
        for layer, (W, b) in zip(layers, network.layers(network.init(0)), strict=True):
            layer.weight.copy_(torch.tensor(W.T))
            layer.bias.copy_(torch.tensor(b[0]))
    model = torch.nn.Sequential(layers[0], torch.nn.ReLU(), layers[1])
    loss = torch.nn.CrossEntropyLoss()
    optimizer = getattr(torch.optim, rule)(model.parameters(), **arguments)
    rows = torch.tensor(rows)
    start = time.perf_counter()
    for r in rows:
        optimizer.zero_grad()
        loss(model(X[r]), y[r]).backward()
        optimizer.step()
    seconds = time.perf_counter() - start
    with torch.no_grad():
        return seconds, loss(model(X), y).item()


def measure(name):
    """Median seconds of ours and of torch, run in turn, and their last losses."""
    optimizer, rule, arguments = PAIRS[name]
    data, rows = digits(), batches(1201, BATCH, STEPS, seed=0)
    mine, other = [], []
    for _ in range(ROUNDS):
        mine.append(ours(optimizer, data, rows))
        other.append(torchs(rule, arguments, data, rows))
    medians = [statistics.median(seconds for seconds, _ in runs) for runs in (mine, other)]
    return *medians, mine[-1][1], other[-1][1]


def main(names):
    """Print a line for each optimizer: seconds of ours and of torch, their ratio, both losses."""
    import torch

    torch.set_num_threads(1)
    for name in names or PAIRS:
        mine, other, loss, torch_loss = measure(name)
        print(f"{name:<9} {mine:.3f} s, torch {other:.3f} s: {mine / other:.2f}", end="   ")
        print(f"loss {loss:.9f}, torch {torch_loss:.9f}")


if __name__ == "__main__":
    if ONE_CORE.items() <= os.environ.items():
        main(sys.argv[1:])
    else:
        os.execve(sys.executable, [sys.executable, *sys.argv], os.environ | ONE_CORE)
