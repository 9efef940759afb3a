import { is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { text } from '../entries.js';

/** Which terms stand still while a case is here. */
export class PausesGroup extends Group {
  id = 'pauses';
  label = 'Terms that stand still here';
  isOpen = false;

  isFor(element) {
    return is(element, 'bpmn:Activity') || is(element, 'bpmn:IntermediateCatchEvent');
  }

  entries(element) {
    const { translate } = this;
    return [
      text('pauses', {
        ...this.property(element, 'pauses'), label: translate('Terms'),
        description: translate('Ids or names, or mediation: the mediation term of the case.'),
      }),
      text('because', { ...this.property(element, 'because'), label: translate('Because of'), description: translate('Without it people read the name.') }),
    ];
  }
}
