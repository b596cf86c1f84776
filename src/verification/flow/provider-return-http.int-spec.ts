import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { ModuleServers, UNCALLED_SANDBOX } from '../../../test/support/module-server.js';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { VerificationApiModule } from '../verification.module.js';
import { newSecret } from '../../platform/ids/ids.js';

const keyRingFile = KeyRing.generate();
let db: TestDatabase;
let servers: ModuleServers;
let app: NestFastifyApplication;
let world: VerificationWorld;
let partner: ScriptedProvider;

beforeAll(async () => {
  db = await openTestDatabase({ ring: new KeyRing(keyRingFile) });
  servers = new ModuleServers({ db, keyRing: keyRingFile, environment: UNCALLED_SANDBOX });
  app = await servers.start(VerificationApiModule);
  partner = new ScriptedProvider('sandbox');
  const ring = new KeyRing(keyRingFile);
  world = createVerificationWorld({ database: db.database, providers: [partner], ring });
});

afterAll(async () => {
  await servers?.close();
  await db?.close();
});

async function sentOut() {
  const { id: caseId } = await openCase(world, { providers: ['sandbox'] });
  const { session } = await world.starting.start({ caseId, ...newBrowser() });
  const state = new URL(partner.created.at(-1)?.returnUrl ?? '').searchParams.get('state') ?? '';
  return { session, state };
}

/** Everything an answer says, but for the time and the request's own id. */
async function answerTo(path: string, cookies: Record<string, string> = {}) {
  const { statusCode, headers, body, cookies: set } = await app.inject({ method: 'GET', url: path, cookies });
  const { date: _date, ...said } = headers;
  return { statusCode, said, set, body: body.replace(/urn:regain:request:[\w-]+/, 'urn:regain:request:') };
}
const strayedAt = async (id: string) => (await db.database.read((tx) => world.sessions.find(tx, id)))?.strayedAt;

describe('a browser without a flow at the return address', () => {
  it('T33 T35 is answered alike, byte for byte and without a cookie, whether its state is one of ours or not', async () => {
    const { session, state } = await sentOut();
    const garbage = await answerTo(`/v1/providers/sandbox/return?state=${newSecret()}`);
    expect(garbage).toMatchObject({ statusCode: 401, set: [] });
    const wrong = [
      '/v1/providers/sandbox/return',
      '/v1/providers/sandbox/return?state=x',
      `/v1/providers/clear1/return?state=${state}`,
      `/v1/providers/sandbox/return?state=${state}&state=${state}`,
    ];
    for (const path of wrong) expect(await answerTo(path)).toEqual(garbage);
    expect(await strayedAt(session.id)).toBeNull();
    const path = `/v1/providers/sandbox/return?state=${state}`;
    expect(await answerTo(path)).toEqual(garbage);
    expect(await strayedAt(session.id)).toBeInstanceOf(Date);
    expect(await answerTo(path)).toEqual(garbage);
    expect(await answerTo(path, { '__Host-regain_flow': newSecret() })).toEqual(garbage);
  });
});
