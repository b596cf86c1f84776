import { readDocument, type ReadSide } from './documents/read-document.js';
import type { CheckAnswer, CheckPictures, InferenceAnswers, InferenceTask } from './types.js';

export type Ask = <Kind extends keyof InferenceAnswers>(task: InferenceTask) => Promise<InferenceAnswers[Kind]>;

/**
 * All tasks of one check: the faces compared and both sides read. It ends when all of them have, so that nothing of a
 * check that failed is still at work when the next one begins.
 */
export async function wholeCheck({ back, ...pictures }: CheckPictures, day: string, ask: Ask): Promise<CheckAnswer> {
  const [comparison, reading] = await Promise.allSettled([
    ask<'compare'>({ kind: 'compare', pictures }),
    readDocument({ front: pictures.document, back }, { day, readSide: sideReader(ask, day) }),
  ]);
  return { comparison: valueOf(comparison), reading: valueOf(reading) };
}

export function sideReader(ask: Ask, day: string): ReadSide {
  return (picture, side) => ask<'read_side'>({ kind: 'read_side', picture, day, ...side });
}

function valueOf<Value>(settled: PromiseSettledResult<Value>): Value {
  if (settled.status === 'rejected') throw settled.reason;
  return settled.value;
}
