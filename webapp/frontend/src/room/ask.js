// A question before something that cannot be undone. Unlike confirm() it does not stop the page: the meeting goes on behind it.
import { drawn } from './drawn.js';

export function ask(question, { yes, no }) {
  const dialog = drawn('dialog', { className: 'ask-dialog' }, drawn('form', { method: 'dialog' },
    drawn('p', { textContent: question }),
    drawn('button', { className: 'button', value: 'yes', textContent: yes }),
    drawn('button', { className: 'button button-quiet', value: 'no', textContent: no })));
  document.body.append(dialog);
  dialog.showModal();
  return new Promise((resolve) => {
    dialog.addEventListener('close', () => {
      dialog.remove();
      resolve(dialog.returnValue === 'yes');
    });
  });
}
