import { Inject, Injectable } from '@nestjs/common';
import { PortraitOrphans } from './directory/portrait-orphans.js';
import { BACKUP_HORIZON_DAYS } from './erasure/deletion-receipt.js';
import { pruneTombstones } from './erasure/tombstones.js';
import { EvidenceOrphans } from './identity-evidence/evidence-orphans.js';
import { Clock } from './platform/clock/clock.js';
import { OBJECT_STORE } from './platform/platform.module.js';
import type { Steps } from './platform/process/rounds.js';
import type { ObjectStore } from './platform/storage/object-store.port.js';
import type { HourlyTask } from './platform/telemetry/sweep-labels.js';

const DAY_MS = 86_400_000;

/**
 * Removes from the object store what no row points at, because a process that stored a picture or a portrait died before it
 * was recorded; and stones past their use.
 */
@Injectable()
export class ObjectSweeps {
  readonly steps: Steps<HourlyTask>;

  constructor(
    pictures: EvidenceOrphans,
    portraits: PortraitOrphans,
    @Inject(OBJECT_STORE) objects: ObjectStore,
    clock: Clock,
  ) {
    this.steps = {
      orphans: () => pictures.sweepOrphans(),
      portraits: () => portraits.sweepOrphans(),
      tombstones: () => pruneTombstones(objects, new Date(clock.now().getTime() - BACKUP_HORIZON_DAYS * DAY_MS)),
    };
  }
}
