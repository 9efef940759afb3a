import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { choice } from '../entries.js';

/** Which process a call activity runs. */
export class CalledGroup extends Group {
  id = 'called';
  label = 'Called process';

  isFor(element) {
    return is(element, 'bpmn:CallActivity');
  }

  entries(element) {
    return [choice('called', {
      ...this.choosing, element, label: this.translate('Process'), choices: this.choices.processes,
      get: () => getBusinessObject(element).calledElement ?? '',
      set: (value) => this.modeling.updateProperties(element, { calledElement: value || undefined }),
    })];
  }
}
