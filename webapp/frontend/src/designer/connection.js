/** The server refused: what it said, and everything it found. */
export class Refusal extends Error {
  constructor({ status, message, problems = [], findings = [] }) {
    super(message);
    Object.assign(this, { status, problems, findings });
  }
}

/** JSON from and to our own server, with the session and its token. */
export class Connection {
  constructor({ token, unreachable }) {
    Object.assign(this, { token, unreachable });
  }

  get(url) {
    return this.#ask(url, {});
  }

  post(url, content) {
    const headers = { 'Content-Type': 'application/json', 'X-CSRFToken': this.token };
    return this.#ask(url, { method: 'POST', headers, body: JSON.stringify(content) });
  }

  async #ask(url, options) {
    const answer = await fetch(url, { credentials: 'same-origin', ...options }).catch(() => null);
    const isJson = answer?.headers.get('Content-Type')?.includes('json');
    const content = isJson ? await answer.json() : null;
    if (!answer || !content) throw new Refusal({ status: answer?.status ?? 0, message: this.unreachable });
    if (!answer.ok) throw new Refusal(content);
    return content;
  }
}
