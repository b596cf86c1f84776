import {
  escape,
  HttpFault,
  identityIn,
  isScenarioName,
  layout,
  readForm,
  send,
  sendPage,
  type Call,
  type Route,
  type Scenario,
  type SessionBook,
  type SimulatedIdentity,
} from '../../kit/simulator/index.js';
import { isComplete, isInAdjudication, KINDS, verdictOf, type GipsIdentity } from './gips-identity.js';

const TITLE = 'IDEMIA ID&V simulator';
const LABELS: Readonly<Record<string, string>> = {
  pass: 'Everything is in order',
  review: 'Not sure: send it to adjudication',
  'fail:document_authenticity': 'The document is not genuine',
  'fail:document_expiry': 'The document has expired',
  'fail:document_data_consistency': 'The document contradicts itself',
  'fail:face_match': 'The face is not the one on the document',
  'fail:presentation_attack': 'No live face: a picture is held up to the camera',
  'fail:data_match': 'The document is somebody else’s',
};
const DECISIONS = ['pass', 'review', ...KINDS.map((kind) => `fail:${kind}`)];
const FIELDS = [
  ['givenName', 'Given names'],
  ['familyName', 'Surname'],
  ['birthDate', 'Date of birth'],
  ['documentNumber', 'Document number'],
] as const;

/**
 * The partner's own people. With GIPS the person sees no page of the partner, so this is where one decides how the
 * pictures are judged, while they are looked at or when they wait for adjudication.
 */
export function backOfficeRoutes(
  book: SessionBook<GipsIdentity>,
  rule: (identity: GipsIdentity, scenario: Scenario) => Promise<void>,
): Route[] {
  const known = (call: Call): GipsIdentity => {
    const identity = book.find(call.parameters[0] ?? '');
    if (!identity) throw new HttpFault(404, 'identity');
    return identity;
  };
  return [
    {
      method: 'GET',
      path: /^\/back-office$/,
      handle: async ({ response }) => sendPage(response, { status: 200, body: listPage(book.all()) }),
    },
    {
      method: 'GET',
      path: /^\/back-office\/([\w-]+)$/,
      handle: async (call) => {
        const identity = known(call);
        const body = verdictOf(identity)
          ? endedPage(identity)
          : casePage(identity, await book.identityOf(identity.reference));
        sendPage(call.response, { status: 200, body });
      },
    },
    {
      method: 'POST',
      path: /^\/back-office\/([\w-]+)$/,
      handle: async (call) => {
        const identity = known(call);
        const form = await readForm(call.request);
        const scenario = form.get('decision');
        if (!isScenarioName(scenario) || !DECISIONS.includes(scenario)) throw new HttpFault(400, 'decision');
        await rule(identity, { scenario, identity: identityIn(form) });
        send(call.response, { status: 303, headers: { location: `/back-office/${identity.id}` } });
      },
    },
  ];
}

function stateOf(identity: GipsIdentity): string {
  if (verdictOf(identity)) return 'decided';
  if (isInAdjudication(identity)) return 'waits for adjudication';
  return isComplete(identity) ? 'is being looked at' : 'waits for pictures';
}

function listPage(identities: readonly GipsIdentity[]): string {
  const rows = identities.map(
    (identity) =>
      `<li><a href="/back-office/${identity.id}">${escape(identity.reference)}</a>: ${escape(stateOf(identity))}</li>`,
  );
  const content = rows.length > 0 ? `<ul>${rows.join('\n')}</ul>` : '<p>There is no identity yet.</p>';
  return layout({ title: TITLE }, { heading: 'Back office', content });
}

function endedPage(identity: GipsIdentity): string {
  const content = '<p>This identity is decided. Nothing more can be done here.</p>';
  return layout({ title: TITLE, session: identity }, { heading: 'Decided', content });
}

function casePage(identity: GipsIdentity, said: SimulatedIdentity): string {
  const fields = FIELDS.map(
    ([name, label]) =>
      `<label>${label}<input name="${name}" type="${name === 'birthDate' ? 'date' : 'text'}" autocomplete="off" value="${escape(said[name] ?? '')}"></label>`,
  ).join('\n');
  const buttons = DECISIONS.filter((name) => name !== 'review' || !isInAdjudication(identity)).map(
    (name) =>
      `<button name="decision" value="${name}" class="${name === 'pass' ? 'main' : name === 'review' ? '' : 'bad'}">${LABELS[name]}</button>`,
  );
  return layout(
    { title: TITLE, session: identity },
    {
      heading: 'Judge the evidence',
      content: `<p>This identity ${escape(stateOf(identity))}. Say what the document reads and how the pictures are judged.</p>
<form method="post" action="/back-office/${identity.id}">
<div class="card fields">${fields}</div>
<h2>The judgement</h2>
<div class="actions">${buttons.join('\n')}</div>
</form>`,
    },
  );
}
