import { absence, el, say, mark, resize, colour } from './dom.js';
import { append, axes, clipped, padded, Surface } from './chart.js';
import { eventList } from './eventlist.js';
import { clock, count, plusMinus } from './format.js';
import { emptyHistory, extend, within } from './history.js';

/** Mixtures: the regimes a group moves between, seen through any two of its channels. */
export function mixturesView(name) {
  const choices = el('nav', { class: 'choices', 'aria-label': 'Mixtures' });
  const items = [];
  const title = el('h1', {}, name ?? 'Mixtures');
  const lead = el('p', { class: 'lead' });
  const nothing = absence('No mixture is configured.');
  const plot = scatter();
  const timeline = regimeTimeline();
  const table = componentTable();
  const events = eventList(happened => happened.group === title.textContent, () => null);
  const root = el('div', { class: 'stack' }, el('div', { class: 'heading' }, el('div', {}, title, lead), el('span', { class: 'grow' }), choices), nothing.root,
    el('div', { class: 'columns' },
      el('div', { class: 'stack' }, el('section', { class: 'card', 'aria-label': 'Readings and regimes' }, plot.root),
        el('section', { class: 'card', 'aria-label': 'Regimes over time' }, el('h2', {}, 'Regimes over time'), timeline.root),
        el('section', { class: 'card', 'aria-label': 'Regimes' }, el('h2', {}, 'Regimes'), table.root)),
      events.root));
  let sentence = '';
  return {
    root, query: { view: 'mixtures', name: name ?? '' }, tab: 'mixtures', title: name ?? 'Mixtures',
    reset() {
      plot.reset();
      timeline.reset();
      events.reset();
      nothing.reset();
    },
    take({ mixtures, mixture, events: news }) {
      nothing.show(!mixture);
      root.lastChild.hidden = !mixture;
      resize(choices, items, mixtures.length, () => ({ root: el('a') }));
      mixtures.forEach((each, i) => {
        say(items[i].root, each.name);
        mark(items[i].root, 'href', '#/mixtures/' + encodeURIComponent(each.name));
        mark(items[i].root, 'aria-current', each.name === mixture?.name ? 'true' : null);
      });
      if (!mixture) return;
      say(title, mixture.name);
      const { components, regime, refits, frames } = mixture;
      sentence = components.length === 0 ? 'not fitted yet'
        : `${regime == null ? 'regime unknown' : `in regime ${regime}`} \u00b7 ${components.length} regimes \u00b7 ${count(refits)} refits \u00b7 ${count(frames)} frames`;
      say(lead, sentence);
      plot.take(mixture);
      mark(plot.canvas, 'aria-label', `Readings and regimes of ${mixture.name}: ${sentence}`);
      timeline.take(mixture);
      table.take(mixture);
      events.take(news);
    },
    summary: () => sentence,
  };
}

/** Half axes and direction of the ellipse of a 2 by 2 covariance, from its eigenvalues. */
export function ellipse(a, b, c) {
  const middle = (a + c) / 2;
  const reach = Math.hypot((a - c) / 2, b);
  return { major: Math.sqrt(Math.max(0, middle + reach)), minor: Math.sqrt(Math.max(0, middle - reach)), angle: Math.atan2(2 * b, a - c) / 2 };
}

