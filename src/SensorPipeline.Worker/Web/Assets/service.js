import { el, say, resize, mark, colour } from './dom.js';
import { append, axes, clipped, gapOf, line } from './chart.js';
import { bytes, count, duration, eventWords, moment, rate } from './format.js';
import { about } from './budget.js';
import { keyLine, panel } from './panel.js';

const kept = 600;
const columns = ['time', 'messages', 'readings', 'rejected', 'published', 'queue', 'outbox', 'lag'];
const durabilityWords = {
  durable: 'An acknowledged reading survives a power cut.', relaxed: 'An acknowledged reading survives the end of the process.', none: 'Nothing is kept on disk.',
};

/** The service itself: does it keep up, is it connected, is what it learned safe, and does it keep its promise. */
export function serviceView() {
  const rates = timePanel('Readings a second');
  const lag = timePanel('Lag from receipt to result, ms');
  const waiting = timePanel('Waiting');
  waiting.root.append(el('ul', { class: 'key' }, keyLine('accent', 'solid', 'batches'), keyLine('c1', 'solid', 'results')));
  const broker = factCard('Broker');
  const journal = factCard('Journal');
  const promise = promiseCard();
  const rejected = countCard('Rejected, by reason', 'Nothing was rejected.');
  const raised = countCard('Events, by kind', 'Nothing out of the ordinary yet.', kind => eventWords[kind] ?? kind);
  const lead = el('p', { class: 'lead' });
  const root = el('div', { class: 'stack' }, el('div', { class: 'heading' }, el('div', {}, el('h1', {}, 'Service'), lead)),
    el('div', { class: 'panels' }, rates.root, lag.root, waiting.root),
    el('div', { class: 'panels' }, promise.root, broker.root, journal.root, raised.root, rejected.root));
  let past;
  let sentence = '';
  return {
    root, query: { view: 'service' }, tab: 'service', title: 'Service',
    reset() {
      past = Object.fromEntries(columns.map(column => [column, []]));
    },
    take({ service, detail }) {
      append(past, detail.seconds, columns, kept);
      const { storage, connection, budget } = detail;
      const fault = storage?.fault ?? connection?.fault;
      sentence = fault ? fault : service.connected ? `Connected to ${service.broker} for ${duration(Date.now() - service.started)}; everything is in order.` : `Waiting for the broker ${service.broker}.`;
      say(lead, sentence);
      mark(lead, 'data-fault', fault || !service.connected);
      show();
      broker.show([
        ['Address', service.broker], ['Subscribed to', connection?.filters.join(', ') ?? ''], ['Received', `${count(service.messages)} messages, ${bytes(connection?.bytesIn)}`],
        ['Published', `${count(detail.published)} messages`], ['Connected again', `${count(connection?.reconnects ?? 0)} times`], ['Results dropped', count(connection?.dropped ?? 0)],
      ], connection?.fault ?? '');
      journal.show([
        ['Durability', storage?.durability ?? '\u2013'], ['Inputs', count(storage?.inputs ?? 0)], ['On disk', storage?.logBytes == null ? '\u2013' : bytes(storage.logBytes)],
        ['Last checkpoint', storage?.checkpoint ? moment(Date.parse(storage.checkpoint)) : '\u2013'],
      ], storage?.fault ?? durabilityWords[storage?.durability] ?? '');
      promise.take(budget);
      rejected.take(detail.rejectedByReason);
      raised.take(detail.eventsByKind);
    },
    summary: () => sentence,
  };

  function show() {
    const perSecond = values => values.map((value, i) => (i && past.time[i] > past.time[i - 1] ? Math.max(0, value - values[i - 1]) * 1000 / (past.time[i] - past.time[i - 1]) : null));
    const readings = perSecond(past.readings);
    const late = past.lag.filter(value => value != null).sort((a, b) => a - b);
    rates.take(past.time, [readings], readings.length > 1 ? `${rate(readings.at(-1))} now, ${rate(mean(readings))} on average; ${rate(perSecond(past.messages).at(-1) ?? 0)} messages.` : '');
    lag.take(past.time, [past.lag], late.length ? `${late[late.length >> 1].toFixed(1)} in the middle, ${late[Math.floor(0.99 * (late.length - 1))].toFixed(1)} for the slowest hundredth.` : '');
    waiting.take(past.time, [past.queue, past.outbox], `Batches to process: ${count(past.queue.at(-1) ?? 0)}. Results to publish: ${count(past.outbox.at(-1) ?? 0)}.`);
  }
}

