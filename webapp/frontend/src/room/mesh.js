// All connections of this seat. Who comes says hello to everybody; those who are in offer a connection to the newcomer.
import { Peer } from './peer.js';

const PATIENCE_MS = 10000;

export class Mesh extends EventTarget {
  peers = new Map(); // seat → Peer
  seats = [];
  mine = new Set(); // every visit of this page
  renewed = new Map(); // seat → the visit since a connection to it was made anew

  constructor({ me, signalling, devices, stage, iceServers }) {
    super();
    Object.assign(this, { me, signalling, devices, stage, iceServers });
    signalling.addEventListener('signal', ({ detail }) => this.#receive(detail));
    devices.addEventListener('change', () => this.#share());
  }

  // A visit is one stay in the room: what was meant for an earlier one is not taken.
  enter() {
    this.leave();
    this.visit = this.#newVisit();
    this.enteredAt = Date.now();
    this.signalling.send('hello', null, { visit: this.visit });
    this.#tellMedia(null);
  }

  leave() {
    this.visit = undefined;
    this.renewed.clear();
    for (const seat of [...this.peers.keys()]) this.#drop(seat);
  }

  #newVisit() {
    const visit = crypto.randomUUID();
    this.mine.add(visit);
    return visit;
  }

  // Who is in now, as the server says: no connection to others.
  keep(seats) {
    for (const seat of this.peers.keys()) if (!seats.includes(seat)) this.#drop(seat);
    this.seats = seats;
  }

  // A connection that does not come up is made anew, between these two alone.
  mend() {
    if (!this.visit) return;
    for (const seat of this.seats) {
      const peer = this.peers.get(seat);
      const since = Math.max(peer?.startedAt || 0, this.renewed.get(seat)?.at || 0, this.enteredAt);
      if (!peer?.isConnected && Date.now() - since > PATIENCE_MS) this.#anew(seat);
    }
  }

  #anew(seat) {
    this.#drop(seat);
    this.renewed.set(seat, { visit: this.#newVisit(), at: Date.now() });
    this.signalling.send('hello', seat, { visit: this.#visitTo(seat) });
  }

  #visitTo(seat) {
    return this.renewed.get(seat)?.visit || this.visit;
  }

  #make(seat, visit) {
    this.#drop(seat);
    const send = (kind, body) => this.signalling.send(kind, seat, { ...body, visit: this.#visitTo(seat), for: visit });
    const peer = new Peer({ visit, isPolite: this.me < seat, iceServers: this.iceServers, stream: this.devices.stream, send });
    peer.addEventListener('track', ({ detail }) => this.stage.show(seat, detail));
    peer.addEventListener('state', ({ detail }) => this.stage.mark(seat, detail));
    this.peers.set(seat, peer);
    return peer;
  }

  #drop(seat) {
    this.peers.get(seat)?.close();
    this.peers.delete(seat);
    this.stage.remove(seat);
  }

  async #receive({ from, kind, body }) {
    if (!this.visit) return;
    if (from === this.me) return this.#hearMyself(body);
    if (kind === 'hello') return this.#welcome(from, body);
    if (kind === 'media') return this.stage.media(from, body);
    if (body.for !== this.#visitTo(from)) return;
    let peer = this.peers.get(from);
    if (peer?.visit !== body.visit) {
      if (body.description?.type !== 'offer') return;
      peer = this.#make(from, body.visit);
      this.#tellMedia(from);
    }
    try {
      if (kind === 'description') await peer.describe(body.description);
      else await peer.try(body.candidate);
    } catch (error) {
      console.warn('the connection is made anew', error);
      this.#anew(from);
    }
  }

  #welcome(seat, { visit }) {
    if (this.peers.get(seat)?.visit === visit) return;
    const peer = this.#make(seat, visit);
    if (!this.devices.stream.getTracks().length) {
      for (const kind of ['audio', 'video']) peer.connection.addTransceiver(kind, { direction: 'recvonly' });
    }
    this.#tellMedia(seat);
  }

  // The same seat in another window: the newer one has it.
  #hearMyself({ visit }) {
    if (this.mine.has(visit)) return;
    this.leave();
    this.dispatchEvent(new Event('taken-over'));
  }

  #share() {
    for (const peer of this.peers.values()) peer.take(this.devices.stream);
    if (this.visit) this.#tellMedia(null);
  }

  #tellMedia(seat) {
    this.signalling.send('media', seat, { camera: Boolean(this.devices.camera), microphone: Boolean(this.devices.microphone) });
  }
}
