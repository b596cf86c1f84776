import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { CallHandler, ExecutionContext } from '@nestjs/common';
import { defer, lastValueFrom } from 'rxjs';
import { ReviewsController } from '../../src/adjudication/review/reviews.controller.js';
import { LegalHoldsController } from '../../src/erasure/legal-holds.controller.js';
import { LegalHolds } from '../../src/erasure/legal-holds.js';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Principal, Reply, Request } from '../../src/platform/http/request-context.js';
import { IdempotencyInterceptor } from '../../src/platform/idempotency/idempotency.interceptor.js';
import { PoliciesController } from '../../src/policy/policies.controller.js';
import { KnownAbilities } from '../../src/policy/provider-abilities.js';
import { PolicyChanges } from '../../src/policy/policy-changes.js';
import { PolicyDocument, type Policy } from '../../src/policy/policy.js';
import type { OpenCaseBody } from '../../src/recovery-request/case.schemas.js';
import { CaseViews } from '../../src/recovery-request/case-view.js';
import { RecoveryCasesController } from '../../src/recovery-request/recovery-cases.controller.js';
import { RehearsalsController } from '../../src/rehearsal/rehearsals.controller.js';
import { BrowserStub } from '../model/browser-stub.js';
import { addPerson, addPolicy, buildCore, openCase, type Core } from '../model/core-stage.js';
import { AdjudicationStage } from '../support/adjudication-stage.js';
import { secretOf, staff } from '../support/case-desk.js';
import { rehearsalStage } from '../support/rehearsal-stage.js';
import { referredCase } from '../support/review-desk.js';
import { ROUTES } from '../support/routes.js';
import { openTestDatabase, type TestDatabase } from '../support/test-database.js';

let test: TestDatabase;
let core: Core;
let policy: Policy;
let cases: RecoveryCasesController;
let interceptor: IdempotencyInterceptor;

beforeAll(async () => {
  test = await openTestDatabase({ poolSize: 16 });
  core = buildCore(test.database);
  policy = await addPolicy(core, { relay: { allowed: true, holdSeconds: 0 } });
  interceptor = new IdempotencyInterceptor(test.database, core.ring);
  cases = new RecoveryCasesController(
    test.database,
    core.service,
    core.help,
    core.authorizations,
    new CaseViews(core.subjects, core.policies),
  );
});
afterAll(() => test.close());

interface Exchange {
  request: Request;
  reply: Reply;
}
/** The request itself, once whatever it needs is there. */
type Operation = (exchange: Exchange) => Promise<unknown>;

let keys = 0;
const nextKey = (): string => `key-${(keys += 1)}`;
const AGENT = staff('agent');

/** What a client hears who sends the request under this key. */
async function send(key: string, work: Operation, principal: Principal): Promise<object> {
  let replayed = false;
  const reply = {
    statusCode: 201,
    status: (status: number) => ((reply.statusCode = status), reply),
    header: () => ((replayed = true), reply),
  };
  const request = { method: 'POST', url: '/v1', body: {}, headers: { 'idempotency-key': key }, principal };
  const exchange = { request, reply } as unknown as Exchange;
  const context = { switchToHttp: () => ({ getRequest: () => request, getResponse: () => reply }) };
  const next: CallHandler = { handle: () => defer(() => work(exchange)) };
  try {
    const body = await lastValueFrom(await interceptor.intercept(context as unknown as ExecutionContext, next));
    return { status: reply.statusCode, body: JSON.parse(JSON.stringify(body)) as unknown, replayed };
  } catch (error) {
    if (error instanceof Problem) return { code: error.code };
    throw error;
  }
}

async function relayed(): Promise<{ id: string; code: string }> {
  const { login } = await addPerson(core);
  const body = { subject: { login }, delivery: { channel: 'relay' }, reason: 'call' } as const;
  const { recoveryCase, link = '' } = await core.service.open(body, AGENT);
  await core.entry.start(secretOf(link), new BrowserStub().exchange);
  const code = await test.database.read(async (tx) => {
    const sealed = (await core.cases.find(tx, recoveryCase.id))?.callCodeSealed ?? Buffer.alloc(0);
    return (await core.keys.open(tx, recoveryCase.id, { sealed, use: 'call-code' })).toString();
  });
  return { id: recoveryCase.id, code };
}

