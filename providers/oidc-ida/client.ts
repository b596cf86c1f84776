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
import type { ClockPort, CreateSessionContext, HttpPort, IdentityAttributes, SessionContext } from '../kit/index.js';
import type { AssurancePolicy } from './assurance-policy.js';
import { claimsRequest } from './claims-request.js';
import type { OidcIdaSettings } from './config.js';
import { asProviderError, partnerFetch } from './partner-fetch.js';
import { codeVerifierOf, returnPartsOf } from './session-proofs.js';
import { pushedRequest, tokenAnswer, userinfoAnswer } from './types.js';

/** A person waits for this one; the next provider is asked when it takes longer. */
const CREATE_TIMEOUT_MS = 3000;
const CALL_TIMEOUT_MS = 8000;
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

  /** Pushes the request and gives the address that the browser is sent to: RFC 9126, RFC 7636. */
  async pushRequest(context: CreateSessionContext): Promise<string> {
    const { settings, policy } = this.options;
    const { redirectUri, state } = returnPartsOf(context);
    const expected: IdentityAttributes = context.expectedIdentity?.reveal() ?? {};
    const config = this.configuration(
      partnerFetch({ ...this.options, timeoutMs: CREATE_TIMEOUT_MS, status: 201, shape: pushedRequest }),
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
      return url.href;
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
      timeoutMs: CALL_TIMEOUT_MS,
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
      partnerFetch({ ...this.options, timeoutMs: CALL_TIMEOUT_MS, status: 200, shape: userinfoAnswer }),
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
