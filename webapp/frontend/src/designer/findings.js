import { show } from './outline.js';

/** What the check found: errors first; a click goes to the element, or to the file. */
export class Findings {
  constructor(modeler, element, translate) {
    Object.assign(this, { modeler, element, translate });
    this.marked = [];
  }

  show(findings, title = '') {
    this.clear();
    const errors = findings.filter((each) => each.severity === 'error').length;
    const said = title || (findings.length
      ? this.translate('{errors} errors, {hints} hints', { errors, hints: findings.length - errors })
      : this.translate('Nothing found: the draft can be handed in.'));
    const head = Object.assign(document.createElement('p'), { className: `findings-head ${errors ? 'bad' : 'good'}`, textContent: said });
    const list = Object.assign(document.createElement('ul'), { className: 'findings-list' });
    list.append(...findings.map((each) => this.#row(each)));
    this.element.replaceChildren(head, list);
    this.element.hidden = false;
    this.#mark(findings);
  }

  clear() {
    const canvas = this.modeler.get('canvas');
    for (const [id, marker] of this.marked) if (this.modeler.get('elementRegistry').get(id)) canvas.removeMarker(id, marker);
    this.marked = [];
    this.element.replaceChildren();
    this.element.hidden = true;
  }

  #row(finding) {
    const button = Object.assign(document.createElement('button'), { type: 'button', className: `finding finding-${finding.severity}` });
    const kind = Object.assign(document.createElement('b'), { textContent: this.translate(finding.severity === 'error' ? 'Error' : 'Hint') });
    const where = Object.assign(document.createElement('span'), { className: 'finding-where', textContent: finding.name || finding.element || finding.file });
    const what = Object.assign(document.createElement('span'), { textContent: finding.message });
    button.append(kind, where, what);
    button.dataset.element = finding.element;
    button.addEventListener('click', () => show(this.modeler, finding.element));
    const row = document.createElement('li');
    row.append(button);
    return row;
  }

  #mark(findings) {
    const canvas = this.modeler.get('canvas');
    for (const { element, severity } of findings) {
      const marker = `finding-at-${severity}`;
      if (!this.modeler.get('elementRegistry').get(element)) continue;
      canvas.addMarker(element, marker);
      this.marked.push([element, marker]);
    }
  }
}
