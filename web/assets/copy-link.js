/* Copies the person's link out of an app's browser. Without it the link can still be selected by hand. */
for (const button of document.querySelectorAll('[data-copies]')) {
  const field = document.getElementById(button.dataset.copies);
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
