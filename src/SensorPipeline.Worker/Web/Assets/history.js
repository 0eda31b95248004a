import { el, say, mark, colour } from './dom.js';
import { append, axes, band, clipped, gapOf, line, padded, Surface, triangle } from './chart.js';
import { clock, number, decimals } from './format.js';

const kept = 600;
const columns = ['time', 'value', 'mean', 'standardDeviation', 'severity'];

export const emptyHistory = () => ({ time: [], value: [], mean: [], standardDeviation: [], severity: [], flagged: [] });

/** Adds what is new to a history; flags are kept as a column of their own. */
export function extend(history, news) {
  const flags = new Array(news.time.length).fill(false);
  for (const at of news.flagged ?? []) flags[at] = true;
  append(history, { ...news, flagged: flags }, [...columns, 'flagged'], kept);
}

export function within(values, low = 0, high = 1) {
  const sorted = values.filter(value => value != null).sort((a, b) => a - b);
  return sorted.length ? [sorted[Math.floor((sorted.length - 1) * low)], sorted[Math.ceil((sorted.length - 1) * high)]] : [0, 1];
}

/** A sensor's readings, what was expected of each, and those that were flagged. */
export function historyChart() {
  let history = emptyHistory();
  let reach = { below: 3, above: 3 };
  let chosen = -1;
  let threshold = null;
  let scale = null;
  const surface = new Surface('Readings over time', draw);
  const { canvas } = surface;
  canvas.tabIndex = 0;
  const readout = el('p', { class: 'note', 'aria-live': 'polite' });
  const ringKey = el('li', { hidden: true }, el('span', { class: 'ring' }), 'by the other budget');
  const key = el('ul', { class: 'key' },
    el('li', {}, swatch('ink'), 'reading'), el('li', {}, swatch('accent'), 'expected mean'),
    el('li', {}, el('span', { class: 'area' }), 'expected range'), el('li', {}, el('span', { class: 'mark' }), 'flagged'), ringKey);
  const root = el('div', {}, el('div', { class: 'plot' }, canvas), key, readout);

  function draw(context, width, height) {
    const { time, value, mean, standardDeviation, flagged } = history;
    if (time.length < 2) return;
    const below = i => reach.below * (standardDeviation[i] ?? NaN);
    const above = i => reach.above * (standardDeviation[i] ?? NaN);
    const edges = mean.flatMap((m, i) => (m == null || standardDeviation[i] == null ? [] : [m - below(i), m + above(i)]));
    const [bandLow, bandHigh] = within(edges.length ? edges : value, 0.04, 0.96);
    const [low, high] = within(value);
    const { x, y } = scale = axes(context, width, height, [time[0], time.at(-1)], padded(Math.min(low, bandLow), Math.max(high, bandHigh)), { kinds: ['time', 'number'] });
    const gap = gapOf(time);
    clipped(context, x, y, () => {
      context.fillStyle = colour('band');
      band(context, time, mean, below, above, x, y, gap);
      context.strokeStyle = colour('accent');
      context.lineWidth = 1.5;
      line(context, time, mean, x, y, gap);
      context.strokeStyle = colour('ink');
      context.globalAlpha = 0.8;
      context.lineWidth = 1;
      line(context, time, value, x, y, gap);
      context.globalAlpha = 1;
    });
    context.fillStyle = colour('flag');
    flagged.forEach((isFlagged, i) => {
      if (!isFlagged) return;
      triangle(context, x.at(time[i]), y.at(value[i]), 4.5, mean[i] == null || value[i] >= mean[i]);
      context.fill();
    });
    if (threshold !== null) {
      // What another budget would have flagged stands in a ring.
      context.strokeStyle = colour('ink');
      context.lineWidth = 1.25;
      history.severity.forEach((severity, i) => {
        if (!(severity > threshold)) return;
        context.beginPath();
        context.arc(x.at(time[i]), y.at(value[i]), 7.5, 0, 7);
        context.stroke();
      });
    }
    if (chosen >= 0 && chosen < time.length) cross(context, x, y, chosen);
  }

  function cross(context, x, y, i) {
    context.strokeStyle = colour('muted');
    context.lineWidth = 1;
    context.beginPath();
    context.moveTo(x.at(history.time[i]), y.from);
    context.lineTo(x.at(history.time[i]), y.to);
    context.stroke();
    context.beginPath();
    context.arc(x.at(history.time[i]), y.at(history.value[i]), 4, 0, 7);
    context.fillStyle = colour('surface');
    context.fill();
    context.strokeStyle = colour('ink');
    context.stroke();
  }

  function choose(i) {
    chosen = i;
    surface.request();
    if (i < 0 || i >= history.time.length) {
      say(readout, '');
      return;
    }
    const spread = history.standardDeviation[i];
    const places = decimals(spread);
    const expected = history.mean[i] == null ? 'nothing expected yet' : `expected ${number(history.mean[i], places)} \u00b1 ${number(spread, places)}`;
    say(readout, `${clock(history.time[i], true)}: ${number(history.value[i], places)}, ${expected}${history.flagged[i] ? ', flagged' : ''}`);
  }

  canvas.addEventListener('pointermove', event => {
    if (!scale) return;
    const at = scale.x.back(event.clientX - canvas.getBoundingClientRect().left);
    choose(nearest(history.time, at));
  });
  canvas.addEventListener('pointerleave', () => choose(-1));
  canvas.addEventListener('blur', () => choose(-1));
  canvas.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1, PageUp: 20, PageDown: -20 }[event.key];
    if (!step) return;
    event.preventDefault();
    choose(Math.min(history.time.length - 1, Math.max(0, (chosen < 0 ? history.time.length : chosen) + step)));
  });
  return {
    root,
    canvas,
    reset() {
      history = emptyHistory();
    },
    take(news, summary) {
      const moved = Math.max(0, history.time.length + news.time.length - kept);
      extend(history, news);
      if (chosen >= 0) chosen = Math.max(0, chosen - moved);
      const { lower, upper, mean, standardDeviation } = summary;
      if (standardDeviation > 0 && lower != null && upper != null) {
        reach = { below: Math.max(0.5, (mean - lower) / standardDeviation), above: Math.max(0.5, (upper - mean) / standardDeviation) };
      }
      surface.request();
    },
    ring(limit) {
      if (threshold === limit) return;
      threshold = limit;
      mark(ringKey, 'hidden', limit === null);
      surface.request();
    },
    get history() {
      return history;
    },
  };
}

function swatch(name) {
  const line = el('span', { class: 'line' });
  line.style.borderColor = `var(--${name})`;
  return line;
}

function nearest(times, at) {
  let [low, high] = [0, times.length - 1];
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (times[middle] < at) low = middle;
    else high = middle;
  }
  return high >= 0 && Math.abs(times[low] - at) < Math.abs(times[high] - at) ? low : high;
}

