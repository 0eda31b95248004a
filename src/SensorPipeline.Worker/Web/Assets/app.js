import { el, say, mark } from './dom.js';
import { count, rate, duration, stateNames, stateWords } from './format.js';
import { Feed } from './feed.js';
import { fleetView } from './fleet.js';

const main = document.getElementById('main');
const link = document.getElementById('link');
const spoken = document.getElementById('spoken');

// The views other than the first are fetched when somebody goes there.
const views = {
  '': async () => fleetView,
  sensor: async () => (await import('./sensor.js')).sensorView,
  groups: async () => (await import('./groups.js')).groupsView,
  mixtures: async () => (await import('./mixtures.js')).mixturesView,
  service: async () => (await import('./service.js')).serviceView,
};

const feed = new Feed((state, text) => {
  mark(link, 'data-state', state);
  say(link, text);
});

let turn = 0;
let shownKind = null;

async function route() {
  const [kind, ...rest] = location.hash.replace(/^#\/?/, '').split('/');
  const name = rest.length ? decodeURIComponent(rest.join('/')) : null;
  const mine = ++turn;
  const make = await (views[kind] ?? views[''])();
  if (mine !== turn) return;
  feed.close();
  const view = make(name, query => feed.watch(query, () => view.reset?.(), take));
  function take(frame) {
    if (mine !== turn) return;
    view.take(frame);
    showService(frame.service);
    speak(view.summary?.() ?? summary(frame));
  }
  document.title = view.title ? `${view.title} \u00b7 SensorPipeline` : 'SensorPipeline';
  for (const item of document.querySelectorAll('#nav a')) mark(item, 'aria-current', item.dataset.view === view.tab ? 'page' : null);
  main.replaceChildren(view.root);
  if (shownKind !== null && shownKind !== kind) {
    scrollTo(0, 0);
    main.focus({ preventScroll: true });
  }
  shownKind = kind;
  view.begin?.();
  feed.watch(view.query, () => view.reset?.(), take);
}

// What the service row says; rates are counted here, between frames half a second or more apart.
const facts = new Map();
let before = null;
let readingRate = null;

function showService(service) {
  const now = performance.now();
  if (!before || service.readings < before.readings) before = { now, readings: service.readings };
  else if (now - before.now > 900) {
    readingRate = (service.readings - before.readings) * 1000 / (now - before.now);
    before = { now, readings: service.readings };
  }
  fact('Instance', `${service.instance} \u00b7 ${service.version}`);
  fact('Readings/s', readingRate === null ? '\u2013' : rate(readingRate));
  fact('Readings', count(service.readings));
  fact('Rejected', count(service.rejected));
  fact('Flagged', count(service.outliers));
  fact('Events', count(service.events));
  fact('Refits', count(service.refits));
  fact('Queue', count(service.queue));
  fact('Lag', service.lagMilliseconds == null ? '\u2013' : `${service.lagMilliseconds < 10 ? service.lagMilliseconds.toFixed(1) : count(service.lagMilliseconds)} ms`);
  fact('Up', duration(Date.now() - service.started));
}

function fact(name, value) {
  if (!facts.has(name)) {
    const dd = el('dd');
    facts.set(name, dd);
    document.getElementById('service').append(el('div', {}, el('dt', {}, name), dd));
  }
  say(facts.get(name), value);
}

function summary(frame) {
  const parts = stateNames.map((state, i) => (frame.counts[i] ? `${frame.counts[i]} ${stateWords[state]}` : null)).filter(Boolean);
  return `${frame.service.sensors} sensors: ${parts.join(', ')}.`;
}

// A screen reader hears of a change, and not more often than it can bear.
let spokenAt = -Infinity;
function speak(text) {
  if (text && text !== spoken.textContent && performance.now() - spokenAt > 10000) {
    spokenAt = performance.now();
    say(spoken, text);
  }
}

function theme(choice) {
  document.documentElement.dataset.theme = choice;
  dispatchEvent(new Event('themechange'));
}

const dark = matchMedia('(prefers-color-scheme: dark)');
const stored = () => { try { return localStorage.getItem('theme'); } catch { return null; } };
theme(stored() ?? (dark.matches ? 'dark' : 'light'));
dark.addEventListener('change', () => stored() ?? theme(dark.matches ? 'dark' : 'light'));
document.getElementById('theme').addEventListener('click', () => {
  const choice = document.documentElement.dataset.theme === 'dark' ? 'light' : 'dark';
  theme(choice);
  try { localStorage.setItem('theme', choice); } catch { /* A private window forgets, and that is all. */ }
});
// As elsewhere on the web, a slash goes to the search.
addEventListener('keydown', event => {
  const search = document.querySelector('#main input[type=search]');
  if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || !search || event.target.closest('input, select')) return;
  event.preventDefault();
  search.focus();
});
addEventListener('hashchange', route);
route();
