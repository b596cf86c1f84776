import type { FaultRig } from './rig/fault-rig.js';

export interface CrowdReport {
  started: number;
  completed: number;
  /** Waits for a reviewer; `review-reasons.ts` says what for. */
  inReview: number;
  /** What became of the others. */
  others: string[];
  /** Event streams of the page that were cut instead of ended. */
  streamsCut: number;
  streamsEnded: number;
}

/**
 * So many virtual people at once, each followed by the next as soon as they are done, until told to stop; those who are
 * on their way then go on to their end.
 */
export async function crowd(
  rig: FaultRig,
  how: { people: number; over: AbortSignal; patienceMs: number },
): Promise<CrowdReport> {
  const report: CrowdReport = { started: 0, completed: 0, inReview: 0, others: [], streamsCut: 0, streamsEnded: 0 };
  const oneAfterTheOther = async (): Promise<void> => {
    while (!how.over.aborted) await onePerson(rig, { report, patienceMs: how.patienceMs });
  };
  await Promise.all(Array.from({ length: how.people }, oneAfterTheOther));
  return report;
}

async function onePerson(rig: FaultRig, of: { report: CrowdReport; patienceMs: number }): Promise<void> {
  const { report } = of;
  try {
    const [person] = await rig.newPeople(1);
    if (!person) return;
    report.started += 1;
    const recovery = person.recover(of.patienceMs);
    const done = recovery.then(
      () => true,
      () => true,
    );
    void watchUntil(person, { done, report });
    const state = await recovery;
    if (state === 'completed') report.completed += 1;
    else if (state === 'in_review') report.inReview += 1;
    else report.others.push(`${person.caseId} is ${state}`);
  } catch (error) {
    report.others.push(error instanceof Error ? error.message : String(error));
  }
}

/** The page's event stream, opened again whenever it ends, as a browser does. */
async function watchUntil(
  person: { watch(): Promise<boolean | undefined> },
  until: { done: Promise<boolean>; report: CrowdReport },
): Promise<void> {
  const EVERY_MS = 1_000;
  const pause = (): Promise<boolean> => new Promise((resolve) => setTimeout(() => resolve(false), EVERY_MS));
  while (!(await Promise.race([until.done, pause()]))) {
    const ended = await person.watch();
    if (ended === true) until.report.streamsEnded += 1;
    if (ended === false) until.report.streamsCut += 1;
  }
}
