import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, jest } from '@jest/globals';
import type { Handoff, ProviderErrorCode, RedirectHandoff, RenewalContext } from '../../../providers/kit/index.js';
import { ProviderError } from '../../../providers/kit/index.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { failing, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import { drain, forgetPlanned, newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import { SYSTEM } from '../../audit-trail/audit-event-types.js';
import type { Transaction } from '../../platform/database/transaction.js';

const inSeconds = (seconds: number): Date => new Date(Date.now() + seconds * 1_000);
const addressNo = (no: number, expiresAt?: Date): RedirectHandoff => ({
  kind: 'redirect',
  url: `https://alpha.example/verify?no=${no}`,
  ...(expiresAt && { expiresAt }),
});
const urlOf = (handoff: Handoff): string => ('url' in handoff ? handoff.url : '');

let test: TestDatabase;
let world: VerificationWorld;
let alpha: ScriptedProvider;
let renewals: RenewalContext[];
let caseId: string;
let browser: ReturnType<typeof newBrowser>;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 16 });
});
afterAll(() => test.close());
afterEach(() => void jest.restoreAllMocks());
beforeEach(async () => {
  alpha = new ScriptedProvider('alpha', { resultTransport: 'oidc_code', sameDevice: 'code' });
  renewals = [];
  alpha.renewHandoff = async (context) => addressNo(renewals.push(context), inSeconds(60));
  world = createVerificationWorld({ database: test.database, providers: [alpha] });
  await forgetPlanned(world);
  browser = newBrowser();
});

/** A case whose person was sent to alpha, with an address of this life. */
async function sentOut(seconds: number | undefined): Promise<void> {
  ({ id: caseId } = await openCase(world, { providers: ['alpha'] }));
  const expiresAt = seconds === undefined ? undefined : inSeconds(seconds);
  alpha.creates = [(context) => ({ ...alpha.session(context), handoff: addressNo(0, expiresAt) })];
  expect(await post()).toBe(addressNo(0).url);
}

const start = () => world.starting.start({ caseId, ...browser });
const post = async () => urlOf((await start()).handoff);
const click = (from = browser) => world.visits.addressFor({ caseId, request: from.request });
const sessions = () =>
  world.database.read(
    (tx) => tx.many<Record<string, unknown>>`SELECT * FROM verification_sessions WHERE case_id = ${caseId}`,
  );
const shown = async () =>
  (await world.database.read((tx) => world.views.openFor(tx, { id: caseId, attempt: 1, documentType: null })))?.handoff;
const change = <Result>(work: (tx: Transaction) => Promise<Result>) => world.database.transaction(work);
const audited = () =>
  world.database.read(
    (tx) =>
      tx.many<{
        type: string;
        data: object;
      }>`SELECT type, data FROM audit_events WHERE chain_id = ${caseId} ORDER BY seq`,
  );

/** Every ask waits until so many have asked; then all are answered. */
function answerTogether(count: number): void {
  const answer = alpha.renewHandoff;
  let release: () => void;
  const together = new Promise<void>((resolve) => (release = resolve));
  alpha.renewHandoff = async (context) => {
    const handoff = await answer?.(context);
    if (renewals.length === count) release();
    await together;
    return handoff ?? addressNo(-1);
  };
}

const CALLS = [
  ['asking again', post],
  ['a click', click],
] as const;

