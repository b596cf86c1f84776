import { Injectable } from '@nestjs/common';
import { CaptureAdmission, type CaptureVisit } from '../../identity-evidence/capture-admission.js';
import { Database } from '../../platform/database/database.js';
import { Problem } from '../../platform/errors/problem.js';
import { HandoffRenewal } from '../routing/handoff-renewal.js';
import { SessionStore } from '../session/session-store.js';

/**
 * Where a click on "go to the partner" leads. The address is the stored one of the case's own session, or a fresh one
 * of it: nothing the browser sends has a part in it (T8). It goes to the bound browser alone (T46).
 */
@Injectable()
export class PartnerVisit {
  constructor(
    private readonly database: Database,
    private readonly admission: CaptureAdmission,
    private readonly sessions: SessionStore,
    private readonly renewal: HandoffRenewal,
  ) {}

  /**
   * Safe in a `Location` header.
   * @throws Problem consent_required | capture_binding_missing | wrong_state | too_many_requests | dependency_unavailable
   */
  async addressFor(visit: Omit<CaptureVisit, 'reply'>): Promise<string> {
    const session = await this.database.transaction(async (tx) => {
      const { id, attempt } = await this.admission.readmit(tx, visit);
      return this.sessions.findLiving(tx, id, attempt);
    });
    if (!session) throw new Problem('wrong_state');
    const { url } = await this.renewal.forOneVisit(session);
    return new URL(url).href;
  }
}
