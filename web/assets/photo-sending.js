/*
 * Sends one photo and says how far it is. What is lost on the way is sent again: the service knows the same bytes again, so
 * that twice is once. XMLHttpRequest, because fetch does not say how much of a body has left.
 */
import { afterAnswer } from './sending-plan.js';

/** A line that moves nothing for so long is dead; looking at a photo may take longer where models are loaded first. */
const STALLED_MS = 30_000;
const LOOKING_MS = 120_000;
/** An answer that comes at once is not announced first. */
const AT_ONCE_MS = 2_000;
const TYPES = new Set(['image/jpeg', 'image/png', 'image/webp']);

/**
 * `on.state(word)`: `sending`, `arrived`, `retrying` or `offline`; `on.progress(part)`: 0 to 1 of the bytes.
 * @returns what became of it, as in sending-plan.js, with the answer's body; `tries` counts how often it was sent
 */
export async function sendPhoto(photo, { url, on }) {
  let failures = 0;
  for (let tries = 1; ; tries += 1) {
    await connected(on);
    on.state(tries === 1 ? 'sending' : 'retrying');
    const answer = await put(photo, { url, on });
    // Without a connection no try is spent: the next one begins when there is one.
    if (answer.status === 0 && navigator.onLine === false) continue;
    const step = afterAnswer(answer, failures);
    if (typeof step === 'string') return { step, tries, ...answer };
    failures += 1;
    on.state('retrying');
    await new Promise((done) => setTimeout(done, step.waitMs));
  }
}

/** Nothing is lost by waiting: the photo stays in the page. */
async function connected(on) {
  if (navigator.onLine !== false) return;
  on.progress(0);
  on.state('offline');
  await new Promise((done) => window.addEventListener('online', done, { once: true }));
}

function put(photo, { url, on }) {
  const request = new XMLHttpRequest();
  let patience;
  let announced;
  const wait = (ms) => {
    clearTimeout(patience);
    patience = setTimeout(() => request.abort(), ms);
  };
  const drop = () => request.abort();
  return new Promise((done) => {
    request.open('PUT', url);
    // Whatever it is called, the service goes by what it is.
    request.setRequestHeader('content-type', TYPES.has(photo.type) ? photo.type : 'image/jpeg');
    request.upload.addEventListener('progress', ({ loaded, total }) => {
      wait(STALLED_MS);
      on.progress(total > 0 ? loaded / total : 0);
    });
    request.upload.addEventListener('load', () => {
      wait(LOOKING_MS);
      window.removeEventListener('beforeunload', stay);
      on.progress(1);
      announced = setTimeout(() => on.state('arrived'), AT_ONCE_MS);
    });
    request.addEventListener('loadend', () => {
      clearTimeout(patience);
      clearTimeout(announced);
      window.removeEventListener('beforeunload', stay);
      window.removeEventListener('offline', drop);
      done(answerOf(request));
    });
    window.addEventListener('beforeunload', stay);
    window.addEventListener('offline', drop);
    wait(STALLED_MS);
    on.progress(0);
    request.send(photo);
  });
}

/** Asks before the page is left, and only while bytes are on their way. */
function stay(event) {
  event.preventDefault();
  // Browsers of before 2023 want to hear it so.
  event.returnValue = true;
}

function answerOf(request) {
  const body = parsed(request.responseText);
  return {
    status: request.status,
    code: body?.code,
    retryAfterSeconds: Number(request.getResponseHeader('retry-after')) || 0,
    body,
  };
}

function parsed(text) {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
