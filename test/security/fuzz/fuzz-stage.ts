import { HttpClient } from '../../../scripts/harness/http-client.js';
import { Contract } from '../../support/contract.js';
import type { TestService } from '../../support/service.js';
import { Fuzzer, type Callers } from './fuzzer.js';
import type { FuzzedOperation } from './operations.js';

const ROLES = ['helpdesk', 'authorizer', 'reviewer', 'auditor', 'operator', 'relying_party'];

export interface FuzzStage {
  staff: Fuzzer;
  provisioning: Fuzzer;
  policies: Fuzzer;
  /** Ends a pause of all recoveries that a call has begun, by somebody else than who began it. */
  endPause(): Promise<unknown>;
}

/** Who can do most with an operation: provisioning is the bootstrap key's, everything else is done as a person. */
export function fuzzerFor(stage: FuzzStage, operation: FuzzedOperation): Fuzzer {
  if (operation.path.startsWith('/v1/subjects')) return stage.provisioning;
  return operation.path.startsWith('/v1/policies') ? stage.policies : stage.staff;
}

/**
 * Callers of every kind, each let in as far as it can be: the bootstrap key for provisioning, a person with every other
 * role, a browser in the middle of a flow. `bodies` and ids are then all that can be wrong with a request.
 */
export async function fuzzStage(service: TestService, given: { runs: number; seed: number }): Promise<FuzzStage> {
  const client = (options: { bearer?: string; origin?: string }): HttpClient =>
    new HttpClient({ ...options, baseUrl: service.url });
  const person = client({ bearer: await service.trial.signIn({ sub: 'fuzzer', roles: ROLES }) });
  const applicant = service.applicant();
  const earlier = await service.trial.recoveryLinks('bea@example.test');
  await service.desk.openCase({ login: 'demo.bea' });
  await applicant.start(await service.trial.recoveryLink('bea@example.test', earlier));
  const browser = applicant.http;
  const callers: Callers = {
    staff: person,
    applicant: browser,
    capture: browser,
    session: browser,
    anyone: client({ origin: service.url }),
  };
  const subjectId = await service.desk.subjectId('demo.ana');
  const opened = await service.desk.openCase({ id: subjectId });
  const policyId = await service.desk.createPolicy({ name: 'Fuzzed', group: 'nobody', changes: {} });
  const known = { id: opened.id, caseId: opened.id, kind: 'selfie', provider: 'sandbox', noticeToken: 'x' };
  const contract = Contract.load();
  const other = client({ bearer: await service.trial.signIn({ sub: 'fuzzer-2', roles: ['operator'] }) });
  return {
    staff: new Fuzzer({ ...given, callers, contract, known }),
    provisioning: new Fuzzer({
      ...given,
      callers: { ...callers, staff: client({ bearer: service.ready.apiKey }) },
      contract,
      known: { ...known, id: subjectId },
    }),
    policies: new Fuzzer({ ...given, callers, contract, known: { id: policyId } }),
    endPause: () => other.send('DELETE', '/v1/recovery-pause'),
  };
}
