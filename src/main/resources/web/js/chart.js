// Events per minute and momentum, one above the other over the same minutes, drawn by uPlot. Colours come from the
// style sheet.

import { playTicks } from './clock.js';
import { timeOfDay } from './format.js';
import { sideOfMoment } from './sides.js';
import { fansIn, isGoal } from './types.js';

const MINUTE = 60_000;
const MATCH_MINUTES = 110;
const LANE = 34;

/** The widest bar. Without it the bars of the first minutes would be huge and shrink with each minute. */
const WIDEST_BAR = 9;

/** The largest momentum that is drawn. Only five minutes of one team's events exceed it. */
const SWING = .8;
const AXIS_WIDTH = 38;
const HEIGHTS = { events: 230, momentum: 132 };

/** A narrow chart leaves substitutions out; the list has them. */
const NARROW = 560;
const MARKED = ['goal', 'own_goal', 'yellow_card', 'second_yellow_card', 'red_card', 'substitution', 'penalty_missed'];
const COLOURS = ['ink', 'muted', 'line', 'bars', 'peak', 'fans', 'home', 'away', 'yellow', 'red', 'surface', 'sunken'];

export class MatchCharts {
  #events;
  #momentum;
  #colours = {};
  #data = { windows: [], momentum: [], moments: [], periods: [], sides: [], peak: null };
  #onPoint;

