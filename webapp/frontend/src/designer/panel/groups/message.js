import { getBusinessObject, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { expression, text } from '../entries.js';

const KINDS = {
  'bpmn:MessageEventDefinition': { reference: 'messageRef', type: 'bpmn:Message', prefix: 'message', label: 'Name of the message' },
  'bpmn:SignalEventDefinition': { reference: 'signalRef', type: 'bpmn:Signal', prefix: 'signal', label: 'Name of the signal' },
  'bpmn:ErrorEventDefinition': { reference: 'errorRef', type: 'bpmn:Error', prefix: 'error', label: 'Code of the error (empty: any)' },
  'bpmn:EscalationEventDefinition': { reference: 'escalationRef', type: 'bpmn:Escalation', prefix: 'escalation', label: 'Code of the escalation (empty: any)' },
};
const CODES = { 'bpmn:Error': 'errorCode', 'bpmn:Escalation': 'escalationCode' };

/** What an event waits for or throws, by its name. */
export class MessageGroup extends Group {
  id = 'message';
  label = 'Message, signal, error or escalation';

  isFor(element) {
    return Boolean(holder(element));
  }

  entries(element) {
    const object = holder(element);
    const kind = KINDS[object.$type] ?? KINDS['bpmn:MessageEventDefinition'];
    return [
      text('message-name', {
        element, label: this.translate(kind.label), get: () => nameOf(object[kind.reference]),
        set: (name) => this.#put(element, object, kind, name),
      }),
      ...(!isTold(kind) ? [] : isThrown(element) ? [
        expression('payload', { ...this.property(element, 'payload'), label: this.translate('What it says (expression)'), description: '{"order": order}' }),
        text('ttl', { ...this.property(element, 'ttl'), label: this.translate('Kept for'), description: this.translate('A span such as P30D; without it 400 days.') }),
      ] : [
        expression('correlation', {
          ...this.property(element, 'correlation'), label: this.translate('Keys (names and values)'), description: '{"order": order}',
        }),
        text('variable', { ...this.property(element, 'variable'), label: this.translate('Keep its content under') }),
      ]),
    ];
  }

  /** Another name is another message: shared ones are not renamed under somebody else's feet. */
  #put(element, object, kind, name) {
    this.modeling.updateModdleProperties(element, object, { [kind.reference]: name ? this.#root(kind, name) : undefined });
  }

  #root(kind, name) {
    const definitions = this.#definitions();
    const found = definitions.rootElements.find((each) => each.$type === kind.type && nameOf(each) === name);
    if (found) return found;
    const id = `${kind.prefix}_${name.replace(/[^A-Za-z0-9_]/g, '_')}`;
    const root = this.bpmnFactory.create(kind.type, { id, name, ...(CODES[kind.type] ? { [CODES[kind.type]]: name } : {}) });
    root.$parent = definitions;
    definitions.rootElements.push(root);
    return root;
  }

  #definitions() {
    let object = getBusinessObject(this.elementRegistry.find((element) => !element.parent));
    while (object.$parent) object = object.$parent;
    return object;
  }
}

function holder(element) {
  const object = getBusinessObject(element);
  if (isAny(object, ['bpmn:ReceiveTask', 'bpmn:SendTask'])) return object;
  return (object.eventDefinitions ?? []).find((each) => each.$type in KINDS);
}

const isThrown = (element) => isAny(element, ['bpmn:IntermediateThrowEvent', 'bpmn:EndEvent', 'bpmn:SendTask']);
const isTold = (kind) => ['bpmn:Message', 'bpmn:Signal'].includes(kind.type);
const nameOf = (root) => root?.errorCode ?? root?.escalationCode ?? root?.name ?? '';
