import { describe, expect, it } from '@jest/globals';
import { CANARY } from './canary.js';
import { REPORTED_ATTRIBUTES, type HowOftenReported, type ReportedAttribute } from '../index.js';
import { expectError, expectWellFormed, passedKinds, saidIn } from './expectations.js';
import { itUnlessExempt, type Suite } from './suite.js';

const YEAR_ALONE = '1980-00-00';

/** Each way a session can end, as the report tells it. */
export function declareVerdictTests(suite: Suite): void {
  describe('what it reports', () => {
    declarePassTests(suite);
    declareAttributeTests(suite);
    declareFailureTests(suite);
    declareEndingTests(suite);
    declareUnknownWordTests(suite);
  });
}

function declarePassTests(suite: Suite): void {
  const { capabilities } = suite;

  it('a session nobody has finished: pending, and nothing passes', async () => {
    const world = suite.world();
    const opened = await world.open();
    const { value: report, error } = await world.settle(world.fetch(opened));
    if (error) return expect(error.code).toBe('not_ready');
    expectWellFormed(report, capabilities);
    expect(report).toMatchObject({ status: 'pending', terminal: false });
    expect(passedKinds(report)).toEqual([]);
    expect(report.identity).toBeUndefined();
  });

  it('a pass: every declared check passes and nothing else does', async () => {
    const world = suite.world();
    const report = await world.fetch(await world.openAndFinish('pass'));
    expectWellFormed(report, capabilities);
    expect(report).toMatchObject({ status: 'completed', terminal: true });
    expect(passedKinds(report).sort()).toEqual([...capabilities.checks].sort());
    expect(report.provenance.live).toBe(true);
  });

  it('the identity that was read, sealed, or which attributes agreed', async () => {
    const world = suite.world();
    const { givenName, familyName, birthDate } = CANARY;
    const report = await world.fetch(await world.openAndFinish('pass'));
    if (capabilities.expectedIdentityMatching && report.identity === undefined) {
      expect(report.matchedOnly).toEqual(expect.arrayContaining(['givenName', 'familyName', 'birthDate']));
    } else if (capabilities.dataLeaves === 'partner') {
      expect(report.identity?.reveal()).toMatchObject({ givenName, familyName, birthDate });
    }
  });
}

/** What is declared of a report's attributes: shown by a passed one, and by every report that any test looks at. */
function declareAttributeTests(suite: Suite): void {
  const { capabilities } = suite;
  const of = (often: HowOftenReported): ReportedAttribute[] =>
    REPORTED_ATTRIBUTES.filter((attribute) => capabilities.reports[attribute] === often);

  it('every attribute it declares as always there, and none that it declares as never there', async () => {
    const world = suite.world();
    const said = saidIn(await world.fetch(await world.openAndFinish('pass')));
    expect(said).toEqual(expect.arrayContaining(of('always')));
    expect(of('never').filter((attribute) => said.includes(attribute))).toEqual([]);
    // What its own simulator never says is not `sometimes`, unless the partner compares in our place.
    if (capabilities.dataLeaves === 'partner' && !capabilities.expectedIdentityMatching)
      expect(said).toEqual(REPORTED_ATTRIBUTES.filter((attribute) => !of('never').includes(attribute)));
  });

  itUnlessExempt(suite, {
    topic: 'partial_birth_date',
    title: 'a birth date of which the document knows the year alone: as it is, with no day made up',
    run: async () => {
      const world = suite.world();
      const opened = await world.open();
      await world.finish(opened, 'pass', { birthDate: YEAR_ALONE });
      const report = await world.fetch(opened);
      if (capabilities.reports.birthDate !== 'never') expect(report.identity?.reveal().birthDate).toBe(YEAR_ALONE);
    },
  });

  itUnlessExempt(suite, {
    topic: 'unknown_document_type',
    title: 'T39 a document of a type that nobody knows: not said to be of any',
    run: async () => {
      const world = suite.world();
      const opened = await world.open();
      await world.finish(opened, 'pass', { documentType: 'library_card' });
      expect(saidIn(await world.fetch(opened))).not.toContain('documentType');
    },
  });
}

function declareFailureTests(suite: Suite): void {
  const { capabilities } = suite;
  for (const kind of capabilities.checks) {
    itUnlessExempt(suite, {
      topic: `fail:${kind}`,
      title: `a failing ${kind}: that check fails, by name and with a reason`,
      run: async () => {
        const world = suite.world();
        const report = await world.fetch(await world.openAndFinish(`fail:${kind}`));
        expectWellFormed(report, capabilities);
        const check = report.checks.find((candidate) => candidate.kind === kind);
        expect(check?.result).toBe('fail');
        expect(check?.reasonCodes).not.toContain('partner_answer_unknown');
        expect(report.terminal).toBe(true);
      },
    });
  }

  itUnlessExempt(suite, {
    topic: 'review',
    title: 'a partner that does not decide: something stays open and nothing failed',
    run: async () => {
      const world = suite.world();
      const report = await world.fetch(await world.openAndFinish('review'));
      expectWellFormed(report, capabilities);
      const results = report.checks.map((check) => check.result);
      expect(results).not.toContain('fail');
      if (report.status !== 'pending') expect(results).toContain('indeterminate');
    },
  });
}

function declareEndingTests(suite: Suite): void {
  for (const outcome of ['cancelled', 'expired'] as const) {
    itUnlessExempt(suite, {
      topic: outcome,
      title: `a session that was ${outcome}: terminal, no pass, no identity`,
      run: async () => {
        const world = suite.world();
        const opened = await world.openAndFinish(outcome);
        const { value: report, error } = await world.settle(world.fetch(opened));
        if (error) return expect(error.code).toBe('session_unknown');
        expectWellFormed(report, suite.capabilities);
        expect(report).toMatchObject({ status: outcome, terminal: true });
        expect(report.identity).toBeUndefined();
        expect(passedKinds(report)).toEqual([]);
      },
    });
  }

  itUnlessExempt(suite, {
    topic: 'test_mode',
    title: 'a pass from the test environment: marked as not live',
    run: async () => {
      const world = suite.world();
      const report = await world.fetch(await world.openAndFinish('test_mode'));
      expect(report.provenance.live).toBe(false);
    },
  });
}

function declareUnknownWordTests(suite: Suite): void {
  for (const outcome of ['unknown_status', 'unknown_result'] as const) {
    itUnlessExempt(suite, {
      topic: outcome,
      title: `an ${outcome.replace('_', ' ')} word: nothing passes and nothing breaks`,
      run: async () => {
        const world = suite.world();
        const opened = await world.openAndFinish(outcome);
        const settled = await world.settle(world.fetch(opened));
        if (settled.error) return expectError(settled, ['unintelligible']);
        expectWellFormed(settled.value, suite.capabilities);
        expect(passedKinds(settled.value)).toEqual([]);
        for (const check of settled.value.checks) expect(['indeterminate', 'not_run']).toContain(check.result);
      },
    });
  }

  itUnlessExempt(suite, {
    topic: 'unknown_session',
    title: 'a session the partner does not know: session_unknown',
    run: async () => {
      const world = suite.world();
      const { session } = await world.open();
      const unknown = { ...session, externalId: [...session.externalId].reverse().join('') };
      expectError(await world.settle(world.adapter().fetchResult(unknown)), ['session_unknown']);
    },
  });
}