  /** @param onPoint receives the index of the minute under the pointer, null if there is none */
  constructor(eventsNode, momentumNode, onPoint) {
    this.#onPoint = onPoint;
    this.#readColours();
    this.#events = this.#plot(eventsNode, 'events');
    this.#momentum = this.#plot(momentumNode, 'momentum');
    new ResizeObserver(() => this.#resize()).observe(eventsNode);
    document.addEventListener('theme', () => this.restyle());
    matchMedia('(forced-colors: active)').addEventListener('change', () => this.restyle());
  }

  /** @param data {windows, momentum, moments, periods, sides, peak}: peak is the start of the busiest minute */
  show(data) {
    this.#data = data;
    const xs = data.windows.map((window) => Date.parse(window.start) / MINUTE);
    const values = data.windows.map((window) => window.events);
    const fans = data.windows.map((window) => fansIn(window.byType));
    const peak = data.windows.map((window) => (Date.parse(window.start) === data.peak ? window.events : null));
    this.#events.setData([xs, values, peak, fans]);
    this.#momentum.setData([xs, data.momentum.map((m) => Math.max(0, m)), data.momentum.map((m) => Math.min(0, m))]);
  }

  restyle() {
    this.#readColours();
    this.#events.redraw(false, true);
    this.#momentum.redraw(false, true);
  }

  #resize() {
    for (const [name, plot] of [['events', this.#events], ['momentum', this.#momentum]]) {
      const width = plot.root.parentNode.clientWidth;
      if (width > 0 && width !== plot.width) plot.setSize({ width, height: HEIGHTS[name] });
    }
  }

  #readColours() {
    const probe = document.body.appendChild(document.createElement('i'));
    probe.style.forcedColorAdjust = 'none'; // else forced colours make all of them one
    for (const name of COLOURS) {
      probe.style.color = `var(--${name})`;
      this.#colours[name] = getComputedStyle(probe).color;
    }
    probe.remove();
  }

  #plot(node, name) {
    const of = (colour) => () => this.#colours[colour];
    const bars = (size) => uPlot.paths.bars({ size: [size, WIDEST_BAR], align: 1 });
    const series = name === 'events'
      ? [{}, { fill: of('bars'), paths: bars(.78) }, { fill: of('peak'), paths: bars(.78) },
        { fill: of('fans'), paths: bars(.78) }]
      : [{}, { fill: of('home'), paths: bars(.9) }, { fill: of('away'), paths: bars(.9) }];
    const y = name === 'events'
      ? { range: (_, __, max) => [0, Math.max(10, Math.ceil((max || 0) * 1.12))] }
      : { range: () => [-SWING, SWING] };
    const options = {
      width: node.clientWidth || 600,
      height: HEIGHTS[name],
      padding: [name === 'events' ? LANE : 6, 10, 0, 0],
      legend: { show: false },
      cursor: {
        sync: { key: 'match' },
        y: false,
        points: { show: false },
        drag: { x: false, y: false },
        bind: { dblclick: () => null },
      },
      scales: { x: { time: false, range: (u) => this.#range(u.data[0]?.[0], u.data[0]?.at(-1)) }, y },
      series: series.map((one) => ({ ...one, width: 0, points: { show: false }, stroke: 'transparent' })),
      axes: [this.#timeAxis(), name === 'events' ? this.#countAxis() : this.#teamAxis()],
      hooks: {
        drawClear: [(u) => this.#shadePauses(u)],
        draw: [(u) => this.#mark(u, name)],
        setCursor: [(u) => name === 'events' && this.#onPoint(u.cursor.left >= 0 ? this.#indexAt(u) : null)],
      },
    };
    return new uPlot(options, name === 'events' ? [[], [], [], []] : [[], [], []], node);
  }

  #indexAt(u) {
    const minute = Math.floor(u.posToVal(u.cursor.left, 'x'));
    const first = u.data[0][0];
    const index = minute - first;
    return index >= 0 && index < u.data[0].length ? index : null;
  }

  /** The time axis has the length of a match from the start, so that the scale is stable. */
  #range(min, max) {
    if (min == null) return [0, MATCH_MINUTES];
    return [min, Math.max(min + MATCH_MINUTES, max + 2)];
  }

  #timeAxis() {
    return {
      stroke: () => this.#colours.muted,
      font: '12px system-ui, sans-serif',
      size: 26,
      gap: 4,
      grid: { show: false },
      ticks: { stroke: () => this.#colours.line, width: 1, size: 4 },
      splits: (u) => this.#splits(u).map((tick) => tick.at / MINUTE),
      values: (u) => this.#splits(u).map((tick) => tick.label),
    };
  }

  /** Ticks: minutes of play if the periods are known, else times of day; as many as fit. */
  #splits(u) {
    const [min, max] = [u.scales.x.min, u.scales.x.max];
    if (min == null) return [];
    let ticks = playTicks(this.#data.periods);
    if (ticks.length === 0) {
      const step = Math.max(15, Math.ceil((max - min) / 8 / 15) * 15);
      for (let at = Math.ceil(min / step) * step; at <= max; at += step) {
        ticks.push({ at: at * MINUTE, label: timeOfDay(at * MINUTE) });
      }
    }
    const room = u.bbox.width / devicePixelRatio / (max - min);
    let last = -Infinity;
    ticks = ticks.filter((tick) => {
      const fits = tick.at / MINUTE >= min - .5 && tick.at / MINUTE <= max && (tick.at / MINUTE - last) * room > 30;
      if (fits) last = tick.at / MINUTE;
      return fits;
    });
    return ticks;
  }

  #countAxis() {
    return {
      stroke: () => this.#colours.muted,
      font: '12px system-ui, sans-serif',
      size: AXIS_WIDTH,
      gap: 4,
      grid: { stroke: () => this.#colours.line, width: 1 },
      ticks: { show: false },
      incrs: [1, 2, 5, 10, 20, 25, 50, 100, 200, 250, 500, 1_000, 2_000, 2_500, 5_000, 10_000, 50_000, 100_000],
      space: 42,
    };
  }

  #teamAxis() {
    return {
      stroke: () => this.#colours.muted,
      size: AXIS_WIDTH,
      grid: { stroke: () => this.#colours.line, width: 1 },
      ticks: { show: false },
      splits: () => [-SWING, 0, SWING],
      values: () => ['', '', ''],
    };
  }

  /** Shades the time outside of all periods. */
  #shadePauses(u) {
    const { periods } = this.#data;
    u.ctx.save();
    u.ctx.fillStyle = this.#colours.sunken;
    for (let i = 0; i + 1 < periods.length; i++) {
      if (periods[i].endedAt === null) continue;
      const from = u.valToPos(periods[i].endedAt / MINUTE, 'x', true);
      const to = u.valToPos(periods[i + 1].startedAt / MINUTE, 'x', true);
      if (to > from) u.ctx.fillRect(from, u.bbox.top, to - from, u.bbox.height);
    }
    u.ctx.restore();
  }

  #mark(u, name) {
    const px = devicePixelRatio;
    const lanes = new Map();
    for (const moment of this.#data.moments) {
      if (!MARKED.includes(moment.eventType)) continue;
      const x = Math.round(u.valToPos(Date.parse(moment.timestamp) / MINUTE, 'x', true));
      if (!(x >= u.bbox.left - 1 && x <= u.bbox.left + u.bbox.width + 1)) continue;
      if (isGoal(moment.eventType)) this.#goalLine(u, x, moment, name === 'events');
      if (name !== 'events' || (moment.eventType === 'substitution' && u.width < NARROW)) continue;
      const place = Math.round(x / (13 * px));
      const lane = lanes.get(place) ?? 0;
      lanes.set(place, lane + 1);
      if (lane < 2) this.#symbol(u.ctx, x, u.bbox.top - (9 + lane * 14) * px, px, moment);
    }
    if (name === 'events') this.#peakLabel(u, px);
  }

  #teamColour(moment) {
    return this.#colours[sideOfMoment(this.#data.sides, moment)?.side ?? 'muted'];
  }

  #goalLine(u, x, moment, strong) {
    const { ctx } = u;
    ctx.save();
    ctx.strokeStyle = this.#teamColour(moment);
    ctx.globalAlpha = moment.retracted ? .35 : strong ? .9 : .55;
    ctx.lineWidth = 1.5 * devicePixelRatio;
    ctx.setLineDash([4 * devicePixelRatio, 3 * devicePixelRatio]);
    ctx.beginPath();
    ctx.moveTo(x, u.bbox.top - (strong ? 2 * devicePixelRatio : 0));
    ctx.lineTo(x, u.bbox.top + u.bbox.height);
    ctx.stroke();
    ctx.restore();
  }

