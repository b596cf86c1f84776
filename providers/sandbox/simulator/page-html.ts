import { STYLE } from './page-style.js';
import type { SandboxIdentity, Session } from './types.js';

const FAILURES: readonly (readonly [value: string, label: string])[] = [
  ['fail:document_authenticity', 'The document is not genuine'],
  ['fail:document_expiry', 'The document has expired'],
  ['fail:document_data_consistency', 'The document contradicts itself'],
  ['fail:face_match', 'The face is not the one on the document'],
  ['fail:reference_portrait_match', 'The face is not the enrolled one'],
  ['fail:presentation_attack', 'A picture is held up to the camera'],
  ['fail:injection_attack', 'The camera is not a real one'],
  ['fail:data_match', 'The document is somebody else’s'],
];

const FIELDS: readonly (readonly [name: keyof SandboxIdentity, label: string, type: string])[] = [
  ['givenName', 'Given name', 'text'],
  ['familyName', 'Family name', 'text'],
  ['birthDate', 'Date of birth', 'date'],
  ['documentNumber', 'Document number', 'text'],
];

/** The page on which one plays the person. One form; what is decided is the button that was pressed. */
export function decisionPage(session: Session, identity: SandboxIdentity): string {
  const fields = FIELDS.map(
    ([name, label, type]) =>
      `<label>${label}<input name="${name}" type="${type}" autocomplete="off" value="${escape(identity[name] ?? '')}"></label>`,
  ).join('\n');
  const failures = FAILURES.map(([value, label]) => button(value, label, 'bad')).join('\n');
  return layout(
    'Play the verification',
    `<p>A real partner would now ask for a document and a selfie. Here you say how that went.</p>
<form method="post" action="/verify/${session.id}">
<h2>What the document says</h2>
<div class="card fields">${fields}</div>
<h2>How the verification ends</h2>
<div class="actions">${button('pass', 'Everything is in order', 'main')}
${button('review', 'Not sure: a person has to look')}</div>
<h2>Or something is wrong</h2>
<div class="actions">${failures}</div>
<h2>Or you leave</h2>
<div class="actions">${button('cancel', 'Stop and go back')}</div>
</form>`,
    session,
  );
}

/** For a session that is settled, or that settles without the person. */
export function goBackPage(session: Session, back: string): string {
  const text = session.verdict
    ? 'This verification has ended. Nothing more can be done here.'
    : 'This verification settles by itself, because a scenario was set for it. You can go back now.';
  return layout('Nothing to do here', `<p>${text}</p><a class="button" href="${escape(back)}">Go back</a>`, session);
}

export function unknownSessionPage(): string {
  return layout('This verification is not known', '<p>The link is wrong, or the verification was deleted.</p>');
}

function button(value: string, label: string, tone = ''): string {
  return `<button name="decision" value="${value}" class="${tone}">${label}</button>`;
}

function layout(title: string, content: string, session?: Session): string {
  return `<!doctype html>
<html lang="en"><head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1">
<title>${title} – Sandbox partner</title><style>${STYLE}</style></head>
<body><header><strong>Sandbox partner</strong></header>
<main><p class="notice"><strong>This is a sandbox.</strong> Nobody is verified here, and no document or picture is
asked for. Do not enter anything about a real person.</p>
<h1>${title}</h1>
${content}
${session ? `<footer>Session <code>${session.id}</code>, reference <code>${escape(session.reference)}</code></footer>` : ''}
</main></body></html>
`;
}

function escape(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
