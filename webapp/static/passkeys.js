// Passkeys: the page says what is asked, the browser lets its owner answer, a plain form carries the answer. Without them, or
// without this file, the other ways to sign in are all there.
const fromText = (text) => Uint8Array.from(atob(text.replace(/-/g, '+').replace(/_/g, '/')), (sign) => sign.charCodeAt(0));
const toText = (bytes) => btoa(String.fromCharCode(...new Uint8Array(bytes))).replace(/\+/g, '-').replace(/\//g, '_').replace(/=+$/, '');
const named = (list) => (list ?? []).map((each) => ({ ...each, id: fromText(each.id) }));

function readable(key) {
  const response = {};
  for (const name of ['clientDataJSON', 'attestationObject', 'authenticatorData', 'signature', 'userHandle']) {
    if (key.response[name]) response[name] = toText(key.response[name]);
  }
  return JSON.stringify({ id: key.id, rawId: toText(key.rawId), type: key.type, response });
}

async function made(form) {
  const asked = JSON.parse(form.dataset.passkeyMake);
  const publicKey = { ...asked, challenge: fromText(asked.challenge), user: { ...asked.user, id: fromText(asked.user.id) }, excludeCredentials: named(asked.excludeCredentials) };
  return navigator.credentials.create({ publicKey });
}

async function given(form) {
  const answer = await fetch(form.dataset.passkeyAsk, { method: 'POST', headers: { 'X-CSRFToken': form.elements.csrf_token.value } });
  if (!answer.ok) throw new Error(`${answer.status}`);
  const asked = await answer.json();
  return navigator.credentials.get({ publicKey: { ...asked, challenge: fromText(asked.challenge), allowCredentials: named(asked.allowCredentials) } });
}

/** Ask the browser, and send what it answers; say so when it answers nothing. */
async function ask(form, way) {
  const wrong = form.querySelector('[data-passkey-wrong]');
  wrong.hidden = true;
  try {
    form.elements.answer.value = readable(await way(form));
  } catch {
    wrong.hidden = false;
    return;
  }
  form.submit();
}

if (window.PublicKeyCredential) {
  for (const each of document.querySelectorAll('[data-passkey-shows]')) each.hidden = false;
  for (const form of document.querySelectorAll('[data-passkey-make], [data-passkey-ask]')) {
    const way = form.dataset.passkeyMake ? made : given;
    form.addEventListener('submit', (event) => { event.preventDefault(); ask(form, way); });
    if (way === made) ask(form, way);
  }
}
