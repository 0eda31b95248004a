import { colour } from './dom.js';
import { clock, number } from './format.js';

const margin = { left: 58, right: 14, top: 12, bottom: 26 };
const tight = { left: 58, right: 8, top: 8, bottom: 22 };

/** Round steps of 1, 2 or 5 that divide a span into about so many parts. */
export function ticks(low, high, parts) {
  const raw = (high - low) / Math.max(1, parts);
  const base = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map(k => k * base).find(candidate => candidate >= raw) ?? raw;
  const list = [];
  for (let k = Math.ceil(low / step); k * step <= high + step * 1e-9 && list.length < 50; k++) list.push(k * step);
  return { step, list };
}

const timeSteps = [1, 2, 5, 10, 20, 50, 100, 200, 500, 1e3, 2e3, 5e3, 1e4, 15e3, 3e4, 6e4, 12e4, 3e5, 6e5, 9e5, 18e5, 36e5, 72e5, 216e5, 432e5, 864e5, 1728e5, 6048e5];

function timeTicks(low, high, parts) {
  const raw = (high - low) / Math.max(1, parts);
  const step = timeSteps.find(candidate => candidate >= raw) ?? timeSteps.at(-1) * Math.ceil(raw / timeSteps.at(-1));
  const offset = new Date(low).getTimezoneOffset() * 6e4;
  const list = [];
  for (let t = Math.ceil((low - offset) / step) * step + offset; t <= high; t += step) list.push(t);
  return { step, list };
}

/** A canvas that is as sharp as the screen and redraws when its size or the theme changes. */
export class Surface {
  constructor(label, draw) {
    this.canvas = document.createElement('canvas');
    this.canvas.setAttribute('role', 'img');
    this.canvas.setAttribute('aria-label', label);
    this.context = this.canvas.getContext('2d');
    this.onDraw = draw;
    new ResizeObserver(() => this.draw()).observe(this.canvas);
    addEventListener('themechange', () => this.canvas.isConnected && this.draw());
  }

  /** Draws soon, once, however often it is asked for. */
  request() {
    this.pending ??= requestAnimationFrame(() => {
      this.pending = null;
      this.draw();
    });
  }

  draw() {
    const { canvas, context } = this;
    const ratio = devicePixelRatio || 1;
    const [width, height] = [canvas.clientWidth, canvas.clientHeight];
    if (!width || !height) return;
    if (canvas.width !== Math.round(width * ratio) || canvas.height !== Math.round(height * ratio)) {
      canvas.width = Math.round(width * ratio);
      canvas.height = Math.round(height * ratio);
    }
    context.setTransform(ratio, 0, 0, ratio, 0, 0);
    context.clearRect(0, 0, width, height);
    context.font = `12px ${getComputedStyle(canvas).fontFamily}`;
    this.onDraw(context, width, height);
  }
}

/** Maps data to pixels inside the margins. */
export class Scale {
  constructor(low, high, from, to) {
    Object.assign(this, { low, high, from, to });
    this.factor = (to - from) / (high - low || 1);
  }

  at(value) {
    return this.from + (value - this.low) * this.factor;
  }

  back(pixel) {
    return this.low + (pixel - this.from) / this.factor;
  }
}

export function padded(low, high) {
  const pad = (high - low) * 0.06 || Math.abs(high) * 0.01 || 1;
  return [low - pad, high + pad];
}

/** Marks of a logarithmic axis, whose scale counts decades: 1, 2 and 5 of each while there is room, and else the decades alone. */
function decadeTicks(low, high, parts) {
  const list = [];
  const steps = (high - low) * 3 <= parts ? [1, 2, 5] : [1];
  const every = Math.max(1, Math.ceil((high - low) / Math.max(1, parts)));
  for (let decade = Math.floor(low); decade <= high; decade++) {
    if (decade % every !== 0) continue;
    for (const step of steps) {
      const at = decade + Math.log10(step);
      if (at >= low && at <= high) list.push(at);
    }
  }
  return { step: 1, list };
}

const decadeText = at => {
  const value = 10 ** at;
  return value >= 1e6 || value < 1e-4 ? value.toExponential(0).replace('+', '').replace('-', '\u2212') : String(Number(value.toPrecision(2)));
};

const oddsText = at => (at === 0 ? 'certain' : Number.isInteger(at) ? `1 in 10${[...String(at)].map(digit => '\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079'[digit]).join('')}` : '');

