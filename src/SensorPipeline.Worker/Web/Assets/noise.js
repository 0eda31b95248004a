import { el, colour } from './dom.js';
import { axes, clipped, padded, stroke } from './chart.js';
import { number, decimals, duration, span } from './format.js';
import { keyLine, panel } from './panel.js';
import { allan, autocorrelation, fitStudent, normalDensity, normalQuantile, quantile, robust, rollingSpread, studentDensity, typicalInterval } from './statistics.js';

// Fewer readings than this say nothing of a distribution; more often than this nobody can follow.
const fewest = 48;
const readable = 900;

/** What a sensor's noise looks like: plots of the readings less what was expected of them, each with a sentence that says the same. */
export function noisePanels() {
  const panels = [distribution(), quantiles(), spreadOverTime(), correlation(), allanPlot()];
  let drawnAt = -Infinity;
  return {
    roots: panels.map(panel => panel.root),
    reset() {
      drawnAt = -Infinity;
    },
    take(history) {
      if (performance.now() - drawnAt < readable) return;
      const residuals = [];
      const times = [];
      history.value.forEach((value, i) => {
        if (history.mean[i] == null) return;
        residuals.push(value - history.mean[i]);
        times.push(history.time[i]);
      });
      if (residuals.length < fewest) return;
      drawnAt = performance.now();
      const sample = { residuals, times, history, ...robust(residuals), interval: typicalInterval(times) / 1000 };
      for (const panel of panels) panel.take(sample);
    },
  };
}

function distribution() {
  const own = panel('Distribution of the noise', (context, width, height, { bins, low, high, top, bell, tail }) => {
    const { x, y } = axes(context, width, height, [low, high], [0, top], { isSmall: true });
    clipped(context, x, y, () => {
      context.fillStyle = colour('bar');
      const step = (high - low) / bins.length;
      bins.forEach((share, i) => context.fillRect(x.at(low + i * step) + 0.5, y.at(share), x.at(step) - x.at(0) - 1, y.at(0) - y.at(share)));
      curve(context, x, y, bell, 'ink', 1.5, [5, 4]);
      if (tail) curve(context, x, y, tail, 'accent', 2, []);
    });
  });
  own.root.append(el('ul', { class: 'key' }, keyLine('ink', 'dashed', 'bell curve'), keyLine('accent', 'solid', 'Student\u2019s t')));
  return {
    root: own.root,
    take({ residuals, sorted, centre, spread }) {
      if (!(spread > 0)) {
        own.say('Most readings are as expected to the last digit.');
        return;
      }
      const student = fitStudent(residuals);
      const reach = Math.max(4 * spread, Math.min(8 * spread, Math.abs(quantile(sorted, 0.995) - centre), Math.abs(quantile(sorted, 0.005) - centre)));
      const [low, high] = [centre - reach, centre + reach];
      const bins = histogram(sorted, low, high);
      const bell = value => normalDensity((value - centre) / spread) / spread;
      const tail = student && (value => studentDensity((value - student.centre) / student.scale, student.freedom) / student.scale);
      const far = residuals.filter(value => Math.abs(value - centre) > 3 * spread).length;
      const expected = 0.0027 * residuals.length;
      const kind = !student || student.freedom >= 30 ? 'Close to a bell curve' : `Tails like Student\u2019s t with ${student.freedom} degrees of freedom`;
      own.show({ bins, low, high, top: 1.1 * Math.max(...bins, bell(centre), tail?.(student.centre) ?? 0), bell, tail },
        `${kind}, spread ${number(spread, decimals(spread))}. ${far} of ${residuals.length} readings lie beyond three spreads; a bell curve has ${number(expected, 1)}.`);
    },
  };
}

/** Shares a unit of length. Bins are as wide as Freedman and Diaconis advise, within what can be seen. */
function histogram(sorted, low, high) {
  const width = 2 * (quantile(sorted, 0.75) - quantile(sorted, 0.25)) / Math.cbrt(sorted.length);
  const bins = new Array(Math.round(Math.min(61, Math.max(15, (high - low) / width || 31)))).fill(0);
  const step = (high - low) / bins.length;
  for (const value of sorted) {
    const at = Math.floor((value - low) / step);
    if (at >= 0 && at < bins.length) bins[at] += 1 / sorted.length / step;
  }
  return bins;
}

