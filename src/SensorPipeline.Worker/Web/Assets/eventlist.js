import { el } from './dom.js';
import { eventWords, moment, odds } from './format.js';

const kept = 60;

/** The latest events, newest first; one that is superseded gives way to its successor. */
export function eventList(isShown = () => true, nameOf = happened => happened.sensor ?? happened.group) {
  const list = el('ol', { class: 'events' });
  const root = el('section', { class: 'card', 'aria-label': 'Events' }, el('h2', {}, 'Events'), list);
  const nothing = el('li', { class: 'muted' }, 'Nothing out of the ordinary yet.');
  list.append(nothing);
  return {
    root,
    reset() {
      list.replaceChildren(nothing);
    },
    take(events) {
      for (const happened of (events ?? []).filter(isShown)) {
        nothing.remove();
        if (happened.supersedes) [...list.children].find(item => item.dataset.id === happened.supersedes)?.remove();
        list.prepend(item(happened, nameOf(happened)));
        if (list.children.length > kept) list.lastChild.remove();
      }
    },
  };
}

function item(happened, who) {
  const view = ['regimeChange', 'novel'].includes(happened.kind) ? 'mixtures' : happened.sensor ? 'sensor' : 'groups';
  const address = `#/${view}/${encodeURIComponent((view === 'sensor' ? happened.sensor : happened.group) ?? '')}`;
  const meta = el('div', { class: 'meta' }, el('time', { datetime: new Date(happened.time).toISOString() }, moment(happened.time)));
  if (happened.tailProbability != null) meta.append(el('span', {}, odds(happened.tailProbability)));
  return el('li', { 'data-id': happened.id },
    el('div', {}, el('b', {}, eventWords[happened.kind] ?? happened.kind), who ? ' \u00b7 ' : '', who ? el('a', { href: address }, who) : ''),
    el('p', {}, happened.reason), meta);
}
