// Inside: first the waiting room, then the meeting. The server says where one is; this page follows.
import { ask } from './ask.js';
import { Mesh } from './mesh.js';
import { Minutes } from './minutes.js';
import { People } from './people.js';
import { Signalling } from './signalling.js';
import { Stage } from './stage.js';
import { showTabs } from './tabs.js';

export class Room {
  #wasIn = false;

  constructor(element, props, devices) {
    const { words, urls, iceServers, state } = props;
    Object.assign(this, { element, props, words, devices, me: state.me.id });
    this.signalling = new Signalling(urls);
    this.stage = new Stage(this.find('.tiles'), { words, icons: props.icons, me: this.me });
    this.mesh = new Mesh({ me: this.me, signalling: this.signalling, devices, stage: this.stage, iceServers });
    this.people = new People(this.find('.people'), props, (url) => this.#act(url));
    this.minutes = new Minutes(this.find('.minutes-panel'), props, this.signalling);
    showTabs(this.find('.tabs'));
    this.#listen();
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  #listen() {
    const { signalling, devices, mesh } = this;
    signalling.addEventListener('state', ({ detail }) => this.#show(detail));
    signalling.addEventListener('returned', () => this.#wasIn && Date.now() - this.enteredAt > 2000 && this.#enter());
    signalling.addEventListener('over', () => this.#stop(this.words.link_over));
    signalling.addEventListener('connected', ({ detail }) => this.#trouble(detail ? '' : this.words.reconnecting));
    mesh.addEventListener('taken-over', () => this.#stop(this.words.taken_over));
    devices.addEventListener('change', () => this.#showDevices());
    for (const kind of ['microphone', 'camera']) this.#control(kind).addEventListener('click', () => this.#toggle(kind));
    this.find('[data-act=leave]')?.addEventListener('submit', () => { signalling.isClosed = true; });
    this.find('[data-act=end]')?.addEventListener('submit', (event) => this.#end(event));
    window.addEventListener('online', () => signalling.pulse());
    window.addEventListener('pagehide', () => this.#bye());
    window.addEventListener('pageshow', ({ persisted }) => persisted && location.reload());
    setInterval(() => mesh.mend(), 2000);
  }

  async start() {
    this.#show(this.props.state);
    if (!this.props.state.is_over && this.props.hasVideo) await this.devices.start();
    this.signalling.open();
  }

  #bye() {
    if (!this.signalling.isClosed) this.signalling.bye();
    this.signalling.close();
    this.mesh.leave();
    this.devices.stop();
  }

  #show(state) {
    this.state = state;
    const isIn = state.me.state === 'admitted' && state.is_open;
    const seats = state.seats.filter((seat) => seat.state === 'admitted' && isIn);
    this.people.show(state);
    this.minutes.show(state.minutes);
    if (this.props.hasVideo) this.#showMeeting(isIn, seats);
    this.#say(state, isIn, seats);
    if (state.me.state === 'left' && !state.is_over) this.signalling.pulse(); // a late goodbye of the page before this one
    if (state.is_over) this.#meetingOver();
  }

  #showMeeting(isIn, seats) {
    this.mesh.keep(seats.map(({ id }) => id).filter((id) => id !== this.me));
    this.stage.people(isIn ? seats : this.state.seats.filter(({ id, state }) => id === this.me && state === 'waiting'));
    this.stage.mine(this.devices);
    if (isIn && !this.#wasIn && this.signalling.source) this.#enter();
    if (!isIn && this.#wasIn) this.mesh.leave();
    this.#wasIn = isIn && Boolean(this.signalling.source);
  }

  #enter() {
    this.enteredAt = Date.now();
    this.mesh.enter();
    navigator.vibrate?.(200);
    navigator.wakeLock?.request('screen').catch(() => {});
  }

  // The line that always says who sees and hears this person.
  #say(state, isIn, seats) {
    const others = seats.filter(({ id }) => id !== this.me);
    const names = others.map(({ name, role }) => `${name} (${role})`).join(', ');
    const banner = others.length ? this.words.heard_by.replace('{names}', () => names) : this.words[isIn ? 'alone' : 'nobody_hears'];
    this.#text('.banner', state.is_over ? this.words.is_over : banner);
    this.element.dataset.here = isIn ? 'in' : state.me.state;
    this.#text('.notice', isIn || state.is_over ? this.#devicesNote() : this.#waitNote(state));
  }

  #waitNote({ me, is_full: isFull, is_open: isOpen }) {
    if (me.state === 'refused') return this.words.was_refused;
    if (isFull) return this.words.room_full;
    return isOpen ? this.words.wait_to_be_let_in : this.words.wait_for_mediator;
  }

  #devicesNote() {
    if (this.state.is_over || !this.props.hasVideo) return '';
    if (!this.devices.isSupported) return this.words.no_webrtc;
    const { camera, microphone } = this.devices.wanted;
    if (!this.devices.camera && !this.devices.microphone && (camera || microphone)) return this.words.no_devices;
    return camera && !this.devices.camera ? this.words.no_camera : '';
  }

  #text(selector, text) {
    const element = this.find(selector);
    if (element.textContent !== text) element.textContent = text;
    element.hidden = !text;
  }

  #trouble(text) {
    this.#text('.trouble', text ?? this.words.no_connection);
  }

  #control(kind) {
    return this.find(`[data-control=${kind}]`);
  }

  async #toggle(kind) {
    const setting = kind === 'camera' ? 'setCamera' : 'setMicrophone';
    await this.devices[setting](!this.devices[kind]);
  }

  #showDevices() {
    this.stage.mine(this.devices);
    for (const kind of ['microphone', 'camera']) {
      const control = this.#control(kind);
      control.hidden = !this.devices.isSupported || !this.props.hasVideo || this.state.is_over;
      control.setAttribute('aria-pressed', String(Boolean(this.devices[kind])));
      control.querySelector('span').textContent = this.words[`${kind}_${this.devices[kind] ? 'off' : 'on'}`];
      control.querySelector('use').setAttribute('href', `${this.props.icons}#${this.#icon(kind)}`);
    }
    if (this.state.me.state === 'admitted') this.#text('.notice', this.#devicesNote());
  }

  #icon(kind) {
    const shown = kind === 'camera' ? 'video' : 'microphone';
    return this.devices[kind] ? shown : `${shown}-off`;
  }

  async #act(url) {
    this.#trouble(await this.signalling.act(url));
  }

  async #end(event) {
    event.preventDefault();
    if (await ask(this.words.sure_to_end, this.words)) await this.#act(this.props.urls.end);
  }

  // The minutes stay open to read and to confirm.
  #meetingOver() {
    this.mesh.leave();
    if (this.devices.stream.getTracks().length) this.devices.stop();
    this.stage.people([]);
    for (const part of ['[data-act=leave]', '[data-act=end]', '[data-control=camera]', '[data-control=microphone]']) {
      const element = this.find(part);
      if (element) element.hidden = true;
    }
  }

  #stop(why) {
    this.signalling.close();
    this.mesh.leave();
    this.devices.stop();
    this.stage.people([]);
    this.#text('.banner', this.words.nobody_hears);
    this.#trouble(why);
  }
}
