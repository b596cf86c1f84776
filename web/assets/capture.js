/*
 * Adds to the photo form: a preview, a smaller file where the camera made a huge one, and one sending only.
 * The form works the same without it.
 */
const MAX_BYTES = 10 * 1024 * 1024;
const MAX_EDGE_PIXELS = 2560;
const JPEG_QUALITY = 0.9;

const form = document.querySelector('form.capture');
const input = form.querySelector('input[type="file"]');
const button = form.querySelector('button[type="submit"]');
const preview = form.querySelector('[data-preview]');
const picture = form.querySelector('.picture');
const status = form.querySelector('[data-photo-status]');

input.addEventListener('change', async () => {
  const chosen = input.files[0];
  showPreview(chosen);
  if (!chosen) return;
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

function showPreview(file) {
  if (preview.src) URL.revokeObjectURL(preview.src);
  preview.hidden = !file;
  picture.toggleAttribute('hidden', Boolean(file));
  if (file) preview.src = URL.createObjectURL(file);
  else preview.removeAttribute('src');
}

/** A JPEG no longer than the edge limit, or null when the photo is small enough as it is. */
async function shrink(file) {
  const bitmap = await createImageBitmap(file);
  const scale = MAX_EDGE_PIXELS / Math.max(bitmap.width, bitmap.height);
  if (scale >= 1 && file.size <= MAX_BYTES) return null;
  const canvas = document.createElement('canvas');
  canvas.width = Math.round(bitmap.width * Math.min(1, scale));
  canvas.height = Math.round(bitmap.height * Math.min(1, scale));
  canvas.getContext('2d').drawImage(bitmap, 0, 0, canvas.width, canvas.height);
  bitmap.close();
  const blob = await new Promise((resolve) => canvas.toBlob(resolve, 'image/jpeg', JPEG_QUALITY));
  return blob && blob.size < file.size ? new File([blob], 'photo.jpg', { type: 'image/jpeg' }) : null;
}

function replaceFile(file) {
  const transfer = new DataTransfer();
  transfer.items.add(file);
  input.files = transfer.files;
}
