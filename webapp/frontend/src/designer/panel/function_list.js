import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';

/** The functions of the language, each with one line. */
export function FunctionList({ functions }) {
  const rows = functions.flatMap(({ usage, about }) => [jsx('dt', { children: jsx('code', { children: usage }) }), jsx('dd', { children: about })]);
  return jsx('div', { className: 'bio-properties-panel-entry', children: jsxs('dl', { className: 'function-list', children: rows }) });
}
