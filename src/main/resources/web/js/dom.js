// Small helpers for the page's own elements. Data from the service always becomes text, never markup.

const SVG = 'http://www.w3.org/2000/svg';

export const byId = (id) => document.getElementById(id);

/** Sets a text only if it differs, to avoid needless layout and needless reading by screen readers. */
export function setText(node, text) {
  if (node.textContent !== text) node.textContent = text;
}

/** A text of a client, isolated: its direction does not move the texts around it. */
export const isolated = (text) => ({ isolated: text });

/** Fills an element with texts, only if they differ. */
export function setParts(node, ...parts) {
  const drawn = JSON.stringify(parts);
  if (node.drawn === drawn) return;
  node.drawn = drawn;
  const nodes = parts.map((part) => (typeof part === 'string' ? part : make('bdi', { text: part.isolated })));
  node.replaceChildren(...nodes);
}

/** Puts a dot between entries, each a list of parts of a text. */
export const joined = (entries) => entries.flatMap((parts, i) => (i === 0 ? parts : [' · ', ...parts]));

export function setAttribute(node, name, value) {
  if (value === null || value === false) {
    if (node.hasAttribute(name)) node.removeAttribute(name);
  } else if (node.getAttribute(name) !== String(value)) {
    node.setAttribute(name, String(value));
  }
}

export function setHidden(node, hidden) {
  if (node.hidden !== hidden) node.hidden = hidden;
}

/** Makes an element with attributes, including `text` and `class`, and with children. */
export function make(tag, attributes = {}, ...children) {
  return fill(document.createElement(tag), attributes, children);
}

export function makeSvg(tag, attributes = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), attributes, children);
}

function fill(node, { text, ...attributes }, children) {
  for (const [name, value] of Object.entries(attributes)) {
    if (value !== null && value !== undefined && value !== false) node.setAttribute(name, value === true ? '' : value);
  }
  if (text !== undefined) node.textContent = text;
  node.append(...children);
  return node;
}

/** Makes the icon of an event type. */
export function icon(name, extra = '') {
  const svg = makeSvg('svg', { class: `icon ${extra}`.trim(), 'aria-hidden': 'true', viewBox: '0 0 16 16' });
  svg.append(...shapes(name));
  return svg;
}

function shapes(name) {
  switch (name) {
    case 'goal':
      return [makeSvg('circle', { cx: 8, cy: 8, r: 6, class: 'fill' })];
    case 'yellow':
      return [makeSvg('rect', { x: 4.5, y: 2.5, width: 7.5, height: 11, rx: 1.3, class: 'yellow' })];
    case 'red':
      return [makeSvg('rect', { x: 4.5, y: 2.5, width: 7.5, height: 11, rx: 1.3, class: 'red' })];
    case 'second-yellow':
      return [makeSvg('rect', { x: 3, y: 2, width: 7, height: 10.5, rx: 1.3, class: 'yellow' }),
        makeSvg('rect', { x: 6, y: 4, width: 7, height: 10.5, rx: 1.3, class: 'red' })];
    case 'substitution':
      return [
        makeSvg('path', { d: 'M5 13V4M2.5 6.5L5 4l2.5 2.5', class: 'stroke in' }),
        makeSvg('path', { d: 'M11 3v9M8.5 9.5L11 12l2.5-2.5', class: 'stroke out' }),
      ];
    case 'missed':
      return [
        makeSvg('circle', { cx: 8, cy: 8, r: 6.2, class: 'stroke' }),
        makeSvg('path', { d: 'M5.5 5.5l5 5M10.5 5.5l-5 5', class: 'stroke' }),
      ];
    case 'retraction':
      return [makeSvg('path', { d: 'M3 6.5h6.5a3.5 3.5 0 010 7H6M5.8 3.5L2.8 6.5l3 3', class: 'stroke' })];
    case 'var':
      return [
        makeSvg('rect', { x: 1.8, y: 3, width: 12.4, height: 8.6, rx: 1, class: 'stroke' }),
        makeSvg('path', { d: 'M5.5 14h5', class: 'stroke' }),
      ];
    default:
      return [
        makeSvg('circle', { cx: 8, cy: 8, r: 4.6, class: 'stroke' }),
        makeSvg('path', { d: 'M8 5.4V8l1.8 1.2', class: 'stroke' }),
      ];
  }
}

/**
 * Makes the children of a container match the items and their order. A node moves only if its position is wrong.
 * @param known Map from key to node, kept by the caller
 */
export function patchChildren(container, items, keyOf, known, create, update) {
  const wanted = new Set();
  let place = container.firstElementChild;
  for (const item of items) {
    const key = keyOf(item);
    wanted.add(key);
    let node = known.get(key);
    if (!node) {
      node = create(item);
      known.set(key, node);
    }
    update(node, item);
    if (node === place) {
      place = place.nextElementSibling;
    } else {
      container.insertBefore(node, place);
    }
  }
  for (const [key, node] of known) {
    if (!wanted.has(key)) {
      node.remove();
      known.delete(key);
    }
  }
}

/** Calls back once in the next frame, regardless of the number of requests. */
export function inNextFrame(callback) {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    // A hidden page gets no frames, but its content must be current when it becomes visible.
    const run = () => {
      asked = false;
      callback();
    };
    if (document.hidden) setTimeout(run, 250);
    else requestAnimationFrame(run);
  };
}

export const reducedMotion = () => matchMedia('(prefers-reduced-motion: reduce)').matches;
