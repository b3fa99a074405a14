// Facts, configuration and the contingency table.
function addFacts(parent, facts) {
  parent.append(make('dl', {class: 'facts'}, ...facts.map(([name, value]) =>
    make('div', {}, make('dt', {}, name), make('dd', {}, value)))));
}

function addPairs(parent, title, facts) {
  if (!facts.length) return;
  parent.append(make('div', {class: 'card'}, make('h3', {}, title), make('div', {class: 'scrolls'},
    make('table', {class: 'pairs'}, make('tbody', {}, ...facts.map(([name, value]) =>
      make('tr', {}, make('th', {scope: 'row'}, name), make('td', {}, value))))))));
}

// Classes down, clusters across; the shade is the share of the class. Framed: what the best matching counts as right.
function addContingency(parent) {
  const {counts, classes, classOfCluster} = run.charts.contingency;
  if (!counts.length || !counts[0].length) return;
  const table = make('table', {class: 'contingency', id: 'contingency'}, make('thead', {}, make('tr', {},
    make('th', {scope: 'col'}, 'class \\ cluster'), ...counts[0].map((_, k) => make('th', {scope: 'col'}, String(k))))));
  const body = make('tbody');
  const shade = () => body.querySelectorAll('td').forEach(cell => {
    cell.style.background = mixed(theme.colour('card'), theme.dark ? '#0072b2' : '#56b4e9', Number(cell.dataset.share));
  });
  counts.forEach((row, c) => {
    const total = row.reduce((a, b) => a + b, 0) || 1;
    body.append(make('tr', {}, make('th', {scope: 'row'}, String(classes[c])), ...row.map((count, k) =>
      make('td', {'data-share': count / total, class: classOfCluster[k] === c ? 'matched' : undefined},
        make('button', {type: 'button', 'aria-label': `class ${classes[c]}, cluster ${k}: ${count} samples`, onclick: () => {
          const known = points.classValues.indexOf(classes[c]);
          selection.choose(`class ${classes[c]} in cluster ${k}`, i => points.cluster && points.cluster[i] === k &&
            (!points.class || points.class[i] === known));
        }}, short(count))))));
  });
  table.append(body);
  parent.append(make('div', {class: 'card'}, make('h3', {}, 'Classes in clusters (click to select)'),
    make('div', {class: 'scrolls'}, table)));
  theme.listeners.push(shade);
}
