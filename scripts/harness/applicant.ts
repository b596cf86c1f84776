import { eventually } from './eventually.js';
import type { Answer, HttpClient } from './http-client.js';
import { UnexpectedAnswerError } from './http-client.js';

/** The members of `GET /v1/flow` that the journeys look at. */
export interface FlowView {
  state: string;
  step: string;
  consent: { noticeVersion: string };
  handoff: { kind: string; url?: string } | null;
  evidence: Record<string, { state: string; reasons: string[] }>;
  attemptsLeft: number;
  reasons: string[];
}

export interface Pictures {
  document: Uint8Array;
  selfie: Uint8Array;
}

export interface IssuedToken {
  token: string;
  expiresAt: string;
}

/** The locked-out person by the HTTP interface, without a page: what a browser's requests would be. */
export class Applicant {
  constructor(readonly http: HttpClient) {}

  /** Exchanges the mailed link for a flow. Whatever the answer is, it is given back. */
  async tryStart(link: string): Promise<Answer> {
    return this.http.post('/v1/flow/start', { linkToken: linkTokenOf(link) });
  }

  async start(link: string): Promise<void> {
    (await this.tryStart(link)).expect(200);
  }

  async flow(): Promise<FlowView> {
    return (await this.http.get('/v1/flow')).expect(200).json<FlowView>();
  }

  async agree(): Promise<void> {
    const { consent } = await this.flow();
    (await this.http.post('/v1/flow/consent', { noticeVersion: consent.noticeVersion, agreed: true })).expect(200);
  }

  async chooseDocument(): Promise<void> {
    (await this.http.post('/v1/flow/document', { issuingCountry: 'UTO', documentType: 'identity_card' })).expect(200);
  }

  /** Starts with a provider; a redirect's address when there is one. */
  async chooseProvider(provider: string): Promise<string | undefined> {
    const answer = (await this.http.post('/v1/flow/verification', { provider })).expect(200);
    return answer.json<{ handoff: { url?: string } }>().handoff.url;
  }

  /** Uploads one picture; a refusal of the picture is an error here. */
  async upload(kind: 'document_front' | 'selfie', picture: Uint8Array): Promise<void> {
    const body = { bytes: picture, type: 'image/jpeg' };
    const answer = (await this.http.send('PUT', `/v1/flow/evidence/${kind}`, { body })).expect(200);
    const { accepted, reasons } = answer.json<{ accepted: boolean; reasons: string[] }>();
    if (!accepted) throw new Error(`the picture ${kind} was not accepted: ${reasons.join(', ')}`);
  }

  /** Everything from the link to the request for a decision, with the organisation's own check. */
  async proveLocally(link: string, pictures: Pictures): Promise<void> {
    await this.start(link);
    await this.agree();
    await this.chooseDocument();
    await this.showPictures(pictures);
  }

  async showPictures({ document, selfie }: Pictures): Promise<void> {
    await this.chooseProvider('local');
    await this.upload('document_front', document);
    await this.upload('selfie', selfie);
    (await this.http.post('/v1/flow/submit')).expect(202);
  }

  async stepWhen(when: (view: FlowView) => boolean, timeoutMs?: number): Promise<FlowView> {
    return eventually(
      'the flow moves on',
      async () => {
        const view = await this.flow();
        return when(view) && view;
      },
      { timeoutMs },
    );
  }

  async token(): Promise<IssuedToken> {
    return (await this.http.post('/v1/flow/token')).expect(201).json<IssuedToken>();
  }

  /** Presents a token as the first half of a registration does. */
  async present(token: string): Promise<Answer> {
    return this.http.post('/v1/passkey-registrations/options', { token });
  }
}

/** The secret part of a mailed link. */
export function linkTokenOf(link: string): string {
  return decodeURIComponent(new URL(link).pathname.slice('/r/'.length));
}

/** @throws UnexpectedAnswerError unless the answer is the refusal that was expected */
export function assertRefused(answer: Answer, expected: { status: number; code: string }): void {
  if (answer.status !== expected.status) throw new UnexpectedAnswerError(answer, expected.status);
  if (answer.code !== expected.code)
    throw new Error(`${answer.method} ${answer.path} was refused as ${answer.code}, not ${expected.code}`);
}
