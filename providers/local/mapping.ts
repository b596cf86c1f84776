import { notRun, type Check, type CheckReason, type CheckResult } from '../kit/index.js';
import type { ReadingPlace } from './documents/picture/reading-place.js';
import { COMPARISON_BANDS, type ComparisonBand } from './faces/comparison-bands.js';
import { portraitPlaceReasons } from './portrait-place.js';
import type { FaceComparison, FaceFinding, FacePairComparison, SecondPortraitComparison } from './types.js';

/** Nothing there to compare is a refusal; a poor picture leaves the question open. */
const REFUSING_REASONS: ReadonlySet<CheckReason> = new Set([
  'no_face_found',
  'several_faces_found',
  'no_portrait_on_document',
]);

/** Worst first. */
const SEVERITY: readonly CheckResult[] = ['fail', 'indeterminate', 'pass'];

type Outcome = Pick<Check, 'result' | 'reasonCodes' | 'score' | 'level'>;

/**
 * Every kind but those that `evaluateDocument` answers.
 *
 * @param place where the document was read; without it nothing says whose portrait was compared
 */
export function toFaceChecks(seen: FaceComparison, place: ReadingPlace | undefined): Check[] {
  const { reasons, faces } = seen.document;
  const document = { faces, reasons: [...reasons, ...portraitPlaceReasons(faces, place)] };
  const comparison: FaceComparison = { ...seen, document };
  return [
    { kind: 'face_match', rawName: 'selfie_to_document', ...faceMatch(comparison) },
    { kind: 'reference_portrait_match', rawName: 'both_to_reference', ...referenceMatch(comparison) },
    { kind: 'presentation_attack', ...attackSignal(comparison) },
    // Nothing here looks for it. Said, so that nobody can take silence for a pass.
    notRun('injection_attack', 'not_supported_by_provider'),
  ];
}

function faceMatch({ selfie, document, selfieToDocument, secondPortrait }: FaceComparison): Outcome {
  return worst(
    [selfie, document],
    [pairOutcome(selfieToDocument, { liveInPair: true }), ...secondPortraitOutcomes(secondPortrait)],
  );
}

/** A portrait that is not the one printed small beside it may have been put in its place. Agreement adds nothing. */
function secondPortraitOutcomes(second: SecondPortraitComparison | undefined): Outcome[] {
  return second?.agreement === 'differs' ? [{ result: 'indeterminate', reasonCodes: ['document_inconsistent'] }] : [];
}

/** What a reader of the result must know about the signal; measured, see README "The attack signal". */
export const ATTACK_SIGNAL_NAME = 'one picture, passive: caught 19 % of screens, 46 % of prints in simulation';

/**
 * A suspicion lowers trust, and nothing seen leaves the question open: this signal lets most attacks through, so that no
 * answer of it ever passes (T70). Only where nobody looked was the check not run.
 */
function attackSignal({ attack, selfie }: FaceComparison): Outcome & Pick<Check, 'rawName'> {
  if (!attack) return { result: 'not_run', reasonCodes: ['not_supported_by_provider'] };
  if (attack.state === 'not_looked') return { result: 'not_run', reasonCodes: selfie.reasons };
  const measured = { rawName: ATTACK_SIGNAL_NAME, score: attack.live, level: attack.state };
  const suspicion: CheckReason[] = attack.state === 'suspected' ? ['presentation_attack_suspected'] : [];
  return { ...measured, result: 'indeterminate', reasonCodes: [...suspicion, 'passive_signal_only'] };
}

/** Selfie and document portrait must both be the enrolled person; the same photograph on card and record is usual. */
function referenceMatch(comparison: FaceComparison): Outcome {
  const { selfie, document, reference, selfieToReference, documentToReference } = comparison;
  if (!reference) return { result: 'not_run', reasonCodes: ['no_reference_on_record'] };
  // Nobody who stands before the camera can take that picture again.
  const onRecord: FaceFinding = { reasons: reference.reasons.length > 0 ? ['reference_unusable'] : [] };
  return worst(
    [selfie, document, onRecord],
    [pairOutcome(selfieToReference, { liveInPair: true }), pairOutcome(documentToReference, { liveInPair: false })],
  );
}

function pairOutcome(pair: FacePairComparison | undefined, { liveInPair }: { liveInPair: boolean }): Outcome {
  if (!pair) return NOT_COMPARED;
  const measured = { score: pair.similarity, level: pair.band };
  // Two pictures that are one photograph are not evidence of a person in front of a camera, however alike they are.
  if (liveInPair && pair.samePhotograph)
    return { result: 'fail', reasonCodes: ['selfie_copies_portrait'], ...measured };
  if (!pair.usable) return NOT_COMPARED;
  return { ...BAND_OUTCOMES[pair.band], ...measured };
}

const NOT_COMPARED: Outcome = { result: 'indeterminate', reasonCodes: ['data_missing'] };

const BAND_OUTCOMES: Readonly<Record<ComparisonBand, Outcome>> = {
  strong: { result: 'pass', reasonCodes: ['ok'] },
  match: { result: 'pass', reasonCodes: ['ok'] },
  unsure: { result: 'indeterminate', reasonCodes: ['faces_similar_unsure'] },
  different: { result: 'fail', reasonCodes: ['faces_differ'] },
};

/**
 * The worst result with all reasons of that rank; score and level are those of the least alike pair. A pair that was
 * not compared needs no reason of its own where a picture already gives one.
 */
function worst(findings: readonly FaceFinding[], pairs: readonly Outcome[]): Outcome {
  const unusable = findings.filter(({ reasons }) => reasons.length > 0).map(findingOutcome);
  const outcomes = [...unusable, ...pairs.filter((pair) => unusable.length === 0 || pair !== NOT_COMPARED)];
  const result = SEVERITY.find((rank) => outcomes.some((outcome) => outcome.result === rank)) ?? 'indeterminate';
  const reasonCodes = new Set(
    outcomes.filter((outcome) => outcome.result === result).flatMap((outcome) => outcome.reasonCodes),
  );
  const scores = outcomes.flatMap(({ score }) => score ?? []);
  return {
    result,
    reasonCodes: [...reasonCodes],
    score: scores.length > 0 ? Math.min(...scores) : undefined,
    level: COMPARISON_BANDS.findLast((band) => outcomes.some((outcome) => outcome.level === band)),
  };
}

function findingOutcome({ reasons }: FaceFinding): Outcome {
  const refused = reasons.some((reason) => REFUSING_REASONS.has(reason));
  return { result: refused ? 'fail' : 'indeterminate', reasonCodes: reasons };
}
