import type { FastifyInstance } from 'fastify';
import { z } from 'zod';
import { isScenarioName, type ScenarioName } from '../../providers/kit/simulator/index.js';
import { SubjectId } from '../directory/subject.schemas.js';
import type { DevMailbox } from '../notification/dev-mailbox.js';
import type { Config } from '../platform/config/config.js';
import type { DemoPictures, DemoPicturesByLogin } from './demo-people/index.js';
import type { SimulatorHost } from './simulator-host.js';
import type { StaffIdentities } from './staff-identities.js';

const Identity = z.strictObject({ sub: z.string().min(1).max(200), roles: z.array(z.string()).max(10) });
const ScenarioBody = z.strictObject({
  provider: z.string(),
  subjectId: SubjectId,
  scenario: z.custom<ScenarioName>(isScenarioName, 'not a scenario'),
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
});
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
  server.get<{ Querystring: { to?: string } }>('/dev/mail', async (request) => ({
    data: parts.mailbox?.read(request.query.to) ?? [],
  }));
  server.post('/dev/identities', async (request, reply) => {
    const body = Identity.safeParse(request.body);
    if (!body.success) return reply.status(400).send({ status: 400, code: 'invalid_request' });
    const { STAFF_ISSUER: issuer, STAFF_AUDIENCE: audience } = parts.config;
    return { accessToken: await parts.identities.issue({ ...body.data, issuer, audience }) };
  });
  server.post('/dev/scenarios', async (request, reply) => {
    const body = ScenarioBody.safeParse(request.body);
    if (!body.success || !parts.simulators.plays(body.data.provider))
      return reply.status(400).send({ status: 400, code: 'invalid_request' });
    const { provider, subjectId, ...scenario } = body.data;
    await parts.simulators.set(provider, { subjectId, scenario });
    return { status: 'set' };
  });
  server.get<{ Params: { login: string; picture: string } }>(
    '/dev/fixtures/:login/:picture',
    async (request, reply) => {
      const pictures = await parts.pictures();
      const login =
        request.params.login === 'demo.privileged' && !pictures.has('demo.privileged')
          ? 'demo.ana'
          : request.params.login;
      const name = PICTURES[request.params.picture];
      const bytes = name && pictures.get(login as never)?.[name];
      return bytes
        ? reply.type('image/jpeg').send(Buffer.from(bytes))
        : reply.status(404).send({ status: 404, code: 'not_found' });
    },
  );
}
