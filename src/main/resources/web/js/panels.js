// The panels of a match: teams side by side, totals by type, the fans, facts.

import { minuteAt, minuteOfWindow } from './clock.js';
import { byId, icon, isolated, make, patchChildren, setAttribute, setHidden, setParts, setText } from './dom.js';
import { count, decimal, millis, plural, timeOfDay, times, timeWithSeconds, words } from './format.js';
import { momentum } from './momentum.js';
import { lifts } from './reactions.js';
import { of, sideOfMoment } from './sides.js';
import { fansIn, kindOf } from './types.js';

/** A bar's width; set by script, since the policy allows no style in markup. */
function width(node, share) {
  const value = `${Math.round(share * 1_000) / 10}%`;
  if (node.style.width !== value) node.style.width = value;
}

/** The numbers of each team: its events, and the key moments that name it. */
export class Versus {
  #known = new Map();

  constructor(body) {
    this.body = body;
  }

  show(model, sides) {
    sides.forEach((side) => setParts(byId(`versus-${side.side}`), isolated(side.name)));
    const { metrics } = model;
    const optional = (name, numbers) => (Object.keys(numbers).length === 0 ? [] : [[name, numbers]]);
    const rows = [
      ['Goals', metrics.score],
      ...optional('Shoot-out', metrics.shootout ?? {}),
      ['All events', metrics.eventsByTeam],
      ['Yellow cards', model.tally('yellow_card', 'second_yellow_card')],
      ['Red cards', model.tally('red_card', 'second_yellow_card')],
      ['Substitutions', model.tally('substitution')],
      ...optional('Own goals', model.tally('own_goal')),
      ...optional('Penalties missed', model.tally('penalty_missed')),
    ];
    patchChildren(this.body, rows, ([name]) => name, this.#known, ([name]) => this.#create(name),
      (node, [, numbers]) => this.#update(node, numbers, sides));
  }

  #create(name) {
    const parts = {
      home: make('td', { class: 'n' }), away: make('td', { class: 'n' }),
      homeBar: make('i', { class: 'home' }), awayBar: make('i', { class: 'away' }),
    };
    const row = make('tr', {}, parts.home, make('th', { scope: 'row' }, make('span', { text: name }),
      make('span', { class: 'bars', 'aria-hidden': 'true' },
        make('span', {}, parts.homeBar), make('span', {}, parts.awayBar))), parts.away);
    row.parts = parts;
    return row;
  }

  #update({ parts }, numbers, sides) {
    const [home, away] = sides.map((side) => of(numbers, side));
    const most = Math.max(home, away, 1);
    setText(parts.home, count(home));
    setText(parts.away, count(away));
    width(parts.homeBar, home / most);
    width(parts.awayBar, away / most);
  }
}

/** Totals by type, the largest first. */
export class Totals {
  #known = new Map();

  constructor(list) {
    this.list = list;
  }

  show(metrics) {
    const types = Object.entries(metrics.eventsByType ?? {}).sort(([a, n], [b, m]) => m - n || (a < b ? -1 : 1));
    const most = Math.max(1, ...types.map(([, n]) => n));
    setText(byId('total'), count(metrics.totalEvents));
    patchChildren(this.list, types, ([type]) => type, this.#known, ([type]) => {
      const parts = { n: make('b'), bar: make('i', { class: kindOf(type) }) };
      const node = make('li', {}, make('span', { text: words(type) }), parts.n,
        make('span', { class: 'track', 'aria-hidden': 'true' }, parts.bar));
      node.parts = parts;
      return node;
    }, ({ parts }, [, n]) => {
      setText(parts.n, count(n));
      width(parts.bar, n / most);
    });
  }
}

/** Rates, the peak, response times. */
export class Facts {
  #known = new Map();

  show(metrics, periods) {
    const peak = metrics.peakMinute;
    const at = peak ? Date.parse(peak.minute) : null;
    const minute = peak ? minuteOfWindow(periods, at, Date.parse(metrics.lastEventAt))?.label : null;
    const rows = [
      ['per minute, now', count(metrics.eventsPerMinute?.current)],
      ['per minute, on average', decimal(metrics.eventsPerMinute?.average)],
      ['in the busiest minute', count(metrics.eventsPerMinute?.peak), peak ? minute ?? timeOfDay(at) : ''],
      ['duplicates, not counted', count(metrics.duplicates)],
    ];
    patchChildren(byId('facts'), rows, ([name]) => name, this.#known, ([name]) => {
      const parts = { value: make('dd'), extra: make('span') };
      const node = make('div', {}, make('dt', { text: name }), parts.value);
      parts.number = make('b');
      parts.value.append(parts.number, parts.extra);
      node.parts = parts;
      return node;
    }, ({ parts }, [, value, extra]) => {
      setText(parts.number, value);
      setText(parts.extra, extra ? ` ${extra}` : '');
    });
    const times = metrics.responseTimePercentiles ?? {};
    for (const name of ['p50', 'p95', 'p99']) setText(byId(name), millis(times[name]));
    // 1970: no time is proven yet.
    setText(byId('as-of'), Date.parse(metrics.asOf) > 0
      ? `${metrics.stale ? 'From a standby, as' : 'As'} of ${timeWithSeconds(metrics.asOf)}.`
      : '');
  }
}

