import type { Page } from 'playwright-core';

/** The kinds of pictures by their forms. */
const formOf = (kind: string): string => `form[action="/flow/evidence/${kind}"]`;

/**
 * Takes one photo with the page's own camera and sends it, as a person would: turns the camera on, lets it take the photo by
 * itself or presses the button, looks at it, and says yes. What the page said of the photo.
 */
export async function photographLive(
  page: Page,
  kind: 'document_front' | 'document_back' | 'selfie',
  { press = false }: { press?: boolean } = {},
): Promise<string> {
  await page.waitForSelector(formOf(kind), { state: 'attached' });
  await page.click('[data-part="primer"] [data-open]');
  if (press) await page.click('[data-shutter]');
  await page.waitForSelector('[data-preview]:visible');
  const said = (await page.innerText('[data-photo-status]')).trim();
  await page.click(`${formOf(kind)} button[type="submit"]`);
  await page.waitForSelector(formOf(kind), { state: 'detached' });
  return said;
}