function quantiles() {
  const own = panel('Normal quantiles', (context, width, height, { points, line, band, reach, low, high }) => {
    const { x, y } = axes(context, width, height, [-reach, reach], padded(low, high), { isSmall: true, titles: ['standard deviations of a bell curve'] });
    clipped(context, x, y, () => {
      context.fillStyle = colour('band');
      context.beginPath();
      band.forEach(([z, low]) => context.lineTo(x.at(z), y.at(low)));
      band.toReversed().forEach(([z, , high]) => context.lineTo(x.at(z), y.at(high)));
      context.fill();
      context.strokeStyle = colour('accent');
      context.lineWidth = 1.5;
      stroke(context, x.at(-reach), y.at(line(-reach)), x.at(reach), y.at(line(reach)));
      for (const [z, value, isBeyond] of points) {
        context.fillStyle = colour(isBeyond ? 'flag' : 'ink');
        context.beginPath();
        context.arc(x.at(z), y.at(value), isBeyond ? 2.4 : 1.5, 0, 7);
        context.fill();
      }
    });
  });
  return {
    root: own.root,
    take({ sorted, centre, spread }) {
      const count = sorted.length;
      const line = z => centre + spread * z;
      // Pointwise 95 % of an order statistic of normal readings: its standard error is s √(p(1−p)/n) / φ(z).
      const edge = (z, p) => 1.96 * spread * Math.sqrt(p * (1 - p) / count) / normalDensity(z);
      const points = Array.from(sorted, (value, i) => {
        const p = (i + 0.5) / count;
        const z = normalQuantile(p);
        return [z, value, Math.abs(value - line(z)) > edge(z, p)];
      });
      const reach = normalQuantile(1 - 0.5 / count) * 1.08;
      const band = points.filter((_, i) => i % 8 === 0 || i === count - 1).map(([z], k, all) => {
        const p = (k === all.length - 1 ? count - 0.5 : k * 8 + 0.5) / count;
        return [z, line(z) - edge(z, p), line(z) + edge(z, p)];
      });
      const beyond = points.filter(point => point[2]).length;
      own.show({ points, line, band, reach, low: Math.min(sorted[0], line(-reach)), high: Math.max(sorted.at(-1), line(reach)) },
        beyond <= 0.08 * count ? 'The readings follow the line of a bell curve, within its 95 % band.'
          : `${Math.round(100 * beyond / count)} % of the readings leave the 95 % band about the line of a bell curve.`);
    },
  };
}

function spreadOverTime() {
  const own = panel('Noise over time', (context, width, height, { spreads, claimed, from, to, low, high }) => {
    const { x, y } = axes(context, width, height, [from, to], [low, high], { kinds: ['time', 'log'], isSmall: true });
    clipped(context, x, y, () => {
      path(context, x, y, claimed, 'accent', 1.5);
      path(context, x, y, spreads, 'ink', 1.5);
    });
  });
  own.root.append(el('ul', { class: 'key' }, keyLine('ink', 'solid', 'as it was'), keyLine('accent', 'solid', 'as it was expected')));
  return {
    root: own.root,
    take({ residuals, times, history }) {
      const window = Math.min(60, Math.floor(residuals.length / 3));
      const spreads = rollingSpread(residuals, window, Math.max(1, Math.floor(window / 6))).filter(point => point.spread > 0).map(({ at, spread }) => [times[at], Math.log10(spread)]);
      if (spreads.length < 2) {
        own.say('The readings repeat: there is no noise to see.');
        return;
      }
      const claimed = history.standardDeviation.flatMap((deviation, i) => (deviation > 0 ? [[history.time[i], Math.log10(deviation)]] : []));
      const inside = claimed.filter(([time]) => time >= spreads[0][0]);
      const levels = [...spreads, ...inside].map(point => point[1]);
      const [first, last] = [10 ** spreads[0][1], 10 ** spreads.at(-1)[1]];
      const change = last > 1.5 * first ? 'It has grown' : last < first / 1.5 ? 'It has shrunk' : 'It has stayed about the same';
      own.show({ spreads, claimed, from: spreads[0][0], to: spreads.at(-1)[0], low: Math.min(...levels) - 0.15, high: Math.max(...levels) + 0.15 },
        `Spread of ${window} readings at a time, now ${number(last, decimals(last))}. ${change} since ${duration(times.at(-1) - spreads[0][0])} ago.`);
    },
  };
}

