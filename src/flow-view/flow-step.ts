import type { CaseState } from '../recovery-case/case-states.js';

/** What the person does next (an enum in openapi.yaml). */
export const FLOW_STEPS = [
  'link',
  'consent',
  'codes',
  'document',
  'provider',
  'evidence',
  'partner',
  'checking',
  'retry',
  'review',
  'held',
  'passkey',
  'done',
  'ended',
] as const;
export type FlowStep = (typeof FLOW_STEPS)[number];

export interface StepFacts {
  state: CaseState;
  /** An answer to the notice is stored, and the last one was yes. */
  consented: boolean;
  /** The policy asks for a recovery code, and none was given. A person without one goes on by choosing a document. */
  codesMissing: boolean;
  documentChosen: boolean;
  session: { state: string; handoff?: { kind: string } } | undefined;
  /** Providers to choose from; with one there is nothing to choose. */
  choices: number;
  /** Some of them take the pictures on a page of their own, which the person has to be sent to knowingly. */
  sendsAway: boolean;
  /** The attempt before this one ended in "try again", and nothing was handed in or chosen since. */
  retryShown: boolean;
}

const BY_STATE: Partial<Record<CaseState, FlowStep>> = {
  awaiting_authorization: 'link',
  link_sent: 'link',
  adjudicating: 'checking',
  in_review: 'review',
  held: 'held',
  approved: 'passkey',
  completed: 'done',
  denied: 'ended',
  expired: 'ended',
  cancelled: 'ended',
};

/** One step for every combination of facts; pages and API ask here and nowhere else. */
export function flowStep(facts: StepFacts): FlowStep {
  if (facts.state === 'verifying') return isAtPartner(facts) ? 'partner' : 'checking';
  if (facts.state !== 'awaiting_evidence') return BY_STATE[facts.state] ?? 'ended';
  if (!facts.consented) return 'consent';
  if (facts.retryShown) return 'retry';
  if (!facts.documentChosen) return facts.codesMissing ? 'codes' : 'document';
  return facts.session || (facts.choices <= 1 && !facts.sendsAway) ? 'evidence' : 'provider';
}

const isAtPartner = ({ session }: StepFacts): boolean =>
  session?.state === 'open' && session.handoff !== undefined && session.handoff.kind !== 'capture';
