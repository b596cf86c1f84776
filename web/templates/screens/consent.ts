import { ADDRESSES, ASSETS } from '../addresses.js';
import { postForm, radioGroup, submitButton } from '../form-parts.js';
import { html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import {
  bulletList,
  disclosure,
  flowWatcher,
  numberedList,
  primaryLink,
  secondaryLink,
  section,
  tickedList,
} from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** Consent: what will happen, and the agreement. Neither answer is chosen beforehand, and "no" leads somewhere. */
export function consent(view: ViewOf<'consent'>, context: PageContext): ScreenContent {
  const words = context.words.agreement.consent;
  const error = view.error && words.missing;
  const documents = view.documentTypes.map((type) => context.words.evidence.documentTypes[type]);
  const choice = radioGroup({
    name: 'agreed',
    legend: words.legend,
    error,
    options: [
      { value: 'true', label: words.agree },
      { value: 'false', label: words.disagree, hint: words.disagreeHint },
    ],
  });
  return {
    step: 2,
    stoppable: true,
    heading: words.heading,
    problems: error ? [{ fieldId: 'agreed', text: error }] : [],
    body: html`${section(words.whatHappensHeading, numberedList(words.tasks))}
      ${section(words.weWillHeading, tickedList(words.weWill(view.retentionDays)))}
      ${disclosure(words.acceptedDocuments, bulletList(documents))}
      ${disclosure(words.goodToKnow, bulletList(words.goodToKnowPoints))}
      <p><a href="${ADDRESSES.privacyNotice(view.noticeVersion)}">${words.noticeLink}</a></p>
      ${postForm(context, {
        action: ADDRESSES.consent,
        body: html`<input
            type="hidden"
            name="noticeVersion"
            value="${view.noticeVersion}"
          />${choice}${submitButton(words.submit)}`,
      })}`,
  };
}

/** The code stands in the frame, as on every page while it is due. By script the page goes on as soon as it was typed. */
export function callCode({ usedUp }: ViewOf<'call-code'>, context: PageContext): ScreenContent {
  const words = context.words.agreement.callCode;
  return {
    step: 2,
    stoppable: true,
    refreshSeconds: 10,
    scripts: [ASSETS.checkingScript],
    sign: sign(ICONS.phone, usedUp ? 'warn' : 'calm'),
    heading: usedUp ? words.usedUpHeading : words.heading,
    body: html`<p class="lead">${usedUp ? words.usedUp : words.explained}</p>
      ${flowWatcher('consent')} ${primaryLink(ADDRESSES.flow, words.checkNow)}`,
  };
}

/** S2n: refusing is a real choice (freely given consent, GDPR Article 7(4)), so it ends at real alternatives. */
export function consentDeclined(view: ViewOf<'consent-declined'>, context: PageContext): ScreenContent {
  const words = context.words.agreement.declined;
  return {
    step: 2,
    stoppable: true,
    heading: words.heading,
    body: html`<p class="lead">${words.nothingCollected}</p>
      ${section(words.otherWaysHeading, bulletList([words.helpDeskWay(context.helpDesk)]))}
      <p>${words.alsoFor}</p>
      ${view.canChangeMind && secondaryLink(ADDRESSES.consent, words.changeMind)}`,
  };
}

/** The whole privacy notice, in the version the person was asked about. */
export function notice(view: ViewOf<'notice'>, context: PageContext): ScreenContent {
  const words = context.words.agreement.notice;
  const { heading, version, sections } = view.notice;
  return {
    heading,
    body: html`<p class="hint">${words.version(version)}</p>
      ${sections.map((part) =>
        section(
          part.heading,
          part.paragraphs.map((paragraph) => html`<p>${paragraph}</p>`),
        ),
      )}
      ${view.backUrl && primaryLink(view.backUrl, words.back)}`,
  };
}
