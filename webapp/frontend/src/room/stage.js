// The tiles: one for oneself, one for everybody who is in.
import { drawn } from './drawn.js';

export class Stage {
  #tiles = new Map(); // seat → tile

  constructor(element, { words, icons, me }) {
    Object.assign(this, { element, words, icons, me });
  }

  // Tiles for those who are in; the own one comes first.
  people(seats) {
    for (const seat of this.#tiles.keys()) if (!seats.some(({ id }) => id === seat)) this.#take(seat);
    for (const seat of seats) this.#tile(seat.id, seat);
    this.element.dataset.count = seats.length;
    this.element.hidden = !seats.length;
  }

  #tile(id, seat) {
    const tile = this.#tiles.get(id) || this.#draw(id);
    if (seat) {
      const who = id === this.me ? this.words.you : seat.role;
      tile.name.textContent = `${seat.name} · ${who}`;
      tile.letter.textContent = seat.name.slice(0, 1);
    }
    return tile;
  }

  #draw(id) {
    const video = drawn('video', { autoplay: true, playsInline: true, muted: id === this.me });
    const tile = {
      video, stream: new MediaStream(), letter: drawn('span', { className: 'letter' }), name: drawn('span', { className: 'tile-name' }),
      news: drawn('span', { className: 'tile-news' }),
    };
    tile.box = drawn('figure', { className: 'tile' }, tile.letter, video, drawn('figcaption', {}, tile.name, tile.news));
    tile.box.dataset.seat = id;
    tile.box.classList.toggle('tile-mine', id === this.me);
    this.element[id === this.me ? 'prepend' : 'append'](tile.box);
    this.#tiles.set(id, tile);
    return tile;
  }

  #take(seat) {
    this.#tiles.get(seat)?.box.remove();
    this.#tiles.delete(seat);
  }

  mine(devices) {
    const tile = this.#tiles.get(this.me);
    if (!tile) return;
    this.#put(tile, devices.stream.getTracks().filter(({ kind }) => kind === 'video'));
    this.media(this.me, { camera: Boolean(devices.camera), microphone: Boolean(devices.microphone) });
  }

  show(seat, track) {
    const tile = this.#tile(seat);
    const others = tile.stream.getTracks().filter(({ kind }) => kind !== track.kind);
    this.#put(tile, [...others, track]);
  }

  #put(tile, tracks) {
    for (const track of tile.stream.getTracks()) if (!tracks.includes(track)) tile.stream.removeTrack(track);
    for (const track of tracks) tile.stream.addTrack(track);
    const shown = tracks.length ? tile.stream : null; // an empty stream would keep the page loading for ever
    if (tile.video.srcObject !== shown) tile.video.srcObject = shown;
    if (tracks.length) tile.video.play().catch(() => {}); // a browser that wants a click first gets it from the controls
  }

  // The connection is gone: its picture must not stand still as if somebody were there.
  remove(seat) {
    const tile = this.#tiles.get(seat);
    if (!tile) return;
    this.#put(tile, []);
    this.mark(seat, 'closed');
  }

  mark(seat, state) {
    const tile = this.#tiles.get(seat);
    if (!tile) return;
    tile.box.dataset.state = state;
    tile.box.classList.toggle('tile-waiting', state !== 'connected');
  }

  media(seat, { camera, microphone }) {
    const tile = this.#tile(seat);
    tile.box.classList.toggle('tile-dark', !camera);
    tile.news.textContent = [!microphone && this.words.muted, !camera && this.words.dark].filter(Boolean).join(' · ');
  }
}
