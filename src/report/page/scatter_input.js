// How pointer and keyboard act on a scatter plot.
function listenTo(scatter) {
  const {canvas} = scatter;
  const deviceOf = event => {
    const box = canvas.getBoundingClientRect(), ratio = scatter.width / box.width;
    return {x: (event.clientX - box.left) * ratio, y: (event.clientY - box.top) * ratio};
  };
  const pointAt = i => {
    scatter.cursor = i;
    scatter.drawOverlay();
    if (i < 0) hover.hide(); else hover.show(scatter, i);
  };
  let held = null;

  canvas.addEventListener('pointerdown', event => {
    canvas.setPointerCapture(event.pointerId);
    held = {last: deviceOf(event), moves: scatter.moves || event.button === 1 || event.shiftKey, add: event.ctrlKey};
    if (!held.moves) scatter.lasso = [held.last];
    hover.hide();
  });
  canvas.addEventListener('pointermove', event => {
    const at = deviceOf(event);
    if (!held) {
      pointAt(scatter.nearest(at.x, at.y, 14 * (window.devicePixelRatio || 1)));
    } else if (held.moves) {
      scatter.moveBy(at.x - held.last.x, at.y - held.last.y);
      held.last = at;
    } else {
      scatter.lasso.push(at);
      scatter.drawOverlay();
    }
  });
  const release = () => {
    const polygon = scatter.lasso, add = held && held.add;
    scatter.lasso = null;
    held = null;
    scatter.drawOverlay();
    if (!polygon) return;
    if (polygon.length > 3) scatter.selectInside(polygon, add);
    else if (!add) selection.clear();
  };
  canvas.addEventListener('pointerup', release);
  canvas.addEventListener('pointercancel', release);
  canvas.addEventListener('pointerleave', () => { if (!held) pointAt(-1); });
  canvas.addEventListener('blur', () => pointAt(-1));
  canvas.addEventListener('wheel', event => {
    event.preventDefault();
    const at = deviceOf(event);
    scatter.zoomBy(Math.exp(-event.deltaY / 400), at.x, at.y);
  }, {passive: false});

  // The nearest point within 45 degrees of a direction, looked for in ever wider circles around places further on.
  const neighbour = (dx, dy) => {
    const from = scatter.cursor >= 0 ? scatter.pixelOf(scatter.cursor) : {x: scatter.width / 2, y: scatter.height / 2};
    const ahead = i => {
      const at = scatter.pixelOf(i), along = (at.x - from.x) * dx + (at.y - from.y) * dy;
      return i !== scatter.cursor && along > 0 && along >= Math.abs((at.x - from.x) * dy - (at.y - from.y) * dx);
    };
    if (scatter.cursor < 0) return scatter.nearest(from.x, from.y, Infinity);
    for (let step = 4; step < 4 * scatter.width; step *= 2) {
      const found = scatter.nearest(from.x + dx * step, from.y + dy * step, step, ahead);
      if (found >= 0) return found;
    }
    return scatter.cursor;
  };
  const arrows = {ArrowLeft: [-1, 0], ArrowRight: [1, 0], ArrowUp: [0, -1], ArrowDown: [0, 1]};
  const selectColour = () => {
    const kind = colouring.kind, i = scatter.cursor;
    if (i < 0 || kind === 'none') return;
    if (kind === 'error') selection.choose('errors at least as high', j => points.error[j] >= points.error[i]);
    else selection.choose(kind === 'class' ? className(points.class[i]) : clusterName(points.cluster[i]),
      j => points[kind][j] === points[kind][i]);
  };
  const selectAround = () => {
    if (scatter.cursor < 0) return;
    const {x, y} = scatter.pixelOf(scatter.cursor), radius = 30 * (window.devicePixelRatio || 1);
    scatter.selectInside(Array.from({length: 24}, (_, i) => (
      {x: x + radius * Math.cos(i * Math.PI / 12), y: y + radius * Math.sin(i * Math.PI / 12)})), false);
  };
  canvas.addEventListener('keydown', event => {
    const actions = {'+': () => scatter.zoomBy(1.4), '=': () => scatter.zoomBy(1.4), '-': () => scatter.zoomBy(1 / 1.4),
      '0': () => { scatter.fit(); scatter.request(); }, 'Enter': selectColour, ' ': selectAround};
    if (arrows[event.key]) {
      const [dx, dy] = arrows[event.key];
      if (event.shiftKey) scatter.moveBy(-60 * dx, -60 * dy);
      else pointAt(neighbour(dx, dy));
    } else if (actions[event.key]) {
      actions[event.key]();
    } else {
      return;
    }
    event.preventDefault();
  });
}
