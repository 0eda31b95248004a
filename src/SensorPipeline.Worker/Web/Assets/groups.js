import { absence, el, say, mark, resize, glyph, colour } from './dom.js';
import { axes, band, clipped, gapOf, line, padded, Surface, triangle, append } from './chart.js';
import { decimals, number, plusMinus, stateWords } from './format.js';
import { eventList } from './eventlist.js';
import { emptyHistory, extend, within } from './history.js';
import { keyLine, panel } from './panel.js';

const statusWords = { unavailable: 'no estimate yet', consistent: 'members agree', inconsistent: 'members disagree' };
const partWords = { unknown: 'learning', fused: 'counts', gated: 'left out', moving: 'offset moves', absent: 'no news' };
const kept = 600;

/** Groups that measure one quantity: each member, what they say together, and whether they may be believed. */
export function groupsView(name) {
  const choices = el('nav', { class: 'choices', 'aria-label': 'Groups' });
  const items = [];
  const title = el('h1', {}, name ?? 'Groups');
  const lead = el('p', { class: 'lead' });
  const nothing = absence('No group is configured.');
  const chart = fusionChart();
  const agreement = agreementPanel();
  const innovation = innovationPanel();
  const weights = weightsPanel();
  const table = memberTable();
  const events = eventList(happened => happened.group === title.textContent, happened => happened.sensor);
  const body = el('div', { class: 'stack' },
    el('div', { class: 'columns' },
      el('div', { class: 'stack' }, el('section', { class: 'card', 'aria-label': 'Together' }, chart.root), el('section', { class: 'card', 'aria-label': 'Members' }, table.root)),
      events.root),
    el('div', { class: 'panels' }, agreement.root, innovation.root, weights.root));
  const root = el('div', { class: 'stack' }, el('div', { class: 'heading' }, el('div', {}, title, lead), el('span', { class: 'grow' }), choices), nothing.root, body);
  let sentence = '';
  return {
    root, query: { view: 'groups', name: name ?? '' }, tab: 'groups', title: name ?? 'Groups',
    reset() {
      chart.reset();
      events.reset();
      nothing.reset();
    },
    take({ groups, group, events: news }) {
      nothing.show(!group);
      body.hidden = !group;
      resize(choices, items, groups.length, () => ({ root: el('a') }));
      groups.forEach((each, i) => {
        say(items[i].root, each.name);
        mark(items[i].root, 'href', '#/groups/' + encodeURIComponent(each.name));
        mark(items[i].root, 'aria-current', each.name === group?.group.name ? 'true' : null);
      });
      if (!group) return;
      const { mean, standardDeviation, status, used, gated, size } = group.group;
      say(title, group.group.name);
      events.take(news);
      sentence = `${plusMinus(mean, standardDeviation)} \u00b7 ${statusWords[status]} \u00b7 ${used ?? 0} of ${size} used${gated ? `, ${gated} left out` : ''}`;
      say(lead, sentence);
      chart.take(group);
      mark(chart.canvas, 'aria-label', `Fused estimate and its members: ${sentence}`);
      table.take(group);
      agreement.take(chart.past, group);
      innovation.take(chart.past);
      weights.take(group);
    },
    summary: () => sentence,
  };
}

