import { GeneralGroup } from './groups/general.js';
import { LaneGroup } from './groups/lane.js';
import { WorkGroup } from './groups/work.js';
import { OperationGroup } from './groups/operation.js';
import { DecisionGroup } from './groups/decision.js';
import { CalledGroup } from './groups/called.js';
import { ScriptGroup } from './groups/script.js';
import { TimerGroup } from './groups/timer.js';
import { PausesGroup } from './groups/pauses.js';
import { MessageGroup } from './groups/message.js';
import { ConditionGroup } from './groups/condition.js';
import { SeveralGroup } from './groups/several.js';
import { StoreGroup } from './groups/store.js';
import { StageGroup } from './groups/stage.js';
import { NoteGroup } from './groups/note.js';
import { FunctionsGroup } from './groups/functions.js';

const GROUPS = [
  GeneralGroup, LaneGroup, WorkGroup, OperationGroup, DecisionGroup, CalledGroup, ScriptGroup, TimerGroup, PausesGroup, MessageGroup,
  ConditionGroup, SeveralGroup, StoreGroup, StageGroup, FunctionsGroup, NoteGroup,
];

/** The whole panel: each group says for which elements it is there, and what it asks. */
export class ProcessProvider {
  static $inject = ['propertiesPanel', 'injector', 'translate'];

  constructor(propertiesPanel, injector, translate) {
    this.translate = translate;
    this.groups = GROUPS.map((Group) => injector.instantiate(Group));
    propertiesPanel.registerProvider(this);
  }

  getGroups(element) {
    return () => this.groups.filter((group) => group.isFor(element)).map((group) => ({
      id: group.id,
      label: this.translate(group.label),
      entries: group.entries(element),
      shouldOpen: group.isOpen ?? true,
    }));
  }
}
