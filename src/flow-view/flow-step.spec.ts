import { describe, expect, it } from '@jest/globals';
import { CASE_STATES } from '../recovery-case/case-states.js';
import { flowStep, FLOW_STEPS, type StepFacts } from './flow-step.js';

const facts = (part: Partial<StepFacts>): StepFacts => ({
  state: 'awaiting_evidence',
  consented: true,
  codesMissing: false,
  documentChosen: true,
  session: undefined,
  choices: 1,
  sendsAway: false,
  retryShown: false,
  ...part,
});

describe('flowStep', () => {
  it('is total: every state gives a step', () => {
    for (const state of CASE_STATES) expect(FLOW_STEPS).toContain(flowStep(facts({ state })));
  });

  it('asks for the agreement before anything else', () => {
    expect(flowStep(facts({ consented: false, documentChosen: false, retryShown: true }))).toBe('consent');
  });

  it('asks for a recovery code before the document, and holds nobody up who has none', () => {
    expect(flowStep(facts({ codesMissing: true, documentChosen: false }))).toBe('codes');
    expect(flowStep(facts({ documentChosen: false }))).toBe('document');
    expect(flowStep(facts({ codesMissing: true }))).toBe('evidence');
  });

  it('offers a choice of providers only when there is one, and not once a session lives', () => {
    expect(flowStep(facts({ choices: 2 }))).toBe('provider');
    expect(flowStep(facts({ choices: 1 }))).toBe('evidence');
    expect(flowStep(facts({ choices: 1, sendsAway: true }))).toBe('provider');
    expect(flowStep(facts({ choices: 2, session: { state: 'open', handoff: { kind: 'capture' } } }))).toBe('evidence');
  });

  it('tells being at a partner from being checked', () => {
    const session = { state: 'open', handoff: { kind: 'redirect' } };
    expect(flowStep(facts({ state: 'verifying', session }))).toBe('partner');
    expect(
      flowStep(facts({ state: 'verifying', session: { state: 'collecting', handoff: { kind: 'redirect' } } })),
    ).toBe('checking');
    expect(flowStep(facts({ state: 'verifying', session: { state: 'open' } }))).toBe('checking');
    expect(flowStep(facts({ state: 'verifying', session: { state: 'open', handoff: { kind: 'capture' } } }))).toBe(
      'checking',
    );
  });
});
