import { reasonWords } from '../../language/index.js';
import { ADDRESSES } from '../addresses.js';
import { html } from '../../../src/platform/html/html.js';
import { ICONS, sign } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { primaryLink } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

/** Another try: what went wrong, only ever in capture terms, and where to begin again. */
export function retry(view: ViewOf<'retry'>, context: PageContext): ScreenContent {
  const words = context.words.outcome.retry;
  const codes = view.reasons.length > 0 ? view.reasons : ['not_finished'];
  const reasons = [...new Set(codes)].map((code) => reasonWords(context.words, code));
  const again = {
    document: { address: ADDRESSES.document, label: words.submitChoose },
    provider: { address: ADDRESSES.verification, label: words.submitAgain },
    document_front: { address: ADDRESSES.evidence('document_front'), label: words.submitDocument },
    document_back: { address: ADDRESSES.evidence('document_back'), label: words.submitDocument },
    selfie: { address: ADDRESSES.evidence('selfie'), label: words.submitSelfie },
  }[view.next];
  return {
    step: 5,
    stoppable: true,
    sign: sign(ICONS.camera, 'calm'),
    heading: words.heading,
    body: html`<p class="lead">${words.attemptsLeft(view.attemptsLeft)}</p>
      <ul class="reasons">
        ${reasons.map(({ problem, advice }) => html`<li><strong>${problem}</strong><br />${advice}</li>`)}
      </ul>
      ${primaryLink(again.address, again.label)}`,
  };
}
