"""A sweep of Adam: 10,000 settings x 200 steps in the ravine, in one call of `minimize`.

python tests/bench_sweep.py        needs torch and optax: pip install -r tests/requirements.txt

Beside it the same runs through torch.optim.Adam, one setting after another (timed on a sample of
them and scaled), and through optax, jitted and vmapped, with and without the time to compile. All
on one core, in float64. Each time is the best of five.
"""

import os
import time

import jax
import numpy as np
import optax
import torch

from course_lib import Adam, Ravine, minimize

SETTINGS, STEPS, SAMPLE = 10_000, 200, 20
jax.config.update("jax_enable_x64", True)
torch.set_num_threads(1)
ravine = Ravine()
rng = np.random.default_rng(0)
alphas = 10 ** rng.uniform(-3, 0, SETTINGS)
beta1s, beta2s = rng.uniform(0, 0.99, SETTINGS), rng.uniform(0.9, 0.9999, SETTINGS)


def ours():
    adam = Adam(alphas[:, None], beta1s[:, None], beta2s[:, None])
    return minimize(adam, ravine.grad, ravine.start, STEPS, record=False).theta[-1]


def torch_loop(settings=SAMPLE):
    ends = []
    for alpha, beta1, beta2 in zip(alphas[:settings], beta1s, beta2s, strict=False):
        theta = torch.tensor(ravine.start, requires_grad=True)
        adam = torch.optim.Adam([theta], lr=alpha, betas=(beta1, beta2))
        for _ in range(STEPS):
            adam.zero_grad()
            (0.5 * theta[0] ** 2 + 10 * theta[1] ** 2).backward()
            adam.step()
        ends.append(theta.detach().numpy())
    return np.array(ends)


def optax_run(alpha, beta1, beta2):
    adam = optax.adam(alpha, beta1, beta2)
    start = jax.numpy.array(ravine.start)

    def step(carry, _):
        theta, state = carry
        g = theta * jax.numpy.array([1.0, 20.0])
        updates, state = adam.update(g, state)
        return (optax.apply_updates(theta, updates), state), None

    (theta, _), _ = jax.lax.scan(step, (start, adam.init(start)), length=STEPS)
    return theta


def best(run, times=5):
    seconds = []
    for _ in range(times):
        begin = time.perf_counter()
        result = run()
        seconds.append(time.perf_counter() - begin)
    return min(seconds), np.asarray(result)


def optax_compiled():
    """The compiled sweep, and how long the first call took."""
    sweep = jax.jit(jax.vmap(optax_run))
    begin = time.perf_counter()
    sweep(alphas, beta1s, beta2s).block_until_ready()
    return sweep, time.perf_counter() - begin


if __name__ == "__main__":
    if hasattr(os, "sched_setaffinity"):
        os.sched_setaffinity(0, {min(os.sched_getaffinity(0))})
    sweep, first = optax_compiled()
    compiled, theirs = best(lambda: sweep(alphas, beta1s, beta2s).block_until_ready())
    seconds, end = best(ours)
    sample, torchs = best(torch_loop, times=2)
    loop = sample * SETTINGS / SAMPLE
    np.testing.assert_allclose(end[:SAMPLE], torchs, rtol=1e-8, atol=1e-12)
    np.testing.assert_allclose(end, theirs, rtol=1e-5, atol=1e-6)
    print(f"minimize            {seconds:8.3f} s")
    print(f"torch, in a loop    {loop:8.3f} s   {loop / seconds:7.1f} times as long")
    print(f"optax with compiling{first:8.3f} s   {first / seconds:7.1f} times as long")
    print(f"optax, compiled     {compiled:8.3f} s   {compiled / seconds:7.2f} times as long")
