// The box beside a point: what it is, and its picture.
const hover = {
  element: document.getElementById('hover'),
  image: null,
  point: -1,
  picture: -1,  // the point whose picture is shown

  // Resolves when the atlas of thumbnails can be drawn.
  load() {
    if (!points.thumbnails) return Promise.resolve();
    this.image = new Image();
    this.image.src = points.thumbnails.image;
    return this.image.decode();
  },

  show(scatter, i) {
    const lines = [`row ${short(points.rowOf(i))}`];
    if (points.class) lines.push(className(points.class[i]));
    if (points.cluster) lines.push(clusterName(points.cluster[i]));
    if (points.error) lines.push(`reconstruction error ${short(points.error[i])}`);
    this.point = i;
    this.picture = scatter.pictured(i);
    const parts = [];
    if (this.picture >= 0) {
      parts.push(this.drawn(this.picture));
      if (this.picture !== i) lines.push(`(picture: row ${short(points.rowOf(this.picture))}, the nearest that has one)`);
    }
    this.element.replaceChildren(...parts, ...lines.map(line => make('div', {}, line)));
    this.element.hidden = false;
    const at = scatter.placeOf(i), box = this.element.getBoundingClientRect();
    this.element.style.left = Math.max(4, at.x + box.width + 24 > innerWidth ? at.x - box.width - 16 : at.x + 16) + 'px';
    this.element.style.top = Math.max(4, Math.min(at.y - 20, innerHeight - box.height - 8)) + 'px';
  },

  hide() {
    this.element.hidden = true;
    this.point = this.picture = -1;
  },

  // A canvas with the thumbnail of a point that has one.
  drawn(i) {
    const {side, columns, points: chosen} = points.thumbnails;
    let low = 0, high = chosen.length - 1;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (chosen[middle] < i) low = middle + 1; else high = middle;
    }
    const zoom = Math.max(1, Math.round(112 / side));
    const canvas = make('canvas', {width: side * zoom, height: side * zoom, role: 'img', 'aria-label': 'its picture'});
    const context = canvas.getContext('2d');
    context.imageSmoothingEnabled = false;
    context.drawImage(this.image, low % columns * side, Math.floor(low / columns) * side, side, side,
      0, 0, side * zoom, side * zoom);
    return canvas;
  },
};
