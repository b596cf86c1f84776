import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import type { SessionContext } from '../../../providers/kit/index.js';
import { passingReport, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import {
  auditTypes,
  forgetPlanned,
  letTimePass,
  newBrowser,
  openCase,
  readCase,
} from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import type { ResultClaim } from './result-binding.js';

const FIELDS = ['case', 'attempt', 'provider', 'external_id', 'nonce'] as const;
type Field = (typeof FIELDS)[number];
type Mixture = Record<Field, 'a' | 'b'>;

const MIXTURES: Mixture[] = Array.from(
  { length: 2 ** FIELDS.length },
  (_none, bits) =>
    Object.fromEntries(FIELDS.map((field, index) => [field, bits & (1 << index) ? 'b' : 'a'])) as Mixture,
);

interface Side {
  caseId: string;
  attempt: number;
  provider: string;
  sessionId: string;
  externalId: string;
  nonce: string;
}

/** An attacker's honest result, moved onto the victim's case field by field. */
describe('T33 session swap between two live cases', () => {
  let test: TestDatabase;
  let world: VerificationWorld;
  let alpha: ScriptedProvider;
  let beta: ScriptedProvider;

  beforeAll(async () => {
    test = await openTestDatabase();
  });
  afterAll(() => test.close());
  beforeEach(async () => {
    alpha = new ScriptedProvider('alpha');
    beta = new ScriptedProvider('beta');
    world = createVerificationWorld({ database: test.database, providers: [alpha, beta] });
    await forgetPlanned(world);
  });

  async function liveSession(adapter: ScriptedProvider, attempt: 1 | 2): Promise<Side> {
    const { id: caseId } = await openCase(world, { providers: [adapter.id] });
    const browser = newBrowser();
    if (attempt === 2) {
      adapter.fetches = [(context: SessionContext) => passingReport(context, { status: 'cancelled' })];
      await world.starting.start({ caseId, ...browser });
      await letTimePass(world);
      adapter.fetches = [(context: SessionContext) => passingReport(context)];
    }
    const { session } = await world.starting.start({ caseId, ...browser });
    const nonce = adapter.created.at(-1)?.nonce ?? '';
    return {
      caseId,
      attempt: session.attempt,
      provider: adapter.id,
      sessionId: session.id,
      externalId: session.externalId ?? '',
      nonce,
    };
  }

  /** Everything a claim says comes from one side or the other; `session` is the row it is laid upon. */
  function claimOf(sides: { a: Side; b: Side }, mixture: Mixture, session: 'a' | 'b'): ResultClaim {
    const binding = { externalId: sides[mixture.external_id].externalId, nonce: sides[mixture.nonce].nonce };
    const context = { ...binding, reference: '', attempt: 0, returnUrl: '' };
    return {
      sessionId: sides[session].sessionId,
      caseId: sides[mixture.case].caseId,
      attempt: sides[mixture.attempt].attempt,
      provider: sides[mixture.provider].provider,
      report: passingReport(context),
    };
  }

  it.each(['a', 'b'] as const)(
    'only the claim equal in everything has an effect (laid upon session %s)',
    async (target) => {
      // The second attempt first: bringing it about lets time pass for every session there is.
      const b = await liveSession(beta, 2);
      const sides = { a: await liveSession(alpha, 1), b };
      const before = [await readCase(world, sides.a.caseId), await readCase(world, sides.b.caseId)];
      const foreign = MIXTURES.filter((mixture) => FIELDS.some((field) => mixture[field] !== target));
      expect(foreign).toHaveLength(31);
      for (const mixture of foreign) {
        const settled = await world.database.transaction((tx) =>
          world.settlement.settle(tx, claimOf(sides, mixture, target)),
        );
        expect([mixture, settled]).toEqual([mixture, 'refused']);
      }
      expect([await readCase(world, sides.a.caseId), await readCase(world, sides.b.caseId)]).toEqual(before);
      const reports = await world.database.read(
        (tx) =>
          tx.many<object>`SELECT id FROM verification_reports WHERE case_id IN (${sides.a.caseId}, ${sides.b.caseId})`,
      );
      expect(reports).toEqual([]);
      expect(
        (await auditTypes(world, sides[target].caseId)).filter((type) => type === 'verification.result_refused'),
      ).toHaveLength(1);

      const own = Object.fromEntries(FIELDS.map((field) => [field, target])) as Mixture;
      expect(await world.database.transaction((tx) => world.settlement.settle(tx, claimOf(sides, own, target)))).toBe(
        'accepted',
      );
      expect((await readCase(world, sides[target].caseId)).state).toBe('adjudicating');
      const other = target === 'a' ? 'b' : 'a';
      expect((await readCase(world, sides[other].caseId)).state).toBe('verifying');
    },
  );

  it('a partner that answers with another person’s session changes nothing', async () => {
    const victim = await liveSession(alpha, 1);
    const attacker = await liveSession(alpha, 1);
    alpha.fetches = [
      () =>
        passingReport({
          externalId: attacker.externalId,
          nonce: attacker.nonce,
          reference: '',
          attempt: 1,
          returnUrl: '',
        }),
    ];
    await world.collector.collect(victim);
    expect((await readCase(world, victim.caseId)).state).toBe('verifying');
    expect(await auditTypes(world, victim.caseId)).toContain('verification.result_refused');
  });

  it('T37 refuses a result of the partner’s test environment outside the embedded profile', async () => {
    const victim = await liveSession(alpha, 1);
    const sandboxed = { adapterVersion: '1', live: false, checkedAt: '2026-01-01T00:00:00Z' };
    alpha.fetches = [(context) => passingReport(context, { provenance: sandboxed })];
    await world.collector.collect(victim);
    expect((await readCase(world, victim.caseId)).state).toBe('verifying');
  });
});
