import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { choice, expression, term } from '../entries.js';

const KINDS = ['timeDate', 'timeDuration', 'timeCycle'];

/** When a timer rings: a term of the table of terms, or a time of its own. */
export class TimerGroup extends Group {
  id = 'timer';
  label = 'Time';

  isFor(element) {
    return Boolean(definition(element));
  }

  entries(element) {
    const { translate } = this;
    const entries = [term('term', {
      ...this.choosing, element, label: translate('Term (law or agreement)'), find: translate('Find a term'), terms: this.choices.terms,
      get: () => this.extensions.property(element, 'term'), set: (key) => this.#putTerm(element, key),
    })];
    if (this.extensions.property(element, 'term')) return [...entries, this.since(element)];
    return [...entries, choice('kind', {
      ...this.choosing, element, label: translate('Kind of time'), choices: this.#kinds(), get: () => kindOf(element) ?? '',
      set: (kind) => this.#putTime(element, kind, bodyOf(element)),
    }), expression('time', {
      element, label: translate('Time'), description: translate('An expression, or a span such as P7D.'), get: () => bodyOf(element),
      set: (body) => this.#putTime(element, kindOf(element) ?? 'timeDate', body),
    })];
  }

  #kinds() {
    const { translate } = this;
    return [
      { value: 'timeDate', label: translate('at a moment') }, { value: 'timeDuration', label: translate('after a span') },
      { value: 'timeCycle', label: translate('again and again') },
    ];
  }

  #putTerm(element, term) {
    this.putTerm(element, 'term', term);
    if (term) this.#putTime(element, 'timeDate', `term("${term}")`);
  }

  #putTime(element, kind, body) {
    const timer = definition(element);
    const formal = body && this.bpmnFactory.create('bpmn:FormalExpression', { body });
    if (formal) formal.$parent = timer;
    const cleared = Object.fromEntries(KINDS.map((each) => [each, undefined]));
    this.modeling.updateModdleProperties(element, timer, { ...cleared, ...(kind && formal ? { [kind]: formal } : {}) });
  }
}

const definition = (element) => (getBusinessObject(element).eventDefinitions ?? []).find((each) => each.$type === 'bpmn:TimerEventDefinition');
const kindOf = (element) => KINDS.find((kind) => definition(element)[kind]);
const bodyOf = (element) => definition(element)[kindOf(element)]?.body ?? '';
