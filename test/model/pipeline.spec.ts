import { describe, expect, it } from '@jest/globals';
import { PIPELINE, routes } from '../../src/pipeline.js';
import { jobContracts, parsePayload } from '../../src/platform/queue/job-contract.js';
import { CASE_EVENTS } from '../../src/recovery-case/case-events.js';

/** Members some event somewhere carries, with values as they look. */
const PAYLOAD = {
  caseId: 'rc_1',
  attempt: 1,
  requestId: 'req_1',
  sessionId: 'vs_1',
  inboxId: 'inb_1',
  credentialId: 'pk_1',
  subjectId: 'sub_1',
  rehearsalId: 'reh_1',
  noticeId: '1',
};

describe('the pipeline', () => {
  it('routes every event and no other', () => {
    expect(Object.keys(PIPELINE).sort()).toEqual([...CASE_EVENTS].sort());
    expect(() => routes('case.invented', PAYLOAD)).toThrow('case.invented');
  });

  it('leads to every kind of work: a contract nobody is routed to would never run', () => {
    const reached = new Set(CASE_EVENTS.flatMap((event) => routes(event, PAYLOAD).map((job) => job.contract.name)));
    expect([...reached].sort()).toEqual(
      jobContracts()
        .map((contract) => contract.name)
        .sort(),
    );
  });

  it.each([
    ['case.opened', 'recovery_started'],
    ['case.confirmation_requested', 'confirmation_needed'],
    ['case.held', 'recovery_held'],
    ['case.approved', 'recovery_approved'],
    ['case.completed', 'recovery_completed'],
    ['case.denied', 'recovery_denied'],
    ['passkey.frozen', 'passkey_frozen'],
  ] as const)('T59: %s is told to every address on file', (event, kind) => {
    const told = routes(event, PAYLOAD).filter(({ contract }) => contract.name === 'send-notices');
    expect(told.map(({ payload }) => payload.kind)).toEqual([kind]);
  });

  it.each(['case.held', 'case.approved', 'case.confirmation_requested'] as const)(
    'T59: %s is told again in another attempt',
    (event) => {
      const told = routes(event, { ...PAYLOAD, attempt: 2 }).filter(({ contract }) => contract.name === 'send-notices');
      expect(told.map(({ payload }) => payload.attempt)).toEqual([2]);
    },
  );

  it.each(['case.approved', 'case.retry_offered', 'case.way_back_due'] as const)(
    '%s leads back whoever has left',
    (event) => {
      const links = routes(event, PAYLOAD).filter(({ contract }) => contract.name === 'deliver-link');
      expect(links.map(({ payload }) => payload.onlyWhen)).toEqual(['away']);
    },
  );

  it.each([
    'subject.recovery_code_saved',
    'subject.recovery_code_used',
    'subject.contacts_changed',
    'subject.identity_changed',
    'subject.identifiers_changed',
    'subject.protection_lowered',
    'subject.record_added',
    'subject.record_changed',
  ] as const)('T59: %s is told to the addresses of the account', (event) => {
    const [job, ...others] = routes(event, PAYLOAD);
    expect([job?.contract.name, job?.payload.noticeId, others.length]).toEqual(['tell-account', '1', 0]);
    const [earlier] = routes(event, { subjectId: 'sub_1' });
    expect(earlier?.payload).not.toHaveProperty('noticeId');
    expect(() => earlier && parsePayload(earlier.contract, earlier.payload)).not.toThrow();
  });

  it.each(CASE_EVENTS)('%s gives its jobs payloads that their contracts take', (event) => {
    for (const { contract, payload } of routes(event, PAYLOAD))
      expect(() => parsePayload(contract, payload)).not.toThrow();
  });

  it.each(jobContracts().map((contract) => [contract.name, contract] as const))(
    '%s takes ids alone: no address, no sentence, nothing nested (T112)',
    (_name, contract) => {
      const [member = 'caseId'] = Object.keys(routesTo(contract.name));
      for (const value of [
        'ana@example.org',
        'Ana Petrova',
        '',
        { id: 'x' },
        ['x'],
        null,
        undefined,
        'x'.repeat(201),
      ]) {
        expect(() => parsePayload(contract, { ...routesTo(contract.name), [member]: value })).toThrow();
      }
      expect(() => parsePayload(contract, { ...routesTo(contract.name), verdict: 'approve' })).toThrow();
    },
  );
});

function routesTo(name: string): Record<string, unknown> {
  const job = CASE_EVENTS.flatMap((event) => routes(event, PAYLOAD)).find((planned) => planned.contract.name === name);
  return { ...job?.payload };
}
