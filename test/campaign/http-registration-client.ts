import type { ApprovedCase } from '../support/approved-case.js';
import type { Answer, CreationOptions, RegistrationClient } from './token-race.js';

/**
 * Asks running API processes over HTTP, in turn: finisher n goes to process n modulo their number. `origin` is what the
 * page's browser would send.
 */
export function httpRegistrationClient(baseUrls: readonly string[], origin: string): RegistrationClient {
  const post = async (
    holder: ApprovedCase,
    call: { path: string; body: unknown; finisher: number },
  ): Promise<Response> =>
    fetch(`${baseUrls[call.finisher % baseUrls.length]}${call.path}`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        origin,
        'sec-fetch-site': 'same-origin',
        cookie: `__Host-regain_capture=${holder.captureSecret}`,
      },
      body: JSON.stringify(call.body),
    });
  return {
    async options(holder, finisher) {
      const response = await post(holder, {
        path: '/v1/passkey-registrations/options',
        body: { token: holder.token },
        finisher,
      });
      if (response.status !== 200) throw new Error(`options were refused with ${response.status}`);
      return (await response.json()) as CreationOptions;
    },
    async register(holder, { credential, finisher }): Promise<Answer> {
      const response = await post(holder, {
        path: '/v1/passkey-registrations',
        body: { token: holder.token, credential },
        finisher,
      });
      const body = (await response.json()) as { code?: string };
      return { status: response.status, code: body.code };
    },
  };
}
