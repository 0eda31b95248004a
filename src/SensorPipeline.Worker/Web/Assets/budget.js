import { el, say, mark, colour } from './dom.js';
import { axes, clipped, stroke, Surface } from './chart.js';
import { count, odds } from './format.js';
import { typicalInterval } from './statistics.js';

const secondsPerDay = 86400;
const steps = { least: -20, most: 50 };
const budgetAt = step => 10 ** (step / 10);
const stepAt = budget => Math.round(10 * Math.log10(budget));

/** Two significant digits, for people. */
export const about = budget => (budget >= 9.5 ? count(Number(budget.toPrecision(2))) : String(Number(budget.toPrecision(2))));

/**
 * How improbable each reading was, the line beyond which it is flagged, and a slider that moves the line: what another budget would have
 * flagged of the readings that are shown. A reading is flagged below a probability of share · min(cap, F · Δ / 86 400), for F false alarms a
 * day and readings Δ seconds apart.
 */
export function budgetPanel(onChange) {
  let history = null;
  let rule = null;
  let chosen = null;
  const surface = new Surface('How improbable each reading was', draw);
  const slider = el('input', {
    type: 'range', min: steps.least, max: steps.most, step: 1, id: 'budget',
    oninput() {
      chosen = Number(slider.value);
      show();
    },
  });
  const figure = el('output', { for: 'budget' });
  const back = el('button', {
    type: 'button', class: 'quiet', hidden: true,
    onclick() {
      chosen = null;
      show();
      slider.focus();
    },
  }, 'back to the one in force');
  const said = el('p', { class: 'note', role: 'status' });
  const root = el('section', { class: 'card', 'aria-label': 'Another budget' },
    el('div', { class: 'tools' }, el('h2', {}, 'What another budget would flag'), el('span', { class: 'grow' }), el('label', { for: 'budget' }, 'false alarms a day'), slider, figure, back),
    el('div', { class: 'plot low' }, surface.canvas), said);

  const inForce = () => stepAt(rule.perDay);
  const thresholdOf = step => -Math.log10(rule.share * Math.min(rule.cap, (step === inForce() ? rule.perDay : budgetAt(step)) * rule.interval / secondsPerDay));

  function draw(context, width, height) {
    if (!history || history.time.length < 2 || !rule) return;
    const threshold = thresholdOf(chosen ?? inForce());
    const top = Math.max(threshold * 1.35, Math.min(16, Math.max(...history.severity.map(severity => severity ?? 0)) * 1.08));
    const { x, y } = axes(context, width, height, [history.time[0], history.time.at(-1)], [0, top], { kinds: ['time', 'odds'], isSmall: true });
    clipped(context, x, y, () => history.severity.forEach((severity, i) => {
      if (severity == null) return;
      const isBeyond = severity > threshold;
      context.fillStyle = colour(isBeyond ? 'flag' : 'bar');
      const [across, up] = [x.at(history.time[i]), Math.max(y.to, y.at(severity))];
      context.fillRect(across - (isBeyond ? 1.25 : 0.75), up, isBeyond ? 2.5 : 1.5, y.from - up);
    }));
    context.strokeStyle = colour('ink');
    context.lineWidth = 1.5;
    context.setLineDash(chosen === null ? [] : [6, 4]);
    stroke(context, x.from, y.at(threshold), x.to, y.at(threshold));
    context.setLineDash([]);
  }

  function show() {
    if (!rule) return;
    const step = chosen ?? inForce();
    const threshold = thresholdOf(step);
    if (Number(slider.value) !== step) slider.value = step;
    const perDay = step === inForce() ? rule.perDay : budgetAt(step);
    say(figure, about(perDay));
    mark(slider, 'aria-valuetext', `${about(perDay)} false alarms a day`);
    back.hidden = chosen === null || chosen === inForce();
    const beyond = limit => history.severity.filter(severity => severity > limit).length;
    const [now, then] = [beyond(thresholdOf(inForce())), beyond(threshold)];
    const judged = history.severity.filter(severity => severity != null).length;
    const chance = odds(10 ** -threshold);
    const sentence = back.hidden ? `In force: a reading less probable than ${chance} is flagged, ${now} of the ${judged} shown.`
      : `A reading less probable than ${chance} would be flagged: ${then} of the ${judged} shown, ${then === now ? 'as many as' : then > now ? `${then - now} more than` : `${now - then} fewer than`} by the budget in force.`;
    say(said, sentence);
    mark(surface.canvas, 'aria-label', `How improbable each reading was. ${sentence}`);
    onChange(back.hidden ? null : threshold);
    surface.request();
  }

  return {
    root,
    reset() {
      history = null;
    },
    take(latest, { pointShare, cap }, perDay) {
      history = latest;
      const interval = typicalInterval(latest.time) / 1000;
      root.hidden = !(perDay > 0 && pointShare > 0 && interval > 0);
      rule = root.hidden ? null : { perDay, share: pointShare, cap, interval };
      show();
    },
  };
}
