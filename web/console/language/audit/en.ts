import type { Actor } from '../../../../src/audit-trail/audit-event-types.js';
import type { ChainFaultKind } from '../../../../src/audit-trail/chain.js';

const counted = (count: number, one: string, many: string): string =>
  count === 1 ? `1 ${one}` : `${count.toLocaleString('en')} ${many}`;

/** Words of the auditors' page. */
export const auditEn = {
  heading: 'Audit trail',
  explained:
    'Newest first, in UTC. People who recover appear as codes and ids, without name, address or picture. Colleagues appear under the names of your sign-in.',
  chain: 'Case or chain',
  chainHint: 'Its id, as in the list',
  type: 'Event',
  anyType: 'Every event',
  from: 'From day',
  to: 'Until day',
  dayHint: 'UTC, such as 2026-11-22',
  wrong: {
    chain: 'Case or chain: an id has letters, digits, colons, dashes and underscores.',
    type: 'Event: choose one of the list.',
    from: 'From day: write year, month and day, such as 2026-11-22.',
    to: 'Until day: write year, month and day, such as 2026-11-22.',
    actorOf: 'By whom: choose somebody in the list.',
    cursor: 'That place in the list does not exist. Begin at the newest.',
  },
  byActor: (name: string) => `Only events by: ${name}`,
  unknownActor: 'By whom that event was cannot be found.',
  region: 'Events of the audit trail',
  time: 'Time (UTC)',
  position: 'Position',
  actor: 'By whom',
  data: 'Details',
  none: 'No event fits.',
  noneHere: 'No event of this part of the trail fits. There may be older ones.',
  older: 'Older events',
  actorKinds: {
    person: 'Colleague',
    api_key: 'API key',
    applicant: 'The person recovering',
    system: 'The service',
    provider: 'Partner',
  } satisfies Record<Actor['kind'], string>,
  take: 'Take it along',
  takeHint: 'All events that are chosen above, of every page, each chain from its beginning.',
  formats: { jsonl: 'Download as JSON lines', cef: 'Download as CEF, for tools that watch' },
  verify: 'Is the trail whole?',
  verifyHint: 'Reads all of it, and says whether anything was changed, removed, put in or cut off. It takes seconds.',
  verifySubmit: 'Verify the whole trail',
  intact: 'The trail is whole. Nothing was changed, removed, put in or cut off.',
  looked: (rows: number, chains: number, seals: number) =>
    `${counted(rows, 'event', 'events')} in ${counted(chains, 'chain', 'chains')} read, ${counted(seals, 'seal', 'seals')} checked.`,
  rowsWithoutMac: (rows: number) =>
    `${counted(rows, 'event is', 'events are')} older than the signing of events: what they say is chained and sealed, and not signed.`,
  broken: 'The trail is NOT whole.',
  brokenAt: (position: number) =>
    position > 0 ? `The first fault is at position ${position} of` : 'An event is missing from',
  faults: {
    row_changed: 'This event does not say what was written.',
    mac_missing: 'This event was not written by the service: its signature is missing.',
    mac_wrong: 'This event was not written by the service, or is another one’s: its signature is wrong.',
    mac_key_missing: 'This event is signed with a key that the service does not have.',
    row_missing: 'An event is missing before this position.',
    link_broken: 'This event does not follow on the one before it.',
    tail_missing: 'The end of this chain is missing.',
    chain_missing: 'A whole chain is missing.',
    head_changed: 'The end that is noted for this chain is another one than its last event.',
    checkpoint_signature: 'The signature of this seal is wrong.',
    checkpoint_link: 'This seal does not follow on the one before it.',
    passkey_unrecorded: 'A passkey is in the database, and no event says where it came from.',
    token_unrecorded: 'A token was spent, and no event says that it was issued.',
    vote_unrecorded: 'A reviewer’s vote is in the database, and no event says that it was given.',
    passkey_unsigned: 'A passkey is in the database that the service did not store.',
    access_unsigned: 'A link, a session or a token is in the database that the service did not make.',
    policy_unsigned:
      'A version, a removal or a proposed change of a policy is in the database that the service did not write.',
  } satisfies Record<ChainFaultKind, string>,
  brokenAdvice:
    'Change nothing. Tell the person responsible for security, and keep an export of the trail and a backup of the database.',
  tooLong:
    'The trail is too long to be verified while people wait. An operator runs “regain audit verify” beside the service.',
};

export type AuditWords = typeof auditEn;
