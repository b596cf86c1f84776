import { Injectable } from '@nestjs/common';
import { DeviceConfirmations } from '../adjudication/device/device-confirmations.js';
import { CaptureBindings } from '../flow-session/capture-bindings.js';
import type { Transaction } from '../platform/database/transaction.js';
import type { Request } from '../platform/http/request-context.js';
import type { RecoveryCase } from '../recovery-case/recovery-case.js';
import { CallCodes } from '../recovery-request/call-codes.js';
import type { LivingSessionView } from '../verification/session/verification-sessions.js';
import type { FlowView } from './flow-view.schemas.js';

interface Viewer {
  recoveryCase: RecoveryCase;
  request: Request;
}

/** Shows a browser what only the right one may see: the way to the partner, the number, the code to read out. */
@Injectable()
export class FlowSecrets {
  constructor(
    private readonly captures: CaptureBindings,
    private readonly confirmations: DeviceConfirmations,
    private readonly callCodes: CallCodes,
  ) {}

  /** The living session; its hand-off is shown to the bound browser only. */
  async handoffOf(tx: Transaction, session: LivingSessionView, viewer: Viewer): Promise<LivingSessionView> {
    if (!session.handoff) return session;
    return (await this.boundBrowser(tx, viewer)) === 'this_browser' ? session : { ...session, handoff: undefined };
  }

  /** The number is for the browser that was bound to the attempt; another browser in the flow does not see it. */
  async confirmation(tx: Transaction, viewer: Viewer): Promise<FlowView['confirmation']> {
    const boundBrowser = await this.boundBrowser(tx, viewer);
    return boundBrowser === 'this_browser' ? ((await this.confirmations.shown(tx, viewer.recoveryCase)) ?? null) : null;
  }

  async callCode(tx: Transaction, recoveryCase: RecoveryCase): Promise<string | null> {
    return this.callCodes.shown(tx, recoveryCase);
  }

  private boundBrowser(tx: Transaction, { recoveryCase, request }: Viewer) {
    const { id: caseId, attempt } = recoveryCase;
    return this.captures.boundBrowser(tx, { caseId, attempt, request });
  }
}
