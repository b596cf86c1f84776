/* Tells the service what only the browser knows, as words of a closed list; nothing waits for it, and nothing fails by it. */
const told = new Set();

/** Each thing once in the life of a page. */
export function report(url, event) {
  if (!url || told.has(event)) return;
  told.add(event);
  fetch(url, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: JSON.stringify({ event }),
    keepalive: true,
  }).catch(() => {});
}
