// @ts-check
/*
 * Creates the new passkey, and tries it once afterwards. The recovery token lives in this module's memory for the
 * length of one ceremony; it is never written into the page, an address or storage.
 */
import { report } from './browser-events.js';

const { browserSupportsWebAuthn, startAuthentication, startRegistration } = globalThis.SimpleWebAuthnBrowser;

const SAVE_PAUSES_MS = [1_000, 3_000];

/** Which sentence of the page fits which failure: SimpleWebAuthn's codes first, then the browser's own names. */
const SENTENCES = {
  ERROR_CEREMONY_ABORTED: 'aborted',
  ERROR_AUTHENTICATOR_PREVIOUSLY_REGISTERED: 'registered',
  ERROR_AUTHENTICATOR_MISSING_USER_VERIFICATION_SUPPORT: 'screenLock',
  ERROR_AUTHENTICATOR_MISSING_DISCOVERABLE_CREDENTIAL_SUPPORT: 'oldKey',
  ERROR_AUTHENTICATOR_NO_SUPPORTED_PUBKEYCREDPARAMS_ALG: 'oldKey',
  ERROR_MALFORMED_PUBKEYCREDPARAMS: 'configuration',
  ERROR_INVALID_DOMAIN: 'configuration',
  ERROR_INVALID_RP_ID: 'configuration',
  ERROR_INVALID_USER_ID_LENGTH: 'configuration',
  ERROR_AUTHENTICATOR_GENERAL_ERROR: 'device',
  AbortError: 'aborted',
  NotAllowedError: 'aborted',
  NotReadableError: 'device',
};

/** @type {HTMLElement} */
const block = document.querySelector('[data-passkey]');
/** @type {HTMLElement} */
const status = block.querySelector('[data-status]');
/** @type {HTMLElement} */
const problem = block.querySelector('[data-problem]');
const { eventsUrl, tokenUrl, optionsUrl, finishUrl, sessionUrl, nextUrl } = block.dataset;
let busy = false;
let grant = null;

/** An answer other than success; status 0 means that there was no answer. */
class Refusal extends Error {
  constructor(httpStatus) {
    super(`answer ${httpStatus}`);
    this.status = httpStatus;
  }
}

if (block.dataset.passkey === 'create') {
  if (!browserSupportsWebAuthn()) showDeviceProblem('unsupported');
  /** @type {NodeListOf<HTMLElement>} */
  const buttons = block.querySelectorAll('[data-hint]');
  for (const button of buttons) {
    button.addEventListener('click', () => once(button, () => create(button.dataset.hint), showCreateProblem));
  }
} else {
  /** @type {HTMLElement} */
  const button = block.querySelector('[data-try]');
  button.addEventListener('click', () => once(button, () => tryIt(button), showTryProblem));
}

/** @type {HTMLElement} */
const newCode = block.querySelector('[data-new-code]');
/** @type {HTMLElement} */
const codeProblem = newCode?.querySelector('[data-code-problem]');
if (newCode) {
  const [make, kept] = [newCode.querySelector('[data-make]'), newCode.querySelector('[data-kept]')];
  make.addEventListener('click', () => once(make, () => showNewCode(make), showCodeProblem));
  kept.addEventListener('click', () => once(kept, sayKept, showCodeProblem));
}

/** One ceremony at a time: a second click while one runs does nothing. */
async function once(button, work, onFailure) {
  if (busy) return;
  busy = true;
  button.setAttribute('aria-disabled', 'true');
  for (const told of [problem, codeProblem]) if (told) told.hidden = true;
  status.textContent = status.dataset.working;
  try {
    await work();
  } catch (failure) {
    status.textContent = '';
    onFailure(failure);
  } finally {
    busy = false;
    button.removeAttribute('aria-disabled');
  }
}

async function create(hint) {
  if (!browserSupportsWebAuthn()) return showProblem('unsupported');
  const token = await recoveryToken();
  const options = await post(optionsUrl, { token });
  const credential = await startRegistration({ optionsJSON: withHint(options, hint) });
  status.textContent = status.dataset.saving;
  await save({ token, credential });
  location.assign(nextUrl);
}

/** The token of an earlier try while it lives, else a new one, which ends the earlier one. */
async function recoveryToken() {
  if (!grant || Date.parse(grant.expiresAt) <= Date.now()) grant = await post(tokenUrl, {}, crypto.randomUUID());
  return grant.token;
}

