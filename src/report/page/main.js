// Puts the page together from what the run has.
const scatters = [];

function legend() {
  const box = make('div', {class: 'legend'});
  const fill = () => {
    if (colouring.kind === 'error') {
      const stops = Array.from({length: 11}, (_, i) => rampColour(i / 10));
      box.replaceChildren(short(colouring.low), make('span', {class: 'ramp', style: `background:linear-gradient(90deg,${stops})`}),
        short(colouring.high) + ' and more');
      return;
    }
    const names = colouring.kind === 'class' ? points.classValues.map((_, i) => className(i))
      : colouring.kind === 'cluster' ? Array.from({length: clusterCount}, (_, i) => clusterName(i)) : [];
    box.replaceChildren(...names.slice(0, 100).map((name, kind) => make('button', {type: 'button', onclick: () =>
      selection.choose(name, i => points[colouring.kind][i] === kind)}, make('i', {style: `background:${kindColour(kind)}`}), name)));
  };
  colouring.listeners.push(fill);
  return box;
}

function scatterBar(scatter) {
  const moves = make('button', {type: 'button', 'aria-pressed': 'false', onclick: () => {
    scatter.moves = !scatter.moves;
    moves.setAttribute('aria-pressed', String(scatter.moves));
  }}, 'Move');
  const choice = make('select', {'aria-label': 'Colour by', onchange: () => colouring.set(choice.value)},
    ...colouring.kinds.map(kind => make('option', {value: kind}, kind)));
  colouring.listeners.push(() => { choice.value = colouring.kind; });
  const button = (text, name, act) => make('button', {type: 'button', 'aria-label': name, onclick: act}, text);
  return make('div', {class: 'bar'}, ...(colouring.kinds.length ? [make('label', {}, 'Colour by ', choice)] : []), moves,
    button('+', 'Zoom in', () => scatter.zoomBy(1.4)), button('−', 'Zoom out', () => scatter.zoomBy(1 / 1.4)),
    button('All', 'Show all', () => { scatter.fit(); scatter.request(); }));
}

function addScatters(section) {
  if (!points.maps.length) return;
  section.append(make('p', {class: 'note'}, 'Draw round points to select them in all plots (Ctrl adds); Shift or Move drags the map, ' +
    'the wheel zooms. With the keyboard: arrows go from point to point, Enter selects all of its colour, space its neighbourhood.'));
  addGrid(section, ...points.maps.map(map => grid => {
    const card = make('figure', {class: 'card', id: 'scatter-' + map.id}, make('h3', {}, map.name));
    const scatter = new Scatter(card, map);
    scatter.element.before(scatterBar(scatter));
    card.append(legend());
    grid.append(card);
    listenTo(scatter);
    scatters.push(scatter);
  }));
}

addSection('summary', 'Summary', section => addFacts(section, run.summary));
addSection('map', 'Maps', addScatters);
addSection('training', 'Training', section => addGrid(section, addHistoryCharts));
addSection('reconstructions', hasErrors || hasReconstructions ? 'Reconstructions' : 'Samples', section => {
  if (run.examples.length) addExamples(section);
  addGrid(section, addErrorCharts);
});
addSection('clusters', 'Clusters', section => {
  addGrid(section, addClusterSizes, addContingency, addVarianceChart,
    ...run.charts.choice.map(curve => grid => addCurveChart(grid, 'choice-' + curve.name, `${curve.name} by number of clusters`, curve)),
    grid => {
      const y = run.charts.inertiaTrace;
      if (y.length > 1) addCurveChart(grid, 'inertia', 'Inertia while clustering', {name: 'inertia', xName: 'iteration', x: y.map((_, i) => i + 1), y});
    });
  if (run.members.length) addMembers(section);
});
addSection('time', 'Time', section => addGrid(section, addPhaseChart));
addSection('provenance', 'Configuration and provenance', section => addGrid(section,
  grid => addPairs(grid, 'Configuration', run.configuration), grid => addPairs(grid, 'Provenance', run.provenance)));

if (points.count) colouring.set(colouring.kind);
hover.load().then(() => {
  theme.set(theme.dark);  // draws all charts
  requestAnimationFrame(() => requestAnimationFrame(() => {
    Object.assign(window.shoalReport, {ready: true, scatters, charts, selection, hover, points, milliseconds: performance.now()});
  }));
});
