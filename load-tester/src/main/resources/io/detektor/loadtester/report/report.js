// Draws the charts that the page's data describes. Everything that comes from outside goes into text, never into markup.
(function () {
  'use strict';
  const data = JSON.parse(document.getElementById('data').textContent);
  const root = document.documentElement;
  const dark = window.matchMedia('(prefers-color-scheme: dark)');
  const AXIS = 62;
  let plots = [];
  let zooming = false;

  const color = name => getComputedStyle(root).getPropertyValue('--' + name).trim();
  const tint = name => color(name) + '2e';
  const font = '12px system-ui, -apple-system, "Segoe UI", Roboto, "DejaVu Sans", sans-serif';

  function number(value) {
    if (value === null || value === undefined) return '–';
    const size = Math.abs(value);
    if (size >= 1000) return Math.round(value).toLocaleString('en-US');
    return String(size >= 100 ? Math.round(value) : +value.toPrecision(3));
  }
  function millis(value) {
    if (value === null || value === undefined) return '–';
    return value >= 1000 ? number(value / 1000) + ' s' : number(value) + ' ms';
  }
  const unit = chart => chart.unit === 'ms' ? millis : value => number(value) + (value === null || value === undefined ? '' : chart.unit);
  function percentile(x) {
    if (x === null || x === undefined) return '–';
    const p = 100 * (1 - 1 / x);
    // as many decimals as there are nines
    return p.toFixed(Math.max(0, Math.ceil(Math.log10(x) - 2.0001))).replace(/^100(\.0*)?$/, '99.9999') + ' %';
  }

  // what every chart over time shows behind its lines: when something was broken, and when the master changed
  function background(u) {
    const ctx = u.ctx, box = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top, box.width, box.height);
    ctx.clip();
    for (const band of data.bands) {
      const from = u.valToPos(band.from, 'x', true), to = u.valToPos(band.to, 'x', true);
      ctx.fillStyle = color('fault');
      ctx.fillRect(from, box.top, Math.max(2, to - from), box.height);
    }
    ctx.strokeStyle = color('soft');
    ctx.setLineDash([4 * devicePixelRatio, 4 * devicePixelRatio]);
    for (const at of data.switches) {
      const x = Math.round(u.valToPos(at, 'x', true));
      ctx.beginPath();
      ctx.moveTo(x, box.top);
      ctx.lineTo(x, box.top + box.height);
      ctx.stroke();
    }
    ctx.restore();
  }
  function labels(u) {
    const ctx = u.ctx, box = u.bbox;
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top, box.width, box.height);
    ctx.clip();
    ctx.font = scaled(font);
    ctx.textBaseline = 'top';
    ctx.textAlign = 'left';
    ctx.fillStyle = color('red');
    let free = -Infinity;
    for (const band of data.bands) {
      const x = Math.max(box.left, u.valToPos(band.from, 'x', true)) + 4 * devicePixelRatio;
      if (x < free) continue;
      ctx.fillText(band.text, x, box.top + 3 * devicePixelRatio);
      free = x + ctx.measureText(band.text).width + 8 * devicePixelRatio;
    }
    ctx.restore();
  }
  const scaled = text => text.replace(/^\d+/, size => size * devicePixelRatio);

  function axis(extra) {
    return Object.assign({
      stroke: color('soft'), font: font, grid: {stroke: color('grid'), width: 1}, ticks: {stroke: color('grid'), width: 1, size: 5}
    }, extra);
  }
  const logGrid = () => ({
    grid: {stroke: color('grid'), width: 1, filter: onlyDecades}, ticks: {stroke: color('grid'), width: 1, size: 5, filter: onlyDecades}
  });
  const seconds = (u, splits) => splits.map(value => value === null ? '' : +value.toFixed(3) + ' s');

  function logRange(u, low, high) {
    if (low === null || !(low > 0)) return [0.1, 10];
    const from = Math.pow(10, Math.floor(Math.log10(low))), to = Math.pow(10, Math.ceil(Math.log10(high)));
    return [from, to > from ? to : from * 10];
  }
  function linearRange(u, low, high) {
    return [0, high > 0 ? high * 1.08 : 1];
  }
  const power = value => value > 0 && Math.abs(Math.log10(value) - Math.round(Math.log10(value))) < 1e-6;
  const onlyDecades = (u, splits) => splits.map(value => power(value) ? value : null);
  const decades = show => (u, splits) => splits.map(value => {
    return value !== null && power(value) ? show(value) : '';
  });

  function options(chart, width, height) {
    const time = chart.kind !== 'CURVE';
    const show = unit(chart);
    return {
      width: width, height: height,
      padding: [10, 12, 0, 0],
      cursor: {
        drag: {x: true, y: false}, points: {size: 6},
        sync: time ? {key: 'time', scales: ['x', null]} : undefined
      },
      legend: {live: true},
      scales: {
        x: time ? {time: false, range: (u, low, high) => zooming || low !== high ? [low, high] : [low, low + 1]} : {time: false, distr: 3, log: 10, range: (u, low, high) => [low, Math.max(high, low * 10)]},
        y: chart.log ? {distr: 3, log: 10, range: logRange} : {range: linearRange}
      },
      axes: [
        axis(time ? {size: 34, values: seconds, space: 60} : Object.assign({size: 34, values: decades(percentile), space: 30}, logGrid())),
        axis(Object.assign({size: AXIS, values: chart.log ? decades(millis) : (u, splits) => splits.map(number)}, chart.log ? logGrid() : {}))
      ],
      series: [{
        label: time ? 'second' : 'percentile',
        value: (u, value) => value === null ? '–' : time ? +value.toFixed(2) + ' s' : percentile(value)
      }],
      hooks: time ? {drawClear: [background], draw: [labels], setScale: [zoomed]} : {}
    };
  }

  function lineChart(chart, element, width) {
    const opts = options(chart, width, width < 500 ? 240 : 280);
    // a value holds for the second before it: it is drawn from the end of the one before, or from 0, to its own
    const bars = chart.kind === 'STACK', steps = chart.kind === 'TIME';
    const x = steps ? chart.x.flatMap((at, i) => [i === 0 ? 0 : chart.x[i - 1] + 1e-6, at]) : bars ? [0].concat(chart.x) : chart.x;
    const columns = [x];
    const values = chart.lines.map(line => steps ? line.y.flatMap(value => [value, value]) : bars ? [null].concat(line.y) : line.y);
    const show = unit(chart);
    const stacked = bars ? stack(values) : null;
    chart.lines.forEach((line, i) => {
      columns.push(stacked ? stacked[i] : values[i]);
      opts.series.push({
        label: line.label,
        stroke: color(line.color), width: line.dashed ? 1.25 : 1.75,
        dash: line.dashed ? [6, 4] : undefined,
        fill: line.area ? (stacked ? color(line.color) : tint(line.color)) : undefined,
        paths: stacked ? uPlot.paths.bars({size: [0.9, 60], align: -1}) : undefined,
        points: {show: false},
        spanGaps: false,
        value: (u, value, s, index) => show(index === null || index === undefined ? null : values[i][index])
      });
    });
    if (stacked) {
      // the sum is drawn first, and what is below it over it
      const order = chart.lines.map((line, i) => i + 1).reverse();
      opts.series = [opts.series[0]].concat(order.map(i => opts.series[i]));
      return new uPlot(opts, [columns[0]].concat(order.map(i => columns[i])), element);
    }
    return new uPlot(opts, columns, element);
  }
  function stack(values) {
    const sum = values[0].map(() => 0);
    // where there is nothing there is no bar
    return values.map(each => each.map((value, i) => (sum[i] += value || 0) || null));
  }

  // spans of time in lanes: who was master, and when nothing was acknowledged
  function laneChart(chart, element, width) {
    const named = chart.lanes.some(lane => lane.label);
    const row = named ? 42 : 40;
    const opts = options(chart, width, chart.lanes.length * row + 48);
    opts.legend = {show: false};
    opts.cursor.y = false;
    opts.scales.y = {range: [0, 1]};
    opts.axes[1] = axis({size: AXIS, values: () => [], grid: {show: false}, ticks: {show: false}});
    opts.series.push({label: '', stroke: 'transparent', points: {show: false}});
    opts.hooks.draw = [u => lanes(u, chart, row, named)];
    return new uPlot(opts, [[0, data.end], [null, null]], element);
  }
  function lanes(u, chart, row, named) {
    const ctx = u.ctx, box = u.bbox, px = devicePixelRatio;
    ctx.save();
    ctx.beginPath();
    ctx.rect(box.left, box.top, box.width, box.height);
    ctx.clip();
    ctx.font = scaled(font);
    chart.lanes.forEach((lane, i) => {
      const top = box.top + (i * row + (named ? 18 : 8)) * px, height = (named ? 20 : 24) * px;
      const longest = Math.max.apply(null, lane.spans.map(span => span.to - span.from).concat([0.01]));
      for (const span of lane.spans) {
        const from = u.valToPos(span.from, 'x', true), to = u.valToPos(span.to, 'x', true);
        // where one lane has everything, the longer is the taller, on a logarithmic scale from 5 ms on
        const part = named ? 1 : 0.2 + 0.8 * Math.max(0, Math.log((span.to - span.from) / 0.005) / Math.log(longest / 0.005));
        ctx.fillStyle = color(span.role);
        ctx.fillRect(from, top + height * (1 - part), Math.max(1.5 * px, to - from), height * part);
        const inside = ctx.measureText(span.text).width + 8 * px;
        const left = Math.max(from, box.left);
        ctx.textBaseline = 'middle';
        ctx.textAlign = 'left';
        if (Math.min(to, box.left + box.width) - left > inside) {
          ctx.fillStyle = color(named ? 'on' + span.role : 'ondown');
          ctx.fillText(span.text, left + 4 * px, top + height / 2);
        }
      }
      if (lane.label) {
        ctx.fillStyle = color('ink');
        ctx.textBaseline = 'bottom';
        ctx.fillText(lane.label, box.left + 2 * px, top - 2 * px);
      }
    });
    ctx.restore();
  }

  // a closer look at one chart over time is one at all of them
  function zoomed(u, key) {
    if (key !== 'x' || zooming) return;
    zooming = true;
    for (const other of plots) {
      if (other.plot !== u && other.chart.kind !== 'CURVE') {
        other.plot.setScale('x', {min: u.scales.x.min, max: u.scales.x.max});
      }
    }
    zooming = false;
  }

  function draw(width) {
    plots.forEach(each => each.plot.destroy());
    plots = [];
    for (const chart of data.charts) {
      const element = document.getElementById('chart-' + chart.id);
      if (!element) continue;
      const wide = Math.floor(width || element.clientWidth);
      if (wide < 50) continue;
      zooming = true;
      const plot = chart.kind === 'LANES' ? laneChart(chart, element, wide) : lineChart(chart, element, wide);
      zooming = false;
      plots.push({chart: chart, plot: plot});
    }
    root.dataset.charts = String(plots.length);
  }

  const button = document.getElementById('theme');
  if (button) {
    button.addEventListener('click', () => {
      const now = root.dataset.theme || (dark.matches ? 'dark' : 'light');
      root.dataset.theme = now === 'dark' ? 'light' : 'dark';
      draw();
    });
  }
  dark.addEventListener('change', () => draw());
  let before = window.innerWidth, timer;
  window.addEventListener('resize', () => {
    if (window.innerWidth === before) return;
    before = window.innerWidth;
    clearTimeout(timer);
    timer = setTimeout(() => draw(), 100);
  });
  // paper is white, and narrower
  let theme;
  window.addEventListener('beforeprint', () => {
    theme = root.dataset.theme;
    root.dataset.theme = 'light';
    draw(680);
  });
  window.addEventListener('afterprint', () => {
    if (theme) root.dataset.theme = theme; else delete root.dataset.theme;
    draw();
  });
  draw();
})();
