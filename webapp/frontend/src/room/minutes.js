// The minutes: the mediator's text keeps itself; once they are closed the sides answer.
import { ask } from './ask.js';
import { drawn } from './drawn.js';

const PAUSE_MS = 1000;

export class Minutes {
  constructor(element, { words, urls, holds }, signalling) {
    Object.assign(this, { element, words, urls, holds, signalling });
    this.writing = element.querySelector('[data-act=write]');
    this.answering = element.querySelector('[data-act=answer]');
    if (this.writing) this.#listen();
    this.answering?.addEventListener('submit', (event) => this.#answer(event));
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  #listen() {
    this.writing.querySelector('[data-plain]').hidden = true;
    this.text = this.writing.elements.minutes;
    this.text.addEventListener('input', () => this.#soon());
    this.writing.addEventListener('submit', (event) => this.#close(event));
    window.addEventListener('beforeunload', (event) => this.timer && event.preventDefault());
  }

  #soon() {
    clearTimeout(this.timer);
    this.#say(this.words.saving);
    this.timer = setTimeout(() => this.#save(), PAUSE_MS);
  }

  #say(text) {
    this.find('.saved').textContent = text;
  }

  // Typing goes on while it is saved; what could not be saved is tried again.
  async #save() {
    const saving = this.timer;
    const wrong = await this.signalling.act(this.urls.write_minutes, { minutes: this.text.value });
    if (this.timer !== saving) return;
    this.timer = undefined;
    if (wrong === '') return this.#say(this.words.saved);
    this.#refuse(wrong);
    if (wrong === undefined) this.timer = setTimeout(() => this.#save(), 3 * PAUSE_MS);
  }

  #refuse(wrong) {
    this.#say(this.words.not_saved.replace('{why}', wrong ?? this.words.no_connection));
  }

  async #close(event) {
    event.preventDefault();
    if (!await ask(this.words.sure_to_freeze, this.words)) return;
    clearTimeout(this.timer);
    this.timer = undefined;
    const wrong = await this.signalling.act(this.urls.freeze_minutes, { minutes: this.text.value });
    if (wrong !== '') this.#refuse(wrong);
  }

  async #answer(event) {
    event.preventDefault();
    const answer = event.submitter?.value || 'confirmed';
    const wrong = await this.signalling.act(this.urls.answer_minutes, { answer, remark: this.answering.elements.remark.value });
    const trouble = this.find('.answer-trouble') || drawn('p', { className: 'news news-bad answer-trouble' });
    trouble.setAttribute('role', 'alert');
    trouble.textContent = wrong ?? this.words.no_connection;
    if (wrong === '') trouble.remove();
    else this.answering.prepend(trouble);
  }

  show({ text, is_frozen: isFrozen, answers, mine }) {
    this.find('.minutes-text').textContent = text;
    this.find('.minutes-text').hidden = this.holds && !isFrozen;
    this.find('.minutes-closed').hidden = !isFrozen;
    this.find('.minutes-state').hidden = isFrozen;
    if (this.writing) this.writing.hidden = isFrozen;
    if (this.answering) this.answering.hidden = !isFrozen || Boolean(mine);
    this.find('.answers').replaceChildren(...answers.map((each) => this.#line(each)));
  }

  #line({ name, answer, remark }) {
    const said = this.words[answer || 'unanswered'].replace('{remark}', () => remark);
    const line = drawn('li', { textContent: `${name}: ${said}` });
    line.dataset.answer = answer;
    return line;
  }
}
