"""The picture of the README: python docs/four_optimizers.py"""

from pathlib import Path

from course_lib import SGD, Adam, Momentum, Ravine, RMSProp, minimize, plotting

ravine = Ravine()
rules = {
    "SGD": SGD(0.09),
    "Momentum": Momentum(0.09),
    "RMSProp": RMSProp(0.09, beta2=0.9),
    "Adam": Adam(0.3),
}
runs = {name: minimize(rule, ravine.grad, ravine.start, 100) for name, rule in rules.items()}
fig, (left, right) = plotting.panels(2)
plotting.landscape(left, ravine, runs, title="Four optimizers in the same ravine")
plotting.losses(right, ravine, runs, title="Their losses")
fig.savefig(Path(__file__).with_suffix(".png"), dpi=110)
