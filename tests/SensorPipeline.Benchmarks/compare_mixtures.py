"""A pass of expectation maximisation here and in scikit-learn: same rows, same start, same passes, one thread each, in turn.

  dotnet build -c Release tests/SensorPipeline.Benchmarks
  python3 compare_mixtures.py bin/Release/net10.0/SensorPipeline.Benchmarks.dll
"""
import os
for _v in ("OMP_NUM_THREADS", "OPENBLAS_NUM_THREADS", "MKL_NUM_THREADS"):
    os.environ[_v] = "1"
import subprocess
import sys
import tempfile
import time
import numpy as np
from sklearn.mixture import GaussianMixture

PASSES, ROUNDS = 20, 5


def least(operations, action):
    return min(timed(action) for _ in range(ROUNDS)) * 1e9 / operations


def timed(action):
    started = time.perf_counter()
    action()
    return time.perf_counter() - started


def scikit(X, weights, means, covariances):
    def start():
        g = GaussianMixture(len(weights), reg_covar=1e-6, covariance_type="full")
        g.weights_, g.means_, g.covariances_ = weights.copy(), means.copy(), covariances.copy()
        g.precisions_cholesky_ = np.array([np.linalg.inv(np.linalg.cholesky(c)).T for c in covariances])
        return g

    def passes():
        nonlocal g
        g = start()
        for _ in range(PASSES):
            _, responsibilities = g._e_step(X)
            g._m_step(X, responsibilities)

    g = start()
    return least(len(X) * PASSES, passes), least(len(X), lambda: g.score_samples(X)), g.score(X)


def compare(program, n, d, k):
    rng = np.random.default_rng(n + d + k)
    centres = rng.normal(0, 4, (k, d))
    X = np.ascontiguousarray(centres[rng.integers(0, k, n)] + rng.normal(0, 1, (n, d)))
    weights, means, covariances = np.full(k, 1 / k), X[rng.choice(n, k, False)].copy(), np.tile(4 * np.eye(d), (k, 1, 1))
    with tempfile.NamedTemporaryFile() as f:
        f.write(b"".join(a.tobytes() for a in (X, weights, means, covariances)))
        f.flush()
        ours = subprocess.run(["dotnet", program, "mixture", f.name, *map(str, (n, d, k, PASSES))], capture_output=True, text=True, check=True).stdout.split()
    step, score, single, likelihood = map(float, ours)
    theirs = scikit(X, weights, means, covariances)
    print(f"{n:6} {d} {k} | {step:7.0f} {theirs[0]:7.0f} {theirs[0] / step:5.1f}x | {score:7.0f} {theirs[1]:7.0f} {theirs[1] / score:5.1f}x | {single:6.0f} | {likelihood - theirs[2]:+.1e}")


print("     n d k |  ns a row and pass   | ns a row, scoring     | one row | log likelihood a row, difference")
for case in ((10_000, 2, 3), (10_000, 4, 5), (50_000, 8, 8)):
    compare(sys.argv[1], *case)
