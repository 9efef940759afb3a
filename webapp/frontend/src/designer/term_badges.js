import { layBadges } from '../terms/badges.js';

/** The terms of a draft on its diagram, as the panel's choices name them. */
export class TermBadges {
  constructor(modeler, terms) {
    Object.assign(this, { modeler, byWord: new Map(terms.flatMap((term) => [term.value, ...term.words].filter(Boolean).map((word) => [word, term]))) });
    modeler.on(['import.done', 'commandStack.changed'], () => this.draw());
  }

  draw() {
    const extensions = this.modeler.get('extensions');
    const shapes = this.modeler.get('elementRegistry').filter((each) => each.type !== 'label' && each.businessObject);
    layBadges(this.modeler, shapes.map((shape) => this.#badge(shape, extensions)).filter(Boolean));
  }

  #badge(shape, extensions) {
    const key = extensions.property(shape, 'term') || extensions.property(shape, 'due');
    const term = key && this.byWord.get(key);
    return term && { element: shape.id, text: term.text, title: term.title };
  }
}
