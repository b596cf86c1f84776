import { randomUUID } from 'node:crypto';
import { setTimeout as pause } from 'node:timers/promises';
import { SoftwareAuthenticator } from '../../../test/support/software-authenticator.js';
import { linkTokenOf, type FlowView, type Pictures } from '../../harness/applicant.js';
import type { CaseView } from '../../harness/help-desk.js';
import type { HttpClient } from '../../harness/http-client.js';
import type { History } from './history.js';
import type { MailStub } from './mail-stub.js';
import { PatientClient, type AnswerBook } from './patient-client.js';

export interface Identity {
  login: string;
  email: string;
  givenName: string;
  familyName: string;
  birthDate: string;
  documentNumber: string;
}

export interface PersonWorld {
  url: string;
  staff: HttpClient;
  mail: MailStub;
  book: AnswerBook;
  history: History;
  pictures: Pictures | undefined;
}

type Options = Parameters<SoftwareAuthenticator['create']>[0];

const SYLLABLES = ['ba', 'dor', 'fen', 'gul', 'kam', 'lis', 'mot', 'nev', 'pri', 'sul', 'tav', 'zek'];
const LOOK_EVERY_MS = 250;
const END_STEPS = new Set(['done', 'ended', 'review']);

/** What stands on a made-up person's document: no two of them look alike to the matcher. */
export function identityOf(number: number): Identity {
  const name = (offset: number): string =>
    [number + offset, Math.floor(number / 12) + offset * 5, Math.floor(number / 144) + offset * 7]
      .map((at) => SYLLABLES[at % SYLLABLES.length])
      .join('');
  const capital = (text: string): string => text.charAt(0).toUpperCase() + text.slice(1);
  const login = `person.${number}`;
  return {
    login,
    email: `${login}@example.test`,
    givenName: capital(name(1)),
    familyName: capital(name(4)),
    birthDate: new Date(Date.UTC(1950, 0, 1 + ((number * 11) % 20_000))).toISOString().slice(0, 10),
    documentNumber: `X${String(number).padStart(8, '0')}`,
  };
}

/** Somebody who is locked out and does not give up: asks the help desk, waits for mail, goes on wherever the flow stands. */
export class Person {
  caseId = '';
  reference = '';
  /** Every case id a 201 named: more than one for one key would be two cases. */
  readonly openedCases = new Set<string>();
  readonly secrets: string[] = [];
  private readonly inHaste: boolean;
  #browser: HttpClient;
  #askedAgainAt = Date.now();
  #opening: Promise<void> | undefined;
  #recovery: Promise<string> | undefined;

  constructor(
    private readonly world: PersonWorld,
    readonly identity: Identity & { subjectId: string },
  ) {
    this.#browser = this.newBrowser();
    this.inHaste = Number(identity.login.replace(/\D/g, '')) % 2 === 0;
  }

