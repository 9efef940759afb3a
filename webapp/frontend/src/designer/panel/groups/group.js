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
}
