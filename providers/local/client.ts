import { ProviderError, type CheckReason, type EvidenceKind, type LoggerPort, type TimingPort } from '../kit/index.js';
import type { DocumentPictures } from './documents/document-reader.js';
import type { DocumentReading, SideReading } from './documents/document-reading.js';
import { DEFAULT_MEMORY_MEGABYTES } from './config.js';
import { DOCUMENT_MODEL_IDS } from './documents/document-models.js';
import { readDocument } from './documents/read-document.js';
import { readFaceModels, type FaceModelChoice } from './face-models.js';
import { ModelUnusableError, readVerifiedModels } from './model-files.js';
import type {
  ComparisonPictures,
  FaceComparison,
  InferenceAnswers,
  InferenceTask,
  PictureComparison,
  WorkerMessage,
} from './types.js';
import { WaitingJobs, type Job } from './waiting-jobs.js';
import { workerEntry } from './worker-entry.js';
import { WorkerProcess } from './worker-process.js';

export interface InferenceClientOptions {
  modelsDir: string;
  /** `fused` when left out. */
  faces?: FaceModelChoice;
  /** For one task, and for loading the models. */
  timeoutMs: number;
  workers: number;
  /** For each process; `DEFAULT_MEMORY_MEGABYTES` when left out. */
  memoryMegabytes?: number;
  logger: LoggerPort;
  timings?: TimingPort;
  /** Tasks waiting for a free worker before further ones are refused. */
  maxWaiting?: number;
  /** Compiled worker; another one only in tests. */
  entry?: string;
}

interface Slot {
  process: WorkerProcess;
  ready: boolean;
  job?: Job;
  /** When it got the job, by `performance.now()`. */
  givenAtMs?: number;
  deadline?: NodeJS.Timeout;
}

const DEFAULT_MAX_WAITING = 16;
/** Of the queue, for looks at pictures just taken: however many come, there is room for what decides a case. */
const SHARE_OF_LOOKS = 1 / 2;
const LOOKS: ReadonlySet<InferenceTask['kind']> = new Set(['check_capture', 'glance_at_document', 'fingerprint']);
const CRASHES_UNTIL_BROKEN = 3;

/** Of the memory a process may take: one that holds more after a task is renewed before it runs out within the next. */
const RENEWAL_SHARE = 2 / 3;

/**
 * Supervises the child processes that look at pictures: a bounded queue in which no task grows old, a deadline per task,
 * bounded memory, a new process after a crash or a failure. Processes start with the first task and stay warm. Every
 * method throws `ProviderError`: `rate_limited` (queue full), `timeout`, `unavailable` (the process died or failed), `broken` (models
 * missing or altered, or processes died or failed several times in a row).
 */
export class FaceInferenceClient {
  private readonly waiting: WaitingJobs;
  private readonly slots = new Set<Slot>();
  private lastId = 0;
  private crashesInARow = 0;
  private closed = false;

  constructor(private readonly options: InferenceClientOptions) {
    this.waiting = new WaitingJobs(options.timeoutMs);
  }

  compare(pictures: ComparisonPictures): Promise<FaceComparison> {
    return this.enqueue<'compare'>({ kind: 'compare', pictures });
  }

  /** Compares any two pictures of faces. */
  compareTwo(one: Uint8Array, other: Uint8Array): Promise<PictureComparison> {
    return this.enqueue<'compare_two'>({ kind: 'compare_two', pictures: [one, other] });
  }

  /** The code by which the same photograph is known again on another case; undefined when it shows no face. */
  fingerprint(picture: Uint8Array): Promise<Uint8Array | undefined> {
    return this.enqueue<'fingerprint'>({ kind: 'fingerprint', picture });
  }

  /** What can be read on a document. @param day ISO 8601, the latest date that it is anywhere */
  read(pictures: DocumentPictures, day: string): Promise<DocumentReading> {
    return readDocument(pictures, {
      day,
      readSide: (picture, side) => this.enqueue<'read_side'>({ kind: 'read_side', picture, day, ...side }),
    });
  }

  /** What one side of a document says besides its print. @param day as in {@link read} */
  glance(picture: Uint8Array, day: string): Promise<SideReading> {
    return this.enqueue<'glance_at_document'>({ kind: 'glance_at_document', picture, day });
  }

  /** A quick look for a face or a portrait in a picture just taken; empty when it will do. */
  checkCapture(evidence: EvidenceKind, picture: Uint8Array): Promise<CheckReason[]> {
    return this.enqueue<'check_capture'>({ kind: 'check_capture', evidence, picture });
  }

  /** Checks the model files, so that a missing or altered one shows at start and not at the first comparison. */
  async health(): Promise<{ ok: boolean; detail?: string }> {
    try {
      await readFaceModels(this.options.modelsDir, this.faces);
      await readVerifiedModels(this.options.modelsDir, DOCUMENT_MODEL_IDS);
    } catch (error) {
      return { ok: false, detail: error instanceof ModelUnusableError ? error.message : 'The models cannot be read.' };
    }
    if (this.crashesInARow >= CRASHES_UNTIL_BROKEN) return { ok: false, detail: 'The inference process keeps ending.' };
    return { ok: true };
  }

  /** Process ids, for tests and operators. */
  get workerPids(): number[] {
    return [...this.slots].flatMap(({ process }) => process.pid ?? []);
  }

  /** Ends the processes; waiting tasks fail as `unavailable`. */
  async close(): Promise<void> {
    this.closed = true;
    for (const slot of [...this.slots]) this.retire(slot, unavailable('The inference client was closed.'));
    this.waiting.rejectAll(unavailable('The inference client was closed.'));
  }

