// One map of all points, drawn into a pixel buffer: a million points take some tens of milliseconds on any processor,
// with no graphics card, which remote desktops and old laptops may not offer.
class Scatter {
  constructor(parent, map) {
    this.map = map;
    this.grid = null;  // built at first use
    this.canvas = make('canvas', {tabindex: 0, role: 'application', 'aria-label':
      `${map.name}: ${short(points.count)} points. Arrow keys go from point to point, Enter selects all of its colour, ` +
      'space its neighbourhood, plus and minus zoom, 0 shows all, Escape clears.'});
    this.overlay = make('canvas', {'aria-hidden': 'true', style: 'pointer-events:none'});
    this.element = make('div', {class: 'plot'}, this.canvas, this.overlay,
      make('span', {class: 'axis', style: 'bottom:4px;right:8px'}, map.xName),
      make('span', {class: 'axis', style: 'top:8px;left:6px;writing-mode:vertical-rl'}, map.yName));
    parent.append(this.element);
    this.cursor = -1;
    this.lasso = null;
    this.fit();
    new ResizeObserver(() => this.resize()).observe(this.element);
    selection.listeners.push(() => this.request());
    colouring.listeners.push(() => this.request());
    theme.listeners.push(() => this.request());
  }

  // Shows all points, with equal scales on both axes.
  fit() {
    const {low, high} = this.map;
    this.centre = {x: (low.x + high.x) / 2, y: (low.y + high.y) / 2};
    this.zoom = 1;
  }

  resize() {
    const ratio = window.devicePixelRatio || 1;
    this.width = Math.max(1, Math.round(this.element.clientWidth * ratio));
    this.height = Math.max(1, Math.round(this.element.clientHeight * ratio));
    for (const canvas of [this.canvas, this.overlay]) {
      canvas.width = this.width;
      canvas.height = this.height;
    }
    this.image = new ImageData(this.width, this.height);
    this.pixels = new Uint32Array(this.image.data.buffer);
    this.sums = null;
    this.draw();
  }

  // From steps of the 16-bit coordinates to device pixels: x' = x across + left, y' = top - y down.
  transform() {
    const {low, high} = this.map, margin = 0.94;
    const spanX = high.x - low.x, spanY = high.y - low.y;
    const scale = this.zoom * margin * Math.min(this.width / spanX, this.height / spanY);
    return {scale, across: scale * spanX / 65535, down: scale * spanY / 65535,
      left: (low.x - this.centre.x) * scale + this.width / 2, top: (this.centre.y - low.y) * scale + this.height / 2};
  }

  request() {
    if (this.asked) return;
    this.asked = true;
    requestAnimationFrame(() => { this.asked = false; this.draw(); });
  }

  draw() {
    if (!this.image) return;
    this.pixels.fill(0);
    if (selection.count) {
      this.paint(0, theme.dark ? 0xff4a423b : 0xffdcd6d0);
      this.paint(1, 0);
    } else if (this.sizeOnPage() < 1.5) {
      this.paintDensity();
    } else {
      this.paint(-1, 0);
    }
    this.canvas.getContext('2d').putImageData(this.image, 0, 0);
    this.drawOverlay();
  }

  // Paints the points whose selection is `wanted` (-1: all), in one colour or, where that is 0, in their own.
  paint(wanted, colour) {
    const {across, down, left, top} = this.transform(), {x, y} = this.map;
    const {index, palette} = colouring, mask = selection.mask, {width, height, pixels} = this;
    const size = this.pointSize(), half = size >> 1, round = size >= 4 ? 1 : 0;
    for (let i = 0; i < x.length; ++i) {
      if (wanted >= 0 && mask[i] !== wanted) continue;
      const px = Math.round(x[i] * across + left) - half, py = Math.round(top - y[i] * down) - half;
      if (px < 0 || py < 0 || px + size > width || py + size > height) continue;
      const paint = colour || palette[index[i]];
      for (let row = 0; row < size; ++row) {
        const cut = row === 0 || row === size - 1 ? round : 0, start = (py + row) * width + px;
        for (let at = start + cut; at < start + size - cut; ++at) pixels[at] = paint;
      }
    }
  }

