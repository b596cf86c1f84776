import { randomUUID } from 'node:crypto';
import { addVirtualAuthenticator } from '../harness/chromium/virtual-authenticator.js';
import { eventually } from '../harness/eventually.js';
import type { HttpClient } from '../harness/http-client.js';
import { PageWalk } from '../harness/page-walk.js';
import type { ProductionStack } from './production-stack.js';

/** Longer than both rolling restarts take on a machine that is busy with other things, and no longer than a challenge lives. */
const HELD_MS = 290_000;

/** A request that is sent again and again under one `Idempotency-Key`: whoever answers has to give the first answer. */
export class RepeatedOpening {
  readonly #headers = { 'idempotency-key': randomUUID() };
  readonly #body: object;
  caseId = '';

  constructor(
    private readonly staff: HttpClient,
    login: string,
  ) {
    this.#body = { subject: { login }, delivery: { channel: 'email' }, reason: 'Lost every way to sign in' };
  }

  async first(): Promise<void> {
    const answer = await this.staff.post('/v1/recovery-cases', this.#body, { headers: this.#headers });
    this.caseId = answer.expect(201).json<{ id: string }>().id;
  }

  /** The status. @throws Error when it is an answer to something else than the first request */
  async again(): Promise<number> {
    const answer = await this.staff.post('/v1/recovery-cases', this.#body, { headers: this.#headers });
    if (answer.status !== 201) return answer.status;
    const isFirst = answer.headers.get('idempotency-replayed') === 'true';
    if (!isFirst || answer.json<{ id: string }>().id !== this.caseId) throw new Error('the request was done again');
    return answer.status;
  }
}

/** A browser with the form open in which somebody agrees. */
export async function openForm(stack: ProductionStack, email: string, page: PageWalk['page']): Promise<PageWalk> {
  const link = await eventually('a mail with a link', async () => stack.around.mail.linksFor(email)[0]);
  const walk = new PageWalk(page);
  await walk.openLink(link);
  await walk.start();
  return walk;
}

/** A passkey that was made with what the page was given, and that is on its way to be stored until it is let go. */
export interface HeldRegistration {
  /** Stores it, and signs in with it: what the page then says. */
  finish(): Promise<string>;
}

export async function holdRegistration(walk: PageWalk): Promise<HeldRegistration> {
  const { page } = walk;
  await addVirtualAuthenticator(page);
  let letGo = (): void => undefined;
  const released = new Promise<void>((resolve) => (letGo = resolve));
  let arrived = (): void => undefined;
  const held = new Promise<void>((resolve) => (arrived = resolve));
  await page.route(
    (url) => url.pathname === '/v1/passkey-registrations',
    async (route) => {
      arrived();
      await released;
      await route.continue();
    },
  );
  page.setDefaultTimeout(HELD_MS);
  const made = walk.createPasskey();
  await Promise.race([held, made]);
  return {
    finish: async () => {
      letGo();
      await made;
      const says = await walk.signIn();
      if (!says.includes('signed in as')) throw new Error(`the page says "${says}"`);
      return says;
    },
  };
}
