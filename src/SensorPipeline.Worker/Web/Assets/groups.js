import { absence, el, say, mark, resize, glyph, colour } from './dom.js';
import { axes, band, clipped, gapOf, line, padded, Surface, triangle, append } from './chart.js';
import { decimals, number, plusMinus, stateWords } from './format.js';
import { emptyHistory, extend, within } from './history.js';

const statusWords = { unavailable: 'no estimate yet', consistent: 'members agree', inconsistent: 'members disagree' };

/** Groups that measure one quantity: each member, and what they say together. */
export function groupsView(name) {
  const choices = el('nav', { class: 'choices', 'aria-label': 'Groups' });
  const items = [];
  const title = el('h1', {}, name ?? 'Groups');
  const lead = el('p', { class: 'lead' });
  const nothing = absence('No group is configured.');
  const chart = fusionChart();
  const table = memberTable();
  const root = el('div', { class: 'stack' }, el('div', { class: 'heading' }, el('div', {}, title, lead), el('span', { class: 'grow' }), choices),
    nothing.root, el('section', { class: 'card' }, chart.root), el('section', { class: 'card' }, table.root));
  let sentence = '';
  return {
    root, query: { view: 'groups', name: name ?? '' }, tab: 'groups', title: name ?? 'Groups',
    reset() {
      chart.reset();
      nothing.reset();
    },
    take({ groups, group }) {
      nothing.show(!group);
      chart.root.parentNode.hidden = table.root.parentNode.hidden = !group;
      resize(choices, items, groups.length, () => {
        const root = el('a');
        return { root };
      });
      groups.forEach((each, i) => {
        say(items[i].root, each.name);
        mark(items[i].root, 'href', '#/groups/' + encodeURIComponent(each.name));
        mark(items[i].root, 'aria-current', each.name === group?.group.name ? 'true' : null);
      });
      if (!group) return;
      const { mean, standardDeviation, status, used, gated, size } = group.group;
      say(title, group.group.name);
      sentence = `${plusMinus(mean, standardDeviation)} \u00b7 ${statusWords[status]} \u00b7 ${used ?? 0} of ${size} used${gated ? `, ${gated} left out` : ''}`;
      say(lead, sentence);
      chart.take(group);
      mark(chart.canvas, 'aria-label', `Fused estimate and its members: ${sentence}`);
      table.take(group, chart.offset);
    },
    summary: () => sentence,
  };
}

function fusionChart() {
  let past = { time: [], mean: [], standardDeviation: [] };
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
    const { x, y } = axes(context, width, height, [first, last], padded(low, high), true);
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
      past = { time: [], mean: [], standardDeviation: [] };
      members = new Map();
    },
    take(group) {
      append(past, group.estimates, ['time', 'mean', 'standardDeviation'], 600);
      for (const { sensor, history } of group.members) {
        if (!members.has(sensor.name)) members.set(sensor.name, emptyHistory());
        extend(members.get(sensor.name), history);
      }
      surface.request();
    },
    offset(name) {
      const [one, all] = [recentMean(members.get(name)?.value ?? []), recentMean(past.mean)];
      return one == null || all == null ? null : one - all;
    },
  };
}

function recentMean(values) {
  const recent = values.slice(-100).filter(value => value != null);
  return recent.length ? recent.reduce((sum, value) => sum + value, 0) / recent.length : null;
}

function memberTable() {
  const body = el('tbody');
  const rows = [];
  const head = ['Member', 'State', 'Value', 'Mean and spread', 'Away from the estimate, on average'];
  const root = el('div', { class: 'scroll' }, el('table', {}, el('caption', { class: 'unseen' }, 'Members'),
    el('thead', {}, el('tr', {}, ...head.map((text, i) => el('th', { scope: 'col', class: i > 1 ? 'right' : '' }, text)))), body));
  return {
    root,
    take({ members }, offset) {
      resize(body, rows, members.length, i => {
        const swatch = el('span', { class: 'swatch', 'aria-hidden': 'true' });
        swatch.style.background = `var(--c${i % 8})`;
        const [link, state] = [el('a'), el('span', { class: 'state' })];
        const cells = [0, 1, 2].map(() => el('td', { class: 'right' }));
        return { root: el('tr', {}, el('td', {}, swatch, link), el('td', {}, state), ...cells), link, state, cells };
      });
      members.forEach(({ sensor }, i) => {
        const { root, link, state, cells } = rows[i];
        say(link, sensor.name);
        mark(link, 'href', '#/sensor/' + encodeURIComponent(sensor.name));
        if (root.dataset.state !== sensor.state) {
          root.dataset.state = sensor.state;
          state.replaceChildren(glyph(sensor.state), stateWords[sensor.state]);
        }
        const places = decimals(sensor.standardDeviation);
        say(cells[0], number(sensor.value, places));
        say(cells[1], plusMinus(sensor.mean, sensor.standardDeviation));
        const difference = offset(sensor.name);
        say(cells[2], difference == null ? '\u2013' : (difference > 0 ? '+' : '') + number(difference, places));
      });
    },
  };
}
