import { is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { choice } from '../entries.js';

/** Which role does the tasks of a lane. */
export class LaneGroup extends Group {
  id = 'lane';
  label = 'Role';

  isFor(element) {
    return is(element, 'bpmn:Lane');
  }

  entries(element) {
    return [choice('role', {
      ...this.choosing, element, label: this.translate('Who does the tasks of this lane'), choices: this.choices.roles,
      get: () => this.names.roleOf(element), set: (value) => this.names.putRole(element, value),
    })];
  }
}