describe('an address that ends before its session', () => {
  it('is given to whoever asks again while it lasts', async () => {
    await sentOut(60);
    expect([await post(), await post()]).toEqual([addressNo(0).url, addressNo(0).url]);
    expect(renewals).toEqual([]);
  });

  it.each([
    ['has ended', -1],
    ['ends before anybody could get there', 4],
  ])('and %s is renewed, for the very same session', async (_what, seconds) => {
    await sentOut(seconds);
    const [before] = await sessions();
    expect([await post(), await post()]).toEqual([addressNo(1).url, addressNo(1).url]);
    const [created] = alpha.created;
    expect(renewals).toEqual([{ ...created, externalId: `alpha-${created?.reference}`, secretState: undefined }]);
    const rows = await sessions();
    expect(rows).toEqual([{ ...before, handoffSealed: expect.any(Buffer), updatedAt: expect.any(Date) }]);
    expect(await shown()).toEqual({ ...addressNo(1), expiresAt: expect.stringMatching(/^\d{4}-\d\d-\d\dT[\d:.]+Z$/) });
    expect(alpha.created).toHaveLength(1);
  });

  it('T46 is sealed and audited without itself', async () => {
    await sentOut(-1);
    await post();
    const [row] = await sessions();
    for (const value of Object.values(row ?? {}))
      expect(Buffer.isBuffer(value) ? value.toString('latin1') : String(value)).not.toContain('alpha.example');
    const [renewed, ...others] = (await audited()).filter(({ type }) => type === 'verification.handoff_renewed');
    expect(others).toEqual([]);
    expect(renewed?.data).toEqual({ sessionId: row?.id, provider: 'alpha', attempt: 1 });
  });

  it('is renewed by two at once, who get the same one; nothing is created twice', async () => {
    await sentOut(-1);
    answerTogether(2);
    const [one, other] = await Promise.all([post(), post()]);
    expect(renewals).toHaveLength(2);
    expect(one).toBe(other);
    expect(await post()).toBe(one);
    expect(renewals).toHaveLength(2);
    expect(await sessions()).toHaveLength(1);
    expect(alpha.created).toHaveLength(1);
  });

  it('stays what it was where the partner has no end for it, or no other one', async () => {
    await sentOut(undefined);
    expect([await post(), await click(), await click()]).toEqual(Array(3).fill(addressNo(0).url));
    await sentOut(-1);
    delete alpha.renewHandoff;
    expect([await post(), await click(), await click()]).toEqual(Array(3).fill(addressNo(0).url));
    expect(renewals).toEqual([]);
  });
});

describe('a click', () => {
  it('uses the address up: the next one gets another', async () => {
    await sentOut(60);
    expect([await click(), await click(), await click()]).toEqual([0, 1, 2].map((no) => addressNo(no).url));
    expect(alpha.created).toHaveLength(1);
    expect(await sessions()).toHaveLength(1);
  });

  it('after one, whoever asks again is given an address that was not used', async () => {
    await sentOut(60);
    await click();
    expect([await post(), await click(), await post()]).toEqual([addressNo(1).url, addressNo(1).url, addressNo(2).url]);
  });

  it('beside another gets an address of its own', async () => {
    await sentOut(60);
    const both = await Promise.all([click(), click()]);
    expect(both.sort()).toEqual([addressNo(0).url, addressNo(1).url]);
    answerTogether(renewals.length + 2);
    expect(new Set(await Promise.all([click(), click()])).size).toBe(2);
    expect(await sessions()).toHaveLength(1);
  });

  it('T46 in another browser leads nowhere, and uses nothing up', async () => {
    await sentOut(60);
    await expect(click(newBrowser())).rejects.toMatchObject({ code: 'capture_binding_missing' });
    expect([await click(), renewals]).toEqual([addressNo(0).url, []]);
  });

  it('before anybody was sent out leads nowhere', async () => {
    ({ id: caseId } = await openCase(world, { providers: ['alpha'] }));
    await expect(click()).rejects.toMatchObject({ code: 'capture_binding_missing' });
    ({ id: caseId } = await openCase(world, { providers: ['alpha'], consented: false }));
    await expect(click()).rejects.toMatchObject({ code: 'consent_required' });
  });
});

