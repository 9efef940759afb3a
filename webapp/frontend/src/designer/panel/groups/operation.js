import { isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { choice, expression, text } from '../entries.js';

/** What a service task does: an operation of the catalogue with its inputs. */
export class OperationGroup extends Group {
  id = 'operation';
  label = 'Operation';

  isFor(element) {
    return isAny(element, ['bpmn:ServiceTask', 'bpmn:SendTask']);
  }

  entries(element) {
    const { extensions, translate, choices } = this;
    const operation = choices.operations.find((each) => each.name === extensions.operation(element));
    return [
      choice('operation', {
        ...this.choosing, element, label: translate('Operation'), description: operation && this.#about(operation),
        choices: choices.operations.map(({ name, title }) => ({ value: name, label: `${title} (${name})` })),
        get: () => extensions.operation(element), set: (name) => this.#choose(element, name),
      }),
      ...(operation?.inputs ?? []).map((input) => this.#input(element, input)),
      ...(operation ? [text('resultVariable', {
        element, label: translate('Keep the result under'), description: translate('Without a name the results become process data of their own names.'),
        get: () => extensions.resultVariable(element), set: (value) => extensions.setResultVariable(element, value),
      })] : []),
    ];
  }

  #choose(element, name) {
    const inputs = this.choices.operations.find((each) => each.name === name)?.inputs ?? [];
    this.extensions.setOperation(element, name, inputs.map((input) => input.name));
  }

  #input(element, { name, title, required, choices }) {
    const offered = choices.map((each) => ({ value: JSON.stringify(each), label: String(each) }));
    const value = this.extensions.parameter(element, name);
    const options = {
      element, label: `${title} (${name})${required ? ' *' : ''}`, get: () => this.extensions.parameter(element, name),
      set: (given) => this.extensions.setParameter(element, name, given),
    };
    const plain = offered.length && (!value || offered.some((each) => each.value === value));
    return plain ? choice(`input-${name}`, { ...this.choosing, ...options, choices: offered }) : expression(`input-${name}`, options);
  }

  #about({ outputs, errors }) {
    const list = (parts) => parts.join(', ');
    return [
      outputs.length && this.translate('Results: {names}', { names: list(outputs.map((each) => each.name)) }),
      errors.length && this.translate('May throw: {names}', { names: list(errors.map((each) => `${each.code} (${each.title})`)) }),
    ].filter(Boolean).join(' · ');
  }
}
