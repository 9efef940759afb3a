import { is } from 'bpmn-js/lib/util/ModelUtil';

/** English names and roles of lanes, by element id. */
export class Names {
  static $inject = ['commandStack', 'elementRegistry', 'modeling'];

  constructor(commandStack, elementRegistry, modeling) {
    Object.assign(this, { commandStack, elementRegistry, modeling, english: {}, roles: {} });
    commandStack.register('names.put', this.#putting());
    commandStack.register('names.rename', this.#renaming());
  }

  /** Take over what the files say; lanes are named there by their Chinese name. */
  load(english, lanes) {
    this.english = { ...english };
    const drawn = this.elementRegistry.filter((element) => is(element, 'bpmn:Lane'));
    this.roles = Object.fromEntries(drawn.map(({ id, businessObject }) => [id, lanes[businessObject.name] ?? '']));
  }

  englishOf(element) {
    return this.english[element.id] ?? '';
  }

  roleOf(lane) {
    return this.roles[lane.id] ?? '';
  }

  putEnglish(element, text) {
    this.commandStack.execute('names.put', { table: 'english', element, text });
  }

  putRole(lane, role) {
    this.commandStack.execute('names.put', { table: 'roles', element: lane, text: role });
  }

  /** A new id keeps the English name and the role. */
  rename(element, id) {
    this.commandStack.execute('names.rename', { element, id });
  }

  /** Lane name → role, as the settings file has it. */
  lanes() {
    const drawn = this.elementRegistry.filter((element) => is(element, 'bpmn:Lane') && this.roles[element.id]);
    return Object.fromEntries(drawn.map(({ id, businessObject }) => [businessObject.name || id, this.roles[id]]));
  }

  #putting() {
    const swap = (context) => {
      const { table, element, text } = context;
      [context.text, this[table][element.id]] = [this[table][element.id] ?? '', text];
      return element;
    };
    return { execute: swap, revert: swap };
  }

  #renaming() {
    const move = (from, to) => {
      for (const table of [this.english, this.roles]) {
        if (from in table) { table[to] = table[from]; delete table[from]; }
      }
    };
    const { modeling } = this;
    return {
      preExecute(context) { context.old = context.element.id; modeling.updateProperties(context.element, { id: context.id }); },
      execute({ element, old, id }) { move(old, id); return element; },
      revert({ element, old, id }) { move(id, old); return element; },
    };
  }
}
