import { text } from '../entries.js';

/** What all groups share: the services they write with, and a short way to a choice. */
export class Group {
  static $inject = ['translate', 'extensions', 'modeling', 'bpmnFactory', 'choices', 'names', 'elementRegistry'];

  constructor(translate, extensions, modeling, bpmnFactory, choices, names, elementRegistry) {
    Object.assign(this, { translate, extensions, modeling, bpmnFactory, choices, names, elementRegistry });
  }

  /** Words of an entry that offers a choice. */
  get choosing() {
    return { none: this.translate('(none)'), unknown: (value) => this.translate('{value} (not there)', { value }) };
  }

  /** Reading and writing one of the engine's properties of an element. */
  property(element, name) {
    return {
      element, get: () => this.extensions.property(element, name), set: (value) => this.extensions.setProperty(element, name, value),
    };
  }

  /** The fact a term counts from, such as the day on which a paper was served. */
  since(element) {
    const { translate } = this;
    return text('since', {
      ...this.property(element, 'since'), label: translate('Counted from (name in process data)'),
      description: translate('The moment or the day that is kept under this name; without it, the term begins when the case comes here.'),
    });
  }

  /** A term is chosen; without one there is nothing that counts from a fact. */
  putTerm(element, name, key) {
    this.extensions.setProperty(element, name, key);
    if (!key) this.extensions.setProperty(element, 'since', '');
  }
}
