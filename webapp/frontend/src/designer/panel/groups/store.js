import { is } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { text } from '../entries.js';

/** By which name a data store is known in process data, wherever it is drawn. */
export class StoreGroup extends Group {
  id = 'store';
  label = 'Data store';

  isFor(element) {
    return is(element, 'bpmn:DataStoreReference') && element.type !== 'label';
  }

  entries(element) {
    const { translate } = this;
    return [
      text('store', {
        ...this.property(element, 'store'), label: translate('Name in process data'),
        description: translate('One name is one store, in every process and case; without it the id counts.'),
      }),
    ];
  }
}
