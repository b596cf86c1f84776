import type { ServerResponse } from 'node:http';
import { send } from './http.js';
import { STYLE, STYLE_HASH } from './page-style.js';
import type { FailableKind, SimulatedIdentity } from './scenario.js';

const FAILURES: Readonly<Record<FailableKind, string>> = {
  document_authenticity: 'The document is not genuine',
  document_expiry: 'The document has expired',
  document_data_consistency: 'The document contradicts itself',
  face_match: 'The face is not the one on the document',
  reference_portrait_match: 'The face is not the enrolled one',
  presentation_attack: 'A picture is held up to the camera',
  injection_attack: 'The camera is not a real one',
  data_match: 'The document is somebody else’s',
};

const FIELDS: readonly (readonly [name: keyof SimulatedIdentity, label: string, type: string])[] = [
  ['givenName', 'Given name', 'text'],
  ['familyName', 'Family name', 'text'],
  ['birthDate', 'Date of birth', 'date'],
  ['documentNumber', 'Document number', 'text'],
];

/** The name a simulator's pages carry, e.g. `CLEAR1 simulator`. */
export interface PageOwner {
  title: string;
  session?: { id: string; reference: string };
}

export interface DecisionPage extends PageOwner {
  /** Where the form posts; the button's value is the member `decision`. */
  action: string;
  identity: SimulatedIdentity;
  /** Which failures this partner knows. */
  failures: readonly FailableKind[];
  /** A second line of explanation, e.g. which app is being played. */
  introduction?: string;
}

/** The page on which one plays the person. One form; what is decided is the button that was pressed. */
export function decisionPage(page: DecisionPage): string {
  const fields = FIELDS.map(
    ([name, label, type]) =>
      `<label>${label}<input name="${name}" type="${type}" autocomplete="off" value="${escape(page.identity[name] ?? '')}"></label>`,
  ).join('\n');
  const failures = page.failures.map((kind) => button(`fail:${kind}`, FAILURES[kind], 'bad')).join('\n');
  const introduction =
    page.introduction ?? 'A real partner would now ask for a document and a selfie. Here you say how that went.';
  return layout(page, {
    heading: 'Play the verification',
    content: `<p>${escape(introduction)}</p>
<form method="post" action="${escape(page.action)}">
<h2>What the document says</h2>
<div class="card fields">${fields}</div>
<h2>How the verification ends</h2>
<div class="actions">${button('pass', 'Everything is in order', 'main')}
${button('review', 'Not sure: a person has to look')}</div>
<h2>Or something is wrong</h2>
<div class="actions">${failures}</div>
<h2>Or you leave</h2>
<div class="actions">${button('cancelled', 'Stop')}</div>
</form>`,
  });
}

/** The page after a decision, or for a session that needs nobody. `back` is a link, where the partner has one. */
export function endPage(owner: PageOwner, end: { text: string; back?: string }): string {
  const link = end.back === undefined ? '' : `<a class="button" href="${escape(end.back)}">Go back</a>`;
  return layout(owner, { heading: 'Nothing more to do here', content: `<p>${escape(end.text)}</p>${link}` });
}

/** What the form said, besides the decision. Empty fields are left to the identity on record. */
export function identityIn(form: URLSearchParams): SimulatedIdentity {
  const given = FIELDS.map(([name]) => [name, form.get(name)?.trim()] as const).filter(([, text]) => text);
  return Object.fromEntries(given);
}

/** @param formOrigins other origins that the page's form may be redirected to */
export function sendPage(
  response: ServerResponse,
  page: { status: number; body: string; formOrigins?: readonly string[] },
): void {
  const targets = ["'self'", ...(page.formOrigins ?? [])].join(' ');
  send(response, {
    status: page.status,
    contentType: 'text/html; charset=utf-8',
    body: page.body,
    headers: {
      'content-security-policy': `default-src 'none'; style-src '${STYLE_HASH}'; img-src data:; form-action ${targets}; frame-ancestors 'none'; base-uri 'none'`,
      'referrer-policy': 'no-referrer',
      'x-content-type-options': 'nosniff',
    },
  });
}

export function layout({ title, session }: PageOwner, page: { heading: string; content: string }): string {
  const footer = session
    ? `<footer>Session <code>${escape(session.id)}</code>, reference <code>${escape(session.reference)}</code></footer>`
    : '';
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${escape(page.heading)} – ${escape(title)}</title><style>${STYLE}</style></head>
<body><header><strong>${escape(title)}</strong></header>
<main><p class="notice"><strong>This is a simulator.</strong> Nobody is verified here, and no document or picture is
asked for. Do not enter anything about a real person.</p>
<h1>${escape(page.heading)}</h1>
${page.content}
${footer}
</main></body></html>
`;
}

function button(value: string, label: string, tone = ''): string {
  return `<button name="decision" value="${value}" class="${tone}">${label}</button>`;
}

export function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
