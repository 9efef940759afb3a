// The editor's own words in the reader's language: ours from the server, then the drawing library's Chinese, then what both lack.
import theirs from 'bpmn-js-i18n/translations/zn.js';
import { MORE } from './more.js';

/** A module for bpmn-js and dmn-js that translates; English needs no table. */
export function languageModule({ language, words }) {
  const tables = language === 'zh' ? [words, MORE, theirs, lowered(MORE), lowered(theirs)] : [words];
  return { translate: ['value', (template, values) => filled(found(tables, template), values, tables)] };
}

function found(tables, text) {
  for (const table of tables) {
    const hit = table[text] ?? table[String(text).toLowerCase()];
    if (hit) return hit;
  }
  return text;
}

function filled(text, values, tables) {
  return String(text).replace(/{([^}]+)}/g, (whole, key) => (values && key in values ? found(tables, values[key]) : whole));
}

const lowered = (table) => Object.fromEntries(Object.entries(table).map(([key, value]) => [key.toLowerCase(), value]));
