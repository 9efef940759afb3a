import { jsx, jsxs } from '@bpmn-io/properties-panel/preact/jsx-runtime';
import { useState } from '@bpmn-io/properties-panel/preact/hooks';

const MANY = 8;

/** A term of the table: found by its number, name or article, chosen from a list; below stand length and article. */
export function TermPicker({ element, id, label, find, none, terms, getValue, setValue }) {
  const [asked, ask] = useState('');
  const value = getValue(element);
  const chosen = terms.find((term) => term.value === value || term.words.includes(value));
  const shown = terms.filter((term) => term === chosen || matches(term, asked));
  const field = `bio-properties-panel-${id}`;
  const option = (term) => jsx('option', { value: term.value, selected: term === chosen, children: `${term.label} · ${term.length}` }, term.value);
  const lost = value && !chosen ? [jsx('option', { value, selected: true, children: value }, value)] : [];
  return jsxs('div', { className: 'bio-properties-panel-entry term-picker', 'data-entry-id': id, children: [
    jsx('label', { className: 'bio-properties-panel-label', for: field, children: label }),
    jsx('input', {
      type: 'search', className: 'bio-properties-panel-input', 'aria-label': find, placeholder: find, value: asked,
      onInput: (event) => ask(event.target.value),
    }),
    jsxs('select', {
      id: field, className: 'bio-properties-panel-input', size: asked ? Math.min(MANY, shown.length + 1) : 1,
      onChange: (event) => setValue(event.target.value, element),
      children: [jsx('option', { value: '', selected: !value, children: none }, ''), ...lost, ...shown.map(option)],
    }),
    chosen && jsxs('div', { className: 'bio-properties-panel-description', children: [`${chosen.length} · ${chosen.article}`] }),
  ] });
}

function matches(term, asked) {
  const text = `${term.label} ${term.words.join(' ')} ${term.article} ${term.length}`.toLowerCase();
  return asked.toLowerCase().split(/\s+/).every((word) => text.includes(word));
}