/** Axes with quiet grid lines; returns both scales. Kinds: 'time', 'log' (the range is in decades), 'odds' (it is −log10 of a probability), 'none', or 'number'. Small plots have smaller margins. */
export function axes(context, width, height, [xLow, xHigh], [yLow, yHigh], { kinds = ['number', 'number'], titles = [], isSmall = false } = {}) {
  const edge = isSmall ? tight : margin;
  const x = new Scale(xLow, xHigh, edge.left, width - edge.right);
  const y = new Scale(yLow, yHigh, height - edge.bottom - (titles[0] ? 15 : 0), edge.top);
  context.lineWidth = 1;
  context.strokeStyle = colour('line');
  context.fillStyle = colour('muted');
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const down = (y.from - y.to) / (isSmall ? 34 : 46);
  const rows = kinds[1] === 'none' ? { step: 1, list: [] } : kinds[1] === 'log' ? decadeTicks(yLow, yHigh, down) : ticks(yLow, yHigh, down);
  const places = Math.max(0, -Math.floor(Math.log10(rows.step) + 1e-9));
  for (const value of rows.list) {
    const at = Math.round(y.at(value)) + 0.5;
    stroke(context, x.from, at, x.to, at);
    context.fillText(kinds[1] === 'log' ? decadeText(value) : kinds[1] === 'odds' ? oddsText(value) : number(value, places), x.from - 8, at);
  }
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  const across = (x.to - x.from) / (kinds[0] === 'time' ? 110 : isSmall ? 56 : 80);
  const columns = kinds[0] === 'time' ? timeTicks(xLow, xHigh, across) : kinds[0] === 'log' ? decadeTicks(xLow, xHigh, across) : ticks(xLow, xHigh, across);
  const xPlaces = Math.max(0, -Math.floor(Math.log10(columns.step) + 1e-9));
  for (const value of columns.list) {
    const text = kinds[0] === 'time' ? clock(value, columns.step < 1000) : kinds[0] === 'log' ? decadeText(value) : number(value, xPlaces);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(x.to - half + edge.right, Math.max(x.from + half - 8, x.at(value))), y.from + 17);
    const at = Math.round(x.at(value)) + 0.5;
    stroke(context, at, y.from, at, kinds[0] === 'time' ? y.from + 4 : y.to);
  }
  if (titles[0]) context.fillText(titles[0], (x.from + x.to) / 2, height - 4);
  if (titles[1]) {
    context.textAlign = 'left';
    context.fillText(titles[1], x.from + 6, y.to + 10);
  }
  return { x, y };
}

export function stroke(context, fromX, fromY, toX, toY) {
  context.beginPath();
  context.moveTo(fromX, fromY);
  context.lineTo(toX, toY);
  context.stroke();
}

/** Draws inside the axes only. */
export function clipped(context, x, y, draw) {
  context.save();
  context.beginPath();
  context.rect(x.from, y.to, x.to - x.from, y.from - y.to);
  context.clip();
  draw();
  context.restore();
}

/** A line through points; a missing value or a long silence breaks it. */
export function line(context, times, values, x, y, gap) {
  context.beginPath();
  let previous = null;
  for (let i = 0; i < times.length; i++) {
    if (values[i] == null) {
      previous = null;
      continue;
    }
    if (previous === null || times[i] - previous > gap) context.moveTo(x.at(times[i]), y.at(values[i]));
    else context.lineTo(x.at(times[i]), y.at(values[i]));
    previous = times[i];
  }
  context.stroke();
}

/** The area between a mean and so many deviations on both sides. */
export function band(context, times, means, below, above, x, y, gap) {
  let start = 0;
  const flush = end => {
    if (end - start > 1) {
      context.beginPath();
      for (let i = start; i < end; i++) context.lineTo(x.at(times[i]), y.at(means[i] + above(i)));
      for (let i = end - 1; i >= start; i--) context.lineTo(x.at(times[i]), y.at(means[i] - below(i)));
      context.closePath();
      context.fill();
    }
  };
  for (let i = 0; i < times.length; i++) {
    const isBroken = means[i] == null || !Number.isFinite(above(i)) || !Number.isFinite(below(i));
    if (isBroken || (i > start && times[i] - times[i - 1] > gap)) {
      flush(i);
      start = isBroken ? i + 1 : i;
    }
  }
  flush(times.length);
}

export function triangle(context, x, y, size, isUp = true) {
  const s = isUp ? size : -size;
  context.beginPath();
  context.moveTo(x, y - s);
  context.lineTo(x + size, y + s * 0.8);
  context.lineTo(x - size, y + s * 0.8);
  context.closePath();
}

/** Silences longer than this many typical intervals are drawn as gaps. */
export function gapOf(times) {
  if (times.length < 3) return Infinity;
  const steps = [];
  for (let i = Math.max(1, times.length - 200); i < times.length; i++) steps.push(times[i] - times[i - 1]);
  steps.sort((a, b) => a - b);
  return Math.max(1, steps[steps.length >> 1]) * 8;
}

/** The latest part of a history that fits into a plot, column by column. */
export function append(history, news, columns, limit) {
  for (const column of columns) {
    history[column].push(...news[column]);
    if (history[column].length > limit) history[column].splice(0, history[column].length - limit);
  }
}
