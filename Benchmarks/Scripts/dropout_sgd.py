# Dropout SGD of 10,000 steps at 100 x 100 with 160 factors, theta = 1/2, as a NumPy user writes it: the peer of DropoutFactorization.
# Prints seconds for the loop on masked columns (whole products) and for the one that gathers the kept columns first.
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

for name in sys.argv[1:] or ["float64", "float32"]:
    times = {loop.__name__: sorted(run(loop, np.dtype(name)) for _ in range(3))[1] for loop in (masked, gathered)}
    print(name, " ".join(f"{k} {t:.3f} s" for k, t in times.items()), flush=True)
