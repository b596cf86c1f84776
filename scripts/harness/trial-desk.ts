import { eventually } from './eventually.js';
import type { HttpClient } from './http-client.js';

export interface Mail {
  id: string;
  to: string;
  subject: string;
  text: string;
  links: string[];
  sentAt: string;
}

export type PictureName = 'document_front' | 'document_back' | 'other_document' | 'selfie' | 'other_selfie';

export interface Scenario {
  /** Default: the sandbox partner. */
  provider?: string;
  subjectId: string;
  scenario: string;
  delaySeconds?: number;
  identity?: { givenName?: string; familyName?: string; birthDate?: string; documentNumber?: string };
}

/** A browser that may still come back is given a minute first. */
const QUESTION_TIMEOUT_MS = 90_000;

/** The embedded profile's own calls on the admin port: the mailbox, the stand-in sign-in, the sandbox partner, pictures. */
export class TrialDesk {
  constructor(private readonly http: HttpClient) {}

  /** Mails to an address, newest first. */
  async mails(to: string): Promise<Mail[]> {
    const path = `/dev/mail?to=${encodeURIComponent(to)}`;
    return (await this.http.get(path)).expect(200).json<{ data: Mail[] }>().data;
  }

  /** The newest recovery link mailed to an address that is none of the `earlier` ones. */
  async recoveryLink(to: string, earlier: readonly string[] = []): Promise<string> {
    return eventually(`a mail with a link reaches ${to}`, async () => {
      const links = (await this.mails(to)).flatMap((mail) => mail.links);
      return links.find((link) => new URL(link).pathname.startsWith('/r/') && !earlier.includes(link));
    });
  }

  /** Links mailed so far, so that the next one can be told from them. */
  async recoveryLinks(to: string): Promise<string[]> {
    const links = (await this.mails(to)).flatMap((mail) => mail.links);
    return links.filter((link) => new URL(link).pathname.startsWith('/r/'));
  }

  /** The newest question to an address on file: is it you, at this moment? */
  async confirmationLink(to: string, earlier: readonly string[] = []): Promise<string> {
    const asks = ({ subject }: Mail): boolean => subject.includes('right now');
    return this.noticeLink(to, earlier, asks);
  }

  /** The page behind a notice, of the newest mail that has one and is wanted. */
  async noticeLink(
    to: string,
    earlier: readonly string[] = [],
    wanted: (mail: Mail) => boolean = () => true,
  ): Promise<string> {
    const look = async (): Promise<string | undefined> => {
      const links = (await this.mails(to)).filter(wanted).flatMap((mail) => mail.links);
      return links.find((link) => new URL(link).pathname.startsWith('/notices/') && !earlier.includes(link));
    };
    return eventually(`a notice reaches ${to}`, look, { timeoutMs: QUESTION_TIMEOUT_MS });
  }

  /** A person's sign-in at the organisation, as a bearer token. */
  async signIn(person: { sub: string; roles: string[] }): Promise<string> {
    return (await this.http.post('/dev/identities', person)).expect(200).json<{ accessToken: string }>().accessToken;
  }

  /** How a simulated partner treats the sessions of an account from now on. */
  async setScenario(scenario: Scenario): Promise<void> {
    (await this.http.post('/dev/scenarios', { provider: 'sandbox', ...scenario })).expect(200);
  }

  /** One of the demo people's own pictures. */
  async picture(login: string, name: PictureName): Promise<Buffer> {
    return (await this.http.get(`/dev/fixtures/${login}/${name}`)).expect(200).bytes;
  }
}