describe.each(CALLS)('%s', (_name, call) => {
  const refused = async (code: string) => expect(call()).rejects.toMatchObject({ code });

  it.each<[string, (tx: Transaction) => Promise<number>]>([
    ['was reported', (tx) => tx.run`UPDATE verification_sessions SET state = 'reported' WHERE case_id = ${caseId}`],
    ['was abandoned', (tx) => tx.run`UPDATE verification_sessions SET state = 'abandoned' WHERE case_id = ${caseId}`],
    ['was waited for', (tx) => tx.run`UPDATE verification_sessions SET expires_at = now() WHERE case_id = ${caseId}`],
    ['has its code', (tx) => tx.run`UPDATE verification_sessions SET returned_at = now() WHERE case_id = ${caseId}`],
  ])('renews nothing for a session that %s', async (_what, happen) => {
    await sentOut(-1);
    await change(happen);
    await refused('wrong_state');
    expect(renewals).toEqual([]);
  });

  it('goes by the database’s clock where this process’s runs an hour fast (rule 11, F33)', async () => {
    await sentOut(undefined);
    await change(
      (tx) => tx.run`UPDATE verification_sessions SET expires_at = now() + interval '10 minutes'
      WHERE case_id = ${caseId}`,
    );
    const fast = inSeconds(3_600);
    jest.spyOn(world.platform.clock, 'now').mockReturnValue(fast);
    jest.spyOn(Date, 'now').mockReturnValue(fast.getTime());
    expect(await call()).toBeDefined();
  });

  it('renews nothing for a case that is closed, and gives nothing out when it closes meanwhile', async () => {
    const cancel = () => change((tx) => world.cases.transition(tx, { caseId, name: 'cancel', actor: SYSTEM }));
    await sentOut(-1);
    await cancel();
    await refused('wrong_state');
    expect(renewals).toEqual([]);
    await sentOut(-1);
    alpha.renewHandoff = async (context) => {
      await cancel();
      return addressNo(renewals.push(context), inSeconds(60));
    };
    await refused('wrong_state');
    expect(renewals).toHaveLength(1);
  });

  it.each<ProviderErrorCode>(['unavailable', 'timeout', 'unreachable', 'rejected', 'unauthorized', 'unintelligible'])(
    'says when to come back while the partner is %s, and the session goes on',
    async (code) => {
      await sentOut(-1);
      const [before] = await sessions();
      const works = alpha.renewHandoff;
      alpha.renewHandoff = async (context) => failing(code)() ?? addressNo(renewals.push(context));
      const problem = { code: 'dependency_unavailable', options: { retryAfterSeconds: 2 } };
      await expect(call()).rejects.toMatchObject(problem);
      await drain(world);
      expect(await sessions()).toEqual([before]);
      alpha.renewHandoff = works;
      expect(await call()).toBe(addressNo(1).url);
    },
  );

  it('passes on how long the partner wants to be left alone, and leaves it alone', async () => {
    await sentOut(-1);
    let asked = 0;
    alpha.renewHandoff = async () => {
      asked += 1;
      throw new ProviderError('rate_limited', 'too much', { retryAfterSeconds: 40 });
    };
    await expect(call()).rejects.toMatchObject({ options: { retryAfterSeconds: 40 } });
    const { options } = await call().then(
      () => ({ options: { retryAfterSeconds: 0 } }),
      (error: { options: { retryAfterSeconds: number } }) => error,
    );
    expect(options.retryAfterSeconds).toBeGreaterThan(30);
    expect(asked).toBe(1);
  });

  it('does not knock at a door that was found shut five times', async () => {
    await sentOut(-1);
    let asked = 0;
    alpha.renewHandoff = async () => {
      asked += 1;
      return failing('unavailable')();
    };
    for (let no = 0; no < 7; no += 1) await refused('dependency_unavailable');
    expect(asked).toBe(5);
    expect(await sessions()).toMatchObject([{ state: 'open' }]);
  });

  it.each([
    ['runs a script', { url: 'javascript:alert(1)' }],
    ['is in the clear', { url: 'http://alpha.example/verify' }],
    ['is none', { url: '//evil.example' }],
    ['ends at no time', { url: 'https://alpha.example/', expiresAt: new Date(Number.NaN) }],
    ['is for another way', { kind: 'qr_deeplink', url: 'https://alpha.example/' }],
  ])('T8 does not take an address that %s from the partner', async (_what, wrong) => {
    await sentOut(-1);
    alpha.renewHandoff = async () => ({ kind: 'redirect', ...wrong }) as RedirectHandoff;
    await refused('dependency_unavailable');
    expect(await sessions()).toMatchObject([{ state: 'open' }]);
  });

  it('is counted: nobody makes us call the partner for ever', async () => {
    await sentOut(-1);
    await change((tx) => world.platform.limits.take(tx, 'renewal_per_case', caseId));
    await change((tx) => tx.run`UPDATE limit_counters SET used = 1000000 WHERE name = 'renewal_per_case'`);
    await refused('too_many_requests');
    expect(renewals).toEqual([]);
    await change((tx) => tx.run`DELETE FROM limit_counters WHERE name = 'renewal_per_case'`);
  });
});

describe('whoever came back with a code', () => {
  it('has nothing left to do at the partner: the flow shows no way there', async () => {
    await sentOut(60);
    expect(await shown()).toBeDefined();
    await change(
      (tx) => tx.run`UPDATE verification_sessions SET returned_at = clock_timestamp() WHERE case_id = ${caseId}`,
    );
    expect(await shown()).toBeUndefined();
  });
});
