// The own camera and microphone: what was chosen at the door, switched on and off, how loud it is.
const KEPT = 'room-devices';
const PICTURE = { width: { ideal: 640 }, height: { ideal: 360 }, frameRate: { ideal: 15 } };

export class Devices extends EventTarget {
  stream = new MediaStream();
  wanted = { camera: true, microphone: true, videoinput: '', audioinput: '', ...JSON.parse(sessionStorage.getItem(KEPT) || '{}') };

  get isSupported() {
    return Boolean(navigator.mediaDevices?.getUserMedia && window.RTCPeerConnection);
  }

  get camera() {
    return this.#live('video');
  }

  get microphone() {
    const track = this.#live('audio');
    return track?.enabled ? track : undefined;
  }

  #live(kind) {
    return this.stream.getTracks().find((track) => track.kind === kind && track.readyState === 'live');
  }

  keep(changes) {
    Object.assign(this.wanted, changes);
    sessionStorage.setItem(KEPT, JSON.stringify(this.wanted));
  }

  // Both at once asks one question; without one of them the other may still do.
  async start() {
    const { camera, microphone } = this.wanted;
    if (!this.isSupported || !(camera || microphone)) return this.#changed();
    try {
      await this.#take({ video: camera && this.#video(), audio: microphone && this.#audio() });
    } catch {
      if (microphone) await this.#take({ audio: this.#audio() }).catch(() => {});
      if (camera) await this.#take({ video: this.#video() }).catch(() => {});
    }
    this.#changed();
  }

  async #take(constraints) {
    const taken = await navigator.mediaDevices.getUserMedia(constraints);
    for (const track of taken.getTracks()) this.#replace(track.kind, track);
  }

  #video() {
    return { ...PICTURE, ...(this.wanted.videoinput && { deviceId: { ideal: this.wanted.videoinput } }) };
  }

  #audio() {
    return { echoCancellation: true, noiseSuppression: true, ...(this.wanted.audioinput && { deviceId: { ideal: this.wanted.audioinput } }) };
  }

  #replace(kind, track) {
    for (const old of this.stream.getTracks().filter((each) => each.kind === kind)) {
      old.stop();
      this.stream.removeTrack(old);
    }
    if (!track) return;
    track.addEventListener('ended', () => this.#changed());
    this.stream.addTrack(track);
  }

  // Off means off: the camera's lamp goes out.
  async setCamera(on) {
    if (on) await this.#take({ video: this.#video() }).catch(() => {});
    else this.#replace('video', null);
    this.keep({ camera: on });
    this.#changed();
  }

  async setMicrophone(on) {
    const track = this.#live('audio');
    if (track) track.enabled = on;
    else if (on) await this.#take({ audio: this.#audio() }).catch(() => {});
    this.keep({ microphone: on });
    this.#changed();
  }

  async choose(kind, id) {
    this.keep({ [kind]: id });
    await this.#take(kind === 'videoinput' ? { video: this.#video() } : { audio: this.#audio() }).catch(() => {});
    this.#changed();
  }

  async list(kind) {
    const found = await navigator.mediaDevices.enumerateDevices();
    return found.filter((device) => device.kind === kind && device.deviceId);
  }

  stop() {
    this.#replace('video', null);
    this.#replace('audio', null);
    this.#changed();
  }

  #changed() {
    this.dispatchEvent(new Event('change'));
  }
}
