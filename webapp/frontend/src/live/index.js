// Keeps the rows of a task list up to date in place: a colleague's claim is said on the row, which stays where it is.
// The server's bell says when to look; where there is none, the page looks every second and a half.
import { Bell } from './bell.js';
import { Rows } from './rows.js';

const POLL_MS = 1500, RARELY_MS = 20_000, TRIES_MS = 5000;

class Live {
  constructor(element, props) {
    Object.assign(this, { props, etag: '', isAsking: false, isWanted: false, timer: 0 });
    this.rows = new Rows(element, () => this.forget());
    this.bell = new Bell(props.bell, { look: () => this.look(), changed: () => this.rest() });
    document.addEventListener('visibilitychange', () => this.wake());
    this.wake();
  }

  wake() {
    if (document.hidden) {
      clearTimeout(this.timer);
      this.bell.close();
    } else {
      this.bell.open();
      this.look();
    }
  }

  /** The list was drawn anew: what was known of it is outdated. */
  forget() {
    this.etag = '';
    this.look();
  }

  async look() {
    if (this.isAsking) {
      this.isWanted = true;
      return;
    }
    this.isAsking = true;
    const began = performance.now();
    const goesOn = await this.ask();
    Object.assign(this, { isAsking: false });
    if (!goesOn) return this.bell.close();
    if (this.isWanted) {
      this.isWanted = false;
      this.look();
    } else this.rest(performance.now() - began);
  }

  /** Ask again later: seldom while the bell is heard, and never so often that a slow server gets slower. */
  rest(took = 0) {
    clearTimeout(this.timer);
    if (!document.hidden) this.timer = setTimeout(() => this.look(), this.bell.isHeard ? RARELY_MS : Math.max(POLL_MS, 4 * took));
  }

  /** False when nobody is signed in any more. */
  async ask() {
    const asked = new URLSearchParams(window.location.search);
    asked.set('view', this.props.view);
    asked.set('tasks', this.rows.ids().join(','));
    try {
      const answer = await fetch(`${this.props.rows}?${asked}`, {
        headers: { Accept: 'application/json', 'If-None-Match': this.etag }, cache: 'no-store', redirect: 'manual', signal: AbortSignal.timeout(TRIES_MS),
      });
      if (answer.type === 'opaqueredirect' || answer.status === 401 || answer.status === 403) {
        this.rows.say(this.props.over);
        return false;
      }
      if (answer.status === 200) {
        this.etag = answer.headers.get('ETag') ?? '';
        this.rows.show(await answer.json());
      }
    } catch (error) {
      if (error instanceof SyntaxError) throw error; // the network may fail; what came must be readable
    }
    return true;
  }
}

export default (element, props) => new Live(element, props);
