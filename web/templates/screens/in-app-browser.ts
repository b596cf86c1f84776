import { ASSETS } from '../addresses.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { numberedList } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import { notMe } from './landing.js';
import type { ScreenContent } from '../screen-content.js';

/**
 * An app's own browser has no camera or passkeys, and the first browser that starts keeps the case; so this page
 * has no Start, only ways out to a real browser.
 */
export function inAppBrowser(view: ViewOf<'in-app-browser'>, context: PageContext): ScreenContent {
  const words = context.words.start.inAppBrowser;
  const appName = view.appName === undefined ? undefined : context.isolate(view.appName);
  const steps = { ios: words.stepsIos, android: words.stepsAndroid, other: words.stepsOther }[view.platform];
  const intent = view.platform === 'android' ? intentAddress(view.pageUrl) : undefined;
  return {
    step: 1,
    sign: sign(ICONS.globe, 'calm'),
    heading: words.heading,
    scripts: [ASSETS.copyLinkScript],
    body: html`<p class="lead">${words.explained(appName)}</p>
      <p>${words.why}</p>
      ${intent && html`<p><a class="button button-primary" href="${intent}">${words.openInBrowser}</a></p>`}
      ${numberedList(steps)} ${copyLink(view.pageUrl, context, intent ? 'secondary' : 'primary')}
      ${notMe(view.linkToken, context)}`,
  };
}

function copyLink(pageUrl: string, context: PageContext, look: 'primary' | 'secondary'): Html {
  const words = context.words.start.inAppBrowser;
  return html`<div class="field">
      <label for="link">${words.linkLabel}</label>
      <p class="hint" id="link-hint">${words.linkWarning}</p>
      <input
        id="link"
        class="input input-code"
        type="url"
        dir="ltr"
        value="${pageUrl}"
        readonly
        aria-describedby="link-hint"
      />
    </div>
    <button type="button" class="button button-${look} needs-script" data-copies="link">${words.copy}</button>
    <p role="status" class="status" data-copied="${words.copied}" data-copy-failed="${words.copyFailed}"></p>`;
}

/** Android's way to leave an app for the default browser (developer.chrome.com, "Android Intents with Chrome"). */
function intentAddress(pageUrl: string): string | undefined {
  if (!URL.canParse(pageUrl)) return undefined;
  const { protocol, host, pathname } = new URL(pageUrl);
  if (protocol !== 'https:') return undefined;
  return `intent://${host}${pathname}#Intent;scheme=https;action=android.intent.action.VIEW;end`;
}
