// Small badges on a diagram: which term an element waits for, and how long it is.
import './badges.css';

const KIND = 'term';

/** Beside the picture, where neither arrows nor names are. */
function place({ type, width }) {
  if (type === 'bpmn:BoundaryEvent') return { top: 20, left: width - 6 };
  return type.endsWith('Event') ? { top: -18, left: 0 } : { top: -9, left: 4 };
}

/** Lay these over the diagram: `[{ element, text, title }]`; what was there before goes. */
export function layBadges(viewer, badges) {
  const overlays = viewer.get('overlays');
  overlays.remove({ type: KIND });
  for (const { element, text, title } of badges) {
    const shape = viewer.get('elementRegistry').get(element);
    if (!shape) continue;
    const badge = Object.assign(document.createElement('span'), { className: 'term-badge', textContent: text, title });
    overlays.add(element, KIND, { position: place(shape), html: badge });
  }
}
