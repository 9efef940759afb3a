// One box for everything, by Ctrl and a key: what is typed names a page (its name, or the first letters of it), or else is searched for.
/* global isOn, isComposing, meant -- of keys.js, which is loaded before */
const jump = document.getElementById('jump');
const pages = jump ? [...jump.querySelectorAll('[data-letters]')] : [];
const typed = () => jump.querySelector('#jump-q').value.trim().toLowerCase();
const fits = (page) => page.textContent.toLowerCase().includes(typed()) || page.dataset.letters.startsWith(typed());

function offerPages() {
  const hint = jump.querySelector('#jump-enter'), shown = pages.filter((page) => !typed() || fits(page));
  for (const page of pages) page.hidden = !shown.includes(page);
  const first = typed() ? shown[0] : null;
  for (const page of pages) page.classList.toggle('btn-primary', page === first);
  hint.textContent = first ? hint.dataset.page + first.textContent : typed() ? hint.dataset.search : '';
  if (!typed()) jump.querySelector('#jump-found').replaceChildren();
  return first;
}

function openJump() {
  jump.querySelector('#jump-q').value = '';
  offerPages();
  jump.showModal();
}

jump?.addEventListener('input', offerPages);
jump?.addEventListener('close', () => jump.querySelector('#jump-found').replaceChildren()); // its rows are none of the page's
jump?.addEventListener('submit', (event) => {
  if (event.submitter?.formMethod === 'dialog') return;
  const page = offerPages();
  if (page || !typed() || !jump.querySelector('form').getAttribute('action')) event.preventDefault();
  page?.click();
});
jump?.addEventListener('keydown', (event) => {
  if (isComposing(event)) return;
  if (event.key === 'Enter' && event.target.matches('#jump-q')) {
    event.preventDefault();
    jump.querySelector('form').requestSubmit(); // not by the button that closes
  }
  const step = { ArrowDown: 1, ArrowUp: -1 }[event.key];
  if (!step) return;
  const stops = [jump.querySelector('#jump-q'), ...pages.filter((page) => !page.hidden), ...jump.querySelectorAll('#jump-found .row-title')];
  stops[Math.min(stops.length - 1, Math.max(0, stops.indexOf(document.activeElement) + step))]?.focus();
  event.preventDefault();
});

document.addEventListener('keydown', (event) => {
  const isChord = (event.ctrlKey || event.metaKey) && !event.altKey && !event.shiftKey;
  if (!isOn || !isChord || !jump || isComposing(event) || meant(`^${event.key.toLowerCase()}`) !== '^k') return;
  if (document.querySelector('dialog[open]')) return;
  openJump();
  event.preventDefault();
});

document.addEventListener('click', (event) => {
  if (!event.target.closest('[data-opens-jump]') || !jump) return;
  event.preventDefault();
  openJump();
});
