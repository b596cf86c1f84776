/*
 * Warns two minutes before the page's session ends, and keeps it open for whoever asks (WCAG 2.2, 2.2.1). Looking at the
 * flow slides the session; its absolute end stays where it is. What other scripts of the page send slides it too, so the
 * warning comes too early at worst.
 */
const WARN_MS = 120_000;

/** @type {HTMLDialogElement} */
const dialog = document.querySelector('[data-session-end]');
/** @type {HTMLTimeElement} */
const openUntil = document.querySelector('[data-open-until]');
/** @type {HTMLElement} */
const status = document.querySelector('[data-extended]');
/** @type {HTMLElement} */
const failed = dialog.querySelector('[data-failed]');
const { idleSeconds, endsInSeconds, touchUrl, locale, timeZone } = dialog.dataset;

const lastEnd = Date.now() + Number(endsInSeconds) * 1_000;
let end = idleEnd();
let told = '';
let timer;
let asking = false;

dialog.querySelector('[data-more]').addEventListener('click', extend);
dialog.querySelector('[data-understood]').addEventListener('click', () => dialog.close());
dialog.addEventListener('cancel', (event) => {
  // Escape is the same as the one button: more time, or going on.
  if (told === 'last') return;
  event.preventDefault();
  if (told === 'soon') extend();
});
// A device that slept, or a tab that was put aside, has missed its timers.
document.addEventListener('visibilitychange', look);
window.addEventListener('pageshow', look);
look();

function idleEnd() {
  return Math.min(lastEnd, Date.now() + Number(idleSeconds) * 1_000);
}

/** Says what is to be said now, and looks again when that changes. */
function look() {
  clearTimeout(timer);
  const left = end - Date.now();
  if (left <= 0) return tell('over');
  if (left <= WARN_MS) tell(end < lastEnd ? 'soon' : 'last');
  timer = setTimeout(look, left > WARN_MS ? left - WARN_MS : left);
}

/** Each thing is told once; "over" also takes the place of a warning that stands there. */
function tell(what) {
  if (told === what) return;
  told = what;
  failed.textContent = '';
  /** @type {NodeListOf<HTMLElement>} */
  const parts = dialog.querySelectorAll('[data-shown-when]');
  for (const part of parts) part.hidden = !part.dataset.shownWhen.split(' ').includes(what);
  write(dialog.querySelector('[data-ends-at]'));
  // Opened anew, so that the focus and what is read aloud begin at its new words.
  if (dialog.open) dialog.close();
  dialog.showModal();
}

async function extend() {
  if (asking) return;
  asking = true;
  failed.textContent = '';
  try {
    const answer = await fetch(touchUrl, { headers: { accept: 'application/json' }, cache: 'no-store' });
    if (answer.ok) goOn();
    else if (answer.status === 401) tell('over');
    else failed.textContent = failed.dataset.failed;
  } catch {
    failed.textContent = failed.dataset.failed;
  } finally {
    asking = false;
  }
}

function goOn() {
  end = idleEnd();
  told = '';
  dialog.close();
  write(openUntil);
  status.textContent = `${status.dataset.extended} ${openUntil.textContent}`;
  look();
}

function write(element) {
  const at = new Date(end);
  element.dateTime = at.toISOString();
  element.textContent = new Intl.DateTimeFormat(locale, {
    hour: '2-digit',
    minute: '2-digit',
    hourCycle: 'h23',
    timeZone,
    timeZoneName: 'short',
  }).format(at);
}
