// The rows on the page, and how they look when something became of them. No row moves, none loses the focus.
export class Rows {
  constructor(element, redrawn) {
    this.note = element.querySelector('[data-said]');
    this.more = element.querySelector('[data-fresh]');
    this.all = document.querySelector('#list');
    this.more.addEventListener('click', () => this.redraw());
    document.addEventListener('htmx:after:swap', (event) => {
      if (event.target !== this.all && !this.all.contains(event.target)) return;
      this.say(this.all.querySelector('[data-count]')?.dataset.count ?? this.all.textContent.trim());
      redrawn();
    });
    document.addEventListener('click', (event) => event.target.closest?.('[aria-disabled="true"]') && event.preventDefault(), true);
  }

  each() {
    return [...this.all.querySelectorAll('[data-task]')];
  }

  ids() {
    return this.each().map((row) => row.dataset.task);
  }

  show({ rows, fresh }) {
    const said = this.each().map((row) => rows[row.dataset.task] && this.change(row, rows[row.dataset.task])).filter(Boolean);
    if (said.length) this.say(said.slice(0, 3).join(' '));
    if (this.more.textContent !== fresh) {
      this.more.textContent = fresh;
      this.more.hidden = !fresh;
    }
  }

  /** Answers what to say of it, if that is new. */
  change(row, { state, text }) {
    const place = row.querySelector('[data-standing]');
    if (row.dataset.state === state && place.textContent === text) return '';
    row.dataset.state = state;
    place.textContent = place.title = text;
    for (const button of row.querySelectorAll('[data-only]')) button.setAttribute('aria-disabled', String(state !== button.dataset.only));
    return text ? `${row.querySelector('.row-title').textContent}: ${text}` : '';
  }

  say(text) {
    this.note.textContent = text;
  }

  /** Only when asked for: the list with what is new, and the focus in it. */
  redraw() {
    this.more.hidden = true;
    window.htmx.ajax('GET', window.location.href, { target: this.all, swap: 'innerHTML' })
      .then(() => this.all.querySelector('.row-title')?.focus());
  }
}
