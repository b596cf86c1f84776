import { z } from 'zod';
import type { EvidenceKind } from '../../providers/kit/index.js';
import type { Transaction } from '../platform/database/transaction.js';

/**
 * How a picture came, as the person's browser says: taken by the page's camera by itself, by a press, or handed over as a
 * file, which is also what the device's own camera hands over. Anybody can say anything here, so it only ever counts
 * against a picture: a file is one, and a camera's may be anything.
 */
export const HOW_TAKEN = ['camera_auto', 'camera_manual', 'file'] as const;
export type HowTaken = (typeof HOW_TAKEN)[number];

export const HowTakenWord = z.enum(HOW_TAKEN);

/** Whether the browser claims that a camera took it. Saying nothing claims nothing. */
export const isSaidToBeCameras = (taken: HowTaken | undefined): boolean => taken !== undefined && taken !== 'file';

/** What its browser said of an attempt's accepted picture. */
export async function howTaken(
  tx: Transaction,
  of: { caseId: string; attempt: number; kind: EvidenceKind },
): Promise<HowTaken | undefined> {
  const row = await tx.maybeOne<{ taken: HowTaken | null }>`SELECT taken FROM evidence
    WHERE case_id = ${of.caseId} AND attempt = ${of.attempt} AND kind = ${of.kind} AND state = 'accepted'`;
  return row?.taken ?? undefined;
}