function correlation() {
  const own = panel('Autocorrelation of the noise', (context, width, height, { values, band, low, high }) => {
    const { x, y } = axes(context, width, height, [0.25, values.length + 0.75], [low, high], { isSmall: true, titles: ['readings apart'] });
    clipped(context, x, y, () => {
      context.fillStyle = colour('band');
      context.fillRect(x.from, y.at(band), x.to - x.from, y.at(-band) - y.at(band));
      context.strokeStyle = colour('muted');
      stroke(context, x.from, y.at(0), x.to, y.at(0));
      values.forEach((value, i) => {
        context.fillStyle = colour(Math.abs(value) > band ? 'ink' : 'bar');
        context.fillRect(x.at(i + 1) - 2, Math.min(y.at(0), y.at(value)), 4, Math.abs(y.at(value) - y.at(0)));
      });
    });
  });
  return {
    root: own.root,
    take({ residuals }) {
      const values = autocorrelation(residuals, Math.min(40, Math.floor(residuals.length / 4)));
      const band = 1.96 / Math.sqrt(residuals.length);
      const outside = values.filter(value => Math.abs(value) > band).length;
      own.show({ values, band, low: Math.min(-0.25, ...values) - 0.05, high: Math.max(0.25, ...values) + 0.05 },
        `${number(values[0], 2)} from one reading to the next. ${outside} of ${values.length} lags leave the 95 % band of independent noise; ${number(0.05 * values.length, 0)} would by chance.`);
    },
  };
}

function allanPlot() {
  const own = panel('Allan deviation of the readings', (context, width, height, { points, x: across, y: up }) => {
    const { x, y } = axes(context, width, height, across, up, { kinds: ['log', 'log'], isSmall: true, titles: ['seconds of averaging'] });
    clipped(context, x, y, () => {
      // White noise falls by half a decade a decade: the line to compare with.
      context.strokeStyle = colour('accent');
      context.setLineDash([5, 4]);
      stroke(context, x.at(points[0].at), y.at(points[0].level), x.at(points[0].at + 4), y.at(points[0].level - 2));
      context.setLineDash([]);
      context.fillStyle = colour('band-strong');
      context.beginPath();
      points.forEach(point => context.lineTo(x.at(point.at), y.at(point.level + point.error)));
      points.toReversed().forEach(point => context.lineTo(x.at(point.at), y.at(point.level - point.error)));
      context.fill();
      path(context, x, y, points.map(point => [point.at, point.level]), 'ink', 1.5);
      context.fillStyle = colour('ink');
      for (const point of points) {
        context.beginPath();
        context.arc(x.at(point.at), y.at(point.level), 2.2, 0, 7);
        context.fill();
      }
    });
  });
  own.root.append(el('ul', { class: 'key' }, keyLine('accent', 'dashed', 'as white noise would fall')));
  return {
    root: own.root,
    take({ history, interval }) {
      const points = allan(history.value, interval).filter(point => point.deviation > 0)
        .map(point => ({ at: Math.log10(point.time), level: Math.log10(point.deviation), error: 0.434 / Math.sqrt(Math.max(1, point.pairs)) }));
      if (points.length < 3) {
        own.say('The readings repeat: there is nothing to average.');
        return;
      }
      const lowest = points.reduce((best, point) => (point.level < best.level ? point : best));
      const ends = lowest === points.at(-1);
      const levels = points.flatMap(point => [point.level - Math.min(point.error, 0.3), point.level + Math.min(point.error, 0.3)]);
      own.show({ points, x: [points[0].at - 0.08, points.at(-1).at + 0.08], y: [Math.min(...levels) - 0.1, Math.max(...levels) + 0.1] },
        ends ? 'Averaging longer still helps, as far as these readings reach.'
          : `Averaging helps up to ${span(10 ** lowest.at)} and brings ${number(10 ** lowest.level, decimals(10 ** lowest.level))}; beyond that the level itself moves.`);
    },
  };
}

function curve(context, x, y, density, name, width, dash) {
  context.strokeStyle = colour(name);
  context.lineWidth = width;
  context.setLineDash(dash);
  context.beginPath();
  for (let pixel = x.from; pixel <= x.to; pixel += 2) context.lineTo(pixel, y.at(density(x.back(pixel))));
  context.stroke();
  context.setLineDash([]);
}

function path(context, x, y, points, name, width) {
  context.strokeStyle = colour(name);
  context.lineWidth = width;
  context.beginPath();
  for (const [across, up] of points) context.lineTo(x.at(across), y.at(up));
  context.stroke();
}
