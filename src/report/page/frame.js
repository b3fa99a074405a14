// Sections and the two buttons of a page.
document.getElementById('title').textContent = run.title;

function addSection(id, title, fill) {
  const section = make('section', {id}, make('h2', {}, title));
  fill(section);
  if (section.children.length < 2) return;
  document.getElementById('content').append(section);
  document.getElementById('contents').append(make('a', {href: '#' + id}, title));
}
function addGrid(section, ...fills) {
  const grid = make('div', {class: 'grid'});
  for (const fill of fills) fill(grid);
  if (grid.children.length) section.append(grid);
}

document.getElementById('theme').addEventListener('click', () => theme.set(!theme.dark));
document.getElementById('print').addEventListener('click', () => window.print());
let darkBefore = false;
window.addEventListener('beforeprint', () => { darkBefore = theme.dark; if (darkBefore) theme.set(false); });
window.addEventListener('afterprint', () => { if (darkBefore) theme.set(true); });
