// One connection to one other seat. "Perfect negotiation": both may offer at any time, the polite one gives way.
export class Peer extends EventTarget {
  #makingOffer = false;
  #ignoringOffer = false;
  #candidates = [];

  constructor({ visit, isPolite, iceServers, stream, send }) {
    super();
    Object.assign(this, { visit, isPolite, send, startedAt: Date.now() });
    this.connection = new RTCPeerConnection({ iceServers });
    this.connection.addEventListener('negotiationneeded', () => this.#offer());
    this.connection.addEventListener('icecandidate', ({ candidate }) => candidate && send('candidate', { candidate: candidate.toJSON() }));
    this.connection.addEventListener('track', ({ track }) => this.#tell('track', track));
    this.connection.addEventListener('connectionstatechange', () => this.#tell('state', this.connection.connectionState));
    this.take(stream);
  }

  get isConnected() {
    return this.connection.connectionState === 'connected';
  }

  #tell(type, detail) {
    this.dispatchEvent(new CustomEvent(type, { detail }));
  }

  // Send the tracks of a stream; a kind that has gone is sent no more, one that is back takes its old place.
  take(stream) {
    for (const kind of ['audio', 'video']) {
      const track = stream.getTracks().find((each) => each.kind === kind) || null;
      const sender = this.senders?.[kind];
      if (sender) sender.replaceTrack(track);
      else if (track) this.senders = { ...this.senders, [kind]: this.connection.addTrack(track, stream) };
    }
  }

  async #offer() {
    try {
      this.#makingOffer = true;
      await this.connection.setLocalDescription();
      this.send('description', { description: this.connection.localDescription.toJSON() });
    } catch (error) {
      console.warn('no offer', error);
    } finally {
      this.#makingOffer = false;
    }
  }

  async describe(description) {
    const collision = description.type === 'offer' && (this.#makingOffer || this.connection.signalingState !== 'stable');
    this.#ignoringOffer = collision && !this.isPolite;
    if (this.#ignoringOffer) return;
    await this.connection.setRemoteDescription(description);
    for (const candidate of this.#candidates.splice(0)) await this.#add(candidate);
    if (description.type !== 'offer') return;
    await this.connection.setLocalDescription();
    this.send('description', { description: this.connection.localDescription.toJSON() });
  }

  async try(candidate) {
    if (this.connection.remoteDescription) await this.#add(candidate);
    else this.#candidates.push(candidate);
  }

  async #add(candidate) {
    try {
      await this.connection.addIceCandidate(candidate);
    } catch (error) {
      if (!this.#ignoringOffer) console.warn('a candidate was not taken', error);
    }
  }

  close() {
    this.connection.close();
  }
}
