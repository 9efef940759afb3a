import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { area } from '../entries.js';

/** An explanation for whoever reads the diagram. */
export class NoteGroup extends Group {
  id = 'note';
  label = 'Documentation';
  isOpen = false;

  isFor(element) {
    return is(element, 'bpmn:FlowElement') || is(element, 'bpmn:Participant');
  }

  entries(element) {
    return [area('documentation', {
      element, label: this.translate('Explanation, with its legal basis'), get: () => getBusinessObject(element).documentation?.[0]?.text ?? '',
      set: (value) => this.#put(element, value),
    })];
  }

  #put(element, value) {
    const documentation = value ? [this.bpmnFactory.create('bpmn:Documentation', { text: value })] : [];
    documentation.forEach((each) => { each.$parent = getBusinessObject(element); });
    this.modeling.updateProperties(element, { documentation });
  }
}
