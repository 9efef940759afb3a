import { is, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { choice, expression, term } from '../entries.js';
import { FormLink } from '../form_link.js';

/** What a person's task asks, of whom, by when. */
export class WorkGroup extends Group {
  id = 'work';
  label = 'Task for people';

  isFor(element) {
    return isAny(element, ['bpmn:UserTask', 'bpmn:ManualTask']) || (element.type === 'bpmn:Task' && is(element, 'bpmn:Task'));
  }

  entries(element) {
    const { choosing, choices, translate } = this;
    const [form, due, gives] = ['form', 'due', 'gives'].map((name) => this.property(element, name));
    const url = choices.forms.find((each) => each.value === form.get())?.url;
    return [
      choice('form', { ...choosing, ...form, label: translate('Form'), choices: choices.forms.map(({ value }) => ({ value, label: value })) }),
      ...(url ? [{ id: 'form-link', component: FormLink, url, label: translate('Open the form') }] : []),
      expression('assignee', {
        ...this.property(element, 'assignee'), label: translate('Which person (expression)'),
        description: translate('Needed for tasks of parties: the id of a participant.'),
      }),
      term('due', {
        ...choosing, ...due, label: translate('Due (term)'), find: translate('Find a term'), terms: choices.terms.filter((each) => each.fixed),
        set: (key) => this.putTerm(element, 'due', key),
      }),
      ...(due.get() ? [this.since(element)] : [expression('due-by', {
        ...this.property(element, 'due_by'), label: translate('Due (expression)'),
        description: translate('A day or a moment, such as term("T04", case["received_at"]).'),
      })]),
      expression('priority', {
        ...this.property(element, 'priority'), label: translate('Priority (expression)'),
        description: translate('"urgent", "high", "ordinary" or "low"; with case[…] it follows the facts of the case.'),
      }),
      expression('task-title', { ...this.property(element, 'task_title'), label: translate('Title in lists (expression)') }),
      choice('gives', {
        ...choosing, ...gives, label: translate('Given by itself'),
        choices: [{ value: 'load', label: translate('to whoever has fewest') }, { value: 'lot', label: translate('by lot') }],
      }),
      ...(gives.get() ? [choice('rated-by', {
        ...choosing, ...this.property(element, 'rated_by'), label: translate('Rated by the table'), choices: choices.decisions,
      })] : []),
      choice('lendable', {
        ...choosing, ...this.property(element, 'lendable'), label: translate('The mediator may lend it'),
        choices: [{ value: 'yes', label: translate('yes: it does not mediate') }],
      }),
      choice('decides', {
        ...choosing, ...this.property(element, 'decides'), label: translate('Decides how a case ends'),
        choices: [{ value: 'no', label: translate('no: people are only heard') }],
      }),
      choice('signs', { ...choosing, ...this.property(element, 'signs'), label: translate('Signs the agreement as'), choices: this.#signers() }),
      choice('ends', { ...choosing, ...this.property(element, 'ends'), label: translate('Ends'), choices: [{ value: 'session', label: translate('the session') }] }),
    ];
  }

  #signers() {
    const { translate } = this;
    return [
      { value: 'party', label: translate('party') }, { value: 'mediator', label: translate('mediator') },
      { value: 'organisation', label: translate('organisation (seal)') },
    ];
  }
}
