// Which points are selected: one answer for all plots, tables and charts.
const selection = {
  mask: new Uint8Array(points.count),
  count: 0,
  what: '',
  listeners: [],

  // Selects the points for which `test(i)` holds; `what` tells the reader what they are.
  choose(what, test, add = false) {
    for (let i = 0; i < points.count; ++i) this.mask[i] = test(i) || (add && this.mask[i]) ? 1 : 0;
    this.changed(what);
  },
  clear() {
    this.mask.fill(0);
    this.changed('');
  },
  changed(what) {
    this.count = this.mask.reduce((sum, bit) => sum + bit, 0);
    this.what = this.count ? what : '';
    for (const listener of this.listeners) listener();
  },
};

function className(i) { return 'class ' + points.classValues[i]; }
function clusterName(i) { return 'cluster ' + i; }

// The line at the bottom of the window.
selection.listeners.push(() => {
  const box = document.getElementById('selected');
  box.hidden = selection.count === 0;
  if (box.hidden) return;
  let text = `${short(selection.count)} of ${short(points.count)} points: ${selection.what}`;
  if (points.error) {
    let sum = 0;
    for (let i = 0; i < points.count; ++i) if (selection.mask[i]) sum += points.error[i];
    text += `, mean error ${short(sum / selection.count)}`;
  }
  box.replaceChildren(text + ' ', make('button', {type: 'button', onclick: () => selection.clear()}, 'Clear (Esc)'));
});
document.addEventListener('keydown', event => {
  if (event.key === 'Escape' && selection.count) selection.clear();
});