  #symbol(ctx, x, y, px, moment) {
    ctx.save();
    ctx.translate(x, y);
    ctx.scale(px, px);
    ctx.globalAlpha = moment.retracted ? .45 : 1;
    switch (moment.eventType) {
      case 'goal':
      case 'own_goal':
        this.#ball(ctx, this.#teamColour(moment), moment.retracted);
        break;
      case 'penalty_missed':
        this.#ball(ctx, this.#teamColour(moment), true);
        break;
      case 'substitution':
        this.#arrows(ctx, this.#teamColour(moment));
        break;
      case 'second_yellow_card':
        this.#card(ctx, -2, this.#colours.yellow);
        this.#card(ctx, 1.5, this.#colours.red);
        break;
      default:
        this.#card(ctx, 0, this.#colours[moment.eventType === 'red_card' ? 'red' : 'yellow']);
    }
    ctx.restore();
  }

  #ball(ctx, colour, crossed) {
    ctx.beginPath();
    ctx.arc(0, 0, 6, 0, 2 * Math.PI);
    ctx.fillStyle = crossed ? this.#colours.surface : colour;
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.6;
    ctx.fill();
    ctx.stroke();
    if (!crossed) return;
    ctx.beginPath();
    ctx.moveTo(-3, -3);
    ctx.lineTo(3, 3);
    ctx.moveTo(3, -3);
    ctx.lineTo(-3, 3);
    ctx.stroke();
  }

  #card(ctx, dx, colour) {
    ctx.beginPath();
    ctx.roundRect(dx - 3, -4.8, 6.4, 9.4, 1.2);
    ctx.fillStyle = colour;
    ctx.fill();
    ctx.strokeStyle = this.#colours.surface;
    ctx.lineWidth = 1;
    ctx.stroke();
  }

  #arrows(ctx, colour) {
    ctx.strokeStyle = colour;
    ctx.lineWidth = 1.5;
    ctx.lineCap = 'round';
    ctx.lineJoin = 'round';
    ctx.beginPath();
    ctx.moveTo(-2.4, 4);
    ctx.lineTo(-2.4, -4);
    ctx.moveTo(-4.4, -1.8);
    ctx.lineTo(-2.4, -4);
    ctx.lineTo(-.4, -1.8);
    ctx.moveTo(2.4, -4);
    ctx.lineTo(2.4, 4);
    ctx.moveTo(.4, 1.8);
    ctx.lineTo(2.4, 4);
    ctx.lineTo(4.4, 1.8);
    ctx.stroke();
  }

  #peakLabel(u, px) {
    const index = u.data[2].findIndex((value) => value !== null);
    if (index < 0) return;
    const x = u.valToPos(u.data[0][index] + .4, 'x', true);
    const y = u.valToPos(u.data[2][index], 'y', true);
    const label = `peak ${u.data[2][index]}`;
    const { ctx } = u;
    ctx.save();
    ctx.font = `600 ${12 * px}px system-ui, sans-serif`;
    const half = ctx.measureText(label).width / 2;
    const at = Math.min(Math.max(x, u.bbox.left + half + 4 * px), u.bbox.left + u.bbox.width - half - 4 * px);
    ctx.fillStyle = this.#colours.surface;
    ctx.globalAlpha = .8;
    ctx.fillRect(at - half - 3 * px, y - 18 * px, 2 * half + 6 * px, 15 * px);
    ctx.globalAlpha = 1;
    ctx.fillStyle = this.#colours.ink;
    ctx.textAlign = 'center';
    ctx.textBaseline = 'bottom';
    ctx.fillText(label, at, y - 3 * px);
    ctx.restore();
  }
}
