// The diagram with position and history laid over it. The page lists the same steps beside it.
import NavigatedViewer from 'bpmn-js/lib/NavigatedViewer';
import 'bpmn-js/dist/assets/diagram-js.css';
import 'bpmn-js/dist/assets/bpmn-js.css';
import 'bpmn-js/dist/assets/bpmn-font/css/bpmn-embedded.css';
import './trace.css';
import { layBadges } from '../terms/badges.js';
import { Stepper } from './stepper.js';
import { toolbar } from './toolbar.js';

const SYMBOLS = { done: '✓', here: '▶', stuck: '!' };

function layOver(viewer, marks, words) {
  const canvas = viewer.get('canvas');
  const overlays = viewer.get('overlays');
  for (const [element, state] of Object.entries(marks)) {
    if (!viewer.get('elementRegistry').get(element)) continue;
    canvas.addMarker(element, `trace-${state}`);
    const badge = document.createElement('span');
    badge.className = `trace-badge trace-badge-${state}`;
    badge.title = words[state];
    badge.textContent = SYMBOLS[state];
    overlays.add(element, { position: { top: -10, right: 10 }, html: badge });
  }
}

/** Show where we are: the whole diagram if it stays readable, otherwise its present position. */
export function frame(viewer, marks) {
  const canvas = viewer.get('canvas');
  canvas.zoom('fit-viewport', 'auto');
  const present = Object.keys(marks).find((element) => marks[element] !== 'done');
  if (canvas.zoom() < 0.5) {
    canvas.zoom(0.6);
    if (present && viewer.get('elementRegistry').get(present)) canvas.scrollToElement(present, 80);
    else canvas.viewbox({ ...canvas.viewbox(), x: viewer.get('canvas').viewbox().inner.x - 20, y: canvas.viewbox().inner.y - 20 });
  }
}

function whenVisible(element, act) {
  const watcher = new ResizeObserver(() => {
    if (!element.clientWidth) return;
    watcher.disconnect();
    act();
  });
  watcher.observe(element);
}

export default async function mount(element, { xmlUrl, marks, terms = [], label, words, zoom }) {
  const answer = await fetch(xmlUrl, { credentials: 'same-origin' });
  if (!answer.ok) throw new Error(`diagram: ${answer.status}`);
  const viewer = new NavigatedViewer({ container: element });
  await viewer.importXML(await answer.text());
  layOver(viewer, marks, words);
  layBadges(viewer, terms);
  element.setAttribute('role', 'group');
  element.setAttribute('aria-label', label);
  element.append(toolbar(viewer, zoom, () => frame(viewer, marks)));
  new Stepper(viewer, element, marks, words);
  whenVisible(element, () => { viewer.get('canvas').resized(); frame(viewer, marks); });
  element.viewer = viewer;
}
