import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ListObjectsV2Command } from '@aws-sdk/client-s3';
import pg from 'pg';
import { eventually } from '../harness/eventually.js';
import type { PageWalk } from '../harness/page-walk.js';
import type { Story } from '../demo/story.js';
import { findServerPrograms } from '../harness/servers/index.js';
import { lockedOut, type PartnerDesk } from './locked-out.js';
import { expectRefusal, issueToken } from './page-calls.js';
import type { ProductionStack } from './production-stack.js';
import type { OpenedCase, RecoveryWalk } from './recovery-walk.js';
import { BUCKET, countRows, runCommand, s3Client } from './stack-servers.js';

const run = promisify(execFile);

const ERASED_WITHIN_MS = 300_000;
/** Heads are sealed once a minute. */
const SEALED_WITHIN_MS = 150_000;

/**
 * F49 on the running stack: a backup (pg_dump) while one case waits for its erasure and another's token is in a browser;
 * then both go on, the database is set back (pg_restore), and `regain restore reconcile` has to keep the token, the session
 * and the erased pictures from a second life.
 */
export class RestoreDrill {
  constructor(
    private readonly parts: { story: Story; stack: ProductionStack; partner: PartnerDesk; walk: RecoveryWalk },
  ) {}

  /** @param first a completed case whose pictures are not erased yet */
  async run(first: OpenedCase): Promise<void> {
    const { story, stack, partner, walk } = this.parts;
    story.chapter('A backup in the middle of it');
    const bea = await lockedOut('demo.bea');
    partner.present(bea);
    await walk.makeAccount(bea);
    const second = await walk.openCase(bea);
    const page = await walk.walkToPasskey(bea, second);
    const token = await story.step('the browser holds a recovery token', () => issueToken(page));
    const dump = await story.step('pg_dump takes a backup', () => this.backUp());
    const sealed = await countRows(this.regainUrl(), 'audit_checkpoints');
    await this.requireState(first.caseId, { erased: false });
    await walk.complete(page, second);
    await story.step('a week passes for the first person', () => this.weekPasses(first.caseId));
    await story.step('their pictures are erased, with a receipt', () =>
      eventually('the erasure', () => this.isErased(first.caseId), { timeoutMs: ERASED_WITHIN_MS }),
    );
    await story.step('the object store knows of a checkpoint that the backup lacks', () =>
      eventually('its anchor', async () => (await this.anchoredIds()).some((id) => id > sealed), {
        timeoutMs: SEALED_WITHIN_MS,
      }),
    );
    story.chapter('The database is set back');
    await story.step('all processes stop', () => stack.halt());
    await story.step('pg_restore puts the backup in its place', () => this.restore(dump));
    await story.step('it has the erased key and the spent token again', async () => {
      await this.requireState(first.caseId, { erased: false });
      if (
        (await countRows(this.regainUrl(), 'recovery_tokens WHERE superseded_at IS NULL AND consumed_at IS NULL')) !== 1
      )
        throw new Error('the token does not live');
    });
    await story.step('no process starts on it: the object store knows of a later checkpoint', () =>
      this.refusedStart(),
    );
    await story.step(
      'regain restore reconcile',
      () => this.reconcile(),
      (printed) => printed.replaceAll(/[\s"{}]+/g, ' ').trim(),
    );
    await story.step('all processes start', () => stack.resume());
    await this.requireNoSecondLife({ first, second, page, token });
  }

  private async requireNoSecondLife(about: {
    first: OpenedCase;
    second: OpenedCase;
    page: PageWalk;
    token: string;
  }): Promise<void> {
    const { story, stack, walk } = this.parts;
    const { first, second, page, token } = about;
    story.chapter('Nothing gets a second life');
    await story.step(
      'the token is refused in its own browser',
      () => expectRefusal(page, '/v1/passkey-registrations/options', { token }),
      String,
    );
    await story.step('and so is the sign-in', () => expectRefusal(page, '/v1/session'), String);
    await story.step('its case has ended', async () => {
      const { state, stateReason } = await (await walk.desk()).readCase(second.caseId);
      if (state !== 'cancelled' || stateReason !== 'database_restored') throw new Error(`${state} ${stateReason}`);
    });
    await story.step('the erased key is gone, and so are the objects', async () => {
      await this.requireState(first.caseId, { erased: true });
      await this.requireObjectsOf(second.caseId);
    });
    await story.step('the audit trail verifies', () => stack.verifyAudit());
    await story.step('recoveries are paused until a person ends the pause', async () => {
      const asked = await (await walk.staff('helpdesk')).post('/v1/recovery-cases', caseFor('bank.bea'));
      if (asked.code !== 'recoveries_paused') throw new Error(`it was answered with ${asked.status} ${asked.code}`);
      (await (await walk.staff('operator')).send('DELETE', '/v1/recovery-pause')).expect(200);
    });
    await walk.openCase(await lockedOut('demo.bea'));
  }

  private async backUp(): Promise<string> {
    const file = join(this.parts.stack.dataDir, 'backup.dump');
    await this.client('pg_dump', ['--format=custom', `--file=${file}`, this.regainUrl()]);
    return file;
  }

  private async restore(file: string): Promise<void> {
    await this.asSuperuser(this.superuserUrl(), async (client) => {
      await client.query('DROP DATABASE regain');
      await client.query('CREATE DATABASE regain OWNER regain_owner');
    });
    await this.client('pg_restore', ['--exit-on-error', `--dbname=${this.regainUrl()}`, file]);
  }

  /** One of each kind, in the environment of the others. @throws Error when it starts, or ends for another reason */
  private async refusedStart(): Promise<void> {
    for (const { role, process } of this.parts.stack.processes.filter(({ name }) => name.endsWith('-1'))) {
      const said = await process.start().then(
        () => 'it started',
        (error: Error) => error.message,
      );
      if (!said.includes('was set back') || !said.includes('regain restore reconcile'))
        throw new Error(`${role}: ${said}`);
    }
  }

  /** Anchors are named by id and time. */
  private async anchoredIds(): Promise<number[]> {
    const found = await this.objectsUnder('checkpoints/');
    return found.map((key) => Number(key.slice('checkpoints/'.length).split('-')[0]));
  }

  private reconcile(): Promise<string> {
    const { environment, around } = this.parts.stack;
    return runCommand(['restore', 'reconcile'], { ...environment, DATABASE_OWNER_URL: around.database.ownerUrl });
  }

  private async isErased(caseId: string): Promise<boolean> {
    return (
      (await countRows(this.regainUrl(), `case_keys WHERE case_id = '${caseId}' AND shredded_at IS NOT NULL`)) === 1
    );
  }

  /**
   * A production profile keeps evidence for a day at least: the end of the case moves back, behind the triggers that
   * forbid it.
   */
  private async weekPasses(caseId: string): Promise<void> {
    await this.asSuperuser(this.regainUrl(), async (client) => {
      await client.query('SET session_replication_role = replica');
      await client.query("UPDATE regain.recovery_cases SET closed_at = closed_at - interval '8 days' WHERE id = $1", [
        caseId,
      ]);
    });
  }

  private async requireState(caseId: string, { erased }: { erased: boolean }): Promise<void> {
    if ((await this.isErased(caseId)) !== erased) throw new Error(erased ? 'the key is there' : 'the key is gone');
  }

  /** Of evidence: what belongs to the second case, which waits for its own time, and nothing else. */
  private async requireObjectsOf(caseId: string): Promise<void> {
    const found = await this.objectsUnder('evidence/');
    const known = await countRows(this.regainUrl(), `evidence WHERE case_id = '${caseId}' AND object_key IS NOT NULL`);
    if (found.length !== known) throw new Error(`${found.length} objects, ${known} known`);
  }

  private async objectsUnder(prefix: string): Promise<string[]> {
    const { server, service } = this.parts.stack.around.objects;
    const client = s3Client(server.endpoint, service);
    const { Contents: found = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET, Prefix: prefix }));
    client.destroy();
    return found.map(({ Key = '' }) => Key);
  }

  private async asSuperuser<Result>(url: string, work: (client: pg.Client) => Promise<Result>): Promise<Result> {
    const client = new pg.Client({ connectionString: url });
    await client.connect();
    try {
      return await work(client);
    } finally {
      await client.end();
    }
  }

  private async client(program: 'pg_dump' | 'pg_restore', args: string[]): Promise<void> {
    const programs = await findServerPrograms('postgres');
    await run(programs.path(program), args, { env: { LC_ALL: 'C', ...programs.env } });
  }

  private superuserUrl(): string {
    return this.parts.stack.around.database.server.superuserUrl;
  }

  private regainUrl(): string {
    return Object.assign(new URL(this.superuserUrl()), { pathname: '/regain' }).href;
  }
}

const caseFor = (login: string) => ({
  subject: { login },
  delivery: { channel: 'email' },
  reason: 'Lost every way to sign in',
});
