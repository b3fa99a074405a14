// Whether the run looked at how well its samples are reconstructed.
const hasErrors = Boolean(points.error), hasReconstructions = run.examples.some(example => example.reconstruction);

// Pictures: originals beside what the model makes of them, and members of clusters. Each is a button that marks its
// point in all plots.
function markPoint(i) {
  selection.choose(`row ${short(points.rowOf(i))}`, j => j === i);
}

function exampleButton(example, onlyOriginal) {
  const name = `row ${short(example.row)}`;
  const pictures = make('span', {}, make('img', {src: example.original, alt: `${name}, original`}));
  if (!onlyOriginal && example.reconstruction)
    pictures.append(' ', make('img', {src: example.reconstruction, alt: `${name}, reconstruction`}));
  const parts = [pictures];
  if (!onlyOriginal) parts.push(make('span', {}, name));
  if (!onlyOriginal && hasErrors) parts.push(make('span', {}, `error ${short(example.error)}`));
  return make('button', {type: 'button', title: name, onclick: () => markPoint(example.point)}, ...parts);
}

function addExamples(parent) {
  parent.append(make('p', {class: 'note'}, (hasReconstructions ? 'Each pair: the original and its reconstruction. ' : '') +
    (hasErrors ? 'Evenly chosen among all samples in the order of their errors, from the smallest to the largest.' : 'Evenly chosen among all samples.')));
  parent.append(make('div', {class: 'pictures', id: 'examples'}, ...run.examples.map(example => exampleButton(example, false))));
}

function addMembers(parent) {
  const rows = [make('span'), make('b', {}, 'nearest to the centre'), make('b', {}, 'farthest from it')];
  for (const {cluster, nearest, farthest} of run.members)
    rows.push(make('button', {type: 'button', onclick: () =>
      selection.choose(clusterName(cluster), i => points.cluster && points.cluster[i] === cluster)}, clusterName(cluster)),
      make('div', {class: 'pictures'}, ...nearest.map(example => exampleButton(example, true))),
      make('div', {class: 'pictures'}, ...farthest.map(example => exampleButton(example, true))));
  parent.append(make('div', {class: 'card scrolls'}, make('div', {class: 'members', id: 'members'}, ...rows)));
}
