import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { text } from '../entries.js';

const ID = /^[A-Za-z_][A-Za-z0-9_.-]*$/;

/** Name in both languages, and the id that scenarios and the trace use. */
export class GeneralGroup extends Group {
  id = 'general';
  label = 'General';

  isFor(element) {
    return !is(element, 'bpmn:Collaboration') && element.type !== 'label';
  }

  entries(element) {
    const object = getBusinessObject(element);
    const named = is(element, 'bpmn:TextAnnotation') ? 'text' : 'name';
    return [
      text('name', {
        element, label: this.translate('Name'), get: () => object[named] ?? '',
        set: (value) => (named === 'name' ? this.modeling.updateLabel(element, value) : this.modeling.updateProperties(element, { text: value })),
      }),
      text('english', {
        element, label: this.translate('English name'), get: () => this.names.englishOf(element),
        set: (value) => this.names.putEnglish(element, value ?? ''),
      }),
      text('id', {
        element, label: this.translate('ID'), get: () => object.id, validate: (value) => this.#fault(element, value),
        set: (value, fault) => { if (!fault && value !== element.id) this.names.rename(element, value); },
      }),
    ];
  }

  #fault(element, value) {
    if (!ID.test(value ?? '')) return this.translate('Letters, digits and underscores only.');
    const other = this.elementRegistry.get(value);
    return other && other !== element ? this.translate('This id is taken.') : null;
  }
}
