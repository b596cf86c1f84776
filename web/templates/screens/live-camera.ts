import { API_ADDRESSES } from '../addresses.js';
import { html, type Html } from '../../../src/platform/html/html.js';
import { ICONS } from '../icons.js';
import type { PageContext } from '../page-context.js';
import { bulletList } from '../page-parts.js';
import type { ViewOf } from '../page-view.js';

/** Names that web/assets/camera.js gives to failures; each has a page of its own. */
const PROBLEMS = ['blocked', 'remembered', 'none', 'busy', 'unsupported'] as const;

/**
 * The camera in one place of the page: why the camera is asked for, what it sees, and what to do when it does not open.
 * Hidden until the script has found that there may be a camera; the form behind it works without.
 */
export function liveCamera(view: ViewOf<'capture'>, subject: ShutterName, context: PageContext): Html {
  const isFace = view.kind === 'selfie';
  const shape = isFace ? 'face' : subject === 'passport' ? 'passport' : 'card';
  return html`<section
    id="live"
    class="live"
    tabindex="-1"
    aria-label="${context.words.camera.label}"
    data-live
    data-lens="${isFace ? 'user' : 'environment'}"
    data-shape="${shape}"
    data-events-url="${API_ADDRESSES.browserEvents}"
    hidden
  >
    ${primer(context)}${cameraView(shape, subject, context)}${problems(view, context)}
  </section>`;
}

type ShutterName = keyof PageContext['words']['camera']['shutter'];

function primer({ words: { camera } }: PageContext): Html {
  return html`<div data-part="primer" hidden>
    <h2>${camera.heading}</h2>
    <p>${camera.why}</p>
    <button type="button" class="button live-go" data-open>${ICONS.camera}${camera.turnOn}</button>
  </div>`;
}

/** The picture says nothing to whoever cannot see it: the group is described, and the hints are spoken. */
function cameraView(shape: 'card' | 'passport' | 'face', subject: ShutterName, { words }: PageContext): Html {
  const { camera } = words;
  const about = shape === 'face' ? camera.about.face : camera.about.document;
  const hints = Object.entries(camera.hints).map(([name, text]) => html` data-${hyphened(name)}="${text}"`);
  return html`<div
    data-part="view"
    role="group"
    aria-label="${shape === 'face' ? camera.view.face : camera.view.document}"
    aria-describedby="live-about"
    hidden
  >
    <div class="live-frame" data-frame>
      <video playsinline muted tabindex="-1" aria-hidden="true"></video>
      <div class="live-outline live-${shape === 'face' ? 'oval' : 'card'}" data-outline></div>
    </div>
    <p class="live-hint" role="status" data-hint${hints}></p>
    <p class="visually-hidden" id="live-about" data-about>${about}</p>
    <button type="button" class="button live-go" data-shutter>${ICONS.camera}${camera.shutter[subject]}</button>
    <p
      class="hint"
      role="status"
      data-trouble="${shape === 'face' ? camera.trouble.face : camera.trouble.document}"
      data-not-taken="${camera.notTaken}"
    ></p>
    <div class="live-tools">
      <button type="button" class="button" aria-pressed="false" data-sound>${camera.sound}</button>
      <button type="button" class="button" data-switch hidden>${camera.switchCamera}</button>
      <button type="button" class="button" aria-pressed="false" data-torch hidden>${camera.torch}</button>
    </div>
  </div>`;
}

/** `noFace` becomes `data-no-face`, which the script reads as `dataset.noFace`. */
const hyphened = (name: string): string => name.replace(/[A-Z]/g, (letter) => `-${letter.toLowerCase()}`);

/** A file is spoken of where one is taken; without a camera it is the only way on. */
function problems({ cameraOnly }: ViewOf<'capture'>, { words: { camera } }: PageContext): Html {
  return html`<div data-part="problem" hidden>
    ${PROBLEMS.map((name) => {
      const { heading, help } = camera.problems[name];
      const file = name === 'none' || name === 'unsupported' ? camera.file.below : camera.file.also;
      return html`<div data-problem="${name}" hidden>
        <h2 tabindex="-1">${heading}</h2>
        ${bulletList([...help, ...(cameraOnly ? [] : [file])])}
      </div>`;
    })}
    <button type="button" class="button live-go" data-open>${camera.tryAgain}</button>
    <button type="button" class="button live-go" data-reload hidden>${camera.reload}</button>
  </div>`;
}
