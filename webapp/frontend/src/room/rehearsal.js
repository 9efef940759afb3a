// The door: see oneself, see that one is heard, choose the devices, decide what is on when going in.
import { Loudness } from './loudness.js';

const HEARD = 0.02;

export class Rehearsal {
  constructor(element, { words }, devices) {
    Object.assign(this, { element, words, devices });
    this.live = this.find('.rehearsal-live');
    if (!devices.isSupported) return this.#refuse();
    this.find('.try').hidden = false;
    this.find('.try').addEventListener('click', () => this.#try());
    for (const box of element.querySelectorAll('[data-wanted]')) this.#offer(box);
    for (const select of element.querySelectorAll('select[data-kind]')) {
      select.addEventListener('change', () => devices.choose(select.dataset.kind, select.value));
    }
    devices.addEventListener('change', () => this.#show());
    window.addEventListener('pagehide', () => devices.stop());
  }

  find(selector) {
    return this.element.querySelector(selector);
  }

  #refuse() {
    this.live.hidden = false;
    this.live.replaceChildren(Object.assign(document.createElement('p'), { className: 'news news-bad', textContent: this.words.no_webrtc }));
  }

  #offer(box) {
    box.closest('.wanted').hidden = false;
    box.checked = this.devices.wanted[box.dataset.wanted];
    box.addEventListener('change', () => this.devices.keep({ [box.dataset.wanted]: box.checked }));
  }

  async #try() {
    const { camera, microphone } = this.devices.wanted;
    Object.assign(this.devices.wanted, { camera: true, microphone: true }); // the rehearsal tries both
    await this.devices.start();
    this.devices.keep({ camera, microphone });
    await Promise.all([...this.element.querySelectorAll('select[data-kind]')].map((select) => this.#fill(select)));
    this.find('.try').hidden = true;
  }

  async #fill(select) {
    const found = await this.devices.list(select.dataset.kind);
    select.replaceChildren(...found.map((device, index) => new Option(device.label || `${index + 1}`, device.deviceId)));
    select.value = this.devices.wanted[select.dataset.kind] || found[0]?.deviceId || '';
  }

  #show() {
    this.live.hidden = false;
    this.find('.preview').srcObject = this.devices.stream;
    this.find('.camera-news').textContent = this.devices.camera ? this.words.camera_works : this.words.no_camera;
    this.loudness?.stop();
    this.loudness = undefined;
    const news = this.find('.microphone-news');
    news.textContent = this.devices.microphone ? this.words.microphone_silent : this.words.no_devices;
    if (this.devices.microphone) this.loudness = new Loudness(this.devices.stream, (level) => this.#hear(level, news));
  }

  #hear(level, news) {
    this.find('.level').value = level;
    if (level > HEARD) news.textContent = this.words.microphone_works;
  }
}
