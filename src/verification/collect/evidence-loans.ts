import { Injectable } from '@nestjs/common';
import { Portraits } from '../../directory/portraits.js';
import { EvidenceReader } from '../../identity-evidence/evidence-reader.js';
import { Database } from '../../platform/database/database.js';
import { wasGivenUp } from '../session/verification-session.js';
import { CaseEvidence } from './case-evidence.js';
import type { DueLook } from './due-looks.js';

/** Lends a provider the pictures that our own pages took. */
@Injectable()
export class EvidenceLoans {
  constructor(
    private readonly reader: EvidenceReader,
    private readonly portraits: Portraits,
    private readonly database: Database,
  ) {}

  /** Only a provider whose pictures we took ourselves gets to see them, and only while its answer is waited for. */
  forLook({ recoveryCase, session, adapter }: DueLook): CaseEvidence | undefined {
    if (adapter?.capabilities.handoff !== 'capture' || wasGivenUp(session)) return undefined;
    const { id: caseId, subjectId } = recoveryCase;
    const sources = { reader: this.reader, portraits: this.portraits, database: this.database };
    return new CaseEvidence(sources, { caseId, subjectId, attempt: session.attempt });
  }
}
