// Charts of few numbers, by ECharts. Each has its numbers as a table below, for keyboards and screen readers.
const charts = [];

// Adds a card with a chart to `parent`. `option()` is asked anew whenever theme or selection change; `table` is
// {head: [...], rows: [[...]]} or a function that returns it.
function addChart(parent, id, title, option, table, {onClick, follows} = {}) {
  const box = make('div', {class: 'chart', id, role: 'img', 'aria-label': title});
  const numbers = make('div', {class: 'scrolls'});
  const details = make('details', {}, make('summary', {}, 'Numbers'), numbers);
  details.addEventListener('toggle', () => {
    const {head, rows} = typeof table === 'function' ? table() : table;
    numbers.replaceChildren(tableOf(head, rows));
  });
  parent.append(make('figure', {class: 'card'}, make('h3', {}, title), box, details));
  const chart = {id, box, echart: null, draw() {
    if (!this.echart) {
      this.echart = echarts.init(box);
      if (onClick) this.echart.on('click', onClick);
      new ResizeObserver(() => this.echart.resize({animation: {duration: 0}})).observe(box);
    }
    this.echart.setOption(dressed(option()), true);
  }};
  charts.push(chart);
  theme.listeners.push(() => chart.draw());
  if (follows) selection.listeners.push(() => chart.draw());
}

function tableOf(head, rows) {
  return make('table', {},
    make('thead', {}, make('tr', {}, ...head.map(text => make('th', {scope: 'col'}, text)))),
    make('tbody', {}, ...rows.map(row => make('tr', {}, ...row.map((cell, i) =>
      make(i ? 'td' : 'th', i ? {} : {scope: 'row'}, typeof cell === 'number' || cell === null ? short(cell) : cell))))));
}

// The page's colours for whatever the chart shows.
function dressed(option) {
  const text = theme.colour('text'), quiet = theme.colour('quiet'), line = theme.colour('line');
  const axis = a => ({nameLocation: 'middle', nameGap: 28, ...a, nameTextStyle: {color: quiet}, axisLabel: {color: quiet, ...a.axisLabel},
    axisLine: {lineStyle: {color: quiet}}, splitLine: {lineStyle: {color: line}, ...a.splitLine}});
  return {
    animation: false, textStyle: {color: text, fontFamily: 'inherit'},
    color: Array.from({length: 30}, (_, i) => kindColour(i)),
    tooltip: {trigger: 'axis', confine: true, backgroundColor: theme.colour('card'), borderColor: line, textStyle: {color: text},
      valueFormatter: value => short(value)},
    legend: {type: 'scroll', top: 0, textStyle: {color: text}, pageTextStyle: {color: text}, pageIconColor: text},
    grid: {left: 62, right: 20, top: 34, bottom: 44},
    ...option, xAxis: axis(option.xAxis), yAxis: [].concat(option.yAxis).map(y => axis({nameGap: 46, ...y})),
  };
}

function lineSeries(name, x, y, more = {}) {
  return {type: 'line', name, data: x.map((value, i) => [value, y[i]]), showSymbol: x.length < 40, symbolSize: 6, ...more};
}

function addHistoryCharts(parent) {
  const {epoch, training, heldOut, rate, loss, keptEpoch} = run.charts.history;
  if (!epoch.length) return;
  const measured = heldOut.some(value => value !== null);
  const positive = [...training, ...(measured ? heldOut : [])].every(value => value > 0);
  const spread = Math.max(...training) > 8 * Math.min(...training);
  addChart(parent, 'loss', `Loss (${loss || 'loss'})`, () => ({
    xAxis: {type: 'value', name: 'epoch', min: 'dataMin', max: 'dataMax', minInterval: 1},
    yAxis: {type: positive && spread ? 'log' : 'value', scale: true, name: loss || 'loss', axisLabel: {formatter: short}},
    series: [
      lineSeries('training', epoch, training, {markLine: {symbol: 'none', silent: true, data: keptEpoch ? [{xAxis: keptEpoch}] : [],
        label: {formatter: 'kept', color: theme.colour('quiet')}, lineStyle: {color: theme.colour('quiet')}}}),
      ...(measured ? [lineSeries('held out', epoch, heldOut, {symbol: 'rect', lineStyle: {type: 'dashed'}})] : []),
    ],
  }), {head: ['epoch', 'training loss', 'held-out loss', 'learning rate'],
    rows: epoch.map((e, i) => [e, training[i], heldOut[i], rate[i] ?? null])});
}

function addVarianceChart(parent) {
  const share = run.charts.explained;
  if (!share.length) return;
  let sum = 0;
  const total = share.map(value => (sum += value));
  const names = share.map((_, i) => String(i));
  addChart(parent, 'explained-variance', 'Explained variance', () => ({
    xAxis: {type: 'category', data: names, name: 'component'},
    yAxis: {type: 'value', name: 'share of the variance', min: 0, max: 1},
    series: [{type: 'bar', name: 'this component', data: share},
      {type: 'line', name: 'all up to it', data: total, symbolSize: 6}],
  }), {head: ['component', 'share', 'all up to it'], rows: share.map((value, i) => [names[i], value, total[i]])});
}

function addCurveChart(parent, id, title, curve) {
  addChart(parent, id, title, () => ({
    legend: {show: false},
    xAxis: {type: 'value', name: curve.xName, min: 'dataMin', max: 'dataMax', minInterval: 1},
    yAxis: {type: 'value', name: curve.name, scale: true, axisLabel: {formatter: short}},
    series: [lineSeries(curve.name, curve.x, curve.y)],
  }), {head: [curve.xName, curve.name], rows: curve.x.map((x, i) => [x, curve.y[i]])});
}

function addPhaseChart(parent) {
  const phases = [...run.charts.phases].reverse();
  if (!phases.length) return;
  addChart(parent, 'phases', 'Seconds of each phase, and its slowest rank', () => ({
    grid: {left: 110, right: 80, top: 34, bottom: 44},
    xAxis: {type: 'value', name: 'seconds'},
    yAxis: {type: 'category', data: phases.map(p => p.name), splitLine: {show: false}},
    series: [
      {type: 'bar', name: 'least over ranks', data: phases.map(p => p.min)},
      {type: 'bar', name: 'mean', data: phases.map(p => p.mean)},
      {type: 'bar', name: 'slowest rank', data: phases.map(p => p.max), label: {show: true, position: 'right',
        color: theme.colour('text'), formatter: item => `rank ${phases[item.dataIndex].slowest}`}},
    ],
  }), {head: ['phase', 'least', 'mean', 'most', 'slowest rank'],
    rows: run.charts.phases.map(p => [p.name, p.min, p.mean, p.max, p.slowest])});
}
