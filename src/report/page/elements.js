'use strict';
// What every page begins with: the numbers that C++ put into it, elements, and short numbers.
// What happens to go wrong is kept for whoever looks: the page's own tests do.
window.shoalReport = {ready: false, errors: []};
window.addEventListener('error', event => window.shoalReport.errors.push(String(event.message)));
window.addEventListener('unhandledrejection', event => window.shoalReport.errors.push(String(event.reason)));

const run = JSON.parse(document.getElementById('run').textContent);

// At most four digits, without needless zeros.
function short(value) {
  if (value === null || !Number.isFinite(value)) return '–';
  return Number.isInteger(value) ? value.toLocaleString('en') : String(Number(value.toPrecision(4)));
}

// make('td', {class: 'x'}, child, 'text'): an element.
function make(tag, attributes = {}, ...children) {
  const element = document.createElement(tag);
  for (const [name, value] of Object.entries(attributes))
    if (name.startsWith('on')) element.addEventListener(name.slice(2), value);
    else if (value !== undefined && value !== false) element.setAttribute(name, value);
  element.append(...children);
  return element;
}
