'use strict';

const byId = (id) => document.getElementById(id);
const number = (n, digits = 0) =>
  n === null || n === undefined ? '–' : n.toLocaleString('en', { maximumFractionDigits: digits });
const megabytes = (n) => number(n / 1048576, 1) + ' MB';

// everything goes in as text: names come from outside
function row(cells) {
  const tr = document.createElement('tr');
  for (const [text, kind] of cells) {
    const td = document.createElement('td');
    td.textContent = text;
    if (kind) td.className = kind;
    tr.append(td);
  }
  return tr;
}

function lines(svg, seconds, members) {
  const values = seconds.flatMap((s) => members.map(([name]) => s[name] ?? 0));
  const top = Math.max(1, ...values);
  svg.replaceChildren();
  for (const [name, kind] of members) {
    const line = document.createElementNS('http://www.w3.org/2000/svg', 'polyline');
    line.setAttribute('class', kind);
    line.setAttribute('points', seconds
      .map((s, i) => `${480 - 4 * (seconds.length - 1 - i)},${116 - 100 * (s[name] ?? 0) / top}`)
      .join(' '));
    svg.append(line);
  }
  const scale = document.createElementNS('http://www.w3.org/2000/svg', 'text');
  scale.setAttribute('y', '11');
  scale.textContent = number(top, 1);
  svg.append(scale);
}

function show(now) {
  const topology = now.topology;
  byId('known').textContent = `master known by: ${topology.source}; epoch ${topology.config_epoch}, `
    + `quorum ${topology.quorum}`;
  byId('nodes').replaceChildren(
    ...topology.nodes.map((n) => row([[n.address], [n.role], [n.health, n.good ? 'good' : 'bad']])),
    ...topology.sentinels.map((s) => row(
      [[s.address], ['sentinel'], s.answers ? ['answers', 'good'] : ['silent', 'bad']])));

  const seconds = now.seconds;
  const last = seconds.at(-1) ?? {};
  lines(byId('rates'), seconds, [['in', 'in'], ['out', 'out'], ['failed', 'bad']]);
  lines(byId('latency'), seconds, [['enqueueP99Ms', 'in']]);
  byId('in').textContent = number(last.in, 1);
  byId('out').textContent = number(last.out, 1);
  byId('failed').textContent = number(last.failed, 1);
  byId('p50').textContent = number(last.enqueueP50Ms, 2);
  byId('p99').textContent = number(last.enqueueP99Ms, 2);
  byId('dp50').textContent = number(last.dequeueP50Ms, 2);
  byId('dp99').textContent = number(last.dequeueP99Ms, 2);

  const b = now.buffer;
  const entries = b === null ? [['Redis', 'does not answer']] : [
    ['frames waiting', `${number(b.frames + b.metadata)} of ${number(b.max_frames)}`],
    ['of the capture service', number(b.metadata)],
    ['memory in Redis', `${megabytes(b.bytes)} of ${megabytes(b.max_bytes)}`],
    ['oldest waits', `${number(b.oldest_seconds, 1)} s`],
    ['dead letters', number(b.dead_letters)]];
  byId('buffer').replaceChildren(...entries.flatMap(([name, value]) => {
    const dt = document.createElement('dt');
    const dd = document.createElement('dd');
    dt.textContent = name;
    dd.textContent = value;
    return [dt, dd];
  }));

  byId('failovers').replaceChildren(...(now.failovers.length === 0
    ? [row([['none'], [''], [''], ['']])]
    : now.failovers.map((f) => row([[new Date(f.at).toLocaleString()], [f.from], [f.to],
      [f.gapMs === null ? 'not known: nobody was writing' : number(f.gapMs) + ' ms']]))));
}

async function look() {
  const state = byId('state');
  try {
    const answer = await fetch('overview', { signal: AbortSignal.timeout(5000) });
    if (!answer.ok) throw new Error('HTTP ' + answer.status);
    show(await answer.json());
    state.textContent = 'live';
    state.className = 'good';
  } catch (e) {
    state.textContent = 'no answer from the service (' + e.message + ')';
    state.className = 'bad';
  }
  setTimeout(look, 1000);
}

look();