function scatter() {
  let histories = [];
  let mixture = null;
  let pair = [0, 1];
  const surface = new Surface('Readings and regimes', draw);
  const [xChoice, yChoice] = [0, 1].map(axis => el('select', {
    onchange(event) {
      pair[axis] = Number(event.target.value);
      surface.request();
    },
  }));
  const tools = el('div', { class: 'tools' }, el('label', {}, 'Across ', xChoice), el('label', {}, 'Up ', yChoice), el('span', { class: 'muted' }, 'ellipses at 1 and 2 standard deviations'));
  const root = el('div', {}, tools, el('div', { class: 'plot square' }, surface.canvas));

  function draw(context, width, height) {
    if (!mixture || mixture.members.length < 2) return;
    const [i, j] = pair;
    const points = paired(histories[i], histories[j]);
    const reach = (d, sign) => mixture.components.map(part => part.mean[d] + sign * 2.2 * Math.sqrt(part.covariance[d * part.mean.length + d]));
    const span = d => {
      const [low, high] = within(points.map(point => point[d === i ? 0 : 1]), 0.002, 0.998);
      return points.length || mixture.components.length ? padded(Math.min(low, ...reach(d, -1)), Math.max(high, ...reach(d, 1))) : [0, 1];
    };
    const { x, y } = axes(context, width, height, span(i), span(j), { titles: [mixture.members[i].sensor.name, mixture.members[j].sensor.name] });
    clipped(context, x, y, () => {
      context.fillStyle = colour('muted');
      points.forEach(([across, up], k) => {
        context.globalAlpha = 0.15 + 0.5 * (k / points.length);
        context.beginPath();
        context.arc(x.at(across), y.at(up), 1.8, 0, 7);
        context.fill();
      });
      context.globalAlpha = 1;
      for (const part of mixture.components) component(context, x, y, part, i, j);
      if (points.length) {
        context.beginPath();
        context.arc(x.at(points.at(-1)[0]), y.at(points.at(-1)[1]), 4.5, 0, 7);
        context.fillStyle = colour('ink');
        context.fill();
      }
    });
  }

  function component(context, x, y, part, i, j) {
    const d = part.mean.length;
    const shape = ellipse(part.covariance[i * d + i], part.covariance[i * d + j], part.covariance[j * d + j]);
    const hue = colour('c' + (part.label % 8));
    for (const sigma of [1, 2]) {
      context.beginPath();
      for (let k = 0; k <= 72; k++) {
        const [u, v] = [sigma * shape.major * Math.cos(k * Math.PI / 36), sigma * shape.minor * Math.sin(k * Math.PI / 36)];
        const across = part.mean[i] + u * Math.cos(shape.angle) - v * Math.sin(shape.angle);
        const up = part.mean[j] + u * Math.sin(shape.angle) + v * Math.cos(shape.angle);
        context.lineTo(x.at(across), y.at(up));
      }
      context.strokeStyle = context.fillStyle = hue;
      context.globalAlpha = 0.1;
      context.fill();
      context.globalAlpha = 1;
      context.lineWidth = part.label === mixture.regime ? 2.4 : 1.2;
      context.setLineDash(sigma === 2 ? [5, 4] : []);
      context.stroke();
    }
    context.setLineDash([]);
    const text = String(part.label);
    context.font = `600 13px ${getComputedStyle(surface.canvas).fontFamily}`;
    context.textAlign = 'left';
    context.lineWidth = 4;
    context.strokeStyle = colour('surface');
    const toRight = Math.cos(shape.angle) < 0 ? -1 : 1;
    const tip = [part.mean[i] + 2 * toRight * shape.major * Math.cos(shape.angle), part.mean[j] + 2 * toRight * shape.major * Math.sin(shape.angle)];
    const [labelX, labelY] = [x.at(tip[0]) + 6, y.at(tip[1]) + 4];
    context.strokeText(text, labelX, labelY);
    context.fillStyle = hue;
    context.fillText(text, labelX, labelY);
  }

  function offer(names) {
    if (xChoice.children.length === names.length) return;
    pair = [0, Math.min(1, names.length - 1)];
    [xChoice, yChoice].forEach((choice, axis) => {
      choice.replaceChildren(...names.map((text, k) => el('option', { value: k }, text)));
      choice.value = pair[axis];
    });
  }

  return {
    root,
    canvas: surface.canvas,
    reset() {
      histories = [];
    },
    take(news) {
      mixture = news;
      offer(news.members.map(member => member.sensor.name));
      news.members.forEach(({ history }, k) => extend(histories[k] ??= emptyHistory(), history));
      surface.request();
    },
  };
}

