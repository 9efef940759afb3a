// Keys for those who work here all day: j/k through a list, Enter or o opens, / searches, Ctrl+Enter hands a form in.
// Never while an input method composes or a field has the focus; nothing here does what a visible button does not.
const isTyping = (event) => event.isComposing || event.keyCode === 229 || event.target.closest('input, textarea, select, [contenteditable], .diagram');

function move(step) {
  const rows = [...document.querySelectorAll('[data-rows] .row-card')];
  if (!rows.length) return;
  const at = rows.findIndex((row) => row.classList.contains('is-current'));
  const next = Math.min(rows.length - 1, Math.max(0, at + step));
  rows.forEach((row, number) => row.classList.toggle('is-current', number === next));
  rows[next].querySelector('a')?.focus();
}

const KEYS = {
  j: () => move(1),
  k: () => move(-1),
  o: () => document.querySelector('.row-card.is-current a')?.click(),
  c: () => document.querySelector('.row-card.is-current form button')?.focus(),
  '/': () => document.querySelector('[data-key="/"]')?.focus(),
};

document.addEventListener('keydown', (event) => {
  if (event.key === 'Enter' && (event.ctrlKey || event.metaKey)) {
    const form = event.target.closest('form[data-keys="submit"]');
    if (form && !event.isComposing) form.requestSubmit(form.querySelector('.btn-primary'));
    return;
  }
  if (event.ctrlKey || event.metaKey || event.altKey || isTyping(event) || !KEYS[event.key]) return;
  event.preventDefault();
  KEYS[event.key]();
});

// After a form was refused, the reader lands on what was wrong.
document.getElementById('problems')?.focus();
document.addEventListener('click', (event) => {
  for (const menu of document.querySelectorAll('details.whoami[open]')) if (!menu.contains(event.target)) menu.open = false;
});
