import { randomBytes } from 'node:crypto';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { openTestDatabase, type TestDatabase } from '../../../test/support/test-database.js';
import { ScriptedProvider } from '../../../test/support/verification/scripted-provider.js';
import { newBrowser, openCase } from '../../../test/support/verification/world-cases.js';
import {
  createVerificationWorld,
  type VerificationWorld,
} from '../../../test/support/verification/verification-world.js';
import { loadConfig } from '../../platform/config/config.js';
import { KeyRing } from '../../platform/crypto/key-ring.js';
import { configureServer, createFastifyAdapter } from '../../platform/http/server.js';
import { newSecret } from '../../platform/ids/ids.js';
import { VerificationApiModule } from '../verification.module.js';

const keyRingFile = KeyRing.generate();
const directory = mkdtempSync(join(tmpdir(), 'regain-return-'));
const environment = { ...process.env };
let db: TestDatabase;
let app: NestFastifyApplication;
let world: VerificationWorld;
let partner: ScriptedProvider;

beforeAll(async () => {
  db = await openTestDatabase();
  const keyRingPath = join(directory, 'keyring.json');
  writeFileSync(keyRingPath, JSON.stringify(keyRingFile), { mode: 0o600 });
  Object.assign(process.env, {
    REGAIN_PROFILE: 'embedded',
    ADMIN_TOKEN: newSecret(),
    PUBLIC_URL: 'https://recover.example.org',
    RP_ID: 'example.org',
    DATABASE_URL: db.appUrl,
    QUEUE_DATABASE_URL: db.queueUrl,
    OBJECTS_DIR: join(directory, 'objects'),
    KEYRING_FILE: keyRingPath,
    STAFF_ISSUER: 'https://idp.example.org',
    STAFF_AUDIENCE: 'regain',
    STAFF_JWKS_URL: 'https://idp.example.org/jwks',
    LOG_LEVEL: 'silent',
    PROVIDERS: 'sandbox',
    SANDBOX_BASE_URL: 'http://127.0.0.1:9',
    SANDBOX_API_KEY: newSecret(),
    SANDBOX_WEBHOOK_SECRET: `whsec_${randomBytes(32).toString('base64')}`,
  });
  const config = loadConfig(process.env);
  const options = { logger: false, abortOnError: false, bodyParser: false } as const;
  app = await NestFactory.create<NestFastifyApplication>(VerificationApiModule, createFastifyAdapter(config), options);
  await configureServer(app, config);
  await app.init();
  partner = new ScriptedProvider('sandbox');
  const ring = new KeyRing(keyRingFile);
  world = createVerificationWorld({ database: db.database, providers: [partner], ring });
});

afterAll(async () => {
  await app?.close();
  await db?.close();
  process.env = environment;
  rmSync(directory, { recursive: true, force: true });
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
