// @ts-check
/*
 * Adds to the photo form: the camera inside of the page, a preview, a smaller file where the camera made a huge one, and
 * sending that says how far it is and begins again by itself. The form works the same without it.
 */
import { mayHaveCamera } from './camera.js';
import { LiveCamera } from './live-camera.js';
import { photoOf, scaleOf } from './photo-file.js';
import { sendPhoto } from './photo-sending.js';

const MAX_BYTES = 10 * 1024 * 1024;

/** @type {HTMLFormElement} */
const form = document.querySelector('form.capture');
/** @type {HTMLInputElement} */
const input = form.querySelector('input[type="file"]');
/** @type {HTMLInputElement} */
const taken = form.querySelector('input[name="taken"]');
/** @type {HTMLButtonElement} */
const button = form.querySelector('button[type="submit"]');
/** @type {HTMLElement} */
const again = form.querySelector('[data-again]');
/** @type {HTMLImageElement} */
const preview = form.querySelector('[data-preview]');
const picture = form.querySelector('.picture');
/** @type {HTMLElement} */
const status = form.querySelector('[data-photo-status]');
/** @type {HTMLProgressElement} */
const progress = form.querySelector('[data-progress]');
/** @type {HTMLElement} */
const section = document.querySelector('[data-live]');
const submitLabel = button.textContent;
/**
 * Whether this page speaks of a photo that did not work, which may then be chosen again. Where it does not, what the service
 * knows already is only an answer that was lost: browsers send a PUT again by themselves (RFC 9110, section 9.2.2), too.
 */
const wasRefused = Boolean(document.querySelector('.error-summary'));

let live;
/** Until the chosen photo is as small as it gets. */
let ready = Promise.resolve();

if (section) withCamera();

input.addEventListener('change', () => {
  ready = choose(input.files[0]);
});

// What is on its way is not exchanged.
input.addEventListener('click', (event) => form.dataset.sending && event.preventDefault());

form.addEventListener('submit', (event) => {
  event.preventDefault();
  if (!form.dataset.sending) send();
});

// Coming back by the Back button restores the page as it was left: in the middle of sending.
window.addEventListener('pageshow', (event) => {
  if (event.persisted) rest('');
});

async function choose(chosen) {
  taken.value = 'file';
  showPreview(chosen);
  if (!chosen) return;
  live?.close();
  delete form.dataset.mode;
  const smaller = await shrink(chosen).catch(() => null);
  // The person may have chosen another photo meanwhile; then this answer is about the wrong one.
  if (input.files[0] !== chosen) return;
  if (smaller) replaceFile(smaller);
  if (!form.dataset.sending) say(isTooLarge() ? 'tooLarge' : 'check');
}

const isTooLarge = () => input.files[0].size > MAX_BYTES;

/** `first`: what is said before it, of a photo that is sent without being looked at. */
async function send(first = '') {
  form.dataset.sending = 'true';
  button.setAttribute('aria-disabled', 'true');
  again.hidden = true;
  await ready;
  if (isTooLarge()) return rest(status.dataset.tooLarge);
  const photo = input.files[0];
  progress.hidden = false;
  const { step, tries, body } = await sendPhoto(photo, {
    url: `${input.dataset.uploadUrl}?taken=${taken.value}`,
    on: {
      progress: (part) => (progress.value = part),
      state: (word) => {
        form.dataset.sending = word;
        say(word, word === 'sending' ? first : '');
      },
    },
  });
  switch (step) {
    case 'answered':
      if (body.accepted) return location.assign(input.dataset.flowUrl);
      return location.assign(body.repeated && tries === 1 && wasRefused ? `${form.action}?again=1` : form.action);
    case 'not_a_photo':
      return location.assign(form.action);
    case 'moved_on':
      return location.assign(input.dataset.flowUrl);
    case 'form':
      // What a script has no words for has a page.
      return form.submit();
    default:
      button.textContent = button.dataset.tryAgain;
      return rest(status.dataset.givenUp);
  }
}

/** As before sending. */
function rest(text) {
  delete form.dataset.sending;
  button.removeAttribute('aria-disabled');
  again.hidden = false;
  progress.hidden = true;
  status.textContent = text;
}

/** One sentence at a time; the same one again would be read out again. */
function say(word, first = '') {
  const text = `${first} ${status.dataset[word]}`.trim();
  if (status.textContent !== text) status.textContent = text;
}

/** The form waits behind the camera, and comes forward with a photo, or when there is no camera to be had. */
async function withCamera() {
  if (!takesPhotos() || !(await mayHaveCamera()) || input.files.length > 0) return;
  live = new LiveCamera(section, { photo: showPhoto, file: () => delete form.dataset.mode });
  form.dataset.mode = 'live';
  // What is wrong with the last photo is mended at the camera.
  /** @type {NodeListOf<HTMLAnchorElement>} */
  const links = document.querySelectorAll(`.error-summary a[href="#${input.id}"]`);
  for (const link of links) link.hash = section.id;
  again.addEventListener('click', () => {
    form.dataset.mode = 'live';
    input.value = '';
    showPreview(undefined);
    status.textContent = '';
    live.open();
  });
}

function showPhoto(file, { how, fault }) {
  replaceFile(file);
  taken.value = how;
  ready = Promise.resolve();
  showPreview(file);
  form.dataset.mode = 'preview';
  const first = status.dataset[fault ?? 'clear'];
  button.focus();
  // One that was taken by itself lay well; where the organisation says so, nobody is asked whether it does.
  if ('sendsByItself' in input.dataset && how === 'camera_auto' && !fault) return void send(first);
  say('check', first);
}

function showPreview(file) {
  if (preview.src) URL.revokeObjectURL(preview.src);
  button.textContent = submitLabel;
  preview.hidden = !file;
  picture.toggleAttribute('hidden', Boolean(file));
  if (file) preview.src = URL.createObjectURL(file);
  else preview.removeAttribute('src');
}

/** A smaller JPEG, or null when the photo is small enough as it is. */
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  try {
    if (scaleOf(bitmap) === 1 && file.size <= MAX_BYTES) return null;
    const smaller = await photoOf(bitmap, bitmap);
    return smaller.size < file.size ? smaller : null;
  } finally {
    bitmap.close();
  }
}

/** Whether a script can put a photo into the form at all. */
function takesPhotos() {
  try {
    return Boolean(new DataTransfer().items);
  } catch {
    return false;
  }
}

function replaceFile(file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  input.files = transfer.files;
}
