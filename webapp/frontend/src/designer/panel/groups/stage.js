import { is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { choice } from '../entries.js';

/** Which stage the parties see when a case gets here. */
export class StageGroup extends Group {
  id = 'stage';
  label = 'Stage';

  isFor(element) {
    return is(element, 'bpmn:FlowNode');
  }

  entries(element) {
    return [choice('stage', {
      ...this.choosing, ...this.property(element, 'stage'), label: this.translate('From here on the case is'), choices: this.choices.stages,
    })];
  }
}
