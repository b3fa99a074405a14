// The points of a report.
// The typed array that C++ put into the page as base64 (little-endian, as is every machine that runs a browser).
function numbersOf(reference) {
  if (!reference) return null;
  const element = document.getElementById('array-' + reference.array);
  const text = atob(element.textContent);
  const bytes = new Uint8Array(text.length);
  for (let i = 0; i < text.length; ++i) bytes[i] = text.charCodeAt(i);
  element.remove();  // a million points: the text would stay in memory beside the numbers
  const types = {uint8: Uint8Array, uint16: Uint16Array, uint32: Uint32Array, float32: Float32Array, float64: Float64Array};
  return new types[reference.type](bytes.buffer, 0, reference.length);
}

const points = (() => {
  const p = run.points;
  return {
    count: p.count,
    rows: p.rows,
    row: numbersOf(p.row),
    error: numbersOf(p.error),
    cluster: numbersOf(p.cluster),
    class: numbersOf(p.class),
    classValues: p.classValues,
    maps: p.maps.map(map => ({...map, low: {x: map.x.low, y: map.y.low}, high: {x: map.x.high, y: map.y.high},
      x: numbersOf(map.x), y: numbersOf(map.y)})),
    thumbnails: p.thumbnails ? {...p.thumbnails, points: numbersOf(p.thumbnails.points)} : null,
    rowOf(i) { return this.row ? this.row[i] : i; },
  };
})();

const clusterCount = run.charts.clusterSizes.length ||
  (points.cluster ? points.cluster.reduce((most, c) => Math.max(most, c), 0) + 1 : 0);
