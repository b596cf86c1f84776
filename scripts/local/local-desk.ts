import { readFile } from 'node:fs/promises';
import { performance } from 'node:perf_hooks';
import {
  ProviderError,
  Sensitive,
  type Check,
  type ComparedField,
  type EvidenceKind,
  type ProviderReport,
  type SessionContext,
} from '../../providers/kit/index.js';
import { InferenceClient } from '../../providers/local/client.js';
import { faceModelChoice, localEnvironment } from '../../providers/local/config.js';
import { datesOnEarth } from '../../providers/local/documents/calendar.js';
import { toComparedFields } from '../../providers/local/compared-fields.js';
import { evaluateDocument } from '../../providers/local/documents/evaluation/evaluate-document.js';
import { createLocalAdapter, type LocalAdapter } from '../../providers/local/adapter.js';
import type { Answer, CompareAnswer, Failure, ReadAnswer, VerifyAnswer } from './answers.js';
import type { BatchLine, Question } from './questions.js';
import { isReadable, sideAnswer } from './side-answer.js';

export interface DeskOptions {
  /** As `LOCAL_MODEL_SET`; the environment's when absent. */
  set?: string;
  workers: number;
}

/** A file that a question names cannot be read. */
class UnreadableFileError extends Error {
  override readonly name = 'UnreadableFileError';
}

const SESSION = { reference: 'command-line', externalId: 'command-line', attempt: 1, nonce: '', returnUrl: '' };

/** Two tries: a process that a picture before this one brought down says nothing about this one. */
const MOST_TRIES = 2;

/** Does what `npm run local` is asked, in the product's own worker processes. Close it at the end. */
export class LocalDesk {
  private readonly client: InferenceClient;
  private readonly adapter: LocalAdapter;

  /** Throws ZodError for a set or an environment that does not exist. */
  constructor({ set, workers }: DeskOptions) {
    const settings = localEnvironment.parse(set === undefined ? process.env : { ...process.env, LOCAL_MODEL_SET: set });
    this.client = new InferenceClient({
      modelsDir: settings.LOCAL_MODELS_DIR,
      faces: faceModelChoice(settings),
      timeoutMs: settings.LOCAL_INFERENCE_TIMEOUT_MS,
      memoryMegabytes: settings.LOCAL_INFERENCE_MEMORY_MB,
      workers,
      maxWaiting: Number.POSITIVE_INFINITY,
      logger: { info: () => undefined, warn: () => undefined },
    });
    this.adapter = createLocalAdapter(this.client, { now: () => new Date() });
  }

  /** Whether the models are the pinned ones. */
  health(): Promise<{ ok: boolean; detail?: string }> {
    return this.client.health();
  }

  /** Never rejects: what cannot be answered is an answer of its own. */
  async answer(line: BatchLine): Promise<Answer> {
    if ('problem' in line) return failure({ id: line.id, kind: 'unknown' }, 'line_not_understood', line.problem);
    const about = { id: line.id, kind: line.question.kind };
    const startedAt = performance.now();
    try {
      const found = await this.look(line.question);
      return { id: line.id, ...found, milliseconds: Math.round(performance.now() - startedAt) };
    } catch (error) {
      if (error instanceof UnreadableFileError) return failure(about, 'file_unreadable', error.message);
      const code = error instanceof ProviderError ? error.code : 'broken';
      return failure(about, answerable(code), error instanceof Error ? error.message : 'It failed.');
    }
  }

  close(): Promise<void> {
    return this.client.close();
  }

  private look(question: Question): Promise<Untimed> {
    switch (question.kind) {
      case 'compare':
        return this.compare(question.paths);
      case 'verify':
        return this.verify(question.paths);
      case 'read':
        return this.read(question.paths);
    }
  }

  private async compare([one, other]: readonly [string, string]): Promise<Omit<CompareAnswer, 'id' | 'milliseconds'>> {
    const [first, second] = await Promise.all([readPicture(one), readPicture(other)]);
    const { pictures, comparison, procedure } = await again(() => this.client.compareTwo(first, second));
    return {
      kind: 'compare',
      outcome: comparison ? 'compared' : 'not_acquired',
      pictures: [{ reasons: pictures[0].reasons }, { reasons: pictures[1].reasons }],
      usable: comparison?.usable ?? false,
      similarity: comparison?.similarity ?? null,
      band: comparison?.band ?? null,
      samePhotograph: comparison?.samePhotograph ?? null,
      procedure,
    };
  }

