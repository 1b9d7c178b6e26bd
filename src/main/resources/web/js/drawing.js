// Draws the topology as SVG, from left to right if there is room, else from top to bottom.

import { make, makeSvg, setAttribute, setText } from './dom.js';
import { count, perSecond } from './format.js';
import { layersOf, linesOf } from './graph.js';

const WIDE = { width: 132, height: 58, gapAlong: 84, gapAcross: 26 };
const TALL = { width: 106, height: 54, gapAlong: 54, gapAcross: 14 };
const EDGE = 12;
const LANE = 16;

/** An edge with more waiting records than this gets a colour. */
const MUCH = 1_000;

export class Drawing {
  #graph = null;
  #edges = new Map();
  #wide = null;

  constructor(node, onDrawn) {
    this.node = node;
    this.onDrawn = onDrawn;
    new ResizeObserver(() => this.#graph && this.#lay(false)).observe(node);
  }

  draw(graph) {
    this.#graph = graph;
    this.#lay(true);
  }

  /** @param of returns an edge's {rate, lag}; either may be null */
  update(of) {
    for (const { edge, parts } of this.#edges.values()) {
      const { rate, lag } = of(edge);
      setText(parts.rate, rate === null ? '' : perSecond(rate));
      setText(parts.lag, lag === null || lag === 0 ? '' : `lag ${count(lag)}`);
      setAttribute(parts.line, 'class', `edge${rate ? ' flows' : ''}${lag > MUCH ? ' behind' : ''}`);
      setAttribute(parts.lag, 'class', `lag${lag > MUCH ? ' behind' : ''}`);
      setAttribute(parts.line, 'stroke-width', (1.4 + Math.min(3, Math.log10(1 + (rate ?? 0)))).toFixed(1));
    }
  }

  #lay(force) {
    const wide = this.node.clientWidth > 860;
    if (!force && wide === this.#wide) return;
    this.#wide = wide;
    const size = wide ? WIDE : TALL;
    const layers = layersOf(this.#graph, wide);
    const across = Math.max(...[...layers.values()].map((place) => place.of));
    const along = Math.max(...[...layers.values()].map((place) => place.layer)) + 1;
    const step = wide
      ? [size.width + size.gapAlong, size.height + size.gapAcross]
      : [size.height + size.gapAlong, size.width + size.gapAcross];
    const total = [along * step[0] - size.gapAlong, across * step[1] - size.gapAcross];
    const box = new Map();
    for (const [id, place] of layers) {
      const a = place.layer * step[0];
      const b = (total[1] - (place.of * step[1] - size.gapAcross)) / 2 + place.place * step[1];
      box.set(id, wide ? { x: a, y: b, ...size } : { x: b, y: a, ...size });
    }
    const lanes = wide ? 0 : this.#graph.edges.filter((edge) => this.#spans(edge, layers) > 1).length;
    const [w, h] = wide ? total : [total[1] + (lanes > 0 ? lanes * LANE + 20 : 0), total[0]];
    const svg = makeSvg('svg', {
      viewBox: `${-EDGE} ${-EDGE} ${w + 2 * EDGE} ${h + 2 * EDGE}`,
      role: 'img',
      'aria-label': 'The topology with its rates and lags. A table follows.',
      class: wide ? 'wide' : 'tall',
    });
    svg.append(this.#arrow());
    this.#edges.clear();
    const labels = [];
    let lane = 0;
    for (const edge of this.#graph.edges) {
      const far = !wide && this.#spans(edge, layers) > 1;
      const [from, to] = [box.get(edge.from), box.get(edge.to)];
      const ways = far ? aside(from, to, total[1] + ++lane * LANE) : wide ? toTheRight(from, to) : down(from, to);
      // Edges that share a start have their labels at the end, and edges that share an end have them at the start.
      if (!far && edge.from.startsWith('topic:')) ways.y = wide ? box.get(edge.from).y + size.height / 2 : ways.start;
      labels.push(this.#edge(svg, edge, ways));
    }
    for (const node of this.#graph.nodes) svg.append(this.#node(node, box.get(node.id), wide));
    svg.append(...labels.flat());
    this.node.replaceChildren(svg);
    this.onDrawn();
  }

  #arrow() {
    const size = { refX: 7, refY: 4, markerWidth: 8, markerHeight: 8, markerUnits: 'userSpaceOnUse' };
    return makeSvg('defs', {}, makeSvg('marker', { id: 'arrow', viewBox: '0 0 8 8', ...size, orient: 'auto' },
      makeSvg('path', { d: 'M0 .5L7.5 4L0 7.5z', class: 'tip' })));
  }

  #spans(edge, layers) {
    return layers.get(edge.to).layer - layers.get(edge.from).layer;
  }

  #edge(svg, edge, { d, x, y }) {
    const line = makeSvg('path', { d, class: 'edge', 'marker-end': 'url(#arrow)' });
    svg.append(line);
    const rate = makeSvg('text', { x, y: y - 6, class: 'rate' });
    const lag = makeSvg('text', { x, y: y + 15, class: 'lag' });
    this.#edges.set(`${edge.from} ${edge.to}`, { edge, parts: { line, rate, lag } });
    return [rate, lag];
  }

  #node(node, { x, y, width, height }, wide) {
    const group = makeSvg('g', { class: `node ${node.kind}`, transform: `translate(${x} ${y})` });
    group.append(makeSvg('rect', { width, height, rx: node.kind === 'topic' ? height / 2 : 10 }));
    const lines = linesOf(node.label, wide ? 16 : 13);
    const below = node.stores.length > 0 ? 1 : 0;
    const first = height / 2 - ((lines.length + below - 1) * 15) / 2 + 4;
    lines.forEach((line, i) => {
      group.append(makeSvg('text', { x: width / 2, y: first + i * 15, class: 'label', text: line }));
    });
    if (below) {
      const stores = node.stores.length === 1 ? node.stores[0] : `${node.stores.length} stores`;
      group.append(makeSvg('text', { x: width / 2, y: first + lines.length * 15, class: 'stores', text: stores }));
      group.append(makeSvg('title', { text: `Stores: ${node.stores.join(', ')}` }));
    }
    return group;
  }
}

/** From left to right: the curve reaches its row in the first gap and continues straight past the nodes in between. */
function toTheRight(a, b) {
  const [x1, y1, x2, y2] = [a.x + a.width, a.y + a.height / 2, b.x - 2, b.y + b.height / 2];
  const gap = Math.min(x2 - x1, WIDE.gapAlong);
  const bend = `C${x1 + gap * .55} ${y1} ${x1 + gap * .45} ${y2} ${x1 + gap} ${y2}`;
  return { d: `M${x1} ${y1}${bend}L${x2} ${y2}`, x: x2 - x1 > gap ? x2 - 42 : x1 + gap * .47, y: y2 };
}

function down(a, b) {
  const [x1, y1, x2, y2] = [a.x + a.width / 2, a.y + a.height, b.x + b.width / 2, b.y - 2];
  return {
    d: `M${x1} ${y1}C${x1} ${y1 + 30} ${x2} ${y2 - 30} ${x2} ${y2}`,
    x: x1 + (x2 - x1) * .6,
    y: y1 + (y2 - y1) * .5,
    start: y1 + (y2 - y1) * .4,
  };
}

/** Past the nodes in between, in its own lane. */
function aside(a, b, lane) {
  const [x1, y1, x2, y2] = [a.x + a.width, a.y + a.height / 2, b.x + b.width + 2, b.y + b.height / 2];
  return {
    d: `M${x1} ${y1}H${lane - 10}Q${lane} ${y1} ${lane} ${y1 + 10}V${y2 - 10}Q${lane} ${y2} ${lane - 10} ${y2}H${x2}`,
    x: lane - 6,
    y: (y1 + y2) / 2,
  };
}

/** The same data as a table, for screen readers. */
export function edgesTable(body, graph, of) {
  const name = (id) => graph.nodes.find((node) => node.id === id).label;
  body.replaceChildren(...graph.edges.map((edge) => {
    const { rate, lag } = of(edge);
    return make('tr', {}, make('th', { scope: 'row', text: name(edge.from) }), make('td', { text: name(edge.to) }),
      make('td', { class: 'n', text: rate === null ? '–' : perSecond(rate) }),
      make('td', { class: 'n', text: lag === null ? '–' : count(lag) }));
  }));
}
