import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { RequestMethod, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { CAPTURE_COOKIE, FLOW_COOKIE } from '../../src/flow-session/cookies.js';
import { CaptureBindings } from '../../src/flow-session/capture-bindings.js';
import { FlowFormGuard, TOKEN_AMONG_PARTS } from '../../src/flow-session/flow-form.guard.js';
import { FlowGuard } from '../../src/flow-session/flow.guard.js';
import { FlowSessions } from '../../src/flow-session/flow-sessions.js';
import { FormTokens } from '../../src/flow-session/form-tokens.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { STAGE_KEYS } from '../../test/support/adjudication-stage.js';
import { MODULE_ORIGIN, ModuleServers, UNCALLED_SANDBOX } from '../../test/support/module-server.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { createVerificationWorld } from '../../test/support/verification/verification-world.js';
import { newBrowser, openCase } from '../../test/support/verification/world-cases.js';
import { FlowPageFacts } from './flow-page-facts.js';
import { WebModule } from '../web.module.js';

const OWN_PAGE = { origin: MODULE_ORIGIN, 'sec-fetch-site': 'same-origin' };
/** What each form is sent with besides its token, so that nothing but the token is wrong. */
const FIELDS = 'agreed=true&noticeVersion=1&issuingCountry=DE&documentType=passport&provider=sandbox&code=1234+5678';
/** A browser of its case: nothing else of what it sends is a 403. */
const OUT_OF_DATE = { statusCode: 403, heading: 'This page was open for too long' };
const IN_PARTS = 'POST /flow/evidence/:kind';

let db: TestDatabase;
let servers: ModuleServers;
let app: NestFastifyApplication;
let caseId: string;
let cookie: string;
let sessionId: string;

const metadata = <Value>(key: string, target: object): Value | undefined =>
  Reflect.getMetadata(key, target) as Value | undefined;

interface Form {
  name: string;
  guards: Type[];
  inParts: boolean;
}

/** Every page's POST that a flow session is needed for. */
const FORMS = (metadata<Type[]>(MODULE_METADATA.CONTROLLERS, WebModule) ?? []).flatMap((controller): Form[] => {
  const prototype = controller.prototype as Record<string, object>;
  const base = metadata<string>(PATH_METADATA, controller) ?? '';
  return Object.getOwnPropertyNames(prototype)
    .flatMap((name) => (name === 'constructor' ? [] : (prototype[name] ?? [])))
    .filter((handler) => metadata<number>(METHOD_METADATA, handler) === RequestMethod.POST)
    .map((handler) => ({
      name: `POST /${base}/${metadata<string>(PATH_METADATA, handler) ?? ''}`.replace(/\/+$/, ''),
      guards: [controller, handler].flatMap((one) => metadata<Type[]>(GUARDS_METADATA, one) ?? []),
      inParts: metadata<boolean>(TOKEN_AMONG_PARTS, handler) ?? false,
    }))
    .filter(({ guards }) => guards.includes(FlowGuard));
});

beforeAll(async () => {
  db = await openTestDatabase({ ring: new KeyRing(STAGE_KEYS) });
  servers = new ModuleServers({ db, keyRing: STAGE_KEYS, environment: UNCALLED_SANDBOX });
  app = await servers.start(WebModule);
  const world = createVerificationWorld({ database: db.database, providers: [], ring: new KeyRing(STAGE_KEYS) });
  const { id, attempt } = await openCase(world, {
    providers: ['sandbox'],
    consented: false,
    policy: {
      copy: { en: { organisationName: 'Bank of the Case' } },
      capture: { selfieFiles: 'refuse', checkPhoto: 'unless_automatic' },
    },
  });
  caseId = id;
  const browser = newBrowser();
  const opened = await db.database.transaction((tx) =>
    app.get(FlowSessions, { strict: false }).open(tx, { caseId, language: 'en' }),
  );
  sessionId = opened.sessionId;
  // The agreement counts for the session it is younger than.
  await db.database.transaction(async (tx) => {
    await tx.run`INSERT INTO consents (case_id, notice_version, language, notice_sha256, agreed)
      VALUES (${caseId}, '1', 'en', '\\x00', true)`;
    await app.get(CaptureBindings, { strict: false }).bind(tx, { caseId, attempt, ...browser });
    cookie = `regain_language=en; ${FLOW_COOKIE}=${opened.secret}; ${CAPTURE_COOKIE}=${browser.request.cookies[CAPTURE_COOKIE]}`;
  });
});
afterAll(async () => {
  await servers?.close();
  await db?.close();
});

const urlOf = (form: string): string => form.replace('POST ', '').replace(':kind', 'document_front');
const ownToken = (): string => app.get(FormTokens, { strict: false }).of(sessionId);
const othersToken = (): string => app.get(FormTokens, { strict: false }).of('fs_other');

async function send(
  form: string,
  token: string | undefined,
): Promise<{ statusCode: number; heading: string | undefined }> {
  const fields = token === undefined ? FIELDS : `_csrf=${encodeURIComponent(token)}&${FIELDS}`;
  const inParts = form === IN_PARTS;
  const { statusCode, body } = await app.inject({
    method: 'POST',
    url: urlOf(form),
    headers: {
      ...OWN_PAGE,
      cookie,
      'content-type': inParts ? 'multipart/form-data; boundary=b' : 'application/x-www-form-urlencoded',
    },
    payload: inParts ? parts(token) : fields,
  });
  return { statusCode, heading: /<h1[^>]*>([^<]*)</.exec(body)?.[1] };
}

function parts(token: string | undefined): string {
  const part = (head: string, text: string): string =>
    `--b\r\ncontent-disposition: form-data; ${head}\r\n\r\n${text}\r\n`;
  const photo = part('name="photo"; filename="p.jpg"\r\ncontent-type: image/jpeg', 'no picture');
  return `${token === undefined ? '' : part('name="_csrf"', token)}${photo}--b--\r\n`;
}

const wholeCase = () =>
  db.database.read(
    (tx) => tx.one<object>`SELECT c.*, (SELECT count(*) FROM consents WHERE case_id = c.id) AS consents,
      (SELECT count(*) FROM evidence WHERE case_id = c.id) AS pictures FROM recovery_cases c WHERE id = ${caseId}`,
  );

describe('a profile’s own words', () => {
  it.each(['/flow', '/flow/codes', '/flow/without-document'])('stand on %s', async (url) => {
    const { body } = await app.inject({ method: 'GET', url, headers: { cookie } });
    expect(body).toContain('Bank of the Case');
  });
});

describe('a profile’s rules about photos', () => {
  it('reach the pages that take them', async () => {
    const facts = await app.get(FlowPageFacts, { strict: false }).of(caseId);
    expect(facts).toMatchObject({ selfieByCameraOnly: true, sendsByItself: true });
  });
});

describe('forms of the person’s pages (T22)', () => {
  it('are all guarded, and one alone comes in parts', () => {
    expect(FORMS.length).toBeGreaterThanOrEqual(11);
    expect(FORMS.filter(({ guards }) => !guards.includes(FlowFormGuard))).toEqual([]);
    expect(FORMS.filter(({ inParts }) => inParts).map(({ name }) => name)).toEqual([IN_PARTS]);
  });

  it.each(FORMS.map(({ name }) => name))('%s takes no form without its own session’s token', async (form) => {
    const before = await wholeCase();
    for (const token of [undefined, '', 'x', othersToken()]) expect(await send(form, token)).toEqual(OUT_OF_DATE);
    expect(await wholeCase()).toEqual(before);
  });

  it('are looked at with it', async () => {
    expect(await send(IN_PARTS, ownToken())).not.toEqual(OUT_OF_DATE);
    expect((await send('POST /flow/stop', ownToken())).statusCode).toBe(303);
    expect(await wholeCase()).toMatchObject({ state: 'cancelled' });
  });
});
