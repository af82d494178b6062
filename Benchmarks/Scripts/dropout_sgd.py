# Dropout SGD, 10,000 steps at 100 x 100 with 160 factors and theta = 1/2, as a NumPy user writes it: the peer of DropoutFactorization.
# Usage: dropout_sgd.py float64|float32. Prints seconds of the loop on masked factors (whole products) and of the one that gathers what is kept.
import os, sys, time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

def masked(y, u, v, steps, theta, eta0, t0, rng):
    r = u.shape[1]
    for t in range(steps):
        z = (rng.random(r) < theta).astype(y.dtype)
        uz, vz = u * z, v * z
        residual = y - uz @ vz.T / theta
        f = 2 * eta0 / (1 + t / t0) / theta
        du, dv = residual @ vz, residual.T @ uz
        u += f * du
        v += f * dv

def gathered(y, u, v, steps, theta, eta0, t0, rng):
    r = u.shape[1]
    for t in range(steps):
        k = np.flatnonzero(rng.random(r) < theta)
        uk, vk = u[:, k], v[:, k]
        residual = y - uk @ vk.T / theta
        f = 2 * eta0 / (1 + t / t0) / theta
        u[:, k] += f * (residual @ vk)
        v[:, k] += f * (residual.T @ uk)

def run(loop, dtype):
    rng = np.random.default_rng(1)
    y = rng.standard_normal((100, 160)) @ rng.standard_normal((100, 160)).T
    y = (y / np.linalg.norm(y, 2)).astype(dtype)
    u, v = (0.05 * rng.standard_normal((100, 160)).astype(dtype) for _ in range(2))
    start = time.perf_counter()
    loop(y, u, v, 10_000, 0.5, 0.025, 1000, rng)
    return time.perf_counter() - start

for loop in (masked, gathered):
    print(loop.__name__, run(loop, np.dtype(sys.argv[1])), flush=True)
