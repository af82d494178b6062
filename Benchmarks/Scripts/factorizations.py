# Four solvers as a NumPy user writes them, the peers of `compare solve`: the same algorithm, stopping rule and start as ours, a full SVD where one is needed.
# Usage: factorizations.py svt|impute|pursuit|nmf DATA M N NUMBER ITERATIONS. DATA holds float64 numbers: the matrix; for impute a second matrix of zeros and
# ones; for nmf the start, U (m x r) and V (n x r), r from the length. NUMBER is lambda, for pursuit the tolerance.
# Prints seconds, iterations, the objective, and the objective after two iterations.
import os, sys, time
os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

def threshold(a, t):
    u, s, v = np.linalg.svd(a, full_matrices=False)
    k = int((s > t).sum())
    return (u[:, :k] * (s[:k] - t)) @ v[:k], float((s[:k] - t).sum())

def svt(y, t):
    x, nuclear = threshold(y, t)
    return 1, [0.5 * np.linalg.norm(y - x) ** 2 + t * nuclear]

# Soft-Impute, accelerated with restart where the objective rises.
def impute(y, seen, t, iterations):
    x = z = np.zeros_like(y)
    momentum, before, objectives = 1.0, np.inf, []
    for _ in range(iterations):
        last = x
        x, nuclear = threshold(z + np.where(seen, y - z, 0), t)
        f = 0.5 * np.linalg.norm(np.where(seen, y - x, 0)) ** 2 + t * nuclear
        following = 1.0 if f > before else (1 + (1 + 4 * momentum ** 2) ** 0.5) / 2
        w = 0.0 if f > before else (momentum - 1) / following
        momentum, before = following, f
        z = (1 + w) * x - w * last
        objectives.append(f)
    return iterations, objectives

# Principal component pursuit by alternating directions with a fixed penalty.
def pursuit(y, tolerance, iterations):
    m, n = y.shape
    mu, beta = 1 / max(m, n) ** 0.5, m * n / (4 * np.abs(y).sum())
    s = np.zeros_like(y)
    dual = np.zeros_like(y)
    length, objectives = np.linalg.norm(y), []
    for k in range(iterations):
        low, nuclear = threshold(y - s + dual / beta, 1 / beta)
        before, point = s, y - low + dual / beta
        s = np.sign(point) * np.maximum(np.abs(point) - mu / beta, 0)
        dual = dual + beta * (y - low - s)
        objectives.append(nuclear + mu * np.abs(y - low).sum())
        if np.linalg.norm(y - low - s) <= tolerance * length and beta * np.linalg.norm(s - before) <= tolerance * max(1, np.linalg.norm(dual)):
            break
    return k + 1, objectives

# An upper bound of the largest eigenvalue, as in ours, so that the steps are the same.
def longest(gram):
    norm = np.linalg.norm(gram)
    power, log, share = gram / norm, np.log(norm), 1.0
    for _ in range(4):
        power = power @ power
        norm = np.linalg.norm(power)
        share /= 2
        log += share * np.log(norm)
        power = power / norm
    return np.exp(log)

def price(u, v):
    return float((np.linalg.norm(u, axis=0) * np.linalg.norm(v, axis=0)).sum())

# 1/2 |y - u v'|^2 + t sum |u_i| |v_i| with u, v >= 0: a proximal step in each factor, extrapolated, taken back where the objective rises.
def nmf(y, u, v, t, iterations):
    square = np.linalg.norm(y) ** 2
    def block(data, w, other, old, curvature, momentum):
        gram = other.T @ other
        length = longest(gram)
        weight = min(momentum, (curvature / length) ** 0.5) if momentum > 0 else 0.0
        point = (1 + weight) * w - weight * old
        moved = np.maximum(point + (data @ other - point @ gram) / length, 0)
        norms = np.linalg.norm(moved, axis=0)
        thresholds = t * np.linalg.norm(other, axis=0) / length
        scale = np.where(norms > thresholds, 1 - thresholds / np.where(norms > 0, norms, 1), 0)
        return moved * scale, length
    def sweep(u, v, old_u, old_v, lu, lv, momentum):
        u1, lu = block(y, u, v, old_u, lu, momentum)
        v1, lv = block(y.T, v, u1, old_v, lv, momentum)
        f = square / 2 - ((y.T @ u1) * v1).sum() + 0.5 * ((u1.T @ u1) * (v1.T @ v1)).sum() + t * price(u1, v1)
        return u1, v1, lu, lv, f
    old_u, old_v, lu, lv, momentum, f, objectives = u, v, 0.0, 0.0, 1.0, np.inf, []
    for k in range(iterations):
        following = (1 + (1 + 4 * momentum ** 2) ** 0.5) / 2
        w = (momentum - 1) / following if k > 0 else 0.0
        u1, v1, lu, lv, reached = sweep(u, v, old_u, old_v, lu, lv, w)
        if w > 0 and reached > f + 1e-15 * square:
            u1, v1, lu, lv, reached = sweep(u, v, old_u, old_v, lu, lv, 0.0)
            following = 1.0
        old_u, old_v, u, v, momentum, f = u, v, u1, v1, following, reached
        scale = (np.linalg.norm(v, axis=0) / np.linalg.norm(u, axis=0)) ** 0.5
        u, v, old_u, old_v = u * scale, v / scale, old_u * scale, old_v / scale
        objectives.append(f)
    objectives[-1] = 0.5 * np.linalg.norm(y - u @ v.T) ** 2 + t * price(u, v)
    return iterations, objectives

problem, m, n, number, iterations = sys.argv[1], int(sys.argv[3]), int(sys.argv[4]), float(sys.argv[5]), int(sys.argv[6])
data = np.fromfile(sys.argv[2])
y, rest = data[:m * n].reshape(m, n), data[m * n:]
if problem == "impute":
    rest = rest.reshape(m, n) != 0
elif problem == "nmf":
    r = len(rest) // (m + n)
    start = rest[:m * r].reshape(m, r), rest[m * r:].reshape(n, r)
np.linalg.svd(y[:50, :40])
begin = time.perf_counter()
done, objectives = (svt(y, number) if problem == "svt" else impute(y, rest, number, iterations) if problem == "impute"
                    else pursuit(y, number, iterations) if problem == "pursuit" else nmf(y, *start, number, iterations))
print(time.perf_counter() - begin, done, repr(float(objectives[-1])), repr(float(objectives[min(1, len(objectives) - 1)])), flush=True)
