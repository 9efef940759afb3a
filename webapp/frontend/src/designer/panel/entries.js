// The kinds of entry our groups use: what to show, how to read the value, how to write it.
import {
  CheckboxEntry, SelectEntry, TextAreaEntry, TextFieldEntry, isCheckboxEntryEdited, isSelectEntryEdited, isTextAreaEntryEdited,
  isTextFieldEntryEdited,
} from '@bpmn-io/properties-panel';
import { useService } from 'bpmn-js-properties-panel';
import { TermPicker } from './term_picker.js';

const Text = (props) => TextFieldEntry({ ...props, debounce: useService('debounceInput') });
const Area = (props) => TextAreaEntry({ ...props, debounce: useService('debounceInput'), autoResize: true });

function entry(component, isEdited, id, { get, set, ...rest }) {
  return { id, component, isEdited, getValue: get, setValue: set, ...rest };
}

export const text = (id, options) => entry(Text, isTextFieldEntryEdited, id, options);
export const area = (id, options) => entry(Area, isTextAreaEntryEdited, id, options);
export const expression = (id, options) => entry(Area, isTextAreaEntryEdited, id, { monospace: true, rows: 1, ...options });
export const tick = (id, options) => entry(CheckboxEntry, isCheckboxEntryEdited, id, options);

/** A term of the table of terms, to be searched. */
export const term = (id, options) => entry(TermPicker, isSelectEntryEdited, id, options);

/** A choice; a value that is not offered any more stays visible. */
export function choice(id, { choices, none, unknown, get, ...options }) {
  const getOptions = () => {
    const value = get();
    const lost = value && !choices.some((each) => each.value === value) ? [{ value, label: unknown(value) }] : [];
    return [{ value: '', label: none }, ...choices, ...lost];
  };
  return entry(SelectEntry, isSelectEntryEdited, id, { getOptions, get, ...options });
}
