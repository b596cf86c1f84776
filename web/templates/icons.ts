import { html, type Html } from '../../src/platform/html/html.js';

/** Line drawings on a 24 by 24 grid, hidden from screen readers: the words beside them say the same. */
function drawing(paths: Html): Html {
  return html`<svg
    class="icon"
    viewBox="0 0 24 24"
    width="24"
    height="24"
    fill="none"
    stroke="currentColor"
    stroke-width="1.8"
    stroke-linecap="round"
    stroke-linejoin="round"
    aria-hidden="true"
    focusable="false"
  >
    ${paths}
  </svg>`;
}

export const ICONS = {
  check: drawing(html`<path d="m5 12.5 4.5 4.5L19 7.5" />`),
  lock: drawing(
    html`<rect x="5" y="10.5" width="14" height="9.5" rx="2" /><path d="M8 10.5V8a4 4 0 0 1 8 0v2.5M12 14.5v2" />`,
  ),
  help: drawing(
    html`<circle cx="12" cy="12" r="9" /><path d="M9.6 9.3a2.5 2.5 0 1 1 3.6 2.3c-.8.4-1.2.9-1.2 1.9M12 16.8v.1" />`,
  ),
  phone: drawing(
    html`<path
      d="M6.5 4h3l1.4 4-2 1.4a11 11 0 0 0 5.7 5.7l1.4-2 4 1.4v3a2 2 0 0 1-2.2 2A16 16 0 0 1 4.5 6.2 2 2 0 0 1 6.5 4Z"
    />`,
  ),
  document: drawing(
    html`<rect x="3" y="5" width="18" height="14" rx="2" /><circle cx="8.5" cy="11" r="2" /><path
        d="M5.8 16c.4-1.6 1.4-2.3 2.7-2.3s2.3.7 2.7 2.3M14 10h4M14 13.5h4"
      />`,
  ),
  face: drawing(
    html`<path
        d="M4 8V6a2 2 0 0 1 2-2h2M16 4h2a2 2 0 0 1 2 2v2M20 16v2a2 2 0 0 1-2 2h-2M8 20H6a2 2 0 0 1-2-2v-2"
      /><path d="M9.3 9.6v.8M14.7 9.6v.8M9 14.6c1.7 1.6 4.3 1.6 6 0" />`,
  ),
  key: drawing(html`<circle cx="8.5" cy="12" r="4.5" /><path d="M13 12h8M18 12v3M21 12v2" />`),
  shield: drawing(
    html`<path d="M12 3.5 5 6v5.5c0 4.3 2.9 7.5 7 9 4.1-1.5 7-4.7 7-9V6l-7-2.500Z" /><path
        d="m8.8 12 2.3 2.3 4.2-4.3"
      />`,
  ),
  clock: drawing(html`<circle cx="12" cy="12" r="9" /><path d="M12 7v5l3.2 2" />`),
  alert: drawing(html`<circle cx="12" cy="12" r="9" /><path d="M12 7.500v5.500M12 16.300v.1" />`),
  stop: drawing(html`<circle cx="12" cy="12" r="9" /><path d="m9 9 6 6M15 9l-6 6" />`),
  mail: drawing(html`<rect x="3" y="5.5" width="18" height="13" rx="2" /><path d="m4 7.5 8 5.5 8-5.5" />`),
  globe: drawing(
    html`<circle cx="12" cy="12" r="9" /><path
        d="M3 12h18M12 3c2.7 2.6 4 5.6 4 9s-1.3 6.4-4 9c-2.7-2.6-4-5.6-4-9s1.3-6.4 4-9Z"
      />`,
  ),
  camera: drawing(
    html`<path
        d="M4 8.5A1.5 1.5 0 0 1 5.5 7H8l1.5-2.5h5L16 7h2.5A1.5 1.5 0 0 1 20 8.5v9a1.5 1.5 0 0 1-1.5 1.5h-13A1.5 1.5 0 0 1 4 17.5z"
      /><circle cx="12" cy="12.8" r="3.4" />`,
  ),
  picture: drawing(
    html`<rect x="3.5" y="5" width="17" height="14" rx="2" /><circle cx="9" cy="10" r="1.6" /><path
        d="m4 17 5-4.5 3.5 3 3-2.5 4.5 4"
      />`,
  ),
  arrow: drawing(html`<path d="M5 12h14M13 6l6 6-6 6" />`),
} as const;

/** The round sign above a heading. `tone` chooses its colour; `forward` is calm and turns with the reading direction. */
export function sign(icon: Html, tone: 'good' | 'calm' | 'warn' | 'forward'): Html {
  return html`<div class="sign sign-${tone}">${icon}</div>`;
}

/** What the photo should look like: drawn, so that nobody needs to read to understand it. */
export const PICTURES = {
  passport: picture(
    html`<rect class="paper" x="52" y="14" width="216" height="152" rx="10" /><rect
        class="tint"
        x="70"
        y="34"
        width="58"
        height="70"
        rx="5"
      /><circle class="ink" cx="99" cy="60" r="13" /><path class="ink" d="M78 100c2-15 10-21 21-21s19 6 21 21" /><path
        class="lines"
        d="M146 42h98M146 58h70M146 74h84M146 90h54M70 130h180M70 146h180"
      />`,
  ),
  document_front: picture(
    html`<rect class="paper" x="44" y="22" width="232" height="138" rx="14" /><rect
        class="tint"
        x="64"
        y="56"
        width="60"
        height="72"
        rx="6"
      /><circle class="ink" cx="94" cy="82" r="13" /><path class="ink" d="M72 124c2-16 11-22 22-22s20 6 22 22" /><path
        class="lines"
        d="M64 40h96M146 64h104M146 82h76M146 100h90M146 118h56"
      />`,
  ),
  document_back: picture(
    html`<rect class="paper" x="44" y="22" width="232" height="138" rx="14" /><path
        class="bar"
        d="M44 44h232v22H44z"
      /><path class="lines" d="M64 88h110M64 104h78M64 130h192M64 144h192" /><rect
        class="tint"
        x="204"
        y="80"
        width="52"
        height="34"
        rx="4"
      />`,
  ),
  selfie: picture(
    html`<path class="guide" d="M104 26h-18v18M216 26h18v18M104 160h-18v-18M216 160h18v-18" /><circle
        class="tint"
        cx="160"
        cy="80"
        r="36"
      /><path class="tint" d="M96 160c4-32 28-46 64-46s60 14 64 46z" /><path
        class="face"
        d="M148 74v5M172 74v5M148 92c7 7 17 7 24 0"
      />`,
  ),
} as const;

function picture(shapes: Html): Html {
  return html`<svg class="picture" viewBox="0 0 320 180" aria-hidden="true" focusable="false">${shapes}</svg>`;
}
