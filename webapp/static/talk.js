// What has stood before the reader for a moment counts as read: comments once in view, news once the page is. The buttons do the
// same without this file.
const MOMENT = 1500;
const csrf = () => document.querySelector('[name=csrf_token]').value;

function tell(address) {
  fetch(address, { method: 'POST', body: new URLSearchParams({ quiet: '1', csrf_token: csrf() }), redirect: 'manual' }).catch(() => {});
}

const card = document.querySelector('[data-talk]:not([data-talk=""])');
if (card) {
  let timer = 0;
  new IntersectionObserver(([entry], observer) => {
    clearTimeout(timer);
    if (!entry.isIntersecting) return;
    timer = setTimeout(() => {
      observer.disconnect();
      tell(card.dataset.talk);
    }, MOMENT);
  }, { threshold: 0.2 }).observe(card);
}

const fresh = document.querySelector('[data-seen]');
let timer = 0;
function look() {
  clearTimeout(timer);
  if (document.visibilityState !== 'visible') return;
  timer = setTimeout(() => {
    document.removeEventListener('visibilitychange', look);
    tell(fresh.dataset.seen);
  }, MOMENT);
}
if (fresh) {
  document.addEventListener('visibilitychange', look);
  look();
}
