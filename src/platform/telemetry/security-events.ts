import { Injectable } from '@nestjs/common';
import { Logger } from '../logging/logger.js';
import type { SECURITY_EVENT_TYPES } from './outcome-labels.js';
import { Metrics } from './metrics.js';

export type SecurityEventType = (typeof SECURITY_EVENT_TYPES)[number];

/** Whose event it is, by ids that mean nothing outside. */
export interface SecurityEventFacts {
  caseId?: string;
  credentialId?: string;
  subjectId?: string;
  policyId?: string;
  policyVersion?: number;
}

/** Somebody who adds rows by the thousand is known by then. */
const MOST_REMEMBERED = 1_000;

/**
 * Counts an event for the security team's alerts, and logs it for the person who investigates. Inside a transaction it
 * is reported by `tx.onCommit`: a rolled-back event did not happen.
 */
@Injectable()
export class SecurityEvents {
  readonly #reported = new Set<string>();

  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  report(type: SecurityEventType, facts: SecurityEventFacts = {}): void {
    this.metrics.securityEvents.inc({ type });
    this.logger.warn('security_event', { type, ...facts });
  }

  /** Once in each process, for what somebody could have reported as often as they like. */
  reportOnce(type: SecurityEventType, facts: SecurityEventFacts): void {
    const name = JSON.stringify([type, facts]);
    if (this.#reported.size >= MOST_REMEMBERED || this.#reported.has(name)) return;
    this.#reported.add(name);
    this.report(type, facts);
  }
}
