// What the plots of one sensor work out from the readings they show. The service's own statistics rest on far more and are shown beside it.

/** The quantile of a sorted list, interpolated. */
export function quantile(sorted, p) {
  const at = (sorted.length - 1) * p;
  const low = Math.floor(at);
  return sorted[low] + (at - low) * ((sorted[low + 1] ?? sorted[low]) - sorted[low]);
}

/** Centre and spread that outliers cannot move: median, and 1.4826 times the median distance from it. */
export function robust(values) {
  const sorted = Float64Array.from(values).sort();
  const centre = quantile(sorted, 0.5);
  return { sorted, centre, spread: 1.4826 * quantile(sorted.map(value => Math.abs(value - centre)).sort(), 0.5) };
}

export const normalDensity = z => Math.exp(-z * z / 2) / Math.sqrt(2 * Math.PI);

/** The standard normal quantile, by Acklam's rational approximation; its error is below 1.2e-9. */
export function normalQuantile(p) {
  const a = [-39.69683028665376, 220.9460984245205, -275.9285104469687, 138.357751867269, -30.66479806614716, 2.506628277459239];
  const b = [-54.47609879822406, 161.5858368580409, -155.6989798598866, 66.80131188771972, -13.28068155288572, 1];
  const c = [-0.007784894002430293, -0.3223964580411365, -2.400758277161838, -2.549732539343734, 4.374664141464968, 2.938163982698783];
  const d = [0.007784695709041462, 0.3224671290700398, 2.445134137142996, 3.754408661907416, 1];
  const of = (list, t) => list.reduce((sum, k) => sum * t + k, 0);
  if (p > 0.5) return -normalQuantile(1 - p);
  if (p < 0.02425) {
    const q = Math.sqrt(-2 * Math.log(p));
    return of(c, q) / of(d, q);
  }
  const q = p - 0.5;
  return q * of(a, q * q) / of(b, q * q);
}

/** ln Γ(x) for x > 0, by Stirling's series after a shift. */
export function logGamma(x) {
  let shift = 0;
  for (; x < 7; x++) shift += Math.log(x);
  return (x - 0.5) * Math.log(x) - x + Math.log(2 * Math.PI) / 2 + 1 / (12 * x) - 1 / (360 * x ** 3) + 1 / (1260 * x ** 5) - shift;
}

export function studentDensity(z, freedom) {
  return Math.exp(logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - Math.log(freedom * Math.PI) / 2 - (freedom + 1) / 2 * Math.log1p(z * z / freedom));
}

const freedoms = [1, 1.5, 2, 2.5, 3, 3.5, 4, 5, 6, 8, 10, 15, 20, 30, 50, 100];

/** Student's t with the location, scale and degrees of freedom that make the values most probable; each scale by expectation maximisation. */
export function fitStudent(values) {
  const { centre: start, spread } = robust(values);
  if (!(spread > 0)) return null;
  let best = null;
  for (const freedom of freedoms) {
    let [centre, variance] = [start, spread * spread * 0.7];
    for (let round = 0; round < 12; round++) {
      let [total, sum, squares] = [0, 0, 0];
      for (const value of values) {
        const weight = (freedom + 1) / (freedom + (value - centre) ** 2 / variance);
        total += weight;
        sum += weight * value;
        squares += weight * (value - centre) ** 2;
      }
      centre = sum / total;
      variance = squares / values.length;
    }
    const scale = Math.sqrt(variance);
    let likelihood = values.length * (logGamma((freedom + 1) / 2) - logGamma(freedom / 2) - Math.log(freedom * Math.PI) / 2 - Math.log(scale));
    for (const value of values) likelihood -= (freedom + 1) / 2 * Math.log1p((value - centre) ** 2 / variance / freedom);
    if (!best || likelihood > best.likelihood) best = { freedom, centre, scale, likelihood };
  }
  return best;
}

/** Correlation of a series with itself, lags 1 to so many. Values beyond five spreads count as five: one outlier must not decide it. */
export function autocorrelation(values, lags) {
  const { centre, spread } = robust(values);
  const limit = 5 * spread || Infinity;
  const kept = values.map(value => Math.max(-limit, Math.min(limit, value - centre)));
  const mean = kept.reduce((sum, value) => sum + value, 0) / kept.length;
  const centred = kept.map(value => value - mean);
  const power = centred.reduce((sum, value) => sum + value * value, 0);
  return Array.from({ length: lags }, (_, k) => {
    let sum = 0;
    for (let i = k + 1; i < centred.length; i++) sum += centred[i] * centred[i - k - 1];
    return power > 0 ? sum / power : 0;
  });
}

/** Overlapping Allan deviation over averages of m readings, m = 1, 2, 4 … while ten averages remain (IEEE 1139). */
export function allan(values, interval) {
  const sums = [0];
  for (const value of values) sums.push(sums.at(-1) + value);
  const points = [];
  for (let m = 1; values.length >= 6 * m; m = Math.max(m + 1, Math.round(m * 1.5))) {
    let total = 0;
    const pairs = values.length - 2 * m + 1;
    for (let i = 0; i < pairs; i++) total += ((sums[i + 2 * m] - 2 * sums[i + m] + sums[i]) / m) ** 2;
    points.push({ time: m * interval, deviation: Math.sqrt(total / 2 / pairs), pairs: pairs / m });
  }
  return points;
}

/** Robust spread over a sliding window, a point every so many values. */
export function rollingSpread(values, window, step) {
  const points = [];
  for (let end = window; end <= values.length; end += step) points.push({ at: end - 1, spread: robust(values.slice(end - window, end)).spread });
  return points;
}

/** The usual distance between two times. */
export function typicalInterval(times) {
  const steps = [];
  for (let i = 1; i < times.length; i++) steps.push(times[i] - times[i - 1]);
  return steps.length ? quantile(Float64Array.from(steps).sort(), 0.5) : NaN;
}
