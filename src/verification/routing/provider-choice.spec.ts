import { describe, expect, it } from '@jest/globals';
import { OWN_MACHINE, ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import {
  backoffSeconds,
  chooseProvider,
  MAX_ROUNDS,
  roundDelaySeconds,
  type ChoiceQuestion,
} from './provider-choice.js';

const alpha = new ScriptedProvider('alpha');
const beta = new ScriptedProvider('beta');
const local = new ScriptedProvider('local', OWN_MACHINE);

const question = (change: Partial<ChoiceQuestion> = {}): ChoiceQuestion => ({
  offered: [alpha, beta, local],
  policyFirst: 'alpha',
  privileged: false,
  attempt: 1,
  failures: [],
  ...change,
});
const failed = (provider: string, attempt = 1) => ({ provider, attempt });
const chosen = (change: Partial<ChoiceQuestion> = {}) => {
  const choice = chooseProvider(question(change));
  return choice && [choice.adapter.id, choice.role, choice.round];
};

describe('chooseProvider', () => {
  it('asks the policy’s first', () => {
    expect(chosen()).toEqual(['alpha', 'first', 0]);
  });

  it('moves on in the policy’s order, and says that it stands in', () => {
    expect(chosen({ failures: [failed('alpha')] })).toEqual(['beta', 'fallback', 0]);
    expect(chosen({ failures: [failed('alpha'), failed('beta')] })).toEqual(['local', 'fallback', 0]);
  });

  it('starts another round with the first when all have failed, and ends after the last round', () => {
    const once = [failed('alpha'), failed('beta'), failed('local')];
    expect(chosen({ failures: once })).toEqual(['alpha', 'fallback', 1]);
    expect(chosen({ failures: Array.from({ length: MAX_ROUNDS }, () => once).flat() })).toBeUndefined();
  });

  it('prefers, in a later attempt, who has not failed before', () => {
    expect(chosen({ attempt: 2, failures: [failed('alpha', 1)] })).toEqual(['beta', 'fallback', 0]);
  });

  it('lets the person choose among the offered only', () => {
    expect(chosen({ requested: 'beta' })).toEqual(['beta', 'first', 0]);
    expect(chosen({ requested: 'gamma' })).toBeUndefined();
  });

  it('never makes the own machine the easier way by the person’s choice', () => {
    expect(chosen({ requested: 'local' })).toEqual(['local', 'fallback', 0]);
    expect(chosen({ requested: 'local', policyFirst: 'local' })).toEqual(['local', 'first', 0]);
  });

  it('lets a privileged subject wait for a partner', () => {
    const partnersFailed = [failed('alpha'), failed('beta')];
    expect(chosen({ privileged: true, failures: partnersFailed })).toEqual(['alpha', 'fallback', 1]);
    expect(
      chosen({ privileged: true, policyFirst: 'local', requested: 'local', failures: partnersFailed }),
    ).toBeUndefined();
  });
});

describe('waiting', () => {
  it('doubles up to a limit and honours what the partner asked for', () => {
    const options = { firstSeconds: 5, maxSeconds: 300 };
    expect([1, 2, 3, 20].map((tries) => backoffSeconds(tries, options))).toEqual([5, 10, 20, 300]);
    expect(backoffSeconds(1, { ...options, retryAfterSeconds: 120 })).toBe(120);
    expect(backoffSeconds(1, { ...options, retryAfterSeconds: 1e9 })).toBe(900);
  });

  it('leaves everybody alone for longer from round to round', () => {
    const delays = [0, 1, 2, 3, 4, 9].map(roundDelaySeconds);
    expect(delays).toEqual([...delays].sort((a, b) => a - b));
    expect(delays[0]).toBe(0);
  });
});
