// The list of who is here; the mediator lets people in from it.
import { drawn } from './drawn.js';

export class People {
  constructor(element, { words, holds, urls }, act) {
    Object.assign(this, { element, words, holds, urls, act });
  }

  show({ seats, me, is_open: isOpen }) {
    this.element.replaceChildren(...seats.map((seat) => this.#line(seat, seat.id === me.id, isOpen)));
  }

  #line(seat, isMine, isOpen) {
    const name = [seat.name, seat.role, isMine && this.words.you].filter(Boolean).join(' · ');
    const line = drawn('li', {}, drawn('strong', { textContent: name }), drawn('span', { className: 'small', textContent: this.words[seat.state] }));
    line.dataset.seat = seat.id;
    line.dataset.state = seat.state;
    if (this.holds && isOpen && !isMine) line.append(...this.#answers(seat));
    return line;
  }

  #answers({ id, state }) {
    const offered = { waiting: [['admit', 'admit'], ['refuse', 'refuse']], admitted: [['refuse', 'remove']], refused: [['admit', 'admit']] }[state] || [];
    return offered.map(([answer, word]) => {
      const button = drawn('button', { type: 'button', className: answer === 'admit' ? 'button' : 'button button-quiet', textContent: this.words[word] });
      button.dataset.answer = answer;
      button.addEventListener('click', () => this.act(this.urls.answer_door.replace('/seats/0/admit', `/seats/${id}/${answer}`)));
      return button;
    });
  }
}