  /** The help desk opens the case, once however often it is asked here. */
  open(): Promise<void> {
    return (this.#opening ??= this.askHelpDesk());
  }

  private async askHelpDesk(): Promise<void> {
    const body = {
      subject: { id: this.identity.subjectId },
      delivery: { channel: 'email' },
      reason: 'Lost every way to sign in',
    };
    const key = randomUUID();
    const ask = (): Promise<CaseView> =>
      this.world.history.record(
        { kind: 'opening', about: key },
        async () => {
          const headers = { 'idempotency-key': key };
          return (await this.world.staff.post('/v1/recovery-cases', body, { headers })).expect(201).json<CaseView>();
        },
        ({ id }) => id,
      );
    for (const { id, reference } of await this.atOnce(ask)) {
      this.openedCases.add(id);
      this.caseId = id;
      this.reference = reference;
    }
  }

  /** From the mail to the new passkey; gives back the state the case came to. @throws Error when it takes longer */
  recover(timeoutMs: number): Promise<string> {
    return (this.#recovery ??= this.goOn(timeoutMs));
  }

  /** Goes on after an end that was none: a case that was left to a reviewer and decided after all. */
  recoverAfterAll(timeoutMs: number): Promise<string> {
    return (this.#recovery = this.goOn(timeoutMs));
  }

  private async goOn(timeoutMs: number): Promise<string> {
    await this.open();
    const until = Date.now() + timeoutMs;
    let step = '';
    while (Date.now() < until) {
      step = await this.advance();
      if (END_STEPS.has(step)) return this.state();
      await pause(LOOK_EVERY_MS);
    }
    throw new Error(`${this.caseId} is ${await this.state()} at step ${step} after ${timeoutMs} ms`);
  }

  /** Holds the event stream of the page open until it ends. False: it was cut. Undefined: there was none to open. */
  async watch(): Promise<boolean | undefined> {
    const cookie = this.#browser.cookie('__Host-regain_flow');
    if (cookie === undefined) return undefined;
    const headers = { cookie: `__Host-regain_flow=${cookie}`, accept: 'text/event-stream' };
    const opened = await fetch(`${this.world.url}/v1/flow/events`, { headers }).catch(() => undefined);
    if (!opened?.ok) return void (await opened?.body?.cancel());
    return opened.text().then(
      () => true,
      () => false,
    );
  }

  async state(): Promise<string> {
    return (await this.world.staff.get(`/v1/recovery-cases/${this.caseId}`)).expect(200).json<CaseView>().state;
  }

  /** One step, whichever it is; the step it stood at. */
  async advance(): Promise<string> {
    const answer = await this.#browser.get('/v1/flow');
    if (answer.status !== 200) return this.enter();
    const view = answer.json<FlowView>();
    if (view.step === 'consent')
      await this.#browser.post('/v1/flow/consent', { noticeVersion: view.consent.noticeVersion, agreed: true });
    if (view.step === 'document') await this.#browser.post('/v1/flow/document', this.document);
    if (['provider', 'evidence', 'retry'].includes(view.step)) await this.showEvidence(view);
    if (view.step === 'passkey') await this.createPasskey();
    return view.step;
  }

  /** A passport has one side to photograph. */
  private get document(): { issuingCountry: string; documentType: string } {
    return { issuingCountry: 'UTO', documentType: this.world.pictures ? 'passport' : 'identity_card' };
  }

  /** Goes to the partner; where our own pages take the pictures, hands in what is missing and asks for the decision. */
  private async showEvidence({ step, handoff, evidence }: FlowView): Promise<void> {
    const { pictures } = this.world;
    if (!pictures || step !== 'evidence' || handoff?.kind !== 'capture')
      return void (await this.#browser.post('/v1/flow/verification', {}));
    const missing = Object.entries(evidence).filter(([, { state }]) => state !== 'accepted');
    for (const [kind] of missing) {
      const bytes = kind === 'selfie' ? pictures.selfie : pictures.document;
      await this.#browser.send('PUT', `/v1/flow/evidence/${kind}`, { body: { bytes, type: 'image/jpeg' } });
    }
    if (missing.length === 0) await this.#browser.post('/v1/flow/submit');
  }

  private newBrowser(): HttpClient {
    const { url, book } = this.world;
    return new PatientClient({ baseUrl: url, origin: url }, book);
  }

  /** By the newest link that works; when none does, asks the help desk for another, not more often than every ten seconds. */
  private async enter(): Promise<string> {
    for (const link of this.world.mail.linksFor(this.identity.email)) {
      const secret = linkTokenOf(link);
      if (!this.secrets.includes(secret)) this.secrets.push(secret);
      if ((await this.#browser.post('/v1/flow/start', { linkToken: secret })).status === 200) return 'link';
    }
    if (['completed', 'denied', 'expired', 'cancelled'].includes(await this.state())) return 'ended';
    if (this.world.mail.linksFor(this.identity.email).length > 0 && Date.now() - this.#askedAgainAt > 10_000) {
      this.#askedAgainAt = Date.now();
      await this.world.staff.post(`/v1/recovery-cases/${this.caseId}/resend-link`);
    }
    return 'link';
  }

  private async createPasskey(): Promise<void> {
    const issued = await this.#browser.post('/v1/flow/token');
    if (issued.status !== 201) return;
    const { token } = issued.json<{ token: string }>();
    this.secrets.push(token);
    const options = await this.#browser.post('/v1/passkey-registrations/options', { token });
    if (options.status !== 200) return;
    await this.atOnce(() =>
      this.world.history.record(
        { kind: 'token', about: token },
        () => {
          const credential = new SoftwareAuthenticator({ origin: this.world.url }).create(options.json<Options>());
          return this.#browser.post('/v1/passkey-registrations', { token, credential });
        },
        (answer) =>
          answer.status === 201 ? answer.json<{ credentialId: string }>().credentialId : `refused ${answer.code}`,
      ),
    );
  }

  /** Every second person asks the help desk twice at once, and wants the passkey on two devices at once. */
  private atOnce<Given>(ask: () => Promise<Given>): Promise<Given[]> {
    return Promise.all(this.inHaste ? [ask(), ask()] : [ask()]);
  }
}
