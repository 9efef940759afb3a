import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { expression, tick } from '../entries.js';

/** When a case takes this arrow. */
export class ConditionGroup extends Group {
  id = 'condition';
  label = 'Condition';

  isFor(element) {
    const { source } = element;
    return is(element, 'bpmn:SequenceFlow') && Boolean(source) && (is(source, 'bpmn:ExclusiveGateway') || is(source, 'bpmn:InclusiveGateway'));
  }

  entries(element) {
    const source = getBusinessObject(element.source);
    const isDefault = () => source.default === getBusinessObject(element);
    const condition = expression('condition', {
      element, label: this.translate('The case goes this way when'), rows: 2, description: 'decision == "accept"',
      get: () => getBusinessObject(element).conditionExpression?.body ?? '', set: (body) => this.#put(element, body),
    });
    return [tick('default', {
      element, label: this.translate('Otherwise (default arrow)'), get: isDefault,
      set: (ticked) => this.modeling.updateProperties(element.source, { default: ticked ? getBusinessObject(element) : undefined }),
    }), ...(isDefault() ? [] : [condition])];
  }

  #put(element, body) {
    const conditionExpression = body ? this.bpmnFactory.create('bpmn:FormalExpression', { body }) : undefined;
    this.modeling.updateProperties(element, { conditionExpression });
  }
}
