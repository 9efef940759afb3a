import { jsx } from '@bpmn-io/properties-panel/preact/jsx-runtime';

/** The way from a task to its form. */
export function FormLink({ url, label }) {
  return jsx('div', { className: 'bio-properties-panel-entry', children: jsx('a', { href: url, children: label }) });
}
