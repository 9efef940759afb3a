/** The buttons above the board, and the line that says what happened. */
export class Toolbar {
  constructor(element, translate) {
    Object.assign(this, { element, translate });
    this.said = Object.assign(document.createElement('span'), { className: 'toolbar-said' });
    this.said.setAttribute('role', 'status');
  }

  /** `entries`: [name, label, act, kind]; the status line follows. */
  fill(entries) {
    this.buttons = Object.fromEntries(entries.map(([name, label, act, kind = '']) => {
      const button = Object.assign(document.createElement('button'), { type: 'button', className: `btn ${kind}`, textContent: this.translate(label) });
      button.dataset.act = name;
      button.addEventListener('click', act);
      return [name, button];
    }));
    this.element.append(...Object.values(this.buttons), this.said);
  }

  say(text, isBad = false) {
    this.said.textContent = text;
    this.said.classList.toggle('bad', isBad);
  }

  enable(name, isEnabled) {
    this.buttons[name].disabled = !isEnabled;
  }
}
