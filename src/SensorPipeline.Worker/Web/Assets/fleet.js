import { el, say, mark, resize, glyph, colour } from './dom.js';
import { stateNames, stateWords, eventWords, number, plusMinus, decimals, count, duration } from './format.js';
import { Surface } from './chart.js';
import { eventList } from './eventlist.js';

// Numbers that change faster than this many milliseconds cannot be read.
const readable = 450;

/** All sensors: how many are in which state, a cell for each, and the worst in a table. */
export function fleetView(_, watch) {
  const query = { view: 'fleet', search: '', state: '', rows: '60' };
  const again = () => watch({ ...query });
  const title = el('h1', {}, 'Sensors');
  const states = stateButtons(state => {
    query.state = state;
    again();
  });
  const strip = heatStrip();
  const table = sensorTable();
  const events = eventList();
  let typing;
  let shownAt = -Infinity;
  const search = el('input', {
    type: 'search', placeholder: 'Search by name', 'aria-label': 'Search sensors by name', spellcheck: 'false', maxlength: '200',
    oninput() {
      clearTimeout(typing);
      typing = setTimeout(() => {
        query.search = search.value.trim();
        again();
      }, 150);
    },
  });
  const more = el('p', { class: 'note' });
  const root = el('div', { class: 'stack' },
    el('div', { class: 'heading' }, title, el('span', { class: 'grow' }), states.root),
    strip.root,
    el('div', { class: 'columns' },
      el('section', { class: 'card', 'aria-label': 'Sensors, worst first' }, el('div', { class: 'tools' }, search, el('span', { class: 'grow' }), more), table.root),
      events.root));
  return {
    root, query, tab: 'fleet',
    reset() {
      events.reset();
      shownAt = -Infinity;
    },
    take(frame) {
      states.take(frame.counts, frame.service.sensors);
      strip.take(frame.fleet.cells);
      if (performance.now() - shownAt > readable) {
        shownAt = performance.now();
        table.take(frame.fleet.rows);
      }
      events.take(frame.events);
      const { matching, rows } = frame.fleet;
      say(more, matching > rows.length ? `the ${rows.length} worst of ${count(matching)}` : matching === 1 ? '1 sensor' : `${count(matching)} sensors, worst first`);
    },
  };
}

function stateButtons(choose) {
  const root = el('div', { class: 'states', role: 'group', 'aria-label': 'Show only' });
  let chosen = '';
  const buttons = ['', ...stateNames.toReversed()].map(state => {
    const number = el('b');
    const button = el('button', {
      type: 'button', 'data-state': state, 'aria-pressed': 'false',
      onclick() {
        chosen = chosen === state ? '' : state;
        show();
        choose(chosen);
      },
    }, state ? glyph(state) : '', number, state ? stateWords[state] : 'all');
    root.append(button);
    return { state, button, number };
  });
  const show = () => buttons.forEach(({ state, button }) => mark(button, 'aria-pressed', String(state === chosen)));
  show();
  return {
    root,
    take(counts, total) {
      for (const { state, button, number } of buttons) {
        const value = state ? counts[stateNames.indexOf(state)] : total;
        say(number, count(value));
        mark(button, 'data-count', state === chosen ? 'chosen' : value);
      }
    },
  };
}

// What a cell looks like: which of the fills, and whether it has an edge.
const warming = 8;
const looks = Uint8Array.from({ length: 256 }, (_, cell) => {
  const state = stateNames[cell >> 5];
  const level = (cell & 31) * 0.4;
  const heat = level < 2.5 ? 0 : level < 4 ? 1 : level < 6 ? 2 : level < 9 ? 3 : 4;
  return state === 'silent' ? 5 : state === 'stuck' ? 6 : state === 'warmingUp' ? heat | warming : heat;
});

