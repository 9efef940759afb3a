// Comments count as read when they have stood in view for a moment; the button does the same without this file.
const card = document.querySelector('[data-talk]:not([data-talk=""])');
if (card) {
  let timer = 0;
  new IntersectionObserver(([entry], observer) => {
    clearTimeout(timer);
    if (!entry.isIntersecting) return;
    timer = setTimeout(() => {
      observer.disconnect();
      const body = new URLSearchParams({ quiet: '1', csrf_token: card.querySelector('[name=csrf_token]').value });
      fetch(card.dataset.talk, { method: 'POST', body, redirect: 'manual' }).catch(() => {});
    }, 1500);
  }, { threshold: 0.2 }).observe(card);
}
