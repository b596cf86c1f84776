import { randomBytes } from 'node:crypto';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { AccountIndex } from '../../src/adjudication/accounts/account-index.js';
import { STAFF_COOKIE } from '../../src/flow-session/cookies.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { newId } from '../../src/platform/ids/ids.js';
import type { RecoveryCase } from '../../src/recovery-case/recovery-case.js';
import { StaffSessions } from '../../src/staff-session/staff-sessions.js';
import { ConsoleModule } from '../../web/console/console.module.js';
import { buildCore, type Core } from '../model/core-stage.js';
import { STAGE_KEYS } from './adjudication-stage.js';
import { MODULE_ORIGIN, ModuleServers, UNCALLED_SANDBOX } from './module-server.js';
import { openTestDatabase, type TestDatabase } from './test-database.js';

const HOUR_MS = 3_600_000;
/** The console is on; nobody goes to the issuer here. */
const CONSOLE: NodeJS.ProcessEnv = {
  STAFF_CLIENT_ID: 'regain-console',
  STAFF_CLIENT_SECRET: 's'.repeat(32),
  STAFF_AUTHORIZATION_URL: 'https://idp.example.org/authorize',
  STAFF_TOKEN_URL: 'https://idp.example.org/token',
};

export interface Page {
  status: number;
  text: string;
  location: string | undefined;
  /** The first `h1`, as text. */
  heading: string;
  headers: Record<string, unknown>;
}

interface DeskPerson {
  /** Of an account that is there already. */
  id?: string;
  login?: string;
  employeeId?: string;
  displayName?: string;
  emails?: string[];
}

interface Sent {
  method: 'GET' | 'POST';
  path: string;
  headers: Record<string, string>;
  payload?: string;
}

/** The console's own server on a database of the test's own, and colleagues who are signed in to it. */
export class ConsoleStage {
  private constructor(
    readonly db: TestDatabase,
    readonly core: Core,
    private readonly servers: ModuleServers,
    private readonly app: NestFastifyApplication,
  ) {}

  static async start(): Promise<ConsoleStage> {
    const db = await openTestDatabase({ ring: new KeyRing(STAGE_KEYS) });
    const core = buildCore(db.database, { ring: new KeyRing(STAGE_KEYS) });
    const servers = new ModuleServers({ db, keyRing: STAGE_KEYS, environment: { ...UNCALLED_SANDBOX, ...CONSOLE } });
    return new ConsoleStage(db, core, servers, await servers.start(ConsoleModule));
  }

  async close(): Promise<void> {
    await this.servers.close();
    await this.db.close();
  }

  /** Every account is found by what it has now: no sweeper runs here. */
  async indexAccounts(): Promise<void> {
    const index = this.app.get(AccountIndex, { strict: false });
    await this.db.database.transaction((tx) => index.catchUp(tx, 1_000));
  }

  /** So long ago is then whatever forms were answered until now. */
  async secondsPass(seconds: number): Promise<void> {
    await this.db.asOwner(`UPDATE idempotency_keys SET created_at = created_at - interval '${seconds} seconds'`);
  }

  /** @param accounts what the directory may know them by */
  async colleague(sub: string, roles: readonly string[], accounts: readonly string[] = [sub]): Promise<Colleague> {
    const sessions = this.app.get(StaffSessions, { strict: false });
    const opened = await this.db.database.transaction((tx) =>
      sessions.open(tx, {
        claims: { sub, accounts, roles },
        expiresAt: new Date(Date.now() + HOUR_MS),
      }),
    );
    return new Colleague(this, opened.secret);
  }

  async send({ method, path, headers, payload }: Sent): Promise<Page> {
    const answer = await this.app.inject({
      method,
      url: path,
      headers: { 'accept-language': 'en', ...headers },
      ...(payload === undefined ? {} : { payload }),
    });
    return {
      status: answer.statusCode,
      text: answer.body,
      location: answer.headers.location,
      heading: /<h1>([^<]*)<\/h1>/.exec(answer.body)?.[1] ?? '',
      headers: answer.headers,
    };
  }

  /** An account of the directory, with what the test is about. */
  async person(of: DeskPerson = {}): Promise<{ id: string; login: string }> {
    const { id = newId('sub', new Date()), displayName = 'Dora Desk', employeeId } = of;
    const { login = `desk.${id.slice(-8).toLowerCase()}` } = of;
    const name = { displayName, givenName: 'Dora', familyName: 'Desk' };
    const contacts = { emails: of.emails ?? [`${login}@example.org`], phones: [], formerEmails: [] };
    const profile = { login, ...name, ...contacts, ...(employeeId ? { employeeId } : {}) };
    const input = { profile, groups: [], privileged: false, status: 'active' as const };
    await this.db.database.transaction((tx) => this.core.subjects.put(tx, { id, input }));
    return { id, login };
  }

  /** Every case of an account, oldest first. */
  async casesOf(subjectId: string): Promise<RecoveryCase[]> {
    return this.db.database.read(
      (tx) => tx.many<RecoveryCase>`SELECT * FROM recovery_cases WHERE subject_id = ${subjectId} ORDER BY id`,
    );
  }
}

/** Somebody's browser at the console. */
export class Colleague {
  constructor(
    private readonly stage: ConsoleStage,
    private readonly secret: string,
  ) {}

  get cookie(): string {
    return `regain_language=en; ${STAFF_COOKIE}=${this.secret}`;
  }

  get(path: string): Promise<Page> {
    return this.stage.send({ method: 'GET', path, headers: { cookie: this.cookie } });
  }

  /** The token that every form of theirs carries: on a refusal, too, which has the way out. */
  async token(): Promise<string> {
    return /name="_csrf" value="([^"]+)"/.exec((await this.get('/console/cases')).text)?.[1] ?? '';
  }

  /** Posts a form as their own page would: with its token, and a key that no other form has. */
  async post(path: string, fields: Record<string, string> = {}, headers: Record<string, string> = {}): Promise<Page> {
    const known = { _csrf: await this.token(), formKey: randomBytes(16).toString('hex') };
    return this.send(path, { ...known, ...fields }, headers);
  }

  /** Posts these fields and no others. */
  async send(path: string, fields: Record<string, string>, headers: Record<string, string> = {}): Promise<Page> {
    return this.stage.send({
      method: 'POST',
      path,
      headers: {
        cookie: this.cookie,
        origin: MODULE_ORIGIN,
        'sec-fetch-site': 'same-origin',
        'content-type': 'application/x-www-form-urlencoded',
        ...headers,
      },
      payload: new URLSearchParams(fields).toString(),
    });
  }
}

/** What the form that opens a case is filled in with. */
export const wishFor = (subjectId: string, fields: Record<string, string> = {}): Record<string, string> => ({
  subjectId,
  channel: 'email',
  reason: 'Lost the phone',
  ...fields,
});

export const openAs = (by: Colleague, subjectId: string, fields?: Record<string, string>): Promise<Page> =>
  by.post('/console/cases/new/open', wishFor(subjectId, fields));

/** The link that a page shows to an agent who passes it on. */
export const linkIn = ({ text }: Page): string | undefined => /\/r\/[\w-]{43}/.exec(text)?.[0];
