// Keys for those who work here all day. A key presses what the page marks with data-key (of the current row first), g and a letter
// go where data-go leads. Never while an input method composes or a field has the focus, not at all for whoever switched
// them off; nothing here does what a visible button does not.
const isOn = document.body.dataset.keys === 'on';
const sheet = document.getElementById('keys');
const GO_MS = 1500;
let goesUntil = 0;

const isComposing = (event) => event.isComposing || event.keyCode === 229;
const isTyping = (event) => event.target.closest('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable], .diagram');
const ROW = ':is(.row-card, [data-row])';
const rows = () => [...document.querySelectorAll(`[data-rows] ${ROW}`)];
const current = () => document.activeElement.closest(`[data-rows] ${ROW}`) ?? document.querySelector(`${ROW}.is-current`);

function move(step) {
  const all = rows(), next = all[Math.min(all.length - 1, Math.max(0, all.indexOf(current()) + step))];
  for (const row of all) row.classList.toggle('is-current', row === next);
  next?.querySelector('.row-title, a')?.focus();
}

/** The rows between the one chosen last and this one, as a mouse does with Shift. */
function choose(isRange) {
  const all = rows(), here = current(), box = here?.querySelector('[type="checkbox"]');
  if (!box) return;
  const from = isRange ? all.findLastIndex((row) => row !== here && row.querySelector('[type="checkbox"]')?.checked) : -1;
  const [first, last] = [from, all.indexOf(here)].sort((a, b) => a - b);
  const changed = from < 0 ? [here] : all.slice(first, last + 1);
  const isChecked = from >= 0 || !box.checked;
  for (const row of changed) {
    const each = row.querySelector('[type="checkbox"]');
    each.checked = isChecked;
    each.dispatchEvent(new Event('change', { bubbles: true }));
  }
}

/** What is done with several tasks begins with the current row when none is chosen. */
function pressForRows(key) {
  if (!document.querySelector('.row-card [type="checkbox"]:checked')) choose(false);
  return press(key);
}

/** All rows of the page; once more: all that the list means, on every page of it. */
function chooseAll() {
  const boxes = [...document.querySelectorAll('[data-rows] [type="checkbox"]')];
  if (boxes.every((box) => box.checked)) document.querySelector('#many [name="all"]:not(:checked)')?.click();
  for (const box of boxes.filter((each) => !each.checked)) {
    box.checked = true;
    box.dispatchEvent(new Event('change', { bubbles: true }));
  }
  return boxes.length > 0;
}

/** The row's page; one's own task at once at its first question. Enter on anything else of a row does what it does anyway. */
function open(isEnter) {
  const row = current(), link = row?.querySelector('.row-title, a');
  if (!link || (isEnter && document.activeElement !== link)) return false;
  if (row.dataset.state === 'mine') window.location.assign(`${link.href}#answer`);
  else link.click();
  return true;
}

function press(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`, found = current()?.querySelector(wanted) ?? document.querySelector(`${wanted}:not(${ROW} *)`);
  if (!found) return false;
  if (found.matches('input:not([type="radio"]), select, textarea')) found.focus();
  else found.click();
  if (found.matches('summary')) found.parentElement.querySelector('input, select, textarea')?.focus();
  return true;
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => open(false),
  Enter: () => open(true),
  x: () => choose(false),
  X: () => choose(true),
  C: () => press('r'),
  l: () => pressForRows('l'),
  p: () => pressForRows('p'),
  g: () => { goesUntil = Date.now() + GO_MS; },
  '?': () => sheet?.showModal(),
  Escape: () => press('u'),
};

function single(event) {
  const { key } = event, isGoing = Date.now() < goesUntil;
  goesUntil = 0;
  if (isGoing && document.querySelector(`[data-go="${CSS.escape(key)}"]`)) document.querySelector(`[data-go="${CSS.escape(key)}"]`).click();
  else if (KEYS[key]) return KEYS[key]() !== false;
  else return press(key);
  return true;
}

function hand(event) {
  const form = event.target.closest('form[data-keys="submit"]') ?? (event.target.closest('form') ? null : document.querySelector('form[data-keys="submit"]'));
  const button = event.key === 'Enter' ? form?.querySelector('.btn-primary') : form?.querySelector('[name="save"]');
  if (button) form.requestSubmit(button);
  return Boolean(button);
}

document.addEventListener('keydown', (event) => {
  if (isComposing(event) || event.defaultPrevented) return;
  const isChord = event.ctrlKey || event.metaKey;
  if (isChord && (event.key === 'Enter' || event.key.toLowerCase() === 's')) {
    if (hand(event) || event.key !== 'Enter') event.preventDefault(); // never the browser's "save page"
    return;
  }
  if (isOn && isChord && event.key.toLowerCase() === 'a' && !isTyping(event) && !document.querySelector('dialog[open]')) {
    if (chooseAll()) event.preventDefault();
    return;
  }
  if (!isOn || isChord || event.altKey || isTyping(event) || document.querySelector('dialog[open]')) return;
  if (single(event)) event.preventDefault();
});

document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.whoami[open]')) if (!menu.contains(event.target)) menu.open = false;
  if (!event.target.closest('[data-opens-keys]') || !sheet) return;
  event.preventDefault();
  sheet.showModal();
});

/** What has a key says so. */
function name() {
  for (const each of isOn ? document.querySelectorAll('[data-key]:not([aria-keyshortcuts])') : []) {
    each.setAttribute('aria-keyshortcuts', each.dataset.key);
    each.title = `${each.title || each.textContent.trim() || each.placeholder || ''} (${each.dataset.key.toUpperCase()})`;
  }
}

name();
document.addEventListener('htmx:after:swap', name);

// After a form was refused, the reader lands on what was wrong; after a claim, on the first question.
const first = window.location.hash === '#answer' ? document.querySelector('#questions')?.querySelector('input:not([type="hidden"]), select, textarea') : null;
(document.getElementById('problems') ?? first)?.focus();
