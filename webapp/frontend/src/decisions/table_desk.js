/** One file of decision tables: change cells, rows and columns, save. */
export class TableDesk {
  constructor(modeler, toolbar, connection, { url, name, revision, translate }) {
    Object.assign(this, { modeler, toolbar, connection, url, name, revision, translate, isChanged: false });
    toolbar.fill([['save', 'Save', () => this.save(), 'btn-primary'], ['undo', 'Undo', () => this.#stack()?.undo()], ['redo', 'Redo', () => this.#stack()?.redo()]]);
    toolbar.enable('save', false);
    window.addEventListener('beforeunload', (event) => { if (this.isChanged) event.preventDefault(); });
  }

  async open(xml) {
    this.modeler.on('views.changed', () => this.#watch());
    await this.modeler.importXML(xml);
    const table = this.modeler.getViews().find((view) => view.type === 'decisionTable');
    if (table) await this.modeler.open(table);
    this.#watch();
  }

  async save() {
    document.activeElement?.blur?.();
    this.toolbar.say(this.translate('Saving …'));
    const { xml } = await this.modeler.saveXML({ format: true });
    try {
      const { revision, saved_at: at } = await this.connection.post(this.url, { revision: this.revision, files: { [this.name]: xml } });
      Object.assign(this, { revision, isChanged: false });
      this.toolbar.enable('save', false);
      this.toolbar.say(this.translate('Saved {at}', { at }));
    } catch (refusal) {
      this.toolbar.say([refusal.message, ...(refusal.problems ?? []).map((each) => each.message)].join(' '), true);
    }
  }

  #stack() {
    return this.modeler.getActiveViewer()?.get('commandStack');
  }

  #watch() {
    const viewer = this.modeler.getActiveViewer();
    if (!viewer || viewer === this.watched) return;
    this.watched = viewer;
    viewer.on('commandStack.changed', () => {
      this.isChanged = true;
      this.toolbar.enable('save', true);
      this.toolbar.say(this.translate('Not saved yet'));
    });
  }
}