function fusionChart() {
  const empty = () => ({ time: [], mean: [], standardDeviation: [], chiSquare: [], innovation: [], members: [] });
  let past = empty();
  let members = new Map();
  const surface = new Surface('Fused estimate and its members', draw);
  const fused = el('span', { class: 'line' });
  fused.style.borderColor = 'var(--ink)';
  fused.style.borderTopWidth = '3px';
  const key = el('ul', { class: 'key' }, el('li', {}, fused, 'together'), el('li', {}, el('span', { class: 'area' }), '\u00b1 2 standard deviations of the estimate'),
    el('li', {}, 'thin lines: members, coloured as in the table'));
  const root = el('div', {}, el('div', { class: 'plot' }, surface.canvas), key);

  function draw(context, width, height) {
    const { time, mean, standardDeviation } = past;
    const all = [...members.values()];
    const starts = [time[0], ...all.map(member => member.time[0])].filter(t => t != null);
    const ends = [time.at(-1), ...all.map(member => member.time.at(-1))].filter(t => t != null);
    const [first, last] = [Math.min(...starts), Math.max(...ends)];
    if (!(last > first)) return;
    const twice = i => 2 * (standardDeviation[i] ?? NaN);
    const edges = mean.flatMap((m, i) => (m == null || standardDeviation[i] == null ? [] : [m - twice(i), m + twice(i)]));
    const [low, high] = within([...within(edges.length ? edges : all.flatMap(member => member.value), 0.01, 0.99), ...all.flatMap(member => within(member.value, 0.01, 0.99))]);
    const { x, y } = axes(context, width, height, [first, last], padded(low, high), { kinds: ['time', 'number'] });
    const gap = gapOf(time);
    clipped(context, x, y, () => {
      context.lineWidth = 1;
      all.forEach((member, i) => {
        context.strokeStyle = colour('c' + (i % 8));
        context.globalAlpha = 0.42;
        line(context, member.time, member.value, x, y, gapOf(member.time));
      });
      context.globalAlpha = 1;
      context.fillStyle = colour('band-strong');
      band(context, time, mean, twice, twice, x, y, gap);
      context.strokeStyle = colour('surface');
      context.lineWidth = 4.5;
      line(context, time, mean, x, y, gap);
      context.strokeStyle = colour('ink');
      context.lineWidth = 2;
      line(context, time, mean, x, y, gap);
    });
    // Readings beyond the plot are marked at its edge.
    all.forEach((member, i) => {
      context.fillStyle = colour('c' + (i % 8));
      member.value.forEach((value, k) => {
        if (value >= y.high || value <= y.low) {
          triangle(context, x.at(member.time[k]), value >= y.high ? y.to + 5 : y.from - 5, 4, value >= y.high);
          context.fill();
        }
      });
    });
  }

  return {
    root,
    canvas: surface.canvas,
    reset() {
      past = empty();
      members = new Map();
    },
    take(group) {
      append(past, group.estimates, Object.keys(past), kept);
      for (const { sensor, history } of group.members) {
        if (!members.has(sensor.name)) members.set(sensor.name, emptyHistory());
        extend(members.get(sensor.name), history);
      }
      surface.request();
    },
    get past() {
      return past;
    },
  };
}

/** Frames against the 95 % band of a chi-square distribution, which may change from frame to frame; those above it are marked. */
function chiSquarePanel(title) {
  return panel(title, (context, width, height, { time, value, edges }) => {
    const top = Math.max(...edges.map(edge => edge?.[1] ?? 0)) * 1.7 || 1;
    const { x, y } = axes(context, width, height, [time[0], time.at(-1)], [0, top], { kinds: ['time', 'number'], isSmall: true });
    clipped(context, x, y, () => {
      context.fillStyle = colour('band-strong');
      // One piece for each run of frames with one band.
      for (let from = 0, to; from < time.length; from = to) {
        for (to = from + 1; to < time.length && edges[to] === edges[from];) to++;
        const [low, high] = edges[from] ?? [0, 0];
        if (high > 0) context.fillRect(x.at(time[from]), y.at(high), x.at(time[Math.min(to, time.length - 1)]) - x.at(time[from]), y.at(low) - y.at(high));
      }
      value.forEach((each, i) => {
        if (each == null || !edges[i]?.[1]) return;
        context.fillStyle = colour(each > edges[i][1] ? 'flag' : 'ink');
        if (each > top) {
          triangle(context, x.at(time[i]), y.to + 5, 3.5);
          context.fill();
        } else context.fillRect(x.at(time[i]) - 1, y.at(each) - 1, 2, 2);
      });
    });
  });
}

/** How many frames have a band, and how many of them lie in it. */
function counted(value, edges) {
  const judged = value.map((each, i) => [each, edges[i]]).filter(([each, edge]) => each != null && edge?.[1] > 0);
  return [judged.length, judged.filter(([each, [low, high]]) => each >= low && each <= high).length];
}

/** Whether the members contradict each other: their squared deviations, for as many degrees of freedom as took part but one. */
function agreementPanel() {
  const own = chiSquarePanel('Disagreement of the members');
  return {
    root: own.root,
    take({ time, chiSquare, members }, { bands }) {
      const edges = members.map(used => bands[used - 1]);
      const [judged, inside] = counted(chiSquare, edges);
      if (judged < 2) own.say('Needs two members that report together.');
      else own.show({ time, value: chiSquare, edges }, `${(100 * inside / judged).toFixed(1)} % of the ${judged} frames shown lie in the 95 % band of \u03c7\u00b2.`);
    },
  };
}

/** Whether the estimate foresees the readings as well as it says: the squared innovation over its variance. */
function innovationPanel() {
  const own = chiSquarePanel('Surprise of the estimate (NIS)');
  const band = [0, 3.841];
  return {
    root: own.root,
    take({ time, innovation }) {
      const edges = innovation.map(() => band);
      const [judged, inside] = counted(innovation, edges);
      if (judged < 2) own.say('Needs a few more frames.');
      else own.show({ time, value: innovation, edges }, `${(100 * inside / judged).toFixed(1)} % of the ${judged} frames shown lie in the 95 % band of \u03c7\u00b2; fewer would mean that the estimate claims too much.`);
    },
  };
}

