// Everything that comes from outside reaches the page as text nodes, never as markup.

/** Makes an element with attributes and children; strings become text. */
export function el(tag, attributes = {}, ...children) {
  const node = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes)) {
    if (name.startsWith('on')) node.addEventListener(name.slice(2), value);
    else if (value === true) node.setAttribute(name, '');
    else if (value !== false && value != null) node.setAttribute(name, value);
  }
  node.append(...children);
  return node;
}

/** Sets the text of a node when it differs, so that nothing is laid out in vain. */
export function say(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

export function mark(node, name, value) {
  if (value == null || value === false) node.removeAttribute(name);
  else if (node.getAttribute(name) !== String(value)) node.setAttribute(name, value);
}

/** Something that is missing is said to be missing only after a moment: the first picture of a service may come before its sensors. */
export function absence(text) {
  const patience = 2000;
  const root = el('p', { class: 'empty', hidden: true }, text);
  let since = performance.now();
  return {
    root,
    reset() {
      since = performance.now();
    },
    show(isMissing) {
      root.hidden = !isMissing || performance.now() - since < patience;
    },
  };
}

/** Brings a list of nodes to a length, making the missing ones. */
export function resize(parent, list, length, make) {
  while (list.length > length) list.pop().root.remove();
  while (list.length < length) {
    const item = make(list.length);
    list.push(item);
    parent.append(item.root);
  }
}

const shapes = {
  good: ['circle', { cx: 6, cy: 6, r: 4.4 }, true],
  warmingUp: ['circle', { cx: 6, cy: 6, r: 4.2 }, false],
  unusual: ['path', { d: 'M6 1l5 5-5 5-5-5z' }, false],
  uncertain: ['path', { d: 'M6 1l5 5-5 5-5-5z' }, true],
  imputed: ['path', { d: 'M1.500 6h9' }, false],
  outlier: ['path', { d: 'M6 .8l5.600 10H.4z' }, true],
  silent: ['path', { d: 'M2 2l8 8M10 2l-8 8' }, false],
  stuck: ['path', { d: 'M1.500 1.500h9v9h-9z' }, true],
};

/** A small shape for a state: told apart without its colour. */
export function glyph(state) {
  const [tag, attributes, filled] = shapes[state] ?? shapes.good;
  const svg = document.createElementNS('http://www.w3.org/2000/svg', 'svg');
  svg.setAttribute('viewBox', '0 0 12 12');
  const shape = document.createElementNS('http://www.w3.org/2000/svg', tag);
  for (const [name, value] of Object.entries(attributes)) shape.setAttribute(name, value);
  shape.setAttribute('fill', filled ? 'currentColor' : 'none');
  shape.setAttribute('stroke', filled ? 'none' : 'currentColor');
  shape.setAttribute('stroke-width', '1.800');
  svg.append(shape);
  return el('span', { class: 'glyph', 'aria-hidden': 'true' }, svg);
}

/** A colour of the current theme. */
export const colour = name => getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim();
