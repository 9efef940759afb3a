/** Walk the diagram by keys: Tab reaches it, arrows follow the flows, and what is selected is said aloud. */
export class Stepper {
  constructor(viewer, element, marks, words) {
    this.viewer = viewer;
    this.marks = marks;
    this.words = words;
    this.said = Object.assign(document.createElement('p'), { className: 'visually-hidden' });
    this.said.setAttribute('aria-live', 'polite');
    element.append(this.said);
    element.tabIndex = 0;
    element.addEventListener('keydown', (event) => this.onKey(event));
  }

  onKey(event) {
    const step = { ArrowRight: 1, ArrowDown: 1, ArrowLeft: -1, ArrowUp: -1 }[event.key];
    if (!step || event.target.closest('button')) return;
    event.preventDefault();
    event.stopPropagation();
    this.show(this.next(step));
  }

  next(step) {
    if (!this.current) return this.first();
    const flows = step > 0 ? this.current.outgoing : this.current.incoming;
    const flow = flows.find((each) => each.type === 'bpmn:SequenceFlow');
    return flow ? (step > 0 ? flow.target : flow.source) : this.current;
  }

  first() {
    const registry = this.viewer.get('elementRegistry');
    const here = Object.keys(this.marks).find((id) => this.marks[id] !== 'done' && registry.get(id));
    return here ? registry.get(here) : registry.find((each) => each.type === 'bpmn:StartEvent');
  }

  show(shape) {
    if (!shape) return;
    const canvas = this.viewer.get('canvas');
    if (this.current) canvas.removeMarker(this.current, 'trace-selected');
    this.current = shape;
    canvas.addMarker(shape, 'trace-selected');
    canvas.scrollToElement(shape, 80);
    const state = this.marks[shape.id];
    this.said.textContent = [shape.businessObject.name || shape.id, state && this.words[state]].filter(Boolean).join(', ');
  }
}
