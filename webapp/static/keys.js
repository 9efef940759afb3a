// Keys for those who work here all day. A key presses what the page marks with data-key (of the current row first), g and a letter
// go where data-go leads. Never while an input method composes or a field has the focus, not at all for whoever switched
// them off; nothing here does what a visible button does not.
const isOn = document.body.dataset.keys === 'on';
const sheet = document.getElementById('keys');
const acts = document.getElementById('acts');
const GO_MS = 1500;
const OWN = JSON.parse(document.body.dataset.keymap ?? '{}'); // key of the page → where this person has it; '' is off
const MEANT = Object.fromEntries(Object.entries(OWN).filter(([, own]) => own).map(([key, own]) => [own, key]));
let goesUntil = 0;

const isComposing = (event) => event.isComposing || event.keyCode === 229;
const isTyping = (event) => event.target.closest('input:not([type="radio"], [type="checkbox"]), textarea, select, [contenteditable], .diagram');
const ROW = ':is(.row-card, [data-row])';
const rows = () => [...document.querySelectorAll(`[data-rows] ${ROW}`)].filter((row) => !row.closest('dialog'));
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

/** Several that are chosen are looked at together, a row is opened at its questions; on its page the button gets the focus and is not
 * pressed: completing cannot be taken back. */
function finish() {
  if (document.querySelector('.row-card [type="checkbox"]:checked') && press('e')) return true;
  if (current()) return open(false);
  const button = document.querySelector('form[data-keys="submit"] .btn-primary');
  button?.focus();
  return Boolean(button);
}

/** The key of the page that somebody means by what they pressed; Shift goes with its letter. Undefined: a key that is off. */
function meant(key) {
  if (key in MEANT) return MEANT[key];
  const small = key.toLowerCase();
  if (small !== key && small in MEANT) return MEANT[small].toUpperCase();
  return key in OWN || (small !== key && small in OWN) ? undefined : key;
}

const shown = (key) => (key in OWN ? OWN[key] : key);
const isSeen = (each) => each.checkVisibility() && !each.disabled; // not what a closed part of the page holds

/** Everything of the page and the current row that a button does, by name: chosen here, it is pressed there. */
function offerAll() {
  const place = acts?.querySelector('[data-acts]');
  if (!place) return false;
  const around = current(), all = [...document.querySelectorAll('main [data-key], .page-actions :is(.btn, summary)')];
  const found = [...new Set(all)].filter((each) => isSeen(each) && (!each.closest(ROW) || each.closest(ROW) === around));
  place.replaceChildren(...found.map((each) => {
    const button = document.createElement('button'), key = each.dataset.key && shown(each.dataset.key);
    button.type = 'button';
    button.className = 'btn btn-sm';
    button.textContent = each.labels?.[0]?.textContent.trim() || each.getAttribute('aria-label') || each.textContent.trim() || each.placeholder;
    if (key) button.append(' ', Object.assign(document.createElement('kbd'), { textContent: key }));
    button.addEventListener('click', () => { acts.close(); use(each); });
    return button;
  }));
  acts.showModal();
  return true;
}

/** On a page of one, the ones before and after it in the list one came from. */
const LIST = 'rows';
function remember() {
  const found = rows().map((row) => row.querySelector('.row-title, a')).filter(Boolean);
  if (found.length) sessionStorage.setItem(LIST, JSON.stringify(found.map((link) => link.pathname)));
}
function neighbours() {
  const list = JSON.parse(sessionStorage.getItem(LIST) ?? '[]'), here = list.indexOf(window.location.pathname), crumbs = document.querySelector('.crumbs');
  if (here < 0 || !crumbs || !acts) return;
  for (const [at, key, word] of [[here - 1, '[', acts.dataset.previous], [here + 1, ']', acts.dataset.next]]) {
    if (list[at] === undefined) continue;
    const link = Object.assign(document.createElement('a'), { href: list[at], textContent: word, className: 'ms-2 no-print' });
    link.dataset.key = key;
    crumbs.append(link);
  }
}

/** Focus what is written in, press what is pressed. */
function use(found) {
  if (found.matches('input:not([type="radio"], [type="checkbox"]), select, textarea')) found.focus();
  else found.click();
  if (found.matches('summary')) found.parentElement.querySelector('input:not([type="hidden"]), select, textarea')?.focus();
}

function press(key) {
  const wanted = `[data-key="${CSS.escape(key)}"]`, found = current()?.querySelector(wanted) ?? document.querySelector(`${wanted}:not(${ROW} *)`);
  if (!found) return false;
  use(found);
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
  i: () => pressForRows('i'),
  e: () => finish(),
  g: () => { goesUntil = Date.now() + GO_MS; },
  '?': () => sheet?.showModal(),
  '.': () => offerAll(),
  v: () => (document.querySelector('.tabs a[href*="saved="]') ? document.querySelector('.tabs a[href*="saved="]').focus() : press('v')),
  Escape: () => press('u'),
};

function single(event) {
  const isGoing = Date.now() < goesUntil, key = isGoing ? event.key : meant(event.key);
  goesUntil = 0;
  if (key === undefined) return false;
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
  if (event.target.closest('[data-opens-acts]') && offerAll()) event.preventDefault();
  if (!event.target.closest('[data-opens-keys]') || !sheet) return;
  event.preventDefault();
  sheet.showModal();
});

/** What has a key says so. */
function name() {
  for (const each of isOn ? document.querySelectorAll('[data-key]:not([aria-keyshortcuts])') : []) {
    const own = shown(each.dataset.key);
    if (!own) continue;
    each.setAttribute('aria-keyshortcuts', own);
    each.title = `${each.title || each.textContent.trim() || each.placeholder || ''} (${own.toUpperCase()})`;
  }
}

remember();
neighbours();
name();
document.addEventListener('htmx:after:swap', () => { remember(); name(); });

// A part of the page that is closed opens for whoever is sent to it; where it is not offered, what says why.
const aimed = document.getElementById(window.location.hash.slice(1)) ?? (window.location.hash.startsWith('#act-') ? document.getElementById('withheld') : null);
if (aimed?.matches('details')) {
  aimed.open = true;
  aimed.querySelector('summary').focus();
}

// After a form was refused, the reader lands on what was wrong; after a claim, on the first question.
const first = window.location.hash === '#answer' ? document.querySelector('#questions')?.querySelector('input:not([type="hidden"]), select, textarea') : null;
(document.getElementById('problems') ?? first)?.focus();
