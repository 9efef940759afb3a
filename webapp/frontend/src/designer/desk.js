import { Findings } from './findings.js';
import { TermBadges } from './term_badges.js';
import { Outline } from './outline.js';
import { Toolbar } from './toolbar.js';
import { createModeler } from './modeler.js';

const PARTS = ['toolbar', 'outline', 'canvas', 'panel', 'findings'];

/** One draft on the drawing board: draw, check, save. */
export class Desk {
  constructor(element, connection, urls, data) {
    Object.assign(this, { connection, urls, revision: data.revision, steps: 0, savedSteps: 0 });
    this.parts = Object.fromEntries(PARTS.map((name) => [name, Object.assign(document.createElement('div'), { className: `desk-${name}` })]));
    element.replaceChildren(...Object.values(this.parts));
    this.modeler = createModeler(this.parts.canvas, this.parts.panel, data);
    this.translate = this.modeler.get('translate');
    this.badges = new TermBadges(this.modeler, data.choices.terms);
    this.findings = new Findings(this.modeler, this.parts.findings, this.translate);
    this.outline = new Outline(this.modeler, this.parts.outline, { label: this.translate('Elements'), find: this.translate('Find an element') });
    this.#fillToolbar();
    this.#describe();
  }

  async open({ xml, english, lanes }) {
    await this.modeler.importXML(xml);
    this.modeler.get('names').load(english, lanes);
    this.#frame();
    this.modeler.on('commandStack.changed', () => { this.steps += 1; this.#changed(); });
    this.#changed();
    window.addEventListener('beforeunload', (event) => { if (this.isChanged) event.preventDefault(); });
    this.outline.draw();
  }

  get isChanged() {
    return this.steps !== this.savedSteps;
  }

  async save() {
    const savedSteps = this.steps;
    await this.#try('Saving …', async () => {
      const { revision, saved_at: at } = await this.connection.post(this.urls.save, { revision: this.revision, ...(await this.#content()) });
      Object.assign(this, { revision, savedSteps });
      this.#changed();
      this.toolbar.say(this.translate('Saved {at}', { at }));
    });
  }

  async check() {
    await this.#try('Checking …', async () => {
      const { findings } = await this.connection.post(this.urls.check, await this.#content());
      this.findings.show(findings);
      this.toolbar.say('');
    });
  }

  async #content() {
    const names = this.modeler.get('names');
    const { xml } = await this.modeler.saveXML({ format: true });
    return { xml, english: names.english, lanes: names.lanes() };
  }

  async #try(waiting, act) {
    this.toolbar.say(this.translate(waiting));
    try {
      await act();
    } catch (refusal) {
      if (!('problems' in refusal)) throw refusal;
      this.toolbar.say(refusal.message, true);
      const faults = refusal.problems.map((each) => ({ severity: 'error', element: '', name: each.pointer, message: each.message }));
      const found = refusal.findings.length ? refusal.findings : faults;
      if (found.length) this.findings.show(found, refusal.message);
    }
  }

  #fillToolbar() {
    const stack = this.modeler.get('commandStack');
    this.toolbar = new Toolbar(this.parts.toolbar, this.translate);
    this.toolbar.fill([
      ['save', 'Save', () => this.save(), 'btn-primary'], ['check', 'Check', () => this.check()],
      ['undo', 'Undo', () => stack.undo()], ['redo', 'Redo', () => stack.redo()],
      ['fit', 'Whole diagram', () => this.modeler.get('canvas').zoom('fit-viewport', 'auto')],
    ]);
    this.parts.canvas.closest('[data-island]').addEventListener('keydown', (event) => this.#onKey(event));
  }

  #onKey(event) {
    if (!(event.ctrlKey || event.metaKey) || event.key.toLowerCase() !== 's') return;
    event.preventDefault();
    document.activeElement?.blur?.();
    this.save();
  }

  #changed() {
    const stack = this.modeler.get('commandStack');
    this.toolbar.enable('undo', stack.canUndo());
    this.toolbar.enable('redo', stack.canRedo());
    this.toolbar.enable('save', this.isChanged);
    if (this.isChanged) this.toolbar.say(this.translate('Not saved yet'));
  }

  #describe() {
    const labels = { toolbar: 'Tools', canvas: 'Diagram', panel: 'Properties of the selected element', findings: 'Findings' };
    for (const [name, label] of Object.entries(labels)) {
      this.parts[name].setAttribute('role', name === 'toolbar' ? 'toolbar' : 'group');
      this.parts[name].setAttribute('aria-label', this.translate(label));
    }
    this.parts.findings.setAttribute('aria-live', 'polite');
    this.parts.findings.hidden = true;
  }

  /** The whole diagram if it stays readable, otherwise its beginning. */
  #frame() {
    const canvas = this.modeler.get('canvas');
    canvas.zoom('fit-viewport', 'auto');
    if (canvas.zoom() >= 0.7) return;
    canvas.zoom(0.85);
    const { inner } = canvas.viewbox();
    canvas.viewbox({ ...canvas.viewbox(), x: inner.x - 140, y: inner.y - 20 });
  }
}
