import { BpmnPropertiesPanelModule } from 'bpmn-js-properties-panel';
import { Extensions } from '../extensions.js';
import NamesModule from '../names/index.js';
import { ProcessProvider } from './provider.js';

export default {
  __depends__: [BpmnPropertiesPanelModule, NamesModule],
  __init__: ['processProvider'],
  extensions: ['type', Extensions],
  processProvider: ['type', ProcessProvider],
};
