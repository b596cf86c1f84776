import {
  allowInsecureRequests,
  authorizationCodeGrant,
  buildAuthorizationUrlWithPAR,
  calculatePKCECodeChallenge,
  ClientSecretPost,
  Configuration,
  customFetch,
  fetchUserInfo,
  skipSubjectCheck,
  type CustomFetch,
} from 'openid-client';
import { CALL_TIMEOUT_MS } from '../kit/index.js';
import type {
  ClockPort,
  CreateSessionContext,
  HttpPort,
  IdentityAttributes,
  RedirectHandoff,
  SessionContext,
} from '../kit/index.js';
import type { AssurancePolicy } from './assurance-policy.js';
import { claimsRequest } from './claims-request.js';
import type { OidcIdaSettings } from './config.js';
import { asProviderError, partnerFetch } from './partner-fetch.js';
import { codeVerifierOf, returnPartsOf } from './session-proofs.js';
import { pushedRequest, tokenAnswer, userinfoAnswer } from './types.js';

/** RFC 9126 speaks of 5 to 600 seconds. What lives for longer than a session is as good as without an end. */
const LONGEST_LIFE_SECONDS = 86_400;
/** Okta's guide has no access token in the answer, and the library insists on one. It is never sent anywhere. */
const NO_ACCESS_TOKEN = 'none';

export interface OidcClientOptions {
  settings: OidcIdaSettings;
  policy: AssurancePolicy;
  http: HttpPort;
  clock: ClockPort;
}

export interface ExchangedCode {
  idToken: string;
  accessToken: string | undefined;
}

/** The vendor's calls, one method each; every fault is a `ProviderError`. */
export class OidcClient {
  constructor(private readonly options: OidcClientOptions) {}

  /**
   * Pushes the request (RFC 9126, RFC 7636) and gives the address that the browser is sent to, with its end. All of it
   * follows from the context, so pushing again only makes another address of the same session. It costs nothing: the
   * vendor keeps the parameters for the life of the `request_uri` (RFC 9126, 2.2), and what it could bill begins with
   * the person at its authorization endpoint (section 4). The life is counted from before the request left, so that
   * the end is never later than the vendor's own.
   */
  async pushRequest(context: CreateSessionContext): Promise<RedirectHandoff> {
    const { settings, policy, clock } = this.options;
    const sentAt = clock.now();
    let lifeSeconds = 0;
    const { redirectUri, state } = returnPartsOf(context);
    const expected: IdentityAttributes = context.expectedIdentity?.reveal() ?? {};
    const config = this.configuration(
      partnerFetch({
        ...this.options,
        timeoutMs: CALL_TIMEOUT_MS.personWaits,
        status: 201,
        shape: pushedRequest,
        forLibrary: (answer) => {
          lifeSeconds = Math.min(answer.expires_in, LONGEST_LIFE_SECONDS);
          return answer;
        },
      }),
    );
    try {
      const url = await buildAuthorizationUrlWithPAR(config, {
        redirect_uri: redirectUri,
        response_type: 'code',
        scope: settings.SCOPE,
        state,
        nonce: context.nonce,
        login_hint: context.reference,
        code_challenge: await calculatePKCECodeChallenge(codeVerifierOf(context.nonce)),
        code_challenge_method: 'S256',
        claims: claimsRequest(policy, { expected, delivery: settings.USERINFO_URL ? 'userinfo' : 'id_token' }),
      });
      return { kind: 'redirect', url: url.href, expiresAt: new Date(sentAt.getTime() + lifeSeconds * 1000) };
    } catch (error) {
      throw asProviderError(error);
    }
  }

  /**
   * Exchanges the code, which works once. The ID token is not judged here but on every reading: whatever is wrong with
   * it, it is all that this code will ever give, and whose it is must show to the host (rule 4).
   */
  async exchangeCode(context: SessionContext, code: string): Promise<ExchangedCode> {
    const { redirectUri, state } = returnPartsOf(context);
    let idToken = '';
    let accessToken: string | undefined;
    const fetchToken = partnerFetch({
      ...this.options,
      timeoutMs: CALL_TIMEOUT_MS.nobodyWaits,
      status: 200,
      shape: tokenAnswer,
      forLibrary: (answer) => {
        idToken = answer.id_token;
        accessToken = answer.access_token;
        return { token_type: answer.token_type, access_token: answer.access_token ?? NO_ACCESS_TOKEN };
      },
    });
    const arrival = new URL(redirectUri);
    arrival.search = new URLSearchParams({ code, state }).toString();
    try {
      await authorizationCodeGrant(this.configuration(fetchToken), arrival, {
        expectedState: state,
        pkceCodeVerifier: codeVerifierOf(context.nonce),
      });
    } catch (error) {
      throw asProviderError(error);
    }
    return { idToken, accessToken };
  }

  /** Whose `sub` it is has to be compared with the ID token's before it is believed (OpenID Connect Core 5.3.2). */
  async readUserinfo(accessToken: string) {
    const config = this.configuration(
      partnerFetch({ ...this.options, timeoutMs: CALL_TIMEOUT_MS.nobodyWaits, status: 200, shape: userinfoAnswer }),
    );
    try {
      return userinfoAnswer.parse(await fetchUserInfo(config, accessToken, skipSubjectCheck));
    } catch (error) {
      throw asProviderError(error);
    }
  }

  private configuration(fetchAs: CustomFetch): Configuration {
    const { settings } = this.options;
    const config = new Configuration(
      {
        issuer: settings.ISSUER,
        pushed_authorization_request_endpoint: settings.PAR_URL,
        authorization_endpoint: settings.AUTHORIZE_URL,
        token_endpoint: settings.TOKEN_URL,
        userinfo_endpoint: settings.USERINFO_URL,
      },
      settings.CLIENT_ID,
      undefined,
      ClientSecretPost(settings.CLIENT_SECRET.reveal()),
    );
    config[customFetch] = fetchAs;
    // Which schemes may leave is decided where everything leaves, in the host's HTTP port.
    allowInsecureRequests(config);
    return config;
  }
}
