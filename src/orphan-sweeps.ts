import { Inject, Injectable } from '@nestjs/common';
import { PortraitOrphans } from './directory/portrait-orphans.js';
import { BACKUP_HORIZON_DAYS } from './erasure/deletion-receipt.js';
import { pruneTombstones } from './erasure/tombstones.js';
import { EvidenceOrphans } from './identity-evidence/evidence-orphans.js';
import { Clock } from './platform/clock/clock.js';
import { OBJECT_STORE } from './platform/platform.module.js';
import type { ObjectStore } from './platform/storage/object-store.port.js';

const DAY_MS = 86_400_000;

/** Objects no row points at: whoever stored a picture or a portrait died before it was recorded. And stones past their use. */
@Injectable()
export class OrphanSweeps {
  constructor(
    private readonly ofEvidence: EvidenceOrphans,
    private readonly ofDirectory: PortraitOrphans,
    @Inject(OBJECT_STORE) private readonly objects: ObjectStore,
    private readonly clock: Clock,
  ) {}

  pictures(): Promise<unknown> {
    return this.ofEvidence.sweepOrphans();
  }

  portraits(): Promise<unknown> {
    return this.ofDirectory.sweepOrphans();
  }

  tombstones(): Promise<unknown> {
    return pruneTombstones(this.objects, new Date(this.clock.now().getTime() - BACKUP_HORIZON_DAYS * DAY_MS));
  }
}
