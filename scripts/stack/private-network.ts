import { request as forward, type RequestListener } from 'node:http';
import { createServer as createTlsServer, type Server } from 'node:https';
import type { AddressInfo } from 'node:net';
import { simulator as partner } from '../../providers/idemia/simulator/index.js';
import type { RunningSimulator, SimulatedIdentity } from '../../providers/kit/simulator/index.js';
import { StaffIdentities } from '../../src/embedded/staff-identities.js';
import type { Authority } from '../../test/support/self-signed-certificate.js';
import { hostOf, privateAddress } from './private-address.js';

const AUDIENCE = 'regain';

/**
 * What a bank has inside: its sign-in for staff and a partner's product, each behind TLS on a private address, with
 * certificates of its own authority. The partner is played by its simulator.
 */
export class PrivateNetwork {
  private constructor(
    readonly issuer: string,
    readonly partner: { id: string; origin: string; environment: Record<string, string>; simulator: RunningSimulator },
    private readonly parts: { identities: StaffIdentities; servers: readonly Server[] },
  ) {}

  /** @param pushUrl where the partner announces results, `identity` what stands on the document of whoever comes */
  static async start(options: {
    authority: Authority;
    pushUrl: string;
    identity: () => SimulatedIdentity;
  }): Promise<PrivateNetwork> {
    const address = privateAddress();
    const { certificatePem: cert, privateKeyPem: key } = options.authority.issue(address);
    const identities = await StaffIdentities.load(undefined);
    const credentials = partner.credentials();
    const simulator = await partner.start({
      credentials,
      pushUrl: options.pushUrl,
      identityFor: async () => options.identity(),
    });
    simulator.setDefaultScenario({ scenario: 'pass' });
    const listen = async (answer: RequestListener): Promise<Server> => {
      const server = createTlsServer({ cert, key }, answer);
      await new Promise<void>((resolve) => server.listen(0, address, resolve));
      return server;
    };
    const signIn = await listen((_request, response) =>
      response.writeHead(200, { 'content-type': 'application/json' }).end(JSON.stringify(identities.jwks())),
    );
    const front = await listen(passOn(new URL(simulator.baseUrl)));
    const originOf = (server: Server): string => `https://${hostOf(address)}:${(server.address() as AddressInfo).port}`;
    const origin = originOf(front);
    const environment = partner.environment(origin, credentials);
    return new PrivateNetwork(
      originOf(signIn),
      { id: partner.id, origin, environment, simulator },
      { identities, servers: [signIn, front] },
    );
  }

  get audience(): string {
    return AUDIENCE;
  }

  get origins(): string[] {
    return [this.issuer, this.partner.origin];
  }

  /** A staff member's sign-in, as a bearer token. */
  signIn(sub: string, ...roles: string[]): Promise<string> {
    return this.parts.identities.issue({ sub, roles, issuer: this.issuer, audience: AUDIENCE });
  }

  async close(): Promise<void> {
    for (const server of this.parts.servers) {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    }
    await this.partner.simulator.close();
  }
}

/** TLS ends here; the simulator behind speaks plain HTTP. */
function passOn({ hostname, port }: URL): RequestListener {
  return (request, response) => {
    const { method, url, headers } = request;
    const onwards = forward({ hostname, port, method, path: url, headers }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onwards.on('error', () => response.destroy());
    request.pipe(onwards);
  };
}
