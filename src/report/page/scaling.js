// A scaling study: measured times over numbers of ranks, the ideal line, and the model beyond.
const marks = (points, key) => points.map(p => [p.ranks, p[key]]);
const rankAxis = {type: 'log', logBase: 2, name: 'ranks', min: 'dataMin', max: 'dataMax', axisLabel: {formatter: short}};
const dotted = {type: 'dashed', width: 1.5};

// From the least to the most of each point, as strokes of one series: a gap after each.
function spreadSeries(points) {
  return {type: 'line', name: 'least to most', showSymbol: true, symbol: 'rect', symbolSize: [9, 2], color: kindColour(0),
    data: points.flatMap(p => [[p.ranks, p.least], [p.ranks, p.most], [p.ranks, '-']]), lineStyle: {width: 2}};
}

// What perfect scaling would give from the fewest ranks on.
function idealSeconds(curve, ranks) {
  const first = curve.points[0];
  return curve.weak ? first.seconds : first.seconds * first.ranks / ranks;
}

function addTimeChart(parent, curve, id, title, measured, model) {
  const ranks = [...new Set([...measured, ...model].map(p => p.ranks))].sort((a, b) => a - b);
  addChart(parent, id, title, () => ({
    xAxis: rankAxis,
    yAxis: {type: 'log', name: 'seconds', axisLabel: {formatter: short}, minorSplitLine: {show: false}},
    series: [
      {type: 'line', name: 'measured', data: marks(measured, 'seconds'), symbolSize: 7, color: kindColour(0)},
      spreadSeries(measured),
      {type: 'line', name: 'model', data: marks(model, 'seconds'), symbol: 'emptyRect', symbolSize: 7, color: kindColour(1),
        lineStyle: dotted},
      {type: 'line', name: 'ideal', data: ranks.map(r => [r, idealSeconds(curve, r)]), showSymbol: false,
        color: theme.colour('quiet'), lineStyle: {type: 'dotted', width: 2}},
    ],
  }), {head: ['ranks', 'seconds', 'least', 'most', 'model', 'ideal'], rows: ranks.map(r => {
    const m = measured.find(p => p.ranks === r), f = model.find(p => p.ranks === r);
    return [String(r), m ? m.seconds : null, m ? m.least : null, m ? m.most : null, f ? f.seconds : null, idealSeconds(curve, r)];
  })});
}

function addSpeedupChart(parent, curve) {
  const ranks = curve.points.map(p => p.ranks);
  addChart(parent, curve.id + '-speedup', curve.weak ? 'Scaled speed-up' : 'Speed-up', () => ({
    xAxis: rankAxis, yAxis: {type: 'log', logBase: 2, name: 'speed-up', axisLabel: {formatter: short}},
    series: [
      {type: 'line', name: 'measured', data: marks(curve.points, 'speedup'), symbolSize: 7, color: kindColour(0)},
      {type: 'line', name: 'ideal', data: ranks.map(r => [r, r]), showSymbol: false, color: theme.colour('quiet'),
        lineStyle: {type: 'dotted', width: 2}},
    ],
  }), {head: ['ranks', 'speed-up', 'ideal'], rows: curve.points.map(p => [String(p.ranks), p.speedup, p.ranks])});
}

function addShareChart(parent, curve) {
  const share = key => curve.points.map(p => [String(p.ranks), p[key]]);
  addChart(parent, curve.id + '-shares', 'Efficiency, and share of time in communication', () => ({
    xAxis: {type: 'category', data: curve.points.map(p => String(p.ranks)), name: 'ranks'},
    yAxis: {type: 'value', name: 'share', min: 0, max: value => Math.max(1, value.max)},
    series: [{type: 'line', name: 'efficiency', data: share('efficiency'), symbolSize: 7},
      {type: 'bar', name: 'in communication', data: share('communication'), barMaxWidth: 40}],
  }), {head: ['ranks', 'efficiency', 'in communication'],
    rows: curve.points.map(p => [String(p.ranks), p.efficiency, p.communication])});
}

function addPhasesChart(parent, curve) {
  const names = curve.points.map(p => String(p.ranks));
  addChart(parent, curve.id + '-phases', 'Seconds of each phase', () => ({
    xAxis: {type: 'category', data: names, name: 'ranks'}, yAxis: {type: 'value', name: 'seconds'},
    series: curve.phases.map(phase => ({type: 'bar', stack: 'phases', name: phase.name, data: phase.seconds, barMaxWidth: 60})),
  }), {head: ['phase', ...names, 'model: fixed', 'shared'],
    rows: curve.phases.map(phase => [phase.name, ...phase.seconds, phase.fixed, phase.shared])});
}

const percent = value => `${short(100 * value)}%`;

function addTables(section, curve) {
  const gibi = bytes => `${short(bytes / 2 ** 20)} MiB`;
  section.append(make('div', {class: 'scrolls'}, tableOf(
    ['ranks', 'median s', 'least', 'most', 'start s', 'speed-up', 'efficiency', 'in communication', 'most/mean work', 'of rank',
      'moved a rank', 'memory a rank', 'model s', 'error'],
    curve.points.map((p, i) => [short(p.ranks) + (p.crowded ? ' *' : ''), p.seconds, p.least, p.most, p.start, p.speedup,
      percent(p.efficiency), percent(p.communication), p.imbalance, p.busiest, gibi(p.bytes), gibi(p.memory), curve.model[i].seconds,
      percent(curve.model[i].seconds / p.seconds - 1)]))));
  if (curve.points.some(p => p.crowded))
    section.append(make('p', {class: 'note'}, '* more ranks than cores: ranks wait for each other’s turn'));
}

function addForecast(section, curve) {
  const beyond = curve.model.slice(curve.points.length);
  section.append(make('h3', {}, 'Beyond what was measured'), make('p', {class: 'note'}, curve.errors));
  addGrid(section, grid => addTimeChart(grid, curve, curve.id + '-forecast', 'Seconds, measured and by the model', curve.points, curve.model));
  section.append(make('div', {class: 'scrolls'}, tableOf(['ranks', 'predicted s', 'speed-up', 'efficiency', 'in communication'],
    beyond.map(f => [short(f.ranks), f.seconds, f.speedup, percent(f.efficiency), percent(f.communication)]))));
}

for (const curve of run.curves)
  addSection(curve.id, curve.id, section => {
    section.append(make('p', {}, curve.title));
    addTables(section, curve);
    addGrid(section, grid => addTimeChart(grid, curve, curve.id + '-seconds', 'Seconds', curve.points,
      curve.model.slice(0, curve.points.length)), grid => addSpeedupChart(grid, curve),
      grid => addShareChart(grid, curve), grid => addPhasesChart(grid, curve));
    addForecast(section, curve);
  });
addSection('assumptions', 'What the model rests on', section =>
  section.append(make('ul', {}, ...run.assumptions.map(text => make('li', {}, text)))));

theme.set(theme.dark);  // draws all charts
requestAnimationFrame(() => requestAnimationFrame(() => {
  Object.assign(window.shoalReport, {ready: true, charts, milliseconds: performance.now()});
}));
