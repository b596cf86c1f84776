import type { EvidenceKind, EvidencePort, Sensitive } from '../../../providers/kit/index.js';
import type { Portraits } from '../../directory/portraits.js';
import type { EvidenceReader } from '../../identity-evidence/evidence-reader.js';
import { howTaken, isSaidToBeCameras } from '../../identity-evidence/how-taken.js';
import { CaseShreddedError } from '../../platform/crypto/case-keys.js';
import { SealBrokenError } from '../../platform/crypto/sealing.js';
import { type Database } from '../../platform/database/database.js';
import { DatabaseUnavailableError } from '../../platform/database/database-errors.js';
import { FailpointError } from '../../platform/failpoints/failpoints.js';
import {
  ObjectCorruptError,
  ObjectNotFoundError,
  ObjectStoreUnavailableError,
} from '../../platform/storage/object-store.errors.js';

export type EvidenceFault = 'unavailable' | 'lost';

/**
 * The pictures of one attempt for a provider that looks at them. It remembers why a read failed: whatever an adapter
 * makes of the error, an object store that is down is not the provider's failure.
 */
export class CaseEvidence implements EvidencePort {
  #fault: EvidenceFault | undefined;

  constructor(
    private readonly sources: { reader: EvidenceReader; portraits: Portraits; database: Database },
    private readonly owner: { caseId: string; attempt: number; subjectId: string },
  ) {}

  get fault(): EvidenceFault | undefined {
    return this.#fault;
  }

  async read(kind: EvidenceKind): Promise<Sensitive<Uint8Array> | undefined> {
    const { caseId, attempt } = this.owner;
    return this.noting(() => this.sources.reader.readUnhurried({ caseId, attempt, kind }));
  }

  async isSaidToBeLive(kind: EvidenceKind): Promise<boolean> {
    const { caseId, attempt } = this.owner;
    return this.noting(async () =>
      isSaidToBeCameras(await this.sources.database.read((tx) => howTaken(tx, { caseId, attempt, kind }))),
    );
  }

  async readReferencePortrait(): Promise<Sensitive<Uint8Array> | undefined> {
    return this.noting(() => this.sources.portraits.read(this.owner.subjectId));
  }

  private async noting<Result>(read: () => Promise<Result>): Promise<Result> {
    try {
      return await read();
    } catch (error) {
      this.#fault ??= faultOf(error);
      throw error;
    }
  }
}

const UNAVAILABLE = [ObjectStoreUnavailableError, DatabaseUnavailableError, FailpointError];
const LOST = [ObjectCorruptError, ObjectNotFoundError, SealBrokenError, CaseShreddedError];

function faultOf(error: unknown): EvidenceFault | undefined {
  if (UNAVAILABLE.some((kind) => error instanceof kind)) return 'unavailable';
  return LOST.some((kind) => error instanceof kind) ? 'lost' : undefined;
}
