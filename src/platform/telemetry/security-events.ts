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
}

/**
 * What a security team should see, counted for its alerts and logged for whoever looks after one. Inside a transaction it
 * is reported by `tx.onCommit`: what was rolled back did not happen.
 */
@Injectable()
export class SecurityEvents {
  constructor(
    private readonly metrics: Metrics,
    private readonly logger: Logger,
  ) {}

  report(type: SecurityEventType, facts: SecurityEventFacts = {}): void {
    this.metrics.securityEvents.inc({ type });
    this.logger.warn('security_event', { type, ...facts });
  }
}
