// The stream that only says “look”. Refused, broken, or told that news do not come through, it is not relied on.
const REOPEN_MS = 60_000;

export class Bell {
  constructor(url, { look, changed }) {
    Object.assign(this, { url, look, changed, source: null, isHeard: false, timer: 0 });
  }

  open() {
    clearTimeout(this.timer);
    if (this.source) return;
    this.source = new EventSource(this.url);
    this.source.addEventListener('mode', ({ data }) => this.rely(data === 'bell'));
    this.source.addEventListener('look', () => this.look());
    this.source.addEventListener('over', () => this.refused());
    this.source.addEventListener('error', () => (this.source?.readyState === EventSource.CLOSED ? this.refused() : this.rely(false)));
  }

  close() {
    clearTimeout(this.timer);
    this.source?.close();
    this.source = null;
    this.isHeard = false;
  }

  refused() {
    this.close();
    this.changed();
    this.timer = setTimeout(() => this.open(), REOPEN_MS);
  }

  rely(isHeard) {
    if (this.isHeard === isHeard) return;
    this.isHeard = isHeard;
    if (isHeard) this.look(); // what happened before it was heard
    else this.changed();
  }
}