const mean = values => {
  const known = values.filter(value => value != null);
  return known.reduce((sum, value) => sum + value, 0) / (known.length || 1);
};

function timePanel(title) {
  const own = panel(title, (context, width, height, { time, series }) => {
    const top = Math.max(1, ...series.flat().map(value => value ?? 0)) * 1.12;
    const { x, y } = axes(context, width, height, [time[0], time.at(-1)], [0, top], { kinds: ['time', 'number'], isSmall: true });
    const gap = gapOf(time);
    clipped(context, x, y, () => series.forEach((values, i) => {
      context.strokeStyle = colour(i ? 'c1' : 'accent');
      context.lineWidth = 1.5;
      line(context, time, values, x, y, gap);
    }));
  });
  return {
    root: own.root,
    take(time, series, text) {
      if (time.length > 2) own.show({ time, series }, text);
    },
  };
}

function factCard(title) {
  const list = el('dl', { class: 'rows' });
  const note = el('p', { class: 'note' });
  const rows = [];
  return {
    root: el('section', { class: 'card', 'aria-label': title }, el('h2', {}, title), list, note),
    show(facts, text) {
      fill(list, rows, facts);
      say(note, text);
    },
  };
}

function countCard(title, nothing, word = text => text.replaceAll('_', ' ')) {
  const card = factCard(title);
  return {
    root: card.root,
    take(counts) {
      const facts = Object.entries(counts).sort((a, b) => b[1] - a[1]);
      card.show(facts.map(([name, value]) => [word(name), count(value)]), facts.length ? '' : nothing);
    },
  };
}

function fill(list, rows, facts) {
  resize(list, rows, facts.length, () => {
    const [dt, dd] = [el('dt'), el('dd')];
    return { root: el('div', {}, dt, dd), dt, dd };
  });
  facts.forEach(([name, value], i) => {
    say(rows[i].dt, name);
    say(rows[i].dd, value);
  });
}

/** The stated false-alarm rate beside the measured one, with the interval chance leaves it. */
function promiseCard() {
  const own = panel('Alarms a sensor and day', (context, width, height, { perDay, realised, realisedLower, realisedUpper }) => {
    const known = [perDay, realised, realisedLower, realisedUpper].filter(value => value > 0).map(Math.log10);
    const { x } = axes(context, width, height, [Math.min(...known) - 0.5, Math.max(...known) + 0.5], [0, 1], { kinds: ['log', 'none'], isSmall: true });
    context.strokeStyle = colour('ink');
    context.setLineDash([5, 4]);
    context.beginPath();
    context.moveTo(x.at(Math.log10(perDay)), 6);
    context.lineTo(x.at(Math.log10(perDay)), height - 22);
    context.stroke();
    context.setLineDash([]);
    if (!(realisedUpper > 0)) return;
    const middle = (height - 14) / 2;
    const isAbove = realisedLower > perDay;
    context.fillStyle = context.strokeStyle = colour(isAbove ? 'flag' : 'accent');
    context.lineWidth = 2;
    context.beginPath();
    context.moveTo(realisedLower > 0 ? x.at(Math.log10(realisedLower)) : x.from, middle);
    context.lineTo(x.at(Math.log10(realisedUpper)), middle);
    context.stroke();
    if (!(realised > 0)) return;
    context.beginPath();
    context.arc(x.at(Math.log10(realised)), middle, 5, 0, 7);
    context.fill();
  }, 'flat');
  return {
    root: own.root,
    take(budget) {
      if (!budget) {
        own.say('No budget is known.');
        return;
      }
      const { perDay, realised, realisedLower, realisedUpper, coverage } = budget;
      const kept = realised == null ? 'Nothing is known of what was kept yet; an audit is drawn up once a minute.'
        : `${about(realised)} came, 95 % interval ${about(realisedLower)} to ${about(realisedUpper)}, real anomalies among them${realisedLower > perDay ? ': more than promised' : ''}.`;
      own.show(budget, `${about(perDay)} promised (dashed). ${kept}${coverage == null ? '' : ` ${(100 * coverage).toFixed(1)} % of fused innovations lie in their 95 % band.`}`);
    },
  };
}
