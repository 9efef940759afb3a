// When something that the page asked for does not come: one quiet message that says what to do. What was typed stays where it is.
const failed = document.getElementById('failed');
const failedSaid = document.getElementById('failed-said');
const SERVERS = '#failed-told'; // where the server's own words go
let failedNow = '', failedClosed = '';

function tellFailure(why, key = why) {
  if (why && key === failedClosed) return;
  failedClosed = '';
  failedNow = key;
  let words = '';
  for (const each of failed.querySelectorAll('[data-why]')) {
    each.hidden = each.dataset.why !== why;
    if (!each.hidden) words = each.textContent.replace(/\s+/g, ' ').trim();
  }
  if (failedSaid.textContent !== words) failedSaid.textContent = words;
  if (failed.matches(':popover-open') !== Boolean(why)) failed.togglePopover();
}

const keyOf = (ctx) => `${ctx.response.raw.status} ${ctx.request.action}`;
const isServers = (raw) => raw.status >= 400 && raw.headers.get('HX-Retarget') === SERVERS;

document.addEventListener('htmx:error', ({ detail: { ctx } }) => {
  if (ctx?.request && !ctx.response) tellFailure('offline');
});

document.addEventListener('htmx:before:response', (event) => {
  const { ctx } = event.detail, { raw } = ctx.response;
  if (raw.status === 401) {
    event.preventDefault(); // no other page: what was typed would be lost
    tellFailure('over');
  } else if (isServers(raw)) {
    if ([failedNow, failedClosed].includes(keyOf(ctx))) event.preventDefault(); // a page that asks again by itself
  } else if (raw.status >= 400 && raw.status !== 422) {
    event.preventDefault(); // not what belongs here
    failed.querySelector('[data-status]').textContent = raw.status;
    tellFailure('failed', keyOf(ctx));
  } else {
    failedClosed = '';
    if (failedNow) tellFailure('');
  }
});

document.addEventListener('htmx:after:swap', ({ detail: { ctx } }) => {
  if (ctx?.response && isServers(ctx.response.raw)) tellFailure('told', keyOf(ctx));
});

failed.querySelector('[data-close]').addEventListener('click', () => {
  const closed = failedNow;
  tellFailure('');
  failedClosed = closed;
});

// Signed in again on another tab: the forms of this page get the token of the new session.
async function goOn() {
  if (failedNow !== 'over' && failedClosed !== 'over' || document.visibilityState !== 'visible') return;
  const answer = await fetch(failed.dataset.account, { redirect: 'manual', cache: 'no-store' }).catch(() => null);
  if (!answer?.ok) return;
  const page = new DOMParser().parseFromString(await answer.text(), 'text/html').body;
  failedClosed = '';
  if (page.dataset.user !== document.body.dataset.user) return tellFailure('other');
  const headers = page.getAttribute('hx-headers:inherited');
  document.body.setAttribute('hx-headers:inherited', headers);
  for (const each of document.querySelectorAll('input[name="csrf_token"]')) each.value = JSON.parse(headers)['X-CSRFToken'];
  tellFailure('back');
}
window.addEventListener('focus', goOn);
document.addEventListener('visibilitychange', goOn);
