// Charts that count points: they follow the selection, and a click in them selects.

// Counts of errors in 40 bins for each kind; beyond the range the last bin.
function errorCounts(kinds, kindOf, only) {
  const [low, high] = errorRange(), bins = 40, scale = bins / (high - low || 1);
  const counts = Array.from({length: kinds}, () => new Array(bins).fill(0));
  for (let i = 0; i < points.count; ++i) {
    if (only && !selection.mask[i]) continue;
    const kind = kindOf(i);
    if (kind < kinds) ++counts[kind][Math.max(0, Math.min(bins - 1, Math.floor((points.error[i] - low) * scale)))];
  }
  return {counts, middles: Array.from({length: bins}, (_, b) => Number((low + (b + 0.5) / scale).toPrecision(4)))};
}

function addErrorChart(parent, id, title, names, kindOf) {
  const shown = Math.min(names.length, 40);
  addChart(parent, id, title, () => {
    const {counts, middles} = errorCounts(shown, kindOf, selection.count > 0);
    return {
      xAxis: {type: 'category', data: middles, name: selection.count ? 'reconstruction error (of the selected points)' : 'reconstruction error'},
      yAxis: {type: 'value', name: 'points'},
      series: counts.map((data, kind) => ({type: 'line', step: 'middle', symbol: 'none', name: names[kind], data,
        lineStyle: {type: ['solid', 'dashed', 'dotted'][Math.floor(kind / 8) % 3], width: 1.7}})),
    };
  }, () => {
    const count = new Array(names.length).fill(0), sum = new Array(names.length).fill(0), most = new Array(names.length).fill(0);
    for (let i = 0; i < points.count; ++i) {
      const kind = kindOf(i);
      ++count[kind];
      sum[kind] += points.error[i];
      most[kind] = Math.max(most[kind], points.error[i]);
    }
    return {head: ['', 'points', 'mean error', 'largest error'],
      rows: names.map((name, kind) => [name, count[kind], count[kind] ? sum[kind] / count[kind] : null, most[kind]])};
  }, {follows: true});
}

function addErrorCharts(parent) {
  if (!points.error) return;
  addErrorChart(parent, 'error', 'Reconstruction error', ['all'], () => 0);
  if (points.class)
    addErrorChart(parent, 'error-by-class', 'Reconstruction error by class', points.classValues.map((_, i) => className(i)),
      i => points.class[i]);
  if (points.cluster)
    addErrorChart(parent, 'error-by-cluster', 'Reconstruction error by cluster',
      Array.from({length: clusterCount}, (_, i) => clusterName(i)), i => points.cluster[i]);
}

function addClusterSizes(parent) {
  const sizes = run.charts.clusterSizes;
  if (!sizes.length) return;
  const names = sizes.map((_, i) => String(i));
  addChart(parent, 'cluster-sizes', 'Cluster sizes (click to select)', () => {
    const series = [{type: 'bar', name: 'samples', data: sizes}];
    if (selection.count && points.cluster) {
      const counts = new Array(sizes.length).fill(0);
      for (let i = 0; i < points.count; ++i) if (selection.mask[i]) ++counts[points.cluster[i]];
      series.push({type: 'bar', name: 'selected points', data: counts});
    }
    return {xAxis: {type: 'category', data: names, name: 'cluster'}, yAxis: {type: 'value', name: 'samples'}, series};
  }, {head: ['cluster', 'samples'], rows: sizes.map((size, i) => [names[i], size])}, {
    follows: true,
    onClick: item => {
      if (points.cluster) selection.choose(clusterName(item.dataIndex), i => points.cluster[i] === item.dataIndex);
    },
  });
}
