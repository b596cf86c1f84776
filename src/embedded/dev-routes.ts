import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isScenarioName, type ScenarioName } from '../../providers/kit/simulator/index.js';
import { SubjectId } from '../directory/subject.schemas.js';
import type { DevMailbox } from '../notification/dev-mailbox.js';
import type { Config } from '../platform/config/config.js';
import { problemDocument, Problem } from '../platform/errors/problem.js';
import { toProblem } from '../platform/http/problem.filter.js';
import { ZodPipe } from '../platform/http/valid-input.js';
import type { DemoPictures, DemoPicturesByLogin } from './demo-people/index.js';
import type { SimulatorHost } from './simulator-host.js';
import type { StaffIdentities } from './staff-identities.js';

const Identity = new ZodPipe(z.strictObject({ sub: z.string().min(1).max(200), roles: z.array(z.string()).max(10) }));
const ScenarioBody = new ZodPipe(
  z.strictObject({
    provider: z.string(),
    subjectId: SubjectId,
    scenario: z.custom<ScenarioName>(
      isScenarioName,
      'a scenario: pass, fail:{checkKind}, review, slow, late, duplicate, garbage, outage',
    ),
    delaySeconds: z.number().min(0).max(3_600).optional(),
    identity: z
      .strictObject({
        givenName: z.string(),
        familyName: z.string(),
        birthDate: z.string(),
        documentNumber: z.string(),
      })
      .partial()
      .optional(),
  }),
);
const PICTURES: Readonly<Record<string, keyof DemoPictures>> = {
  document_front: 'documentFront',
  document_back: 'documentBack',
  other_document: 'otherDocument',
  selfie: 'selfie',
  other_selfie: 'otherSelfie',
  portrait: 'referencePortrait',
};

export interface DevParts {
  config: Config;
  identities: StaffIdentities;
  mailbox: DevMailbox | undefined;
  simulators: SimulatorHost;
  pictures: () => Promise<DemoPicturesByLogin>;
}

/** The embedded profile's own calls (README, "By hand"). Production has none of them. */
export function devRoutes(server: FastifyInstance, parts: DevParts): void {
  answerProblems(server, parts.config);
  server.get<{ Querystring: { to?: string } }>('/dev/mail', async (request) => ({
    data: parts.mailbox?.read(request.query.to) ?? [],
  }));
  server.post('/dev/identities', async (request) => {
    const identity = Identity.transform(request.body);
    const { STAFF_ISSUER: issuer, STAFF_AUDIENCE: audience } = parts.config;
    return { accessToken: await parts.identities.issue({ ...identity, issuer, audience }) };
  });
  server.post('/dev/scenarios', async (request) => {
    const { provider, subjectId, ...scenario } = ScenarioBody.transform(request.body);
    if (!parts.simulators.plays(provider)) {
      const errors = [{ pointer: '/provider', code: 'not_simulated', detail: 'a provider of SIMULATORS' }];
      throw new Problem('invalid_request', { errors });
    }
    await parts.simulators.set(provider, { subjectId, scenario });
    return { status: 'set' };
  });
  server.get<{ Params: { login: string; picture: string } }>(
    '/dev/fixtures/:login/:picture',
    async (request, reply) => {
      const pictures = await parts.pictures();
      const name = PICTURES[request.params.picture];
      const bytes = name && pictures.get(request.params.login as never)?.[name];
      if (!bytes) throw new Problem('not_found');
      return reply.type('image/jpeg').send(Buffer.from(bytes));
    },
  );
}

/** Whoever checks the product from outside is told what was wrong, in the form of every other answer (RFC 9457). */
function answerProblems(server: FastifyInstance, { PUBLIC_URL }: Config): void {
  server.setErrorHandler((error, request, reply) => {
    const problem = toProblem(error);
    const place = { documentationUrl: `${PUBLIC_URL}/docs/errors`, requestId: request.id };
    return reply
      .status(problem.status)
      .type('application/problem+json; charset=utf-8')
      .send(JSON.stringify(problemDocument(problem, place)));
  });
}
