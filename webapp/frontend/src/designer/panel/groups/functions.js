import { getBusinessObject, isAny } from 'bpmn-js/lib/util/ModelUtil';
import { Group } from './group.js';
import { FunctionList } from '../function_list.js';

/** What expressions may use. */
export class FunctionsGroup extends Group {
  id = 'functions';
  label = 'What expressions may use';
  isOpen = false;

  isFor(element) {
    const asks = ['bpmn:SequenceFlow', 'bpmn:ServiceTask', 'bpmn:SendTask', 'bpmn:ScriptTask', 'bpmn:UserTask'];
    return isAny(element, asks) || Boolean(getBusinessObject(element).eventDefinitions?.length);
  }

  entries() {
    return [{ id: 'functions', component: FunctionList, functions: this.choices.functions }];
  }
}