/** One cell a sensor, in the order they were first seen, coloured by the severity of its recent readings. */
function heatStrip() {
  let cells = new Uint8Array(0);
  let names = [];
  let at = -1;
  let drawn = new Uint8Array(0);
  let palette = null;
  let latest = null;
  let grid = { columns: 1, width: 1, height: 1, gap: 0 };
  const caption = el('span', { 'aria-live': 'polite' });
  const surface = new Surface('Severity of every sensor', () => {
    layout();
    draw();
  });
  const canvas = surface.canvas;
  canvas.tabIndex = 0;
  canvas.style.height = '28px';
  const hint = 'severity of recent readings, one cell a sensor';
  say(caption, hint);
  const ramp = el('span', { class: 'ramp', 'aria-hidden': 'true' }, ...[0, 1, 2, 3, 4].map(() => el('i')));
  const root = el('section', { class: 'card strip', 'aria-label': 'Severity of every sensor' }, canvas, el('div', { class: 'legend' }, ramp, caption));

  function layout() {
    const width = canvas.clientWidth || 1000;
    const total = Math.max(1, cells.length);
    // A house takes a strip, ten thousand machines a map.
    const tallest = total > 2000 ? 230 : 104;
    let size = 34;
    while (size > 4 && Math.ceil(total / Math.floor(width / size)) * size > tallest) size--;
    const columns = Math.min(total, Math.max(1, Math.floor(width / size)));
    grid = { columns, width: total > columns ? size : width / columns, height: size, gap: size > 8 ? 3 : 1 };
    const height = Math.ceil(total / columns) * size + 'px';
    if (canvas.style.height !== height) canvas.style.height = height;
  }

  // A frame changes the look of few cells: only those are painted, until the size, the theme or the chosen cell changes.
  function draw() {
    drawn = new Uint8Array(0);
    palette = {
      fills: [...[0, 1, 2, 3, 4].map(i => colour('heat-' + i)), colour('silent'), colour('stuck')], ink: colour('ink'), muted: colour('muted'),
    };
    paint();
  }

  function paint() {
    const { columns, width, height, gap } = grid;
    const side = height - gap;
    const context = surface.context;
    const next = Uint8Array.from(cells, cell => looks[cell]);
    let used = -1;
    for (let i = 0; i < next.length; i++) {
      const look = next[i];
      if (i < drawn.length && drawn[i] === look) continue;
      if (used !== (look & 7)) {
        used = look & 7;
        context.fillStyle = palette.fills[used];
      }
      const [x, y] = [(i % columns) * width, Math.floor(i / columns) * height];
      if (side <= 10) {
        context.fillRect(x, y, width - gap, side);
        continue;
      }
      if (i < drawn.length) context.clearRect(x, y, width - gap, side);
      context.beginPath();
      context.roundRect(x + 0.5, y + 0.5, width - gap - 1, side - 1, 4);
      context.fill();
      if (look & warming) {
        context.strokeStyle = palette.muted;
        context.lineWidth = 1;
        context.stroke();
      }
    }
    if (at >= 0 && at < cells.length) {
      context.strokeStyle = palette.ink;
      context.lineWidth = 2;
      context.strokeRect((at % columns) * width + 1, Math.floor(at / columns) * height + 1, width - gap - 2, side - 2);
    }
    drawn = next;
  }

  async function point(index) {
    at = index >= 0 && index < cells.length ? index : -1;
    surface.request();
    if (at >= 0 && names.length <= at) names = await fetch('/api/names').then(answer => answer.json()).catch(() => names);
    say(caption, at < 0 ? hint : `${names[at] ?? ''}: ${stateWords[stateNames[cells[at] >> 5]]}`);
  }

  const indexAt = event => {
    const box = canvas.getBoundingClientRect();
    const column = Math.floor((event.clientX - box.left) / grid.width);
    return column < grid.columns ? Math.floor((event.clientY - box.top) / grid.height) * grid.columns + column : -1;
  };
  const open = () => {
    if (names[at]) location.hash = '#/sensor/' + encodeURIComponent(names[at]);
  };
  canvas.addEventListener('pointermove', event => point(indexAt(event)));
  canvas.addEventListener('pointerleave', () => point(-1));
  canvas.addEventListener('blur', () => point(-1));
  canvas.addEventListener('click', async event => {
    await point(indexAt(event));
    open();
  });
  canvas.addEventListener('keydown', event => {
    const step = { ArrowRight: 1, ArrowLeft: -1, ArrowDown: grid.columns, ArrowUp: -grid.columns }[event.key];
    if (step) {
      event.preventDefault();
      point(Math.min(cells.length - 1, Math.max(0, at + step)));
    } else if (event.key === 'Enter') open();
  });
  return {
    root,
    take(base64) {
      if (base64 === latest) return;
      latest = base64;
      const text = atob(base64);
      const isLonger = text.length !== cells.length;
      cells = new Uint8Array(text.length);
      for (let i = 0; i < cells.length; i++) cells[i] = text.charCodeAt(i);
      if (isLonger || !palette) {
        layout();
        surface.request();
      } else paint();
    },
  };
}

