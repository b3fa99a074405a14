// Finds the point nearest to a place among a million in well under a millisecond: points sorted into square cells.
class PointGrid {
  // x, y: Uint16Array; `chosen`: the points that take part, all where left out.
  constructor(x, y, chosen) {
    this.x = x;
    this.y = y;
    const count = chosen ? chosen.length : x.length;
    this.shift = count > 200000 ? 7 : count > 5000 ? 9 : 11;  // cells of 128, 512 or 2048 steps
    this.side = 65536 >> this.shift;
    this.starts = new Uint32Array(this.side * this.side + 1);
    const cell = i => (y[i] >> this.shift) * this.side + (x[i] >> this.shift);
    for (let j = 0; j < count; ++j) ++this.starts[cell(chosen ? chosen[j] : j) + 1];
    for (let c = 1; c < this.starts.length; ++c) this.starts[c] += this.starts[c - 1];
    const next = this.starts.slice();
    this.order = new Uint32Array(count);
    for (let j = 0; j < count; ++j) {
      const i = chosen ? chosen[j] : j;
      this.order[next[cell(i)]++] = i;
    }
  }

  // The point nearest to (x, y), in steps, whose distance is below `most` screen pixels; -1 where there is none.
  // A step is `across` pixels wide and `down` pixels high. `fits(i)` may refuse points.
  nearest(x, y, across, down, most, fits = () => true) {
    const size = 1 << this.shift, least = Math.min(across, down) * size;
    const cx = Math.floor(x / size), cy = Math.floor(y / size);
    let best = -1, distance = most * most;
    for (let ring = 0; ring <= this.side; ++ring) {
      if (((ring - 1) * least) ** 2 > distance) break;
      for (let row = Math.max(0, cy - ring); row <= Math.min(this.side - 1, cy + ring); ++row) {
        const edge = Math.abs(row - cy) === ring;
        for (let column = cx - ring; column <= cx + ring; column += edge ? 1 : Math.max(1, 2 * ring)) {
          if (column < 0 || column >= this.side) continue;
          const c = row * this.side + column;
          for (let at = this.starts[c]; at < this.starts[c + 1]; ++at) {
            const i = this.order[at];
            const d = ((this.x[i] - x) * across) ** 2 + ((this.y[i] - y) * down) ** 2;
            if (d < distance && fits(i)) { distance = d; best = i; }
          }
        }
      }
    }
    return best;
  }
}

// Colours of points, as bytes into a palette: drawing a million points looks up nothing else.
const colouring = {
  kind: points.class ? 'class' : points.cluster ? 'cluster' : points.error ? 'error' : 'none',
  kinds: ['class', 'cluster', 'error'].filter(kind => points[kind]),
  index: new Uint8Array(points.count),
  palette: new Uint32Array(256),
  listeners: [],

  set(kind) {
    this.kind = kind;
    const pack = hex => { const [r, g, b] = rgbOf(hex); return (255 << 24 | b << 16 | g << 8 | r) >>> 0; };
    if (kind === 'error') {
      [this.low, this.high] = errorRange();
      const scale = 255 / (this.high - this.low || 1);
      for (let i = 0; i < points.count; ++i)
        this.index[i] = Math.min(255, Math.max(0, (points.error[i] - this.low) * scale));
      this.palette = Uint32Array.from({length: 256}, (_, i) => pack(rampColour(i / 255)));
    } else {
      const of = points[kind];
      for (let i = 0; i < points.count; ++i) this.index[i] = of ? of[i] % 30 : 0;
      this.palette = Uint32Array.from({length: 30}, (_, i) => pack(kindColour(i)));
    }
    for (const listener of this.listeners) listener();
  },
};

// From the least error to the one that 99.5% stay below: a few extremes shall not flatten all others.
let errorRangeKept = null;
function errorRange() {
  if (!errorRangeKept) {
    const sorted = Float32Array.from(points.error).sort();
    errorRangeKept = [sorted[0], sorted[Math.floor((sorted.length - 1) * 0.995)]];
  }
  return errorRangeKept;
}
