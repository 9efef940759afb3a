/** Three buttons: larger, smaller, whole diagram. */
export function toolbar(viewer, words, fit) {
  const zoomScroll = viewer.get('zoomScroll');
  const box = document.createElement('div');
  box.className = 'trace-tools';
  const entries = [['+', words.in, () => zoomScroll.stepZoom(1)], ['−', words.out, () => zoomScroll.stepZoom(-1)], ['⤢', words.fit, () => viewer.get('canvas').zoom('fit-viewport', 'auto')]];
  for (const [sign, title, act] of entries) {
    const button = Object.assign(document.createElement('button'), { type: 'button', textContent: sign, title, className: 'btn btn-sm' });
    button.setAttribute('aria-label', title);
    button.addEventListener('click', act);
    box.append(button);
  }
  box.addEventListener('dblclick', fit);
  return box;
}
