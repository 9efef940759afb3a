// A decision table to edit: dmn-js with our words. The page offers the same file as text.
import DmnModeler from 'dmn-js/lib/Modeler';
import 'dmn-js/dist/assets/diagram-js.css';
import 'dmn-js/dist/assets/dmn-js-shared.css';
import 'dmn-js/dist/assets/dmn-js-drd.css';
import 'dmn-js/dist/assets/dmn-js-decision-table.css';
import 'dmn-js/dist/assets/dmn-js-decision-table-controls.css';
import 'dmn-js/dist/assets/dmn-js-literal-expression.css';
import 'dmn-js/dist/assets/dmn-font/css/dmn-embedded.css';
import './decisions.css';
import { Connection } from '../designer/connection.js';
import { Toolbar } from '../designer/toolbar.js';
import { languageModule } from '../designer/language/index.js';
import { TableDesk } from './table_desk.js';

export default async function mount(element, { url, name, xml, revision, token, unreachable, language, words }) {
  const language_ = languageModule({ language, words });
  const translate = language_.translate[1];
  const [bar, board] = ['toolbar', 'board'].map((part) => Object.assign(document.createElement('div'), { className: `tables-${part}` }));
  element.replaceChildren(bar, board);
  const views = Object.fromEntries(['drd', 'decisionTable', 'literalExpression'].map((view) => [view, { additionalModules: [language_] }]));
  const modeler = new DmnModeler({ container: board, ...views });
  const desk = new TableDesk(modeler, new Toolbar(bar, translate), new Connection({ token, unreachable }), { url, name, revision, translate });
  await desk.open(xml);
  element.desk = desk;
}
