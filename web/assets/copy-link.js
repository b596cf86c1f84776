/* Copies the person's link out of an app's browser. Without it the link can still be selected by hand. */

/** @type {NodeListOf<HTMLElement>} */
const buttons = document.querySelectorAll('[data-copies]');
for (const button of buttons) {
  const field = /** @type {HTMLInputElement} */ (document.getElementById(button.dataset.copies));
  /** @type {HTMLElement} */
  const status = document.querySelector('[data-copied]');
  button.addEventListener('click', async () => {
    field.select();
    try {
      await navigator.clipboard.writeText(field.value);
      status.textContent = status.dataset.copied;
    } catch {
      status.textContent = status.dataset.copyFailed;
    }
  });
}
