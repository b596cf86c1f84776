import type { EvidenceKind } from '../../../providers/kit/index.js';
import { reasonWords } from '../../language/index.js';
import { ADDRESSES, API_ADDRESSES, ASSETS } from '../addresses.js';
import { attemptField, postForm, submitButton } from '../form-parts.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS, PICTURES } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { callout, disclosure, standIn, tickedList } from '../page-parts.js';
import { liveCamera } from './live-camera.js';
import type { ViewOf } from '../page-view.js';
import type { ScreenContent } from '../screen-content.js';

const FIELD = 'photo';

/** The capture screens: one form per photo, so that they work without scripts; the script adds the camera and the preview. */
export function capture(view: ViewOf<'capture'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.capture;
  const reasons = [...new Set(view.reasons ?? [])].map((code) => reasonWords(context.words, code));
  const problems = reasons.map(({ problem, advice }) => `${problem} ${advice}`);
  const subject = subjectOf(view);
  return {
    step: view.kind === 'selfie' ? 4 : 3,
    stoppable: true,
    heading: words.headings[subject],
    problemsTitle: words.notUsed,
    problems: (view.sentAgain && problems.length > 0 ? [words.sentAgain, ...problems] : problems).map((text) => ({
      fieldId: FIELD,
      text,
    })),
    styles: [ASSETS.captureStyle],
    scripts: [ASSETS.captureScript],
    body: html`${standIn(view.standIn, context)}
      <p class="lead">${words.why[subject]}</p>
      ${disclosure(words.tipsHeading, tickedList(words.tips[view.kind === 'selfie' ? 'selfie' : 'document']))}
      ${view.cameraOnly && cameraOnly(context)}
      ${(view.source ?? 'camera') === 'camera' && liveCamera(view, subject, context)}
      ${postForm(context, {
        action: ADDRESSES.evidence(view.kind),
        encoding: 'multipart',
        className: view.cameraOnly ? 'form capture capture-camera' : 'form capture',
        body: html`${howTaken()}${photoField(view, context)}${usePhoto(context)}${takeAgain(context)}`,
      })}
      ${otherSource(view, context)}
      ${view.canSkipTo && html`<p><a href="${ADDRESSES.evidence(view.canSkipTo)}">${words.nothingThere}</a></p>`}`,
  };
}

/** Nothing here works without scripts and a camera, and whoever has neither is told where to turn. */
function cameraOnly({ words: { camera }, helpDesk }: PageContext): Html {
  return callout(
    ICONS.camera,
    html`<p>${camera.only.explained(helpDesk)}</p>
      <noscript><p>${camera.only.withoutScripts}</p></noscript>`,
  );
}

/** A file until the script says otherwise. The server believes nothing but the worse of it. */
function howTaken(): Html {
  return html`<input type="hidden" name="taken" value="file" autocomplete="off" />`;
}

/** Where a photo could not be sent, the script puts the other words onto it. */
function usePhoto({ words }: PageContext): Html {
  return html`<button type="submit" class="button button-primary" data-try-again="${words.camera.tryAgain}">
    ${words.evidence.capture.submit}
  </button>`;
}

function takeAgain({ words: { camera } }: PageContext): Html {
  return html`<button type="button" class="button live-again" data-again>${camera.again}</button>`;
}

function subjectOf({ kind, documentType }: ViewOf<'capture'>): keyof typeof PICTURES {
  return kind === 'document_front' && documentType === 'passport' ? 'passport' : kind;
}

/** The file field itself is out of sight: its label is the button, and `:valid` says without a script that a photo is chosen. */
function photoField(view: ViewOf<'capture'>, context: PageContext): Html {
  const words = context.words.evidence.capture;
  const source = view.source ?? 'camera';
  const camera = view.kind === 'selfie' ? 'user' : 'environment';
  const question = view.kind === 'selfie' ? words.checkPreviewFace : words.checkPreview;
  return html`<div class="photo">
    <input
      id="${FIELD}"
      name="${FIELD}"
      type="file"
      accept="image/jpeg,image/png,image/webp"
      ${source === 'camera' && html` capture="${camera}"`}
      required
      data-upload-url="${API_ADDRESSES.evidence(view.kind)}"
      data-flow-url="${ADDRESSES.flow}"
      ${view.sendsByItself && html` data-sends-by-itself`}
      aria-describedby="${FIELD}-hint"
    />
    <label for="${FIELD}">
      <span class="viewfinder"
        >${PICTURES[subjectOf(view)]}<img class="preview" alt="${words.previewAlt}" data-preview hidden
      /></span>
      <span class="button button-secondary"
        >${source === 'camera' ? ICONS.camera : ICONS.picture}${source === 'camera' ? words.take : words.choose}</span
      >
      <span class="photo-chosen">${ICONS.check}${words.chosen}</span>
    </label>
    <p class="hint" id="${FIELD}-hint">${source === 'camera' ? words.fileHintCamera : words.fileHintFile}</p>
    ${sendingStatus(question, context)}
  </div>`;
}

/** What the script says of a photo and of its way to us, one sentence at a time. */
function sendingStatus(question: string, { words }: PageContext): Html {
  const { sending, tooLarge } = words.evidence.capture;
  return html`<progress
      class="sent-part"
      max="1"
      value="0"
      aria-label="${sending.progress}"
      data-progress
      hidden
    ></progress>
    <p
      class="status"
      role="status"
      data-photo-status
      data-check="${question}"
      data-sending="${sending.sending}"
      data-arrived="${sending.arrived}"
      data-retrying="${sending.retrying}"
      data-given-up="${sending.givenUp}"
      data-offline="${words.camera.offline}"
      data-too-large="${tooLarge}"
      ${Object.entries(words.camera.taken).map(([name, text]) => html` data-${name}="${text}"`)}
    ></p>`;
}

function otherSource(view: ViewOf<'capture'>, context: PageContext): Html {
  const words = context.words.evidence.capture;
  if (!view.canChooseFile) return html``;
  return view.source === 'file'
    ? html`<p><a href="${ADDRESSES.evidence(view.kind)}?source=camera">${words.useCamera}</a></p>`
    : html`<p><a href="${ADDRESSES.evidence(view.kind)}?source=file">${words.chooseFile}</a></p>`;
}

/** All photos are in: a last look at what will be sent. */
export function checkAndSend(view: ViewOf<'check-and-send'>, context: PageContext): ScreenContent {
  const words = context.words.evidence.checkAndSend;
  const row = (kind: EvidenceKind, { isIn }: { isIn: boolean }): Html =>
    html`<li>
      <span class="sent-icon">${kind === 'selfie' ? ICONS.face : ICONS.document}</span
      ><span class="sent-name"
        >${words.kinds[kind]}<span class="sent-state${!isIn && ' sent-missing'}"
          >${isIn && ICONS.check}${isIn ? words.received : words.leftOut}</span
        ></span
      >
      <a href="${ADDRESSES.evidence(kind)}"
        >${isIn ? words.again : words.add}<span class="visually-hidden">: ${words.kinds[kind]}</span></a
      >
    </li>`;
  return {
    step: 4,
    stoppable: true,
    heading: words.heading,
    body: html`<p class="lead">${words.explained}</p>
      <ul class="sent">
        ${view.kinds.map((kind) => row(kind, { isIn: true }))}${(view.leftOut ?? []).map((kind) => row(kind, { isIn: false }))}
      </ul>
      <p>${words.next}</p>
      ${postForm(context, { action: ADDRESSES.submit, body: html`${attemptField(view.attempt)}${submitButton(words.submit)}` })}`,
  };
}