  private async read([front, back]: Extract<Question, { kind: 'read' }>['paths']): Promise<
    Omit<ReadAnswer, 'id' | 'milliseconds'>
  > {
    const pictures = {
      front: await readPicture(front),
      back: back === undefined ? undefined : await readPicture(back),
    };
    const now = new Date();
    const day = datesOnEarth(now).latest;
    const reading = await again(() => this.client.read(pictures, day));
    const { checks, identity, document, comparisons } = evaluateDocument({ reading, now });
    return {
      kind: 'read',
      outcome: isReadable(reading.front) || (reading.back && isReadable(reading.back)) ? 'read' : 'not_acquired',
      front: sideAnswer(reading.front, day),
      back: reading.back ? sideAnswer(reading.back, day) : null,
      checks: checks.map(checkAnswer),
      compared: toComparedFields(comparisons).map(comparedAnswer),
      identity: identity ?? null,
      document: document ?? null,
    };
  }

  private async verify(
    paths: Extract<Question, { kind: 'verify' }>['paths'],
  ): Promise<Omit<VerifyAnswer, 'id' | 'milliseconds'>> {
    const names: Partial<Record<EvidenceKind, string>> = {
      document_front: paths.document,
      document_back: paths.back,
      selfie: paths.selfie,
    };
    // Read before anything is asked, so that a missing file is told apart from a picture that cannot be used.
    const pictures = new Map<string, Sensitive<Uint8Array>>();
    for (const [kind, path] of [...Object.entries(names), ['reference', paths.reference] as const]) {
      if (path !== undefined) pictures.set(kind, new Sensitive(await readPicture(path)));
    }
    const context: SessionContext = {
      ...SESSION,
      evidence: {
        read: async (kind) => pictures.get(kind),
        isSaidToBeLive: async () => false,
        readReferencePortrait: async () => pictures.get('reference'),
      },
    };
    return verifyAnswer(await again(() => this.adapter.fetchResult(context)));
  }
}

type Untimed =
  | Omit<CompareAnswer, 'id' | 'milliseconds'>
  | Omit<ReadAnswer, 'id' | 'milliseconds'>
  | Omit<VerifyAnswer, 'id' | 'milliseconds'>;

const checkAnswer = ({ kind, result, reasonCodes, rawName, score, level }: Check): VerifyAnswer['checks'][number] => ({
  kind,
  result,
  reasonCodes,
  rawName,
  score,
  level,
});

const comparedAnswer = ({ between: [one, other], ...rest }: ComparedField): VerifyAnswer['compared'][number] => ({
  ...rest,
  between: [one, other],
});

function verifyAnswer({
  checks,
  compared = [],
  identity,
  document,
  provenance,
}: ProviderReport): Omit<VerifyAnswer, 'id' | 'milliseconds'> {
  return {
    kind: 'verify',
    outcome: 'reported',
    checks: checks.map(checkAnswer),
    compared: compared.map(comparedAnswer),
    identity: identity?.reveal() ?? null,
    document: document?.reveal() ?? null,
    procedure: provenance.procedure ?? '',
  };
}

async function again<Result>(ask: () => Promise<Result>): Promise<Result> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ask();
    } catch (error) {
      const passing = error instanceof ProviderError && (error.code === 'unavailable' || error.code === 'timeout');
      if (!passing || tries >= MOST_TRIES) throw error;
    }
  }
}

function readPicture(path: string): Promise<Uint8Array> {
  return readFile(path).catch((error: NodeJS.ErrnoException) => {
    throw new UnreadableFileError(`${path}: ${error.code ?? 'cannot be read'}`);
  });
}

const ANSWERABLE = ['timeout', 'unavailable', 'broken', 'rejected'] as const;

function answerable(code: string): Failure['error']['code'] {
  return ANSWERABLE.find((known) => known === code) ?? 'unavailable';
}

function failure(about: Pick<Failure, 'id' | 'kind'>, code: Failure['error']['code'], message: string): Failure {
  return { ...about, outcome: 'error', error: { code, message } };
}
