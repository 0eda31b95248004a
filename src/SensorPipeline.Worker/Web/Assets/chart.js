import { colour } from './dom.js';
import { clock, number } from './format.js';

const margin = { left: 58, right: 14, top: 12, bottom: 26 };

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

/** Axes with quiet grid lines; returns both scales. */
export function axes(context, width, height, [xLow, xHigh], [yLow, yHigh], isTime, titles = []) {
  const x = new Scale(xLow, xHigh, margin.left, width - margin.right);
  const y = new Scale(yLow, yHigh, height - margin.bottom - (titles[0] ? 16 : 0), margin.top);
  context.lineWidth = 1;
  context.strokeStyle = colour('line');
  context.fillStyle = colour('muted');
  context.textBaseline = 'middle';
  context.textAlign = 'right';
  const rows = ticks(yLow, yHigh, (y.from - y.to) / 46);
  const places = Math.max(0, -Math.floor(Math.log10(rows.step) + 1e-9));
  for (const value of rows.list) {
    const at = Math.round(y.at(value)) + 0.5;
    context.beginPath();
    context.moveTo(x.from, at);
    context.lineTo(x.to, at);
    context.stroke();
    context.fillText(number(value, places), x.from - 8, at);
  }
  context.textAlign = 'center';
  context.textBaseline = 'alphabetic';
  const columns = isTime ? timeTicks(xLow, xHigh, (x.to - x.from) / 110) : ticks(xLow, xHigh, (x.to - x.from) / 80);
  const xPlaces = isTime ? 0 : Math.max(0, -Math.floor(Math.log10(columns.step) + 1e-9));
  for (const value of columns.list) {
    const text = isTime ? clock(value, columns.step < 1000) : number(value, xPlaces);
    const half = context.measureText(text).width / 2;
    context.fillText(text, Math.min(x.to - half + margin.right, Math.max(x.from + half - 8, x.at(value))), y.from + 18);
    context.beginPath();
    context.moveTo(Math.round(x.at(value)) + 0.5, y.from);
    context.lineTo(Math.round(x.at(value)) + 0.5, isTime ? y.from + 4 : y.to);
    context.stroke();
  }
  if (titles[0]) context.fillText(titles[0], (x.from + x.to) / 2, height - 6);
  if (titles[1]) {
    context.textAlign = 'left';
    context.fillText(titles[1], x.from + 6, y.to + 10);
  }
  return { x, y };
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

export { margin };
