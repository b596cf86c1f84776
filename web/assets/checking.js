/*
 * Waits for the case to move: by server-sent events, and by asking now and then when those fail. When the step is no
 * longer the one on this page, the server is asked for the right page.
 */
const STILL_AFTER_MS = 20_000;
const LONG_AFTER_MS = 60_000;
const MAX_STREAM_FAILURES = 2;
const POLL_MS = [...Array(10).fill(2_000), ...Array(10).fill(5_000)];
const SLOW_POLL_MS = 10_000;

/** @type {HTMLElement} */
const watcher = document.querySelector('[data-watch-step]');
const { watchStep, flowUrl, eventsUrl, pageUrl } = watcher.dataset;
let seenBefore;
let leaving = false;

say(watcher.dataset.still, STILL_AFTER_MS);
say(watcher.dataset.long, LONG_AFTER_MS);
listen();

function say(text, afterMs) {
  if (text) setTimeout(() => (watcher.textContent = text), afterMs);
}

function listen() {
  const stream = new EventSource(eventsUrl);
  let failures = 0;
  const onFlow = (event) => look(JSON.parse(event.data));
  stream.addEventListener('status', onFlow);
  stream.addEventListener('message', onFlow);
  stream.addEventListener('open', () => (failures = 0));
  stream.addEventListener('error', () => {
    failures += 1;
    if (failures < MAX_STREAM_FAILURES && stream.readyState !== EventSource.CLOSED) return;
    stream.close();
    poll(0);
  });
  window.addEventListener('pagehide', () => stream.close());
}

async function poll(round) {
  if (leaving) return;
  try {
    const answer = await fetch(flowUrl, { headers: { accept: 'application/json' }, cache: 'no-store' });
    if (answer.ok) look(await answer.json());
    else if (answer.status === 401 || answer.status === 404 || answer.status === 410) leave();
  } catch {
    // Offline: the next round tries again.
  }
  setTimeout(() => poll(round + 1), POLL_MS[round] ?? SLOW_POLL_MS);
}

/** Leaves when the flow is at another step, or when anything else about this step has changed since the last look. */
function look(flow) {
  const seen = JSON.stringify([flow.state, flow.stateReason, flow.reasons, flow.confirmation, flow.callCode]);
  if (flow.step !== watchStep || (seenBefore !== undefined && seen !== seenBefore)) leave();
  seenBefore = seen;
}

function leave() {
  if (leaving) return;
  leaving = true;
  location.assign(pageUrl);
}