/** What each member says too much, with two standard deviations of not knowing it, and the weight it has. */
function weightsPanel() {
  const own = panel('Bias, and the weight each member has', (context, width, height, members) => {
    const reach = 1.15 * Math.max(...members.map(({ part }) => Math.abs(part.bias) + 2 * (part.biasStandardDeviation ?? 0))) || 1;
    const { x, y } = axes(context, width, height, [-reach, reach], [-0.5, members.length - 0.5], { kinds: ['number', 'none'], isSmall: true });
    context.strokeStyle = colour('muted');
    context.beginPath();
    context.moveTo(x.at(0), y.from);
    context.lineTo(x.at(0), y.to);
    context.stroke();
    const largest = Math.max(...members.map(({ part }) => Math.abs(part.weight ?? 0))) || 1;
    members.forEach(({ part, index }, i) => {
      const up = y.at(members.length - 1 - i);
      const hue = colour('c' + (index % 8));
      context.strokeStyle = context.fillStyle = hue;
      context.lineWidth = 1.5;
      context.beginPath();
      context.moveTo(x.at(part.bias - 2 * (part.biasStandardDeviation ?? 0)), up);
      context.lineTo(x.at(part.bias + 2 * (part.biasStandardDeviation ?? 0)), up);
      context.stroke();
      context.beginPath();
      context.arc(x.at(part.bias), up, 2.5 + 6 * Math.sqrt(Math.abs(part.weight ?? 0) / largest), 0, 7);
      if (part.status === 'fused') context.fill();
      else {
        context.fillStyle = colour('surface');
        context.fill();
        context.stroke();
      }
    });
  });
  own.root.append(el('ul', { class: 'key' }, keyLine('muted', 'solid', '\u00b1 2 standard deviations'), el('li', {}, 'filled: counts now, larger: weighs more')));
  return {
    root: own.root,
    take({ members }) {
      const known = members.map(({ sensor, part }, index) => ({ sensor, part, index })).filter(({ part }) => part?.bias != null);
      if (!known.length) {
        own.say('No offset is known yet.');
        return;
      }
      const most = known.reduce((one, other) => (Math.abs(other.part.bias) > Math.abs(one.part.bias) ? other : one));
      const places = decimals(most.part.biasStandardDeviation);
      own.show(known, `${most.sensor.name} reads ${number(Math.abs(most.part.bias), places)} ${most.part.bias < 0 ? 'less' : 'more'} than the quantity, the most of all; what a member reads too much is taken off.`);
    },
  };
}

function memberTable() {
  const body = el('tbody');
  const rows = [];
  const head = ['Member', 'Part', 'State', 'Value', 'Noise', 'Bias', 'Weight'];
  const root = el('div', { class: 'scroll' }, el('table', {}, el('caption', { class: 'unseen' }, 'Members'),
    el('thead', {}, el('tr', {}, ...head.map((text, i) => el('th', { scope: 'col', class: i > 2 ? 'right' : '' }, text)))), body));
  return {
    root,
    take({ members }) {
      resize(body, rows, members.length, i => {
        const swatch = el('span', { class: 'swatch', 'aria-hidden': 'true' });
        swatch.style.background = `var(--c${i % 8})`;
        const [link, part, state] = [el('a'), el('td'), el('span', { class: 'state' })];
        const cells = [0, 1, 2, 3].map(() => el('td', { class: 'right' }));
        const [share, fill] = [el('span'), el('i')];
        fill.style.background = `var(--c${i % 8})`;
        cells[3].append(el('span', { class: 'weight', 'aria-hidden': 'true' }, fill), share);
        return { root: el('tr', {}, el('td', {}, swatch, link), part, el('td', {}, state), ...cells), link, part, state, cells, share, fill };
      });
      members.forEach(({ sensor, part }, i) => {
        const row = rows[i];
        say(row.link, sensor.name);
        mark(row.link, 'href', '#/sensor/' + encodeURIComponent(sensor.name));
        if (row.root.dataset.state !== sensor.state) {
          row.root.dataset.state = sensor.state;
          row.state.replaceChildren(glyph(sensor.state), stateWords[sensor.state]);
        }
        mark(row.root, 'data-part', part?.status);
        say(row.part, partWords[part?.status] ?? '\u2013');
        say(row.cells[0], number(sensor.value, decimals(sensor.standardDeviation)));
        say(row.cells[1], part?.noise == null ? '\u2013' : number(part.noise, decimals(part.noise)));
        say(row.cells[2], part?.bias == null ? '\u2013' : (part.bias > 0 ? '+' : '') + plusMinus(part.bias, part.biasStandardDeviation));
        const weight = part?.status === 'fused' ? part.weight ?? 0 : 0;
        row.fill.style.width = `${Math.min(100, Math.max(0, 100 * weight)).toFixed(1)}%`;
        say(row.share, `${(100 * weight).toFixed(0)} %`);
      });
    },
  };
}
