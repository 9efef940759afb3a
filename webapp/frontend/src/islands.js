// Mounts what a page asks for: <div data-island="trace" data-props='{"…": …}'>. Nothing else is loaded.
/* global ISLANDS */

const here = new URL('.', import.meta.url);

function addStyles(path) {
  const href = new URL(path, here).href;
  if (document.querySelector(`link[href="${href}"]`)) return Promise.resolve();
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement('link'), { rel: 'stylesheet', href, onload: resolve, onerror: reject });
    document.head.append(link);
  });
}

async function mount(element) {
  const island = ISLANDS[element.dataset.island];
  if (!island) throw new Error(`No island is called ${element.dataset.island}.`);
  const [module] = await Promise.all([import(new URL(island.js, here).href), island.css && addStyles(island.css)]);
  await module.default(element, JSON.parse(element.dataset.props || '{}'));
}

// A page says in data-island-error, in the reader's language, what to show when its island cannot come up.
function showFailure(element, error) {
  console.error(error);
  element.dataset.islandState = 'failed';
  const note = Object.assign(document.createElement('p'), { className: 'alert alert-danger', role: 'alert' });
  note.textContent = element.dataset.islandError || 'This part of the page could not be loaded.';
  element.replaceChildren(note);
}

function mountAll(root) {
  for (const element of root.querySelectorAll('[data-island]:not([data-island-state])')) {
    element.dataset.islandState = 'loading';
    mount(element).then(() => { element.dataset.islandState = 'ready'; }, (error) => showFailure(element, error));
  }
}

mountAll(document);
document.addEventListener('htmx:after:swap', () => mountAll(document));