/** Which regime the group was in, as a ribbon, and below it how badly each frame fitted the mixture. */
function regimeTimeline() {
  const empty = () => ({ time: [], regime: [], severity: [] });
  let past = empty();
  const surface = new Surface('Regimes over time', draw);
  const said = el('p', { class: 'note' });
  const root = el('div', {}, el('div', { class: 'plot low' }, surface.canvas), said);

  function spells() {
    const list = [];
    past.regime.forEach((regime, i) => {
      if (list.at(-1)?.regime === regime) list.at(-1).to = past.time[i];
      else {
        if (list.length) list.at(-1).to = past.time[i];
        list.push({ regime, from: past.time[i], to: past.time[i] });
      }
    });
    return list;
  }

  function draw(context, width, height) {
    if (past.time.length < 2) return;
    const ribbon = 30;
    const top = Math.max(4, Math.min(12, Math.max(...past.severity.map(severity => severity ?? 0))));
    context.save();
    context.translate(0, ribbon);
    const { x, y } = axes(context, width, height - ribbon, [past.time[0], past.time.at(-1)], [0, top], { kinds: ['time', 'odds'], isSmall: true });
    clipped(context, x, y, () => past.severity.forEach((severity, i) => {
      if (severity == null) return;
      context.fillStyle = colour('c' + (past.regime[i] % 8));
      context.fillRect(x.at(past.time[i]) - 0.75, Math.max(y.to, y.at(severity)), 1.5, y.from - Math.max(y.to, y.at(severity)));
    }));
    context.restore();
    context.textAlign = 'center';
    context.textBaseline = 'middle';
    context.font = `600 ${context.font}`;
    for (const { regime, from, to } of spells()) {
      const [left, right] = [x.at(from), x.at(to)];
      context.fillStyle = colour('c' + (regime % 8));
      context.fillRect(left, 4, Math.max(1, right - left - 1), ribbon - 8);
      context.fillStyle = colour('surface');
      if (right - left > 22) context.fillText(String(regime), (left + right) / 2, ribbon / 2 + 0.5);
    }
  }

  return {
    root,
    reset() {
      past = empty();
    },
    take({ regimes }) {
      append(past, regimes, Object.keys(past), 600);
      if (!past.time.length) return;
      const list = spells();
      const text = `${list.length === 1 ? 'One regime' : `${list.length - 1} changes`} since ${clock(past.time[0])}; regime ${list.at(-1).regime} since ${clock(list.at(-1).from)}. Below: how improbable each frame was under the mixture.`;
      say(said, text);
      mark(surface.canvas, 'aria-label', `Regimes over time. ${text}`);
      surface.request();
    },
  };
}

/** Readings of two sensors that belong together: for each of one, the latest of the other. */
function paired(one, other) {
  const points = [];
  let k = 0;
  for (let i = 0; one && other && i < one.time.length; i++) {
    while (k + 1 < other.time.length && other.time[k + 1] <= one.time[i]) k++;
    if (k < other.time.length && other.time[k] <= one.time[i]) points.push([one.value[i], other.value[k]]);
  }
  return points;
}

function componentTable() {
  const root = el('div', { class: 'regimes' });
  const blocks = [];
  return {
    root,
    take({ components, members, regime }) {
      const ordered = [...components].sort((a, b) => a.label - b.label);
      resize(root, blocks, ordered.length, () => {
        const [title, weight, bar, list, fill] = [el('b'), el('small', { class: 'muted' }), el('span', { class: 'weight', 'aria-hidden': 'true' }), el('dl', { class: 'means' }), el('i')];
        bar.append(fill);
        return { root: el('div', {}, el('div', {}, title), el('div', {}, bar, weight), list), title, weight, fill, list, cells: [] };
      });
      ordered.forEach((part, i) => {
        const block = blocks[i];
        block.root.style.color = '';
        say(block.title, `Regime ${part.label}${part.label === regime ? ' (now)' : ''}`);
        block.title.style.color = block.fill.style.background = `var(--c${part.label % 8})`;
        block.fill.style.width = `${(100 * part.weight).toFixed(1)}%`;
        say(block.weight, `${(100 * part.weight).toFixed(0)} %`);
        resize(block.list, block.cells, part.mean.length, () => {
          const [dt, dd] = [el('dt'), el('dd')];
          return { root: el('div', {}, dt, dd), dt, dd };
        });
        part.mean.forEach((mean, d) => {
          say(block.cells[d].dt, members[d]?.sensor.name ?? '');
          const spread = Math.sqrt(part.covariance[d * part.mean.length + d]);
          say(block.cells[d].dd, plusMinus(mean, spread));
        });
      });
    },
  };
}

