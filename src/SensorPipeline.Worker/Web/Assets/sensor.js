import { absence, el, say, glyph, mark } from './dom.js';
import { clock, count, decimals, moment, number, odds, stateWords } from './format.js';
import { budgetPanel } from './budget.js';
import { historyChart } from './history.js';
import { noisePanels } from './noise.js';
import { eventList } from './eventlist.js';

/** One sensor: its latest readings beside what was expected, what another budget would flag, and what its noise looks like. */
export function sensorView(name, watch) {
  const chart = historyChart();
  const budget = budgetPanel(threshold => chart.ring(threshold));
  const noise = noisePanels();
  const state = el('span', { class: 'state' });
  const groups = el('p', { class: 'crumb' }, el('a', { href: '#/' }, 'Sensors'));
  const facts = factList();
  const events = eventList(happened => happened.sensor === name, () => null);
  const missing = absence('No sensor of this name has reported.');
  const body = el('tbody');
  const table = el('details', { class: 'card' }, el('summary', {}, 'Latest readings as a table'), el('table', {},
    el('thead', {}, el('tr', {}, ...['Time', 'Value', 'Expected', 'Spread', 'Flagged'].map(text => el('th', { scope: 'col' }, text)))), body));
  const heading = el('div', { class: 'heading' }, el('div', {}, groups, el('h1', {}, name ?? '')), state);
  const left = el('div', { class: 'stack' }, el('section', { class: 'card' }, facts.root, chart.root), budget.root);
  const panels = el('div', { class: 'panels' }, ...noise.roots, table);
  let latest = null;
  return {
    root: el('div', { class: 'stack' }, heading, missing.root, el('div', { class: 'columns' }, left, events.root), panels),
    query: { view: 'sensor', name: name ?? '' }, tab: 'fleet', title: name,
    reset() {
      chart.reset();
      budget.reset();
      noise.reset();
      events.reset();
      missing.reset();
    },
    take({ sensor, service, events: news }) {
      events.take(news);
      missing.show(!sensor.summary);
      left.hidden = panels.hidden = !sensor.summary;
      if (!sensor.summary) return;
      latest = sensor.summary;
      if (heading.dataset.state !== latest.state) {
        heading.dataset.state = latest.state;
        state.replaceChildren(glyph(latest.state), stateWords[latest.state]);
      }
      facts.show(sensor);
      chart.take(sensor.history, latest);
      budget.take(chart.history, sensor, service.perDay);
      noise.take(chart.history);
      mark(chart.canvas, 'aria-label', sentence(latest));
      if (table.open) fill(body, chart.history);
      const known = groups.querySelectorAll('a').length - 1;
      for (const group of (sensor.groups ?? []).slice(known)) groups.append(' / ', el('a', { href: '#/groups/' + encodeURIComponent(group) }, group));
    },
    summary: () => latest && `${latest.name}: ${sentence(latest)}`,
  };
}

function sentence({ value, mean, standardDeviation, lower, upper, state }) {
  const places = decimals(standardDeviation);
  const expected = mean == null ? '' : `, expected ${number(mean, places)} plus or minus ${number(standardDeviation, places)}`;
  const range = lower == null || upper == null ? '' : `, flagged outside ${number(lower, places)} to ${number(upper, places)}`;
  return `${stateWords[state]}, latest ${number(value, places)}${expected}${range}.`;
}

function factList() {
  const root = el('dl', { class: 'facts' });
  const cells = new Map();
  const put = (title, text, detail = '') => {
    if (!cells.has(title)) {
      const cell = { text: el('span'), detail: el('small') };
      cells.set(title, cell);
      root.append(el('div', {}, el('dt', {}, title), el('dd', {}, cell.text, ' ', cell.detail)));
    }
    say(cells.get(title).text, text);
    say(cells.get(title).detail, detail);
  };
  return {
    root,
    show({ summary, effectiveSampleSize, noiseType, noiseStandardDeviation }) {
      const places = decimals(summary.standardDeviation);
      put('Value', number(summary.value, places), moment(summary.time));
      put('Mean', number(summary.mean, places), summary.standardDeviation == null ? '' : `\u00b1 ${number(summary.standardDeviation, places)}`);
      put('Expected range', summary.lower == null || summary.upper == null ? '\u2013' : `${number(summary.lower, places)} to ${number(summary.upper, places)}`);
      put('Chance', odds(summary.tailProbability), summary.calibrated ? '' : 'still learning');
      put('Noise', noiseStandardDeviation == null ? '\u2013' : number(noiseStandardDeviation, decimals(noiseStandardDeviation)), noiseType ?? '');
      put('Readings', count(summary.count), effectiveSampleSize == null ? '' : `worth ${count(effectiveSampleSize)}`);
    },
  };
}

function fill(body, { time, value, mean, standardDeviation, flagged }) {
  const rows = [];
  for (let i = time.length - 1; i >= Math.max(0, time.length - 25); i--) {
    const places = decimals(standardDeviation[i]);
    const cells = [clock(time[i], true), number(value[i], places), number(mean[i], places), number(standardDeviation[i], places), flagged[i] ? 'yes' : ''];
    rows.push(el('tr', {}, ...cells.map(text => el('td', {}, text))));
  }
  body.replaceChildren(...rows);
}
