import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { expression, text } from '../entries.js';

/** An activity that is done once for each of a list. */
export class SeveralGroup extends Group {
  id = 'several';
  label = 'For each of a list';

  isFor(element) {
    return Boolean(loop(element));
  }

  entries(element) {
    const { translate } = this;
    return [
      text('collection', { ...this.property(element, 'collection'), label: translate('List') }),
      text('item', { ...this.#variable(element, 'inputDataItem', 'bpmn:DataInput'), label: translate('Name of each one') }),
      text('result', { ...this.#variable(element, 'outputDataItem', 'bpmn:DataOutput'), label: translate('Name of each result') }),
      text('results', { ...this.property(element, 'results'), label: translate('List of the results') }),
      expression('until', {
        element, label: translate('No more are needed when'), get: () => loop(element).completionCondition?.body ?? '',
        set: (body) => this.#put(element, { completionCondition: body ? this.#part('bpmn:FormalExpression', { body }) : undefined }),
      }),
    ];
  }

  #variable(element, name, type) {
    const id = `${element.id}_${name === 'inputDataItem' ? 'item' : 'result'}`;
    return {
      element, get: () => loop(element)[name]?.name ?? '',
      set: (value) => this.#put(element, { [name]: value ? this.#part(type, { id, name: value }) : undefined }),
    };
  }

  #part(type, values) {
    return this.bpmnFactory.create(type, values);
  }

  #put(element, values) {
    for (const part of Object.values(values)) if (part) part.$parent = loop(element);
    this.modeling.updateModdleProperties(element, loop(element), values);
  }
}

const loop = (element) => {
  const found = getBusinessObject(element).loopCharacteristics;
  return found?.$type === 'bpmn:MultiInstanceLoopCharacteristics' ? found : undefined;
};
