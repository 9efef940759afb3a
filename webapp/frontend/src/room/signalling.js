// The line to the server: news come as events, everything else goes by POST.
const COLLECT_MS = 20;
const MOST_AT_ONCE = 50;
const REOPEN_MS = 1500;

export class Signalling extends EventTarget {
  #waiting = [];
  #last = '';

  constructor(urls) {
    super();
    this.urls = urls;
    this.csrf = document.querySelector('input[name=csrf_token]')?.value || '';
  }

  open() {
    const url = new URL(this.urls.events, location.href);
    if (this.#last) url.searchParams.set('after', this.#last);
    this.source = new EventSource(url);
    this.source.addEventListener('open', () => this.#tell('connected', true));
    this.source.addEventListener('error', () => this.#broken());
    this.source.addEventListener('beat', () => this.pulse());
    this.source.addEventListener('over', () => this.#over());
    this.source.addEventListener('state', (event) => this.#tell('state', JSON.parse(event.data)));
    this.source.addEventListener('signals', (event) => {
      this.#last = event.lastEventId;
      for (const signal of JSON.parse(event.data)) this.#tell('signal', signal);
    });
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // The browser itself tries again after a break, but not after an answer that is an error.
  #broken() {
    this.#tell('connected', false);
    if (this.source.readyState === EventSource.CLOSED && !this.isClosed) this.timer = setTimeout(() => this.open(), REOPEN_MS);
  }

  #over() {
    this.close();
    this.#tell('over');
  }

  close() {
    this.isClosed = true;
    clearTimeout(this.timer);
    this.source?.close();
  }

  // What comes within a moment goes together, connection candidates come in swarms; and it arrives in the order it was said.
  send(kind, to, body) {
    if (this.isClosed) return;
    this.#waiting.push({ kind, to, body });
    this.flushing ??= this.#flush();
  }

  async #flush() {
    while (this.#waiting.length && !this.isClosed) {
      await new Promise((resolve) => { setTimeout(resolve, COLLECT_MS); });
      const signals = this.#waiting.splice(0, MOST_AT_ONCE);
      await this.#post(this.urls.send_signals, JSON.stringify({ signals }), 'application/json').catch(() => {});
    }
    this.flushing = undefined;
  }

  async pulse() {
    if (this.isClosed) return;
    const answer = await this.#post(this.urls.pulse).catch(() => null);
    if (answer?.ok && (await answer.json()).was_away) this.#tell('returned');
  }

  // Leaving the page cannot wait for an answer.
  bye() {
    const form = new FormData();
    form.set('csrf_token', this.csrf);
    navigator.sendBeacon(this.urls.leave, form);
  }

  // Do something as a form would; answers what is wrong, or nothing.
  async act(url, values = {}) {
    try {
      const answer = await this.#post(url, new URLSearchParams(values));
      return answer.ok ? '' : (await answer.json()).message;
    } catch {
      return undefined;
    }
  }

  #post(url, body, type) {
    const headers = { Accept: 'application/json', 'X-CSRFToken': this.csrf, ...(type && { 'Content-Type': type }) };
    return fetch(url, { method: 'POST', headers, body });
  }
}