  private get faces(): FaceModelChoice {
    return this.options.faces ?? { set: 'fused' };
  }

  private get memoryMegabytes(): number {
    return this.options.memoryMegabytes ?? DEFAULT_MEMORY_MEGABYTES;
  }

  private enqueue<Kind extends keyof InferenceAnswers>(task: InferenceTask): Promise<InferenceAnswers[Kind]> {
    if (this.closed) return Promise.reject(unavailable('The inference client was closed.'));
    const room = (this.options.maxWaiting ?? DEFAULT_MAX_WAITING) * (LOOKS.has(task.kind) ? SHARE_OF_LOOKS : 1);
    if (this.waiting.size >= room) {
      return Promise.reject(
        new ProviderError('rate_limited', 'Too many pictures are waiting.', { retryAfterSeconds: 5 }),
      );
    }
    return new Promise((resolve, reject) => {
      // The worker answers a task with the answer of its kind.
      const settle = resolve as Job['resolve'];
      this.waiting.add({ id: ++this.lastId, task, askedAtMs: performance.now(), resolve: settle, reject });
      this.assign();
    });
  }

  private assign(): void {
    for (const slot of this.slots) {
      if (slot.ready && !slot.job && this.waiting.size > 0) this.give(slot, this.waiting.next());
    }
    const starting = [...this.slots].filter(({ ready }) => !ready).length;
    if (this.waiting.size > starting && this.slots.size < this.options.workers) this.start();
  }

  private give(slot: Slot, job: Job | undefined): void {
    if (!job) return;
    slot.job = job;
    slot.givenAtMs = performance.now();
    this.options.timings?.observe('wait', (slot.givenAtMs - job.askedAtMs) / 1_000);
    slot.process.setBusy(true);
    slot.deadline = setTimeout(() => this.expire(slot, 'A picture took too long.'), this.options.timeoutMs);
    slot.process.send({ id: job.id, task: job.task });
  }

  private start(): void {
    const slot: Slot = {
      ready: false,
      process: new WorkerProcess({
        entry: this.options.entry ?? workerEntry(),
        modelsDir: this.options.modelsDir,
        faces: this.faces,
        memoryMegabytes: this.memoryMegabytes,
        onMessage: (message) => this.receive(slot, message),
        onExit: () => this.lose(slot, 'ended unexpectedly'),
      }),
    };
    slot.deadline = setTimeout(() => this.expire(slot, 'The models took too long to load.'), this.options.timeoutMs);
    this.slots.add(slot);
  }

  private receive(slot: Slot, message: WorkerMessage): void {
    if (!this.slots.has(slot)) return;
    if (message.kind === 'unusable') return this.giveUp(slot, message.reason);
    if (message.kind === 'ready') {
      clearTimeout(slot.deadline);
      slot.ready = true;
      slot.process.setBusy(false);
    } else if (slot.job?.id === message.id) {
      // What failed once, in native code or for want of memory, is not trusted with another picture.
      if (message.kind === 'failed') return this.lose(slot, 'could not finish a task');
      this.finish(slot, slot.job, message);
    }
    this.assign();
  }

  private finish(slot: Slot, job: Job, { answer, residentBytes }: Extract<WorkerMessage, { kind: 'answered' }>): void {
    clearTimeout(slot.deadline);
    slot.job = undefined;
    slot.process.setBusy(false);
    this.crashesInARow = 0;
    if (slot.givenAtMs !== undefined)
      this.options.timings?.observe(job.task.kind, (performance.now() - slot.givenAtMs) / 1_000);
    job.resolve(answer);
    const residentMegabytes = Math.round(residentBytes / 2 ** 20);
    if (residentMegabytes <= this.memoryMegabytes * RENEWAL_SHARE) return;
    this.options.logger.warn('local inference process is renewed for its size', { residentMegabytes });
    this.retire(slot, unavailable('The inference process was renewed.'));
  }

  private expire(slot: Slot, message: string): void {
    this.options.logger.warn('local inference process was stopped after its deadline');
    this.crashesInARow += 1;
    this.retire(slot, new ProviderError('timeout', message));
    this.assign();
  }

  /** The process ended by itself – killed, out of memory, or crashed in native code – or can no longer be used. */
  private lose(slot: Slot, what: string): void {
    if (!this.slots.has(slot)) return;
    this.crashesInARow += 1;
    this.options.logger.warn(`local inference process ${what}`, { crashesInARow: this.crashesInARow });
    const error = this.crashError();
    if (!slot.job) this.waiting.next()?.reject(error);
    this.retire(slot, error);
    this.assign();
  }

  private giveUp(slot: Slot, reason: string): void {
    this.options.logger.warn('local models are not usable', { reason });
    this.retire(slot, new ProviderError('broken', reason));
    this.waiting.rejectAll(new ProviderError('broken', reason));
  }

  private retire(slot: Slot, error: ProviderError): void {
    this.slots.delete(slot);
    clearTimeout(slot.deadline);
    slot.process.kill();
    slot.job?.reject(error);
    slot.job = undefined;
  }

  private crashError(): ProviderError {
    return this.crashesInARow >= CRASHES_UNTIL_BROKEN
      ? new ProviderError('broken', 'The inference process keeps ending.')
      : unavailable('The inference process ended.');
  }
}

function unavailable(message: string): ProviderError {
  return new ProviderError('unavailable', message);
}