  // Where points are pixels, and many share one: its colour is their mean, its strength grows with the logarithm of
  // their number, from a quarter for a single point.
  paintDensity() {
    const {across, down, left, top} = this.transform(), {x, y} = this.map, {index, palette} = colouring;
    const {width, height, pixels} = this;
    this.sums ??= new Uint32Array(4 * pixels.length);  // red, green, blue, points
    const sums = this.sums.fill(0);
    let most = 1;
    for (let i = 0; i < x.length; ++i) {
      const px = Math.round(x[i] * across + left), py = Math.round(top - y[i] * down);
      if (px < 0 || py < 0 || px >= width || py >= height) continue;
      const at = 4 * (py * width + px), colour = palette[index[i]];
      sums[at] += colour & 255;
      sums[at + 1] += colour >> 8 & 255;
      sums[at + 2] += colour >> 16 & 255;
      if (++sums[at + 3] > most) most = sums[at + 3];
    }
    const scale = 0.75 / Math.log(most + 1);
    for (let at = 0; at < pixels.length; ++at) {
      const count = sums[4 * at + 3];
      if (!count) continue;
      const strength = 255 * (0.25 + Math.log(count + 1) * scale);
      pixels[at] = (strength << 24 | sums[4 * at + 2] / count << 16 | sums[4 * at + 1] / count << 8 | sums[4 * at] / count) >>> 0;
    }
  }

  pointSize() {
    return Math.max(1, Math.round(this.sizeOnPage() * (window.devicePixelRatio || 1)));
  }

  // Of a point, in the page's pixels, of which a fine screen has several to each.
  sizeOnPage() {
    const n = points.count, size = n < 1000 ? 7 : n < 8000 ? 5 : n < 40000 ? 3 : n < 300000 ? 2 : 1;
    return Math.min(9, size * Math.sqrt(this.zoom));
  }

  drawOverlay() {
    const context = this.overlay.getContext('2d'), ratio = window.devicePixelRatio || 1;
    context.clearRect(0, 0, this.width, this.height);
    context.strokeStyle = theme.colour('text');
    context.lineWidth = 2 * ratio;
    if (this.cursor >= 0) {
      const at = this.pixelOf(this.cursor);
      context.beginPath();
      context.arc(at.x, at.y, 8 * ratio, 0, 2 * Math.PI);
      context.stroke();
    }
    if (!this.lasso) return;
    context.setLineDash([6 * ratio, 4 * ratio]);
    context.beginPath();
    for (const {x, y} of this.lasso) context.lineTo(x, y);
    context.closePath();
    context.stroke();
    context.setLineDash([]);
  }

  // Where a point lies, in device pixels of the canvas.
  pixelOf(i) {
    const {across, down, left, top} = this.transform();
    return {x: this.map.x[i] * across + left, y: top - this.map.y[i] * down};
  }

  // Where a point lies, in the window's coordinates: for the hover box and for tests.
  placeOf(i) {
    const at = this.pixelOf(i), box = this.canvas.getBoundingClientRect(), ratio = this.width / box.width;
    return {x: box.left + at.x / ratio, y: box.top + at.y / ratio};
  }

  // The point nearest to a device pixel, at most `most` pixels away.
  nearest(x, y, most, fits) {
    if (!this.grid) this.grid = new PointGrid(this.map.x, this.map.y);
    const {across, down, left, top} = this.transform();
    return this.grid.nearest((x - left) / across, (top - y) / down, across, down, most, fits);
  }

  // Of the points with a picture, the nearest to point i.
  pictured(i) {
    if (!points.thumbnails) return -1;
    if (!this.picturedGrid) this.picturedGrid = new PointGrid(this.map.x, this.map.y, points.thumbnails.points);
    const {across, down} = this.transform();
    return this.picturedGrid.nearest(this.map.x[i], this.map.y[i], across, down, Infinity);
  }

  zoomBy(factor, x = this.width / 2, y = this.height / 2) {
    const before = this.transform().scale;
    this.zoom = Math.min(Math.max(this.zoom * factor, 0.5), 2000);
    const after = this.transform().scale;
    // The place under the pointer stays where it is.
    this.centre.x += (x - this.width / 2) * (1 / before - 1 / after);
    this.centre.y -= (y - this.height / 2) * (1 / before - 1 / after);
    this.request();
  }

  moveBy(x, y) {
    const {scale} = this.transform();
    this.centre.x -= x / scale;
    this.centre.y += y / scale;
    this.request();
  }

  // Selects the points inside a polygon of device pixels. The polygon is painted once and looked up: the time does not
  // grow with its corners.
  selectInside(polygon, add) {
    const context = new OffscreenCanvas(this.width, this.height).getContext('2d', {willReadFrequently: true});
    context.beginPath();
    for (const {x, y} of polygon) context.lineTo(x, y);
    context.fill();
    const inside = context.getImageData(0, 0, this.width, this.height).data;
    const {across, down, left, top} = this.transform(), {x, y} = this.map, {width, height} = this;
    selection.choose(`chosen in ${this.map.name}`, i => {
      const px = Math.round(x[i] * across + left), py = Math.round(top - y[i] * down);
      return px >= 0 && py >= 0 && px < width && py < height && inside[4 * (py * width + px) + 3] > 127;
    }, add);
  }
}
