import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { stillRunning } from '../support/processes.js';
import { startService, type TestService } from '../support/service.js';

/** A job that was under way is given to somebody else when its lock has run out, or when the sweeper finds it stale. */
const RECOVERY_MS = 45_000;

describe('the embedded profile as a process', () => {
  let service: TestService;
  let document: Buffer;
  let selfie: Buffer;

  beforeAll(async () => {
    service = await startService({ fresh: true });
    document = await service.trial.picture('demo.ana', 'document_front');
    selfie = await service.trial.picture('demo.ana', 'selfie');
  });

  afterAll(() => service?.end());

  it('says where it is when it is ready', async () => {
    const { url, adminUrl, mailbox } = service.ready;
    expect(url).toMatch(/^http:\/\/localhost:\d+$/);
    expect(mailbox).toBe(`${adminUrl}/dev/mail`);
    for (const path of ['live', 'ready']) expect((await fetch(`${adminUrl}/health/${path}`)).status).toBe(200);
    expect((await fetch(mailbox)).status).toBe(401);
  });

  it('recovers by itself after kill -9: a case in the middle goes on in the same browser', async () => {
    const { id } = await service.desk.openCase({ login: 'demo.ana' });
    const link = await service.trial.recoveryLink('ana@example.test');
    const applicant = service.applicant();
    await applicant.start(link);
    await applicant.agree();
    await applicant.chooseDocument();
    await applicant.chooseProvider('local');
    await applicant.upload('document_front', document);
    await service.kill9();
    await service.restart();
    expect((await applicant.flow()).evidence.document_front?.state).toBe('accepted');
    await applicant.upload('selfie', selfie);
    (await applicant.http.post('/v1/flow/submit')).expect(202);
    await service.kill9();
    await service.restart();
    const decided = await service.desk.caseWhen(id, ({ state }) => state === 'approved', RECOVERY_MS);
    expect(decided.outcome?.verdict).toBe('approve');
    (await applicant.present((await applicant.token()).token)).expect(200);
  }, 180_000);

  it.each(['SIGTERM', 'SIGINT'] as const)('stops on %s in order, and leaves no process', async (signal) => {
    if (!service.running) await service.restart();
    const family = service.processes();
    expect(family.map(({ name }) => name)).toContain('postgres');
    const { exitCode } = await service.stop(signal);
    expect(exitCode).toBe(0);
    expect(stillRunning(family)).toEqual([]);
  });

  it('wrote no error into the log', () => {
    expect(service.errorLines()).toEqual([]);
  });
});
