import { getBusinessObject, is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { area, choice, tick } from '../entries.js';

/** Which process a call activity runs. */
export class CalledGroup extends Group {
  id = 'called';
  label = 'Called process';

  isFor(element) {
    return is(element, 'bpmn:CallActivity');
  }

  entries(element) {
    const { translate } = this;
    return [choice('called', {
      ...this.choosing, element, label: translate('Process'), choices: this.choices.processes,
      get: () => getBusinessObject(element).calledElement ?? '',
      set: (value) => this.modeling.updateProperties(element, { calledElement: value || undefined }),
    }), choice('binding', {
      ...this.choosing, ...this.property(element, 'binding'), label: translate('Which version'), choices: this.#bindings(),
    }), this.#data(element, 'in', translate('Data given')), this.#data(element, 'out', translate('Data taken back')),
    ...this.#limits(element)];
  }

  #limits(element) {
    const { translate } = this;
    const { only } = this.extensions.mappings(element);
    const named = tick('gives_back', {
      element, label: translate('Everything goes in; only what is named comes back'),
      description: translate('So that calls side by side, or for each of a list, do not write over one another.'),
      get: () => this.extensions.property(element, 'gives_back') === 'named',
      set: (on) => this.extensions.setProperty(element, 'gives_back', on ? 'named' : ''),
    });
    return [tick('only', {
      element, label: translate('Nothing else goes in or comes back'), get: () => only,
      set: (on) => this.extensions.setMappings(element, { only: on }),
    }), ...(only ? [] : [named])];
  }

  #bindings() {
    const { translate } = this;
    return [
      { value: 'latest', label: translate('in force when a case begins') },
      { value: 'published', label: translate('in force when this one was published') },
    ];
  }

  #data(element, direction, label) {
    return area(`data-${direction}`, {
      element, label, rows: 2, monospace: true, description: this.translate('One per line: name = expression'),
      get: () => this.extensions.mappings(element)[direction].map(({ target, source }) => `${target} = ${source}`).join('\n'),
      set: (lines) => this.extensions.setMappings(element, { [direction]: pairs(lines ?? '') }),
    });
  }
}

function pairs(lines) {
  return lines.split('\n').filter((line) => line.trim()).map((line) => {
    const [target, ...rest] = line.split('=');
    return { target: target.trim(), source: rest.join('=').trim() };
  });
}
