/**
 * The life of a case as the contract tells it, written down a second time and by hand: nothing here is imported from the
 * product. For each transition: the states it may start from, where it leads, and whether it opens an attempt.
 */
const LIFE = {
  authorize: 'awaiting_authorization -> link_sent',
  start: 'link_sent -> awaiting_evidence',
  submit: 'awaiting_evidence -> verifying',
  submit_codes: 'awaiting_evidence -> adjudicating',
  wait: 'verifying -> verifying',
  proceed: 'verifying -> verifying',
  report: 'verifying -> adjudicating',
  retry: 'verifying adjudicating in_review -> awaiting_evidence +1',
  recapture: 'awaiting_evidence approved -> awaiting_evidence +1',
  refer: 'verifying adjudicating -> in_review',
  hold: 'adjudicating in_review held -> held',
  confirm: 'held -> held',
  approve: 'adjudicating in_review held -> approved',
  reconsider: 'in_review held approved -> adjudicating',
  deny: 'adjudicating in_review held -> denied',
  finish_evaluation: 'adjudicating -> completed',
  complete: 'approved -> completed',
  expire:
    'awaiting_authorization link_sent awaiting_evidence verifying adjudicating in_review held approved -> expired',
  cancel:
    'awaiting_authorization link_sent awaiting_evidence verifying adjudicating in_review held approved -> cancelled',
} as const;

export type ModelTransition = keyof typeof LIFE;
export const MODEL_TRANSITIONS = Object.keys(LIFE) as ModelTransition[];
const CLOSED = ['completed', 'denied', 'expired', 'cancelled'];

interface Rule {
  from: string[];
  to: string;
  opensAttempt: boolean;
}

const RULES = Object.fromEntries(
  Object.entries(LIFE).map(([name, text]): [string, Rule] => {
    const [from = '', rest = ''] = text.split(' -> ');
    const [to = '', mark] = rest.split(' ');
    return [name, { from: from.split(' '), to, opensAttempt: mark === '+1' }];
  }),
) as Record<ModelTransition, Rule>;

export interface Attempted {
  name: ModelTransition;
  /** The attempt the caller believes in. */
  attempt?: number;
  onlyFrom?: string[];
}

/** One case as the model sees it. */
export class ModelCase {
  attempt = 1;
  changes = 0;
  overdue = false;

  constructor(public state: string) {}

  get closed(): boolean {
    return CLOSED.includes(this.state);
  }

  copy(): ModelCase {
    return Object.assign(new ModelCase(this.state), {
      attempt: this.attempt,
      changes: this.changes,
      overdue: this.overdue,
    });
  }

  /** Does it, if it may be done; tells whether it was. */
  attempted({ name, attempt, onlyFrom }: Attempted): boolean {
    const rule = RULES[name];
    const possible = rule.from.includes(this.state) && (onlyFrom?.includes(this.state) ?? true);
    const inTime = this.overdue === (name === 'expire');
    if (!possible || !inTime || (attempt !== undefined && attempt !== this.attempt)) return false;
    this.state = rule.to;
    this.attempt += rule.opensAttempt ? 1 : 0;
    this.changes += 1;
    return true;
  }
}

/** Whether a case may go from one state to the next in one step. */
export function isStep(from: string, to: string): boolean {
  return Object.values(RULES).some((rule) => rule.to === to && rule.from.includes(from));
}

export const statesFor = (name: ModelTransition): string[] => RULES[name].from;
