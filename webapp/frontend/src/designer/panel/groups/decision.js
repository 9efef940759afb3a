import { is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { choice, text } from '../entries.js';

/** Which decision table a business rule task asks. */
export class DecisionGroup extends Group {
  id = 'decision';
  label = 'Decision table';

  isFor(element) {
    return is(element, 'bpmn:BusinessRuleTask');
  }

  entries(element) {
    const { extensions, translate } = this;
    return [
      choice('decision', {
        ...this.choosing, element, label: translate('Decision'), choices: this.choices.decisions,
        get: () => extensions.decision(element), set: (value) => extensions.setDecision(element, value),
      }),
      text('variable', { ...this.property(element, 'variable'), label: translate('Keep the result under') }),
    ];
  }
}