async function opened(privileged = false): Promise<string> {
  const { id: subjectId } = await addPerson(core, { privileged });
  return (await openCase(core, { policy, subjectId })).id;
}

const changes = (): PolicyChanges =>
  new PolicyChanges(core.clock, { embedded: true, PROVIDERS: ['local'] }, core.policies, new KnownAbilities());

/** Each operation that says its answer is kept, made ready to be called once. */
const OPERATIONS: Readonly<Record<string, () => Promise<Operation>>> = {
  'POST /v1/policies': async () => {
    const controller = new PoliciesController(test.database, core.policies, changes());
    const document = PolicyDocument.parse({ name: 'New', providers: ['local'], requiredChecks: ['face_match'] });
    return ({ request, reply }) => controller.create(document, { request, reply, actor: AGENT });
  },
  'POST /v1/policies/:id/rehearsals': async () => {
    const { rehearsals } = rehearsalStage(test.database, core.ring);
    return ({ request }) => new RehearsalsController(test.database, rehearsals).start(policy.id, {}, request);
  },
  'POST /v1/recovery-cases': async () => {
    const { login } = await addPerson(core);
    const body: OpenCaseBody = { subject: { login }, delivery: { channel: 'relay' }, reason: 'call' };
    return ({ request }) => cases.open(body, request);
  },
  'POST /v1/recovery-cases/:id/authorizations': async () => {
    const id = await opened(true);
    return ({ request }) => cases.authorize(id, {}, request);
  },
  'POST /v1/recovery-cases/:id/call-code': async () => {
    const { id, code } = await relayed();
    return ({ request }) => cases.callCode(id, { code }, request);
  },
  'POST /v1/recovery-cases/:id/cancel': async () => {
    const id = await opened();
    return ({ request }) => cases.cancel(id, { reason: 'mistake' }, request);
  },
  'POST /v1/recovery-cases/:id/legal-hold': async () => {
    const id = await opened();
    const controller = new LegalHoldsController(test.database, new LegalHolds(core.clock, core.cases, core.subjects));
    return ({ request }) => controller.ask(id, { reasonCode: 'litigation' }, request);
  },
  'POST /v1/recovery-cases/:id/resend-link': async () => {
    const { id } = await relayed();
    return ({ request }) => cases.resendLink(id, {}, request);
  },
  'POST /v1/reviews/:caseId/decisions': async () => {
    const stage = new AdjudicationStage(test.database);
    const { id } = await referredCase(stage);
    const controller = new ReviewsController(stage.reviews, stage.voting, stage.pictures, stage.comparisons);
    return ({ request }) => controller.decide(id, { outcome: 'deny', reasonCode: 'not_same_person' }, request);
  },
};

describe('an answer is kept with the change it tells of (F2)', () => {
  it('of every operation that says so', () => {
    const saying = ROUTES.filter(({ keepsAnswer }) => keepsAnswer).map(({ name }) => name);
    expect(Object.keys(OPERATIONS)).toEqual(saying);
  });

  it.each(Object.entries(OPERATIONS))(
    '%s: a retry hears it when all that came after the commit was lost',
    async (_name, ready) => {
      const by = staff('second.person');
      const [key, operation] = [nextKey(), await ready()];
      let answer: unknown;
      const lost: Operation = async (exchange) => {
        answer = JSON.parse(JSON.stringify(await operation(exchange)));
        throw new Problem('dependency_unavailable');
      };
      expect(await send(key, lost, by)).toEqual({ code: 'dependency_unavailable' });
      const again = await send(key, operation, by);
      expect(again).toEqual({ status: expect.any(Number), body: answer, replayed: true });
    },
  );

  it('status and all: a profile that waits for a second person is told of with 202 again', async () => {
    const controller = new PoliciesController(test.database, core.policies, changes());
    const weak = PolicyDocument.parse({
      name: 'Weak',
      providers: ['local'],
      requiredChecks: ['face_match'],
      priority: 100,
      relay: { allowed: true, holdSeconds: 0 },
      limits: { attempts: 5 },
    });
    const propose: Operation = ({ request, reply }) => controller.create(weak, { request, reply, actor: staff('ada') });
    const key = nextKey();
    expect(await send(key, propose, AGENT)).toMatchObject({ status: 202, replayed: false });
    expect(await send(key, propose, AGENT)).toMatchObject({ status: 202, replayed: true });
  });
});
