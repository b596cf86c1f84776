import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';
import { cp, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { isDeepStrictEqual } from 'node:util';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from '@jest/globals';
import { localEnvironment } from '../../providers/local/config.js';
import { MODELS } from '../../providers/local/model-manifest.js';
import type { Applicant } from '../../scripts/harness/applicant.js';
import { eventually } from '../../scripts/harness/eventually.js';
import { startService, type TestService } from '../support/service.js';
import { itWhole } from '../support/whole.js';

/** A check, a wait of five seconds after a fault, loading the models anew and another check, on a busy machine. */
const CHECK_MS = 90_000;
/** Processor time, in clock ticks (proc(5)), that no idle process uses and each check does. */
const UNDER_WAY_TICKS = 10;

/** In a row: between two steps of its work a process may sleep. */
const ASLEEP_LOOKS = 10;

/** The person of these cases, and somebody else whose requests have to go on meanwhile. */
const PERSON = { login: 'demo.ana', mail: 'ana@example.test' };
const OTHER = { login: 'demo.bea', mail: 'bea@example.test' };

/**
 * Each fault takes the better part of a minute: the suite has the one that ends a process in the middle of a check, and all
 * of them below HTTP (providers/local/client.spec.ts). `WHOLE=1` does every one here.
 */
describe('the process that looks at pictures may die (F34, F35)', () => {
  let service: TestService;
  let modelsDir: string;
  let pictures: { document: Buffer; selfie: Buffer };

  beforeAll(async () => {
    modelsDir = await mkdtemp(join(tmpdir(), 'models-'));
    await cp(localEnvironment.parse({}).LOCAL_MODELS_DIR, modelsDir, { recursive: true });
    service = await startService({
      env: {
        LOCAL_MODELS_DIR: modelsDir,
        LOCAL_INFERENCE_TIMEOUT_MS: '15000',
        // Nobody else could do the check instead.
        SIMULATORS: '',
        PROVIDERS: 'local',
        RATE_LIMIT_SCALE: '100',
      },
    });
    const [document, selfie] = await Promise.all([
      service.trial.picture(PERSON.login, 'document_front'),
      service.trial.picture(PERSON.login, 'selfie'),
    ]);
    pictures = { document, selfie };
  });

  afterAll(async () => {
    await service?.end();
    await rm(modelsDir, { recursive: true, force: true });
  });

  beforeEach(async () => {
    for (const { login } of [PERSON, OTHER]) await service.desk.cancelOpenCases(await service.desk.subjectId(login));
  });

  /** A case whose pictures are all there. */
  const readyToSubmit = async (): Promise<{ id: string; applicant: Applicant }> => {
    const earlier = await service.trial.recoveryLinks(PERSON.mail);
    const { id } = await service.desk.openCase({ login: PERSON.login });
    const applicant = service.applicant();
    await applicant.start(await service.trial.recoveryLink(PERSON.mail, earlier));
    await applicant.agree();
    await applicant.chooseDocument();
    await applicant.chooseProvider('local');
    await applicant.upload('document_front', pictures.document);
    await applicant.upload('selfie', pictures.selfie);
    return { id, applicant };
  };

  const submit = async (): Promise<string> => {
    const { id, applicant } = await readyToSubmit();
    (await applicant.http.post('/v1/flow/submit')).expect(202);
    return id;
  };

  /** Nobody loads models any more: a process that does is at work, too, and would be taken for the one that checks. */
  const idle = async (): Promise<void> => {
    let asleep = 0;
    const longAsleep = async (): Promise<boolean> => {
      asleep = inferenceProcesses(service).every(isAsleep) ? asleep + 1 : 0;
      return asleep === ASLEEP_LOOKS;
    };
    await eventually('the processes are idle', longAsleep, { timeoutMs: CHECK_MS });
  };

  /** A case whose check has begun, and the process that does it. */
  const checkUnderWay = async (): Promise<{ id: string; pid: number }> => {
    const { id, applicant } = await readyToSubmit();
    await idle();
    const before = new Map(inferenceProcesses(service).map((pid) => [pid, ticksOf(pid)]));
    (await applicant.http.post('/v1/flow/submit')).expect(202);
    // One that is started for it, now, loads models first.
    const working = (pid: number): boolean => ticksOf(pid) > (before.get(pid) ?? Infinity) + UNDER_WAY_TICKS;
    const pid = await eventually('the check begins', async () => inferenceProcesses(service).find(working));
    return { id, pid };
  };

  /** The case waits, and says for whom and why. */
  const waitOf = async (id: string, error: string): Promise<void> => {
    const entry = await eventually(
      'the case waits',
      async () => (await service.desk.timeline(id)).find(({ type }) => type === 'case.waiting_for_provider'),
      { timeoutMs: CHECK_MS },
    );
    expect(entry.data).toMatchObject({ reason: 'waiting_for_provider', error });
  };

  const isApproved = ({ state }: { state: string }): boolean => state === 'approved';

  const approves = async (id: string): Promise<void> => {
    const decided = await service.desk.caseWhen(id, isApproved, CHECK_MS);
    expect(decided).toMatchObject({ provider: 'local', outcome: { verdict: 'approve' } });
  };

  /** Health, and somebody else’s way through everything but the check. */
  const servesOthers = async (): Promise<void> => {
    for (const path of ['live', 'ready'])
      expect((await fetch(`${service.ready.adminUrl}/health/${path}`)).status).toBe(200);
    const earlier = await service.trial.recoveryLinks(OTHER.mail);
    const { id } = await service.desk.openCase({ login: OTHER.login });
    const other = service.applicant();
    await other.start(await service.trial.recoveryLink(OTHER.mail, earlier));
    await other.agree();
    expect((await other.flow()).step).toBe('document');
    await service.desk.cancel(id);
  };

  it(
    'F34: SIGSEGV in the middle of a check: the case waits, is checked again, and so is the next',
    async () => {
      const { id, pid } = await checkUnderWay();
      process.kill(pid, 'SIGSEGV');
      await waitOf(id, 'unavailable');
      await servesOthers();
      await approves(id);
      await service.desk.cancel(id);
      await approves(await submit());
    },
    4 * CHECK_MS,
  );

  itWhole(
    'F34: a process that stands still in the middle of a check is ended at its deadline, while others are served',
    async () => {
      const { id, pid } = await checkUnderWay();
      process.kill(pid, 'SIGSTOP');
      await servesOthers();
      await waitOf(id, 'timeout');
      expect(inferenceProcesses(service)).not.toContain(pid);
      await approves(id);
      await service.desk.cancel(id);
      await approves(await submit());
    },
    4 * CHECK_MS,
  );

  itWhole(
    'F35: a process that gets no more memory in the middle of a check: the case waits, is checked again, and so is the next',
    async () => {
      const { id, pid } = await checkUnderWay();
      execFileSync('prlimit', ['--pid', String(pid), '--data=1']);
      await waitOf(id, 'unavailable');
      expect(inferenceProcesses(service)).not.toContain(pid);
      await servesOthers();
      await approves(id);
      await service.desk.cancel(id);
      await approves(await submit());
    },
    4 * CHECK_MS,
  );

  const damages: Damage[] = [
    ['the letters of OCR-B have one bit flipped', MODELS.zoneLetters.file, flipBit, 'is not the pinned file'],
    ['the face model has one bit flipped', MODELS.embedder.file, flipBit, 'is not the pinned file'],
    ['a model is missing', MODELS.landmarks.file, rm, 'cannot be read'],
  ];
  for (const [fault, file, damage, why] of damages)
    itWhole(
      `F34, T77: ${fault}: nothing is compared and the case waits; it and the next are checked when the file is back`,
      async () => {
        const good = await readFile(join(modelsDir, file));
        await damage(join(modelsDir, file));
        for (const pid of inferenceProcesses(service)) process.kill(pid, 'SIGKILL');
        const id = await submit();
        const waiting = await service.desk.caseWhen(id, ({ stateReason }) => stateReason !== null, CHECK_MS);
        expect(waiting).toMatchObject({ state: 'verifying', stateReason: 'waiting_for_provider', outcome: null });
        const failed = (await service.desk.timeline(id)).find(({ type }) => type === 'verification.session_failed');
        expect(failed?.data).toMatchObject({ provider: 'local', error: 'broken' });
        await saysOfItself({ ok: false, detail: `Model ${file} ${why}.` });
        await servesOthers();

        await writeFile(join(modelsDir, file), good);
        await approves(id);
        await service.desk.cancel(id);
        await approves(await submit());
        await saysOfItself({ ok: true });
      },
      4 * CHECK_MS,
    );

  it('left no error in the log, and no path of a model', () => {
    expect(service.errorLines()).toEqual([]);
    expect(service.log()).not.toContain(modelsDir);
  });

  /** What was heard lately is told for half a minute. */
  async function saysOfItself(health: object): Promise<void> {
    const desk = service.client({ bearer: service.ready.apiKey });
    const told = async (): Promise<boolean> => {
      const { data } = (await desk.get('/v1/providers')).expect(200).json<{ data: { id: string; health: object }[] }>();
      return isDeepStrictEqual(data.find(({ id }) => id === 'local')?.health, health);
    };
    await eventually(`the health is ${JSON.stringify(health)}`, told, { timeoutMs: CHECK_MS });
  }
});

type Damage = [fault: string, file: string, damage: (path: string) => Promise<void>, why: string];

/** Of all processes of the service, those that look at pictures for a check. */
function inferenceProcesses(service: TestService): number[] {
  return service
    .processes()
    .map(({ pid }) => pid)
    .filter((pid) => readProc(pid, 'cmdline').includes('inference-worker.js'));
}

/** Processor time used so far (proc(5), utime and stime). */
function ticksOf(pid: number): number {
  const fields = readProc(pid, 'stat').split(') ').at(-1)?.split(' ') ?? [];
  return Number(fields[11] ?? 0) + Number(fields[12] ?? 0);
}

/** Whether no thread runs, could run or waits for the disk (proc(5), state). */
function isAsleep(pid: number): boolean {
  return readdirSync(`/proc/${pid}/task`).every((thread) => readProc(pid, `task/${thread}/stat`).includes(') S '));
}

function readProc(pid: number, file: 'cmdline' | `${'' | `task/${string}/`}stat`): string {
  try {
    return readFileSync(`/proc/${pid}/${file}`, 'utf8');
  } catch {
    return '';
  }
}

async function flipBit(path: string): Promise<void> {
  const bytes = await readFile(path);
  bytes.writeUInt8(bytes.readUInt8(bytes.length >> 1) ^ 1, bytes.length >> 1);
  await writeFile(path, bytes);
}
