'use strict';
// Everything that comes from outside becomes text, never markup.

const EVERY_MILLIS = 2000;
let generation = '';

function make(tag, className, text) {
  const node = document.createElement(tag);
  if (className) node.className = className;
  if (text !== undefined) node.textContent = text;
  return node;
}

function fill(id, nodes) {
  document.getElementById(id).replaceChildren(...nodes);
}

function bytes(count) {
  return count < 1048576 ? `${(count / 1024).toFixed(1)} KiB` : `${(count / 1048576).toFixed(1)} MiB`;
}

function span(from, to) {
  const seconds = Math.max(0, Math.round((new Date(to) - new Date(from)) / 1000));
  if (seconds < 60) return `${seconds} s`;
  if (seconds < 3600) return `${Math.floor(seconds / 60)} min ${seconds % 60} s`;
  return `${Math.floor(seconds / 3600)} h ${Math.floor(seconds % 3600 / 60)} min`;
}

function time(instant) {
  return new Date(instant).toLocaleString();
}

function card(className, title, ...lines) {
  const node = make('div', `card ${className}`);
  node.append(make('h3', '', title));
  lines.filter(Boolean).forEach(line => node.append(make('p', 'small', line)));
  return node;
}

function topology(set) {
  const cards = [];
  const well = set.master !== null && set.answers;
  cards.push(card(well ? 'well' : 'critical', `Master ${set.master ?? 'unknown'}`,
    set.answers ? 'answers' : 'does not answer', set.usedMemoryBytes === null ? '' : bytes(set.usedMemoryBytes),
    `known by: ${set.knownBy}`));
  set.replicas.forEach(replica => cards.push(card(
    replica.state === 'in sync' ? 'well' : 'warning', `Replica ${replica.address}`, replica.state,
    replica.lagBytes === null ? '' : `${bytes(replica.lagBytes)} behind`)));
  set.sentinels.forEach(sentinel => cards.push(card(
    sentinel.answers ? 'well' : 'warning', `Sentinel ${sentinel.address}`,
    sentinel.answers ? `names ${sentinel.master ?? 'nobody'}` : 'does not answer')));
  if (set.sentinels.length > 0) {
    const answering = set.sentinels.filter(sentinel => sentinel.answers).length;
    const enough = answering > set.sentinels.length / 2;
    cards.push(card(enough ? 'well' : 'critical', `${answering} of ${set.sentinels.length} Sentinels`,
      `quorum ${set.quorum}`, enough ? 'a failover is possible' : 'nobody can fail over'));
  }
  return cards;
}

function delivery(overview) {
  const state = overview.delivery;
  const rows = [
    ['To', state.printing ? 'the log: no token or no chat is configured' : 'Telegram'],
    ['Waiting', state.waiting === 0 ? 'nothing' : `${state.waiting}, for ${span(state.oldest ?? overview.now, overview.now)}`],
    ['Last delivered', state.lastSuccess === null ? 'nothing since the start' : time(state.lastSuccess)],
    ['Watchdog', overview.watchdogSilentSeconds === null ? 'not expected' : `heard ${overview.watchdogSilentSeconds} s ago`],
  ];
  if (!state.diskWell) rows.push(['Disk', 'the outbox cannot be written']);
  state.troubles.forEach(trouble => rows.push(['Trouble', trouble]));
  return rows.flatMap(([name, value]) => [make('dt', '', name), make('dd', '', value)]);
}

function link(url, text) {
  if (!/^https?:\/\//.test(url ?? '')) return null;
  const node = make('a', '', text);
  node.href = url;
  node.rel = 'noopener noreferrer';
  return node;
}

function incident(item, overview) {
  const level = item.closedAt === null ? item.severity.toLowerCase() : 'well';
  const node = make('article', `incident ${item.severity === 'INFO' ? 'info' : level}`);
  const title = make('h3');
  title.append(make('b', item.closedAt === null ? level : '', item.severity), ` ${item.summary}`);
  const when = item.closedAt === null
    ? `since ${time(item.openedAt)}, for ${span(item.openedAt, overview.now)}`
    : `${time(item.openedAt)}, lasted ${span(item.openedAt, item.closedAt)}`;
  node.append(title, make('p', 'small', `${item.name} · ${when}`));
  if (item.description) node.append(make('p', '', item.description));
  if (item.parts.length > 0) {
    const list = make('ul');
    item.parts.forEach(part => list.append(make('li', '',
      `${part.endedAt === null ? part.severity : 'over'}: ${part.summary} (${part.name}, ${time(part.startedAt)})`)));
    node.append(list);
  }
  const dashboard = item.dashboardUrl?.startsWith('/') && overview.grafana
    ? overview.grafana.replace(/\/+$/, '') + item.dashboardUrl : item.dashboardUrl;
  const links = [link(item.runbookUrl, 'runbook'), link(dashboard, 'dashboard')].filter(Boolean);
  if (links.length > 0) {
    const line = make('p', 'small');
    links.forEach((each, i) => line.append(i > 0 ? ' · ' : '', each));
    node.append(line);
  } else if (item.runbookUrl) {
    node.append(make('p', 'small', `runbook: ${item.runbookUrl}`));
  }
  return node;
}

function incidents(items, count, none, overview) {
  const nodes = items.map(item => incident(item, overview));
  if (count > items.length) nodes.push(make('p', 'small', `… and ${count - items.length} more`));
  return nodes.length > 0 ? nodes : [make('p', 'small', none)];
}

function show(overview) {
  fill('topology', topology(overview.set));
  fill('delivery', delivery(overview));
  fill('open', incidents(overview.open, overview.openCount, 'Nothing is open.', overview));
  // rebuilt only when it changed, so that text in it can be selected
  const next = JSON.stringify(overview.history);
  if (next !== generation) {
    generation = next;
    fill('history', incidents(overview.history, overview.history.length, 'Nothing yet.', overview));
  }
  document.getElementById('state').textContent =
    `${overview.openCount === 0 ? 'nothing is open' : `${overview.openCount} open`}, as of ${new Date(overview.now).toLocaleTimeString()}`;
  document.title = overview.openCount === 0 ? 'telegram-alerts' : `(${overview.openCount}) telegram-alerts`;
}

async function refresh() {
  try {
    const answer = await fetch('api/overview', {signal: AbortSignal.timeout(5000)});
    if (!answer.ok) throw new Error(`status ${answer.status}`);
    show(await answer.json());
    document.documentElement.dataset.shown = 'yes';
  } catch (problem) {
    document.getElementById('state').textContent = `telegram-alerts does not answer (${problem.message}); what is below is old`;
  }
  setTimeout(refresh, EVERY_MILLIS);
}

refresh();