/** The table, its rows reused from frame to frame. */
export function sensorTable() {
  const head = ['Sensor', 'State', 'Value', 'Expected', 'Within range', 'Latest event'];
  const classes = ['', '', 'right', 'right optional', 'optional', 'latest'];
  const body = el('tbody');
  const rows = [];
  const root = el('div', { class: 'scroll' }, el('table', { class: 'sensors' },
    el('caption', { class: 'unseen' }, 'Sensors, worst first'),
    el('thead', {}, el('tr', {}, ...head.map((text, i) => el('th', { scope: 'col', class: classes[i] }, text)))), body));
  return {
    root,
    take(sensors) {
      resize(body, rows, sensors.length, makeRow);
      sensors.forEach((sensor, i) => rows[i].show(sensor));
    },
  };
}

function makeRow() {
  const link = el('a');
  const state = el('span', { class: 'state' });
  const [value, expected] = [0, 1].map(() => el('td', { class: 'right' }));
  const latest = el('td', { class: 'latest muted' });
  expected.classList.add('muted', 'optional');
  const range = rangeBar();
  const root = el('tr', {}, el('td', { class: 'name' }, link), el('td', {}, state), value, expected, el('td', { class: 'optional' }, range.root), latest);
  return {
    root,
    show(sensor) {
      say(link, sensor.name);
      mark(link, 'title', sensor.name);
      mark(link, 'href', '#/sensor/' + encodeURIComponent(sensor.name));
      if (root.dataset.state !== sensor.state) {
        root.dataset.state = sensor.state;
        state.replaceChildren(glyph(sensor.state), stateWords[sensor.state]);
      }
      say(value, number(sensor.value, decimals(sensor.standardDeviation)));
      say(expected, plusMinus(sensor.mean, sensor.standardDeviation));
      range.show(sensor);
      say(latest, sensor.event ? `${eventWords[sensor.event]}, ${duration(Date.now() - sensor.eventTime)} ago` : '');
    },
  };
}

/** Where the value lies: the grey part is the range that would not be flagged. */
function rangeBar() {
  const needle = el('i');
  const root = el('span', { class: 'range', role: 'img' }, needle);
  return {
    root,
    show({ value, lower, upper }) {
      const isKnown = lower != null && upper != null && upper > lower;
      const share = isKnown ? (value - lower) / (upper - lower) : 0.5;
      mark(root, 'data-none', isKnown ? null : '');
      mark(root, 'data-out', isKnown && (share < 0 || share > 1) ? '' : null);
      mark(root, 'aria-label', !isKnown ? 'not known yet' : share < 0 ? 'below' : share > 1 ? 'above' : 'inside');
      needle.style.left = Math.min(100, Math.max(0, 16 + share * 68)) + '%';
    },
  };
}