/** The fans' reaction to each goal. */
export class Lifts {
  #known = new Map();

  show(windows, moments, sides, periods, metrics) {
    const goals = lifts(windows, moments).reverse();
    const fans = fansIn(metrics.eventsByType);
    const some = goals.length > 0 && fans > 0;
    setHidden(byId('lifts'), !some);
    setHidden(byId('lifts-note'), !some);
    setHidden(byId('fans-hint'), !some);
    setHidden(byId('lifts-empty'), some);
    setText(byId('lifts-empty'), fans === 0
      ? 'No fan events in this match yet.'
      : `${plural(fans, 'fan event')} so far. Their reactions to goals appear here.`);
    const most = Math.max(1, ...goals.map((goal) => Math.max(goal.after, goal.before)));
    patchChildren(byId('lifts'), some ? goals : [], (goal) => goal.eventId, this.#known, () => this.#create(),
      (node, goal) => this.#update(node, goal, sides, periods, most));
  }

  #create() {
    const parts = {
      minute: make('span', { class: 'minute' }), name: make('span', { class: 'name' }), lift: make('b'),
      before: make('i'), after: make('i'), numbers: make('p', { class: 'numbers' }),
    };
    const node = make('li', {}, make('p', { class: 'first' }, parts.minute, icon('goal'), parts.name, parts.lift),
      make('div', { class: 'pair', 'aria-hidden': 'true' }, parts.before, parts.after), parts.numbers);
    node.parts = parts;
    return node;
  }

  #update(node, goal, sides, periods, most) {
    const { parts } = node;
    const side = sideOfMoment(sides, goal);
    setAttribute(node, 'class', `${side?.side ?? 'none'}${goal.retracted ? ' retracted' : ''}`);
    setText(parts.minute, minuteAt(periods, goal.at)?.label ?? timeOfDay(goal.at));
    setParts(parts.name, isolated(side?.name ?? `Team ${goal.teamId}`), goal.retracted ? ' (taken back)' : '');
    setText(parts.lift, liftOf(goal));
    width(parts.before, goal.before / most);
    width(parts.after, goal.after / most);
    setText(parts.numbers,
      `${count(goal.before)} in the minute before, ${count(goal.after)} after${goal.open ? ', so far' : ''}`);
  }
}

function liftOf(goal) {
  if (goal.open && goal.after < goal.before) return '…';
  if (goal.lift === null) return goal.after > 0 ? 'from 0' : '–';
  return times(goal.lift);
}

/** The charts' numbers as a table, for screen readers. It is filled only while it is open. */
export function minutesTable(windows, moments, sides, periods, lastEventAt, titleOf) {
  sides.forEach((side) => setParts(byId(`th-${side.side}`), isolated(side.name)));
  const line = momentum(windows, sides[0].teamId, sides[1].teamId);
  const startOfMinute = (moment) => Math.floor(Date.parse(moment.timestamp) / 60_000) * 60_000;
  const happened = Map.groupBy(moments.filter((moment) => !moment.retracted), startOfMinute);
  const rows = windows.map((window, i) => {
    const start = Date.parse(window.start);
    const cells = [
      minuteOfWindow(periods, start, lastEventAt)?.label ?? '',
      timeOfDay(start),
      count(window.events),
      ...sides.map((side) => count(of(window.byTeam, side))),
      count(fansIn(window.byType)),
      `${line[i] > 0 ? '+' : ''}${decimal(line[i])}`.replace('-', '−'),
      (happened.get(start) ?? []).map(titleOf).join(', '),
    ];
    return make('tr', {}, ...cells.map((text, column) => make(column === 0 ? 'th' : 'td', {
      text,
      class: column > 1 && column < 7 ? 'n' : null,
      scope: column === 0 ? 'row' : null,
    })));
  });
  byId('minutes-body').replaceChildren(...rows.reverse());
}
