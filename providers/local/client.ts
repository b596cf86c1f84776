import { ProviderError, type EvidenceKind } from '../kit/index.js';
import { roomForChecks, type CheckRoom } from './check-room.js';
import type { DocumentPictures } from './documents/document-reader.js';
import type { DocumentReading, SideReading } from './documents/document-reading.js';
import { DEFAULT_MEMORY_MEGABYTES } from './config.js';
import { readDocument } from './documents/read-document.js';
import { modelFault } from './model-fault.js';
import type { FaceModelChoice } from './face-models.js';
import type {
  CheckAnswer,
  CheckPictures,
  ComparisonPictures,
  FaceComparison,
  FaceFinding,
  InferenceAnswers,
  InferenceTask,
  PictureComparison,
  WorkerMessage,
} from './types.js';
import type { InferenceClientOptions } from './client-options.js';
import { WaitingJobs, type Job } from './waiting-jobs.js';
import { sideReader, wholeCheck } from './whole-check.js';
import { workerEntry } from './worker-entry.js';
import { WorkerProcess } from './worker-process.js';
import { anyWorks, type Slot } from './worker-slot.js';

const DEFAULT_MAX_WAITING = 16;
/** Share of the queue for first looks at pictures. However many come, there is room for checks that decide a case. */
const SHARE_OF_LOOKS = 1 / 2;
const LOOKS: ReadonlySet<InferenceTask['kind']> = new Set([
  'check_capture',
  'check_reference',
  'glance_at_document',
  'fingerprint',
]);
const CRASHES_UNTIL_BROKEN = 3;

/** So long no further process is started after one that could not begin, while another works: it wants for memory, say. */
const REST_MS = 60_000;

/** Share of a process's memory limit. A process that holds more after a task is renewed, before the next task fails. */
const RENEWAL_SHARE = 2 / 3;

/**
 * Supervises the child processes that look at pictures. It has a bounded queue that takes a check as a whole or not at all
 * and in which no task grows old, a deadline for each task, bounded memory, and a new process after a crash or failure.
 * Processes start with the first task and stay warm. Every method throws `ProviderError`: `busy` (no room; no fault, ask
 * again), `timeout`, `unavailable` (the process died or failed), `broken` (models missing or altered, or processes died or
 * failed several times in a row).
 */
export class InferenceClient {
  private readonly waiting: WaitingJobs;
  private readonly checks: CheckRoom;
  private readonly slots = new Set<Slot>();
  private lastId = 0;
  private crashesInARow = 0;
  /** Why the last process that started could not look at anything. */
  private unusable?: string;
  /** By `performance.now()`. */
  private restUntilMs = 0;
  private closed = false;

  constructor(private readonly options: InferenceClientOptions) {
    this.waiting = new WaitingJobs(options.timeoutMs);
    this.checks = roomForChecks(options);
  }

  /**
   * All of one check: the faces compared and both sides read. Its tasks are let into the queue together or not at all.
   *
   * @param day ISO 8601, as in {@link read}
   * @throws ProviderError also `busy`, while too many other checks are before it
   */
  check(pictures: CheckPictures, day: string): Promise<CheckAnswer> {
    return this.checks.during(() => wholeCheck(pictures, day, (task) => this.add(task)));
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
    return readDocument(pictures, { day, readSide: sideReader((task) => this.enqueue(task), day) });
  }

  /** What one side of a document says besides its print. @param day as in {@link read} */
  glance(picture: Uint8Array, day: string): Promise<SideReading> {
    return this.enqueue<'glance_at_document'>({ kind: 'glance_at_document', picture, day });
  }

  /** A quick look for a face or a portrait in a picture just taken; without reasons it will do. */
  checkCapture(evidence: EvidenceKind, picture: Uint8Array): Promise<InferenceAnswers['check_capture']> {
    return this.enqueue<'check_capture'>({ kind: 'check_capture', evidence, picture });
  }

  /** Whether a picture will do as the portrait that is kept of somebody. */
  checkReference(picture: Uint8Array): Promise<FaceFinding> {
    return this.enqueue<'check_reference'>({ kind: 'check_reference', picture });
  }

  /** Checks the model files, and says what the last process said that could not look at anything. */
  async health(): Promise<{ ok: boolean; detail?: string }> {
    const { modelsDir } = this.options;
    const detail = (await modelFault(modelsDir, this.faces)) ?? this.unusable;
    if (detail !== undefined) return { ok: false, detail };
    if (this.crashesInARow >= CRASHES_UNTIL_BROKEN) return { ok: false, detail: 'The inference process keeps ending.' };
    return { ok: true };
  }

  /** As {@link health}, and has a process look at something: packages are there, and models fit their descriptions. */
  async tryOut(): Promise<{ ok: boolean; detail?: string }> {
    const failure = await this.add({
      kind: 'check_capture',
      evidence: 'document_back',
      picture: new Uint8Array(),
    }).then(
      () => undefined,
      (error: unknown) => (error instanceof Error ? error.message : 'It failed.'),
    );
    const health = await this.health();
    return health.ok && failure !== undefined ? { ok: false, detail: failure } : health;
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
    const room = this.options.maxWaiting ?? DEFAULT_MAX_WAITING;
    const isFull = LOOKS.has(task.kind)
      ? this.waiting.count(({ kind }) => LOOKS.has(kind)) >= room * SHARE_OF_LOOKS
      : this.waiting.size >= room;
    if (isFull)
      return Promise.reject(new ProviderError('busy', 'Too many pictures are waiting.', { retryAfterSeconds: 5 }));
    return this.add(task);
  }

  /** For what has been let in already. */
  private add<Kind extends keyof InferenceAnswers>(task: InferenceTask): Promise<InferenceAnswers[Kind]> {
    if (this.closed) return Promise.reject(unavailable('The inference client was closed.'));
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
    if (this.waiting.size > starting && this.slots.size < this.options.workers && !this.isResting()) this.start();
  }

  private rest(): void {
    this.restUntilMs = performance.now() + REST_MS;
  }

  private isResting(): boolean {
    return anyWorks(this.slots) && performance.now() < this.restUntilMs;
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
      this.unusable = undefined;
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
    if (!slot.ready) this.rest();
    this.retire(slot, new ProviderError('timeout', message));
    this.assign();
  }

  /** The process ended by itself – killed, out of memory, or crashed in native code – or can no longer be used. */
  private lose(slot: Slot, what: string): void {
    if (!this.slots.has(slot)) return;
    this.crashesInARow += 1;
    this.options.logger.warn(`local inference process ${what}`, { crashesInARow: this.crashesInARow });
    const error = this.crashError();
    const { job, ready } = slot;
    this.retire(slot, error);
    // Whoever waits is served by the process that works; without one this would go on for ever.
    if (!ready && anyWorks(this.slots)) this.rest();
    else if (!job) this.waiting.next()?.reject(error);
    this.assign();
  }

  /** The process says that it can look at nothing. So can no other one then, unless one works. */
  private giveUp(slot: Slot, reason: string): void {
    this.options.logger.warn('local models are not usable', { reason });
    this.retire(slot, new ProviderError('broken', reason));
    if (anyWorks(this.slots)) return this.rest();
    this.unusable = reason;
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
