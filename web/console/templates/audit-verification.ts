import type { AuditVerification } from '../../../src/audit-trail/verification.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { postForm } from '../../templates/form-parts.js';
import { literal } from '../../templates/page-parts.js';
import type { AuditPage } from './audit-view.js';
import { CONSOLE_ADDRESSES } from './console-addresses.js';
import type { ConsoleContext } from './console-context.js';

/** What a verification found, in plain words: the first thing on the page that the button leads to. */
export function verificationResult({ verified }: AuditPage, context: ConsoleContext): Html {
  if (!verified) return html``;
  return html`<div role="status" class="console-verified">
    ${verified === 'too_long' ? tooLong(context) : found(verified, context)}
  </div>`;
}

/** The button that has the whole trail verified. */
export function verification(context: ConsoleContext): Html {
  const words = context.staff.audit;
  return html`<section aria-labelledby="verify">
    <h2 id="verify">${words.verify}</h2>
    <p class="hint">${words.verifyHint}</p>
    ${postForm(context, {
      action: CONSOLE_ADDRESSES.verifyTrail,
      body: html`<button type="submit" class="console-button">${words.verifySubmit}</button>`,
    })}
  </section>`;
}

const tooLong = ({ staff }: ConsoleContext): Html =>
  html`<p class="console-notice console-warn">${staff.audit.tooLong}</p>`;

function found(verified: AuditVerification, { staff }: ConsoleContext): Html {
  const words = staff.audit;
  const { rows, chains, checkpoints, rowsWithoutMac, firstFault } = verified;
  const looked = html`<p>${words.looked(rows, chains, checkpoints)}</p>`;
  if (firstFault) {
    const { kind, chainId, seq } = firstFault;
    return html`<div class="console-notice console-broken">
        <p>${words.broken}</p>
        <p>${words.brokenAt(seq)} ${literal(chainId)}. ${words.faults[kind]}</p>
        <p>${words.brokenAdvice}</p>
      </div>
      ${looked}`;
  }
  return html`<p class="console-notice">${words.intact}</p>
    ${looked} ${rowsWithoutMac > 0 && html`<p class="hint">${words.rowsWithoutMac(rowsWithoutMac)}</p>`}`;
}