/** `hints` tell the browser what to offer first (WebAuthn Level 3, 5.8.7); older ones understand the attachment. */
function withHint(options, hint) {
  const elsewhere = hint === 'client-device' ? {} : { authenticatorAttachment: 'cross-platform' };
  return {
    ...options,
    hints: [hint],
    authenticatorSelection: { ...options.authenticatorSelection, ...elsewhere },
  };
}

/** Saves the passkey; an answer that got lost is asked for again under the same key, which changes nothing twice. */
async function save(body) {
  const key = crypto.randomUUID();
  for (const pauseMs of SAVE_PAUSES_MS) {
    try {
      return await post(finishUrl, body, key);
    } catch (failure) {
      if (!(failure instanceof Refusal) || (failure.status > 0 && failure.status < 500)) throw failure;
      await new Promise((resolve) => setTimeout(resolve, pauseMs));
    }
  }
  return post(finishUrl, body, key);
}

async function tryIt(button) {
  const options = await post(optionsUrl, {});
  const credential = await startAuthentication({ optionsJSON: options });
  await post(finishUrl, { credential });
  const session = await send(sessionUrl, { headers: { accept: 'application/json' } });
  const name = session.subject?.displayName;
  status.textContent = name ? `${status.dataset.signedInAs} ${name}` : status.dataset.signedIn;
  if (newCode) newCode.hidden = false;
  /** @type {HTMLElement} */
  const makeCode = newCode?.querySelector('[data-make]');
  (makeCode ?? status).focus();
  button.hidden = true;
}

/** The code stands in this page alone, and only until the page is left. */
async function showNewCode(button) {
  const { code } = await post(newCode.dataset.makeUrl, {});
  status.textContent = '';
  newCode.querySelector('[data-code-text]').textContent = code;
  showInPlaceOf(button, '[data-code]');
}

async function sayKept() {
  await post(newCode.dataset.keptUrl, {});
  status.textContent = '';
  newCode.querySelector('[data-code-text]').textContent = '';
  showInPlaceOf(newCode.querySelector('[data-code]'), '[data-done]');
}

/** The focus goes along: what it was on is gone, and whoever listens would be back at the top of the page. */
function showInPlaceOf(former, next) {
  /** @type {HTMLElement} */
  const shown = newCode.querySelector(next);
  shown.hidden = false;
  shown.focus();
  former.hidden = true;
}

function post(address, body, idempotencyKey) {
  const headers = {
    accept: 'application/json',
    'content-type': 'application/json',
  };
  if (idempotencyKey) headers['idempotency-key'] = idempotencyKey;
  return send(address, { method: 'POST', headers, body: JSON.stringify(body) });
}

async function send(address, request) {
  const answer = await fetch(address, { ...request, credentials: 'same-origin', cache: 'no-store' }).catch(() => {
    throw new Refusal(0);
  });
  if (!answer.ok) throw new Refusal(answer.status);
  return answer.status === 204 ? {} : answer.json();
}

function showCreateProblem(failure) {
  if (!(failure instanceof Refusal))
    return showDeviceProblem(SENTENCES[failure.code] ?? SENTENCES[failure.name] ?? 'device');
  // Whatever the server refused, the next try begins with a fresh token.
  grant = null;
  showProblem(sentenceFor(failure.status));
}

/** The service knows what it refused itself; of the device it hears here, in a word of its list. */
function showDeviceProblem(sentence) {
  report(eventsUrl, `passkey_${sentence.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`)}`);
  showProblem(sentence);
}

function sentenceFor(httpStatus) {
  if (httpStatus === 410) return 'expired';
  if (httpStatus === 401 || httpStatus === 403 || httpStatus === 404 || httpStatus === 409) return 'moved';
  return httpStatus > 0 && httpStatus < 500 ? 'refused' : 'network';
}

function showProblem(sentence) {
  /** @type {NodeListOf<HTMLElement>} */
  const texts = problem.querySelectorAll('[data-message]');
  for (const text of texts) text.hidden = text.dataset.message !== sentence;
  problem.hidden = false;
  problem.focus();
}

function showCodeProblem() {
  codeProblem.hidden = false;
  codeProblem.focus();
}

function showTryProblem() {
  problem.hidden = false;
  problem.focus();
}
