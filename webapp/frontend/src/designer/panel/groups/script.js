import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { expression } from '../entries.js';

/** What a script task notes: assignments to plain names, nothing else. */
export class ScriptGroup extends Group {
  id = 'script';
  label = 'Script';

  isFor(element) {
    return is(element, 'bpmn:ScriptTask');
  }

  entries(element) {
    return [expression('script', {
      element, label: this.translate('Assignments, one per line'), rows: 3, get: () => getBusinessObject(element).script ?? '',
      set: (script) => this.modeling.updateProperties(element, { script }),
    })];
  }
}
