import { layout } from './layout.js';
import { pageContext, type PageContext } from './page-context.js';
import type { PageFrame } from './page-frame.js';
import type { PageView, ScreenName, ViewOf } from './page-view.js';
import type { ScreenContent } from './screen-content.js';
import { capture, checkAndSend } from './screens/capture.js';
import { chooseDocument } from './screens/choose-document.js';
import { chooseProvider, partnerHandoff } from './screens/choose-provider.js';
import { callCode, consent, consentDeclined, notice } from './screens/consent.js';
import { confirmDevice, deviceConfirmed, deviceRefused } from './screens/confirm-device.js';
import { createPasskey } from './screens/create-passkey.js';
import { done } from './screens/done.js';
import { ended, errorPage, passkeyStopped } from './screens/ended.js';
import { inAppBrowser } from './screens/in-app-browser.js';
import { landing } from './screens/landing.js';
import { flowEnded, linkDead, noticeDead, notMeReported } from './screens/link-dead.js';
import { noticeReader } from './screens/notice-reader.js';
import { recover, recoverAccepted } from './screens/recover.js';
import { recoveryCodes } from './screens/recovery-codes.js';
import { retry } from './screens/retry.js';
import { cannotFinish, checking, held } from './screens/waiting.js';
import { withoutDocument } from './screens/without-document.js';

export type { HelpDesk, PageFrame, PageSession } from './page-frame.js';
export type { EndReason, NoticeEvent, PageView, ProviderChoice, StandIn } from './page-view.js';

type Views = { [Screen in ScreenName]: ViewOf<Screen> };
type Screens = { [Screen in ScreenName]: (view: Views[Screen], context: PageContext) => ScreenContent };

/** Every screen there is; one without a function does not compile. */
const SCREENS: Screens = {
  landing,
  'in-app-browser': inAppBrowser,
  'link-dead': (_view, context) => linkDead(context),
  'flow-ended': (_view, context) => flowEnded(context),
  'notice-dead': (_view, context) => noticeDead(context),
  'not-me-reported': notMeReported,
  recover,
  'recover-accepted': (_view, context) => recoverAccepted(context),
  'notice-reader': noticeReader,
  'confirm-device': confirmDevice,
  'device-confirmed': (_view, context) => deviceConfirmed(context),
  'device-refused': (_view, context) => deviceRefused(context),
  consent,
  'call-code': callCode,
  'consent-declined': consentDeclined,
  notice,
  'recovery-codes': recoveryCodes,
  'without-document': withoutDocument,
  'choose-document': chooseDocument,
  'choose-provider': chooseProvider,
  'partner-handoff': partnerHandoff,
  capture,
  'check-and-send': checkAndSend,
  checking,
  retry,
  'cannot-finish': (_view, context) => cannotFinish(context),
  held,
  'create-passkey': (_view, context) => createPasskey(context),
  done,
  'passkey-stopped': (_view, context) => passkeyStopped(context),
  ended,
  error: errorPage,
};

/** Nothing on them needs the page's session any more. */
const WITHOUT_SESSION_END: ReadonlySet<ScreenName> = new Set<ScreenName>([
  'done',
  'passkey-stopped',
  'ended',
  'not-me-reported',
]);

/** Pages whose bytes must not depend on who asks: no reference, no code, no session's token. */
const SAME_FOR_EVERYBODY: ReadonlySet<ScreenName> = new Set<ScreenName>([
  'link-dead',
  'flow-ended',
  'recover-accepted',
]);

/**
 * Renders one page of the person's flow: a whole HTML document, in the frame's language, with everything escaped.
 * Pure: the same page and frame give the same bytes. Times in the page are shown in `frame.timeZone`.
 * @throws RangeError when `frame.timeZone` is not an IANA zone.
 */
export function renderPage(page: PageView, frame: PageFrame): string {
  const context = pageContext(frameOf(page.screen, frame));
  return layout(context, contentOf(page, context)).toString();
}

function contentOf<Screen extends ScreenName>(page: Views[Screen], context: PageContext): ScreenContent {
  const draw: Screens[Screen] = SCREENS[page.screen];
  return draw(page, context);
}

function frameOf(screen: ScreenName, frame: PageFrame): PageFrame {
  const lasting = { ...frame, session: WITHOUT_SESSION_END.has(screen) ? undefined : frame.session };
  return SAME_FOR_EVERYBODY.has(screen) ? withoutSession(lasting) : lasting;
}

function withoutSession(frame: PageFrame): PageFrame {
  return { ...frame, csrfToken: undefined, session: undefined, reference: undefined, callCode: undefined };
}
