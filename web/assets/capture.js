/*
 * Adds to the photo form: the camera inside of the page, a preview, a smaller file where the camera made a huge one, and
 * one sending only. The form works the same without it.
 */
import { mayHaveCamera } from './camera.js';
import { LiveCamera } from './live-camera.js';
import { photoOf, scaleOf } from './photo-file.js';

const MAX_BYTES = 10 * 1024 * 1024;

const form = document.querySelector('form.capture');
const input = form.querySelector('input[type="file"]');
const taken = form.querySelector('input[name="taken"]');
const button = form.querySelector('button[type="submit"]');
const again = form.querySelector('[data-again]');
const preview = form.querySelector('[data-preview]');
const picture = form.querySelector('.picture');
const status = form.querySelector('[data-photo-status]');
const section = document.querySelector('[data-live]');

let live;

if (section) withCamera();

input.addEventListener('change', async () => {
  const chosen = input.files[0];
  taken.value = 'file';
  showPreview(chosen);
  if (!chosen) return;
  live?.close();
  delete form.dataset.mode;
  const smaller = await shrink(chosen).catch(() => null);
  // The person may have chosen another photo meanwhile; then this answer is about the wrong one.
  if (input.files[0] !== chosen || form.dataset.sending) return;
  if (smaller) replaceFile(smaller);
  const tooLarge = input.files[0].size > MAX_BYTES;
  status.textContent = tooLarge ? status.dataset.tooLarge : status.dataset.check;
});

form.addEventListener('submit', (event) => {
  if (form.dataset.sending) {
    event.preventDefault();
    return;
  }
  // Nothing is lost by waiting: the photo stays in the form, and is sent when there is a connection again.
  if (navigator.onLine === false) {
    event.preventDefault();
    status.textContent = status.dataset.offline;
    window.addEventListener('online', () => form.requestSubmit(), { once: true });
    return;
  }
  form.dataset.sending = 'true';
  button.setAttribute('aria-disabled', 'true');
  status.textContent = status.dataset.sending;
});

// Coming back by the Back button restores the page as it was left: in the middle of sending.
window.addEventListener('pageshow', (event) => {
  if (!event.persisted) return;
  delete form.dataset.sending;
  button.removeAttribute('aria-disabled');
  status.textContent = '';
});

/** The form waits behind the camera, and comes forward with a photo, or when there is no camera to be had. */
async function withCamera() {
  if (!takesPhotos() || !(await mayHaveCamera()) || input.files.length > 0) return;
  live = new LiveCamera(section, { photo: showPhoto, file: () => delete form.dataset.mode });
  form.dataset.mode = 'live';
  // What is wrong with the last photo is mended at the camera.
  for (const link of document.querySelectorAll(`.error-summary a[href="#${input.id}"]`)) link.hash = section.id;
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
  showPreview(file);
  form.dataset.mode = 'preview';
  status.textContent = `${status.dataset[fault ?? 'clear']} ${status.dataset.check}`;
  button.focus();
}

function showPreview(file) {
  if (preview.src) URL.revokeObjectURL(preview.src);
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
