// Colours that people with any kind of colour vision can tell apart: Okabe, Ito 2008 for kinds (their yellow darker,
// black as grey, and two more), cividis for quantities
// (Nunez, Anderton, Renslow 2018, doi:10.1371/journal.pone.0199239).
const kindColours = ['#0072b2', '#e69f00', '#009e73', '#d55e00', '#cc79a7', '#56b4e9', '#b8a800', '#7f7f7f',
  '#882255', '#7a5230'];
const cividis = ['#00224e', '#123570', '#3b496c', '#575d6d', '#707173', '#8a8678', '#a59c74', '#c3b369', '#e1cc55', '#fee838'];

function rgbOf(hex) {
  return [1, 3, 5].map(at => parseInt(hex.slice(at, at + 2), 16));
}
function hexOf(rgb) {
  return '#' + rgb.map(v => Math.round(v).toString(16).padStart(2, '0')).join('');
}
function mixed(a, b, share) {
  const from = rgbOf(a), to = rgbOf(b);
  return hexOf(from.map((v, i) => v + (to[i] - v) * share));
}

// The eleventh kind and on are the first ten, lighter and then darker.
function kindColour(i) {
  const base = kindColours[i % 10], round = Math.floor(i / 10) % 3;
  return round === 0 ? base : mixed(base, round === 1 ? '#ffffff' : '#000000', 0.45);
}
function rampColour(share) {
  const at = Math.min(Math.max(share, 0), 1) * (cividis.length - 1), low = Math.min(Math.floor(at), cividis.length - 2);
  return mixed(cividis[low], cividis[low + 1], at - low);
}

const theme = {
  listeners: [],
  get dark() { return document.documentElement.dataset.theme === 'dark'; },
  colour(name) { return getComputedStyle(document.documentElement).getPropertyValue('--' + name).trim(); },
  set(dark) {
    document.documentElement.dataset.theme = dark ? 'dark' : 'light';
    document.getElementById('theme').textContent = dark ? 'Light' : 'Dark';
    for (const listener of this.listeners) listener();
  },
};
document.documentElement.dataset.theme = matchMedia('(prefers-color-scheme: dark)').matches ? 'dark' : 'light';
