import Modeler from 'bpmn-js/lib/Modeler';
import MinimapModule from 'diagram-js-minimap';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import '@bpmn-io/properties-panel/dist/assets/properties-panel.css';
import 'diagram-js-minimap/assets/diagram-js-minimap.css';
import spiffworkflow from './spiffworkflow.json';
import PanelModule from './panel/index.js';
import { languageModule } from './language/index.js';

/** The drawing board with our panel; `data` is what the server sent for this draft. */
export function createModeler(canvas, panel, data) {
  return new Modeler({
    container: canvas,
    propertiesPanel: { parent: panel },
    moddleExtensions: { spiffworkflow },
    additionalModules: [PanelModule, MinimapModule, languageModule(data), { choices: ['value', data.choices] }],
  });
}
