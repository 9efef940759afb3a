// Keeps what is being filled in on the server, a few seconds after the last key, so that it is found again on any device.
// The form says where to (data-draft); the button that keeps a draft does the same without this file.
const PAUSE = 3000;
const NOT_KEPT = ['code', 'hash_shown', 'save', 'show', 'add_row'];

function keep(form) {
  const said = form.querySelector('[data-draft-said]');
  const draft = form.elements.namedItem('draft');
  const origin = crypto.getRandomValues(new Uint32Array(4)).join('').slice(0, 32);
  let changed = false, sending = false, stopped = false, timer = 0;

  const tell = (words) => { if (said && said.textContent !== words) said.textContent = words; };

  function body() {
    const data = new FormData(form);
    NOT_KEPT.forEach((name) => data.delete(name));
    data.set('origin', origin);
    return new URLSearchParams([...data].filter(([, value]) => typeof value === 'string'));
  }

  function later(pause = PAUSE) {
    clearTimeout(timer);
    timer = setTimeout(() => send(), pause);
  }

  async function send(keepalive = false) {
    if (!changed || stopped) return;
    if (sending) return later();
    sending = true;
    changed = false;
    try {
      const answer = await fetch(form.dataset.draft, { method: 'POST', body: body(), keepalive, redirect: 'manual', headers: { Accept: 'application/json' } });
      if (answer.type === 'opaqueredirect') tell(form.dataset.draftOut);
      else await understood(answer);
    } catch {
      changed = true;
      tell(form.dataset.draftOffline);
      later(4 * PAUSE);
    }
    sending = false;
  }

  async function understood(answer) {
    const told = answer.headers.get('Content-Type')?.startsWith('application/json') ? await answer.json() : {};
    if (answer.ok && draft) draft.value = told.revision;
    if (answer.status >= 500) throw new Error('not now');
    tell(told.said || form.dataset.draftOffline);
    stopped = answer.status === 409 || answer.status === 403; // what is typed from here on would not be kept either
  }

  function touched() {
    changed = true;
    later();
  }

  form.addEventListener('input', touched);
  form.addEventListener('change', touched);
  form.addEventListener('submit', () => { changed = false; clearTimeout(timer); });
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'hidden') send(true);
  });
  document.addEventListener('keydown', (event) => {
    if (event.key !== 's' || !(event.ctrlKey || event.metaKey) || event.altKey || event.shiftKey) return;
    event.preventDefault();
    changed = true;
    send();
  });
}

document.querySelectorAll('form[data-draft]').forEach(keep);
