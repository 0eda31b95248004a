import { el, say, mark } from './dom.js';
import { Surface } from './chart.js';

/** A card with a title, a plot and a sentence. The sentence says what the plot shows, for who cannot see it and for who wants it short. */
export function panel(title, draw, size = 'small') {
  let shown = null;
  const surface = new Surface(title, (context, width, height) => shown && draw(context, width, height, shown));
  const sentence = el('p', { class: 'note' }, 'Needs a few more readings.');
  const root = el('section', { class: 'card panel', 'aria-label': title }, el('h2', {}, title), el('div', { class: `plot ${size}` }, surface.canvas), sentence);
  const show = (data, text) => {
    shown = data;
    say(sentence, text);
    mark(surface.canvas, 'aria-label', `${title}. ${text}`);
    surface.request();
  };
  return { root, show, say: text => show(null, text) };
}

/** An entry of a plot's key. */
export function keyLine(name, style, text) {
  const line = el('span', { class: 'line' });
  line.style.borderColor = `var(--${name})`;
  line.style.borderTopStyle = style;
  return el('li', {}, line, text);
}
