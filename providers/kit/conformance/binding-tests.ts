import { describe, expect, it } from '@jest/globals';
import { CANARY } from './canary.js';
import { passedKinds } from './expectations.js';
import { itUnlessExempt, type Suite } from './suite.js';

/** What rule 4 lives on: a report says whose it is, from the partner's mouth and not from ours. */
export function declareBindingTests(suite: Suite): void {
  const { capabilities } = suite;
  const echoesNonce = capabilities.replayGuard === 'nonce';

  describe('what a report is bound to', () => {
    it('the session and, where the protocol carries it, our nonce', async () => {
      const world = suite.world();
      const opened = await world.openAndFinish('pass');
      const { binding } = await world.fetch(opened);
      expect(binding.externalId).toBe(opened.session.externalId);
      expect(binding.nonce).toBe(echoesNonce ? opened.context.nonce : undefined);
    });

    itUnlessExempt(suite, {
      topic: 'swapped_answer',
      title: 'an answer about another session shows as such, or is refused',
      run: async () => {
        const world = suite.world();
        const [victim, attacker] = [await world.open(), await world.openAndFinish('pass')];
        const [asked, instead] = [victim.session.externalId, attacker.session.externalId];
        const swapped = { kind: 'swapped', asked, instead } as const;
        const { value: report, error } = await world.under(swapped, () => world.fetch(victim));
        if (error) return expect(['not_authentic', 'unintelligible']).toContain(error.code);
        expect(report.binding.externalId).toBe(instead);
        expect(report.binding.nonce).not.toBe(victim.context.nonce);
      },
    });

    itUnlessExempt(suite, {
      topic: 'wrong_session',
      title: 'an answer under another session’s id shows as such, or is refused',
      run: async () => {
        const world = suite.world();
        const opened = await world.openAndFinish('wrong_session');
        const { value: report, error } = await world.settle(world.fetch(opened));
        if (error) return expect(['not_authentic', 'unintelligible', 'not_ready']).toContain(error.code);
        expect(report.binding.externalId).not.toBe(opened.session.externalId);
      },
    });

    itUnlessExempt(suite, {
      topic: 'wrong_person',
      title: 'a genuine document of somebody else says whose it is, or that nothing agreed',
      run: async () => {
        const world = suite.world();
        const report = await world.fetch(await world.openAndFinish('wrong_person'));
        const identity = report.identity?.reveal();
        if (identity) expect(identity.familyName).not.toBe(CANARY.familyName);
        else expect(report.matchedOnly ?? []).not.toContain('familyName');
        expect(passedKinds(report)).not.toContain('data_match');
      },
    });

    if (echoesNonce) {
      itUnlessExempt(suite, {
        topic: 'wrong_nonce',
        title: 'another nonce shows as such, or is refused',
        run: async () => {
          const world = suite.world();
          const opened = await world.openAndFinish('wrong_nonce');
          const { value: report, error } = await world.settle(world.fetch(opened));
          if (error) return expect(error.code).toBe('not_authentic');
          expect(report.binding.nonce).not.toBe(opened.context.nonce);
        },
      });
    }

    it('two sessions never share an id, and each gets its own result', async () => {
      const world = suite.world();
      const [first, second] = await Promise.all([world.open(), world.open()]);
      expect(first.session.externalId).not.toBe(second.session.externalId);
      await world.finish(second, 'pass');
      const { value: untouched, error } = await world.settle(world.fetch(first));
      expect(error?.code ?? untouched?.status).toMatch(/^(pending|not_ready)$/);
      expect((await world.fetch(second)).status).toBe('completed');
    });

    it('asking again, from another process, gives the same report', async () => {
      const world = suite.world();
      const opened = await world.openAndFinish('pass');
      const [one, two] = [await world.fetch(opened), await world.fetch(opened)];
      expect(two).toEqual({ ...one, provenance: { ...one.provenance, checkedAt: two.provenance.checkedAt } });
      expect(two.identity?.reveal()).toEqual(one.identity?.reveal());
    });
  });
}
