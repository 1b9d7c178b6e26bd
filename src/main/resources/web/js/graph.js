// Turns the topology's description into a layered graph for drawing. Pure.

/**
 * Topics replace the sources that read them and the sinks that write them. The graph also has the clients before the
 * topology and the consumers after it.
 *
 * @param description as `GET /api/topology` returns it
 * @param stored topics that the sink stores in ClickHouse
 * @param followed topics that the live pages' hub follows
 * @returns {nodes: [{id, kind, label, stores}], edges: [{from, to}]}; kind is client, topic, processor or store
 */
export function graphOf(description, stored, followed) {
  const nodes = new Map();
  const edges = [];
  const add = (id, kind, label, stores = []) => nodes.has(id) || nodes.set(id, { id, kind, label, stores });
  const link = (from, to) => edges.some((edge) => edge.from === from && edge.to === to) || edges.push({ from, to });
  const topic = (name) => {
    add(`topic:${name}`, 'topic', name);
    return `topic:${name}`;
  };
  for (const subtopology of description.subtopologies ?? []) {
    const names = new Map(subtopology.nodes.map((node) => [node.name, node]));
    const places = (node) => (node.type === 'processor' ? [`node:${node.name}`] : (node.topics ?? []).map(topic));
    for (const node of subtopology.nodes) {
      if (node.type === 'processor') add(`node:${node.name}`, 'processor', node.name, node.stores ?? []);
      for (const successor of node.successors ?? []) {
        const target = names.get(successor);
        if (target) places(node).forEach((from) => places(target).forEach((to) => link(from, to)));
      }
      if (node.type === 'source') {
        add('http', 'client', 'HTTP');
        places(node).filter((place) => isOuter(place, description)).forEach((place) => link('http', place));
      }
    }
  }
  const written = [...nodes.keys()].filter((id) => id.startsWith('topic:'));
  for (const id of written) {
    const name = id.slice(6);
    if (stored.includes(name)) {
      add('clickhouse', 'store', 'ClickHouse');
      link(id, 'clickhouse');
    }
    if (followed.includes(name)) {
      add('live', 'client', 'Live pages');
      link(id, 'live');
    }
  }
  return { nodes: [...nodes.values()], edges };
}

/** A topic that no sink writes, so other components write it. */
function isOuter(place, description) {
  return !(description.subtopologies ?? []).some((subtopology) => subtopology.nodes
    .some((node) => node.type === 'sink' && (node.topics ?? []).some((name) => `topic:${name}` === place)));
}

/**
 * Puts each node in the layer of its longest path from a start. Within a layer, nodes follow the positions of their
 * predecessors, so that few edges cross.
 * @param gathered whether all topics that the topology writes share one layer
 * @returns Map from id to {layer, place, of}: its layer, its place in the layer, and the size of the layer
 */
export function layersOf({ nodes, edges }, gathered) {
  const layer = new Map(nodes.map((node) => [node.id, 0]));
  for (let round = 0; round < nodes.length; round++) {
    let moved = false;
    for (const { from, to } of edges) {
      if (layer.get(to) < layer.get(from) + 1 && layer.get(from) + 1 < nodes.length) {
        layer.set(to, layer.get(from) + 1);
        moved = true;
      }
    }
    if (!moved) break;
  }
  const last = Math.max(0, ...layer.values());
  const isOutput = (node) => node.kind === 'topic'
    && edges.some((edge) => edge.to === node.id && edge.from.startsWith('node:'));
  const isReader = (node) => node.kind === 'store' || node.id === 'live';
  const written = Math.max(0, ...nodes.filter(isOutput).map((node) => layer.get(node.id)));
  for (const node of nodes) {
    if (isReader(node)) layer.set(node.id, last);
    else if (gathered && isOutput(node)) layer.set(node.id, written);
  }
  const columns = [];
  for (const node of nodes) (columns[layer.get(node.id)] ??= []).push(node.id);
  const at = new Map();
  columns.forEach((ids) => {
    const sources = (id) => edges.filter((edge) => edge.to === id && at.has(edge.from))
      .map((edge) => at.get(edge.from));
    const mean = (numbers) => (numbers.length === 0 ? 0 : numbers.reduce((a, b) => a + b, 0) / numbers.length);
    const side = (id) => mean(sources(id).map((source) => source.middle));
    const distance = (id) => layer.get(id) - Math.max(-1, ...sources(id).map((source) => source.layer));
    const isTopic = (id) => (id.startsWith('topic:') ? 1 : 0);
    const isStore = (id) => (id === 'clickhouse' ? 1 : 0);
    ids.sort((a, b) => isStore(a) - isStore(b) || distance(a) - distance(b) || side(a) - side(b)
      || isTopic(a) - isTopic(b) || (a < b ? -1 : 1));
    ids.forEach((id, place) => {
      at.set(id, { layer: layer.get(id), place, of: ids.length, middle: place - (ids.length - 1) / 2 });
    });
  });
  return at;
}

/** Splits a long name into lines of bounded length, after hyphens and dots. */
export function linesOf(label, most) {
  const lines = [''];
  for (const part of label.split(/(?<=[-.])/)) {
    if (lines.at(-1) !== '' && (lines.at(-1) + part).length > most) lines.push('');
    lines[lines.length - 1] += part;
  }
  return lines;
}
