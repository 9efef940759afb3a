import { getBusinessObject } from 'bpmn-js/lib/util/ModelUtil';

const [PROPERTIES, OPERATOR, PARAMETERS, DECISION, MAPPINGS] = [
  'spiffworkflow:Properties', 'spiffworkflow:ServiceTaskOperator', 'spiffworkflow:Parameters', 'spiffworkflow:CalledDecisionId',
  'spiffworkflow:Mappings',
];

/** Reads and writes what the engine adds to BPMN; every change is one step that can be undone. */
export class Extensions {
  static $inject = ['modeling', 'bpmnFactory'];

  constructor(modeling, bpmnFactory) {
    Object.assign(this, { modeling, bpmnFactory });
  }

  property(element, name) {
    return this.#properties(element).find((each) => each.name === name)?.value ?? '';
  }

  setProperty(element, name, value) {
    const others = this.#properties(element).filter((each) => each.name !== name);
    const entries = [...others.map((each) => [each.name, each.value]), ...(value ? [[name, value]] : [])];
    const properties = entries.map(([key, text]) => this.bpmnFactory.create('spiffworkflow:Property', { name: key, value: text }));
    this.#put(element, PROPERTIES, properties.length ? this.#holder(PROPERTIES, { properties }) : null);
  }

  operation(element) {
    return this.#part(element, OPERATOR)?.id ?? '';
  }

  parameter(element, name) {
    return this.#parameters(element).find((each) => each.id === name)?.value ?? '';
  }

  resultVariable(element) {
    return this.#part(element, OPERATOR)?.resultVariable ?? '';
  }

  /** Another operation keeps the inputs of the same name. */
  setOperation(element, name, inputs) {
    const kept = this.#parameters(element).filter((each) => inputs.includes(each.id)).map((each) => [each.id, each.value]);
    this.#putOperator(element, name, kept, this.resultVariable(element));
  }

  setParameter(element, name, value) {
    const others = this.#parameters(element).filter((each) => each.id !== name).map((each) => [each.id, each.value]);
    this.#putOperator(element, this.operation(element), [...others, ...(value ? [[name, value]] : [])], this.resultVariable(element));
  }

  setResultVariable(element, value) {
    const kept = this.#parameters(element).map((each) => [each.id, each.value]);
    this.#putOperator(element, this.operation(element), kept, value);
  }

  decision(element) {
    return this.#part(element, DECISION)?.value ?? '';
  }

  setDecision(element, value) {
    this.#put(element, DECISION, value ? this.bpmnFactory.create(DECISION, { value }) : null);
  }

  /** What a called process is given and gives back; `only`: nothing else does. */
  mappings(element) {
    const whole = this.#part(element, MAPPINGS);
    const of = (isOut) => (whole?.mappings ?? []).filter((each) => (each.direction === 'out') === isOut);
    return { in: of(false), out: of(true), only: Boolean(whole) && !whole.all };
  }

  setMappings(element, change) {
    const { in: given, out: taken, only } = { ...this.mappings(element), ...change };
    const create = (direction) => ({ target, source }) => this.bpmnFactory.create('spiffworkflow:Mapping', { direction, source, target });
    const mappings = [...given.map(create('in')), ...taken.map(create('out'))];
    this.#put(element, MAPPINGS, mappings.length || only ? this.#holder(MAPPINGS, { all: !only, mappings }) : null);
  }

  #putOperator(element, id, entries, resultVariable) {
    if (!id) return this.#put(element, OPERATOR, null);
    const parameters = entries.map(([key, value]) => this.bpmnFactory.create('spiffworkflow:Parameter', { id: key, value }));
    const parameterList = parameters.length ? this.#holder(PARAMETERS, { parameters }) : undefined;
    const operator = this.#holder(OPERATOR, { id, resultVariable: resultVariable || undefined, parameterList });
    return this.#put(element, OPERATOR, operator);
  }

  #holder(type, parts) {
    const holder = this.bpmnFactory.create(type, parts);
    Object.values(parts).flat().forEach((part) => { if (part?.$type) part.$parent = holder; });
    return holder;
  }

  #put(element, type, part) {
    const object = getBusinessObject(element);
    const values = (object.extensionElements?.values ?? []).filter((each) => each.$type !== type);
    if (part) values.push(part);
    const extensionElements = this.bpmnFactory.create('bpmn:ExtensionElements', { values });
    values.forEach((each) => { each.$parent = extensionElements; });
    extensionElements.$parent = object;
    this.modeling.updateProperties(element, { extensionElements: values.length ? extensionElements : undefined });
  }

  #part(element, type) {
    return (getBusinessObject(element).extensionElements?.values ?? []).find((each) => each.$type === type);
  }

  #properties(element) {
    return this.#part(element, PROPERTIES)?.properties ?? [];
  }

  #parameters(element) {
    return this.#part(element, OPERATOR)?.parameterList?.parameters ?? [];
  }
}
