import { is } from 'bpmn-js/lib/util/ModelUtil';

const LISTED = ['bpmn:FlowNode', 'bpmn:Participant', 'bpmn:Lane'];

/** All elements as a list: the way to them by keyboard, and for whoever does not see the drawing. */
export class Outline {
  constructor(modeler, element, { label, find }) {
    this.modeler = modeler;
    this.list = Object.assign(document.createElement('ul'), { className: 'outline-list' });
    this.search = Object.assign(document.createElement('input'), { type: 'search', className: 'form-control form-control-sm', placeholder: find });
    this.search.setAttribute('aria-label', find);
    this.search.addEventListener('input', () => this.draw());
    this.list.setAttribute('aria-label', label);
    element.append(this.search, this.list);
    const events = modeler.get('eventBus');
    events.on(['import.done', 'commandStack.changed'], () => this.draw());
    events.on('selection.changed', ({ newSelection }) => this.mark(newSelection[0]));
  }

  draw() {
    const wanted = this.search.value.trim().toLowerCase();
    const listed = this.modeler.get('elementRegistry').filter((each) => this.#isListed(each, wanted));
    this.list.replaceChildren(...this.#inOrder(listed).map((each) => this.#row(each)));
    this.mark(this.modeler.get('selection').get()[0]);
  }

  mark(element) {
    for (const button of this.list.querySelectorAll('button')) {
      if (button.dataset.element === element?.id) button.setAttribute('aria-current', 'true');
      else button.removeAttribute('aria-current');
    }
  }

  #isListed(element, wanted) {
    const { name, id } = element.businessObject;
    return element.type !== 'label' && LISTED.some((type) => is(element, type))
      && (!wanted || `${name ?? ''} ${id}`.toLowerCase().includes(wanted));
  }

  #inOrder(elements) {
    const rank = (element) => (is(element, 'bpmn:Participant') ? 0 : is(element, 'bpmn:Lane') ? 1 : 2);
    return elements.sort((a, b) => rank(a) - rank(b) || a.x - b.x || a.y - b.y);
  }

  #row(element) {
    const translate = this.modeler.get('translate');
    const button = Object.assign(document.createElement('button'), { type: 'button', className: 'outline-row' });
    button.dataset.element = element.id;
    const kind = Object.assign(document.createElement('small'), { textContent: translate(kindOf(element)) });
    button.append(Object.assign(document.createElement('span'), { textContent: element.businessObject.name || element.id }), kind);
    button.addEventListener('click', () => show(this.modeler, element.id));
    const row = document.createElement('li');
    row.append(button);
    return row;
  }
}

const kindOf = (element) => element.type.replace('bpmn:', '').replace(/(?<!^)([A-Z])/g, (letter) => ` ${letter.toLowerCase()}`);

/** Select an element and bring it into view; answers whether it is drawn. */
export function show(modeler, id) {
  const element = modeler.get('elementRegistry').get(id);
  if (!element) return false;
  modeler.get('selection').select(element);
  modeler.get('canvas').scrollToElement(element, 120);
  return true;
}
