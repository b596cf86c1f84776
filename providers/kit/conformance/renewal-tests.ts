import { describe, expect, it } from '@jest/globals';
import type { RedirectHandoff } from '../index.js';
import { CANARY } from './canary.js';
import type { Suite } from './suite.js';
import type { ConformanceWorld, OpenSession } from './world.js';

/** An adapter may count an address's life from before its request left, and its partner from when it came. */
const ON_ITS_WAY_SECONDS = 5;

/**
 * For adapters whose addresses end before their sessions: a person who reads our page for long, or comes back to it,
 * can go on.
 */
export function declareRenewalTests(suite: Suite): void {
  if (!suite.renews) return;

  describe('another address into a session', () => {
    it('differs from all before it, has an end of its own, and opens the partner’s page', async () => {
      const world = suite.world();
      const opened = await world.open();
      const [second, third] = [await renew(world, opened), await renew(world, opened)];
      const addresses = [addressOf(opened), second.url, third.url];
      expect(new Set(addresses).size).toBe(3);
      for (const { kind, expiresAt } of [second, third]) {
        expect(kind).toBe('redirect');
        expect(expiresAt?.getTime()).toBeGreaterThan(world.clock.now().getTime());
      }
      for (const address of addresses) expect((await fetch(address)).status).toBe(200);
    });

    it('is needed when the first one has ended: the partner refuses that, and the result comes through the other', async () => {
      const world = suite.world();
      const opened = await world.open();
      await world.later(secondsLeft(world, opened) + ON_ITS_WAY_SECONDS, async () => {
        expect((await fetch(addressOf(opened))).status).toBeGreaterThanOrEqual(400);
        await passThrough(world, opened, (await renew(world, opened)).url);
      });
      const report = await world.fetch(opened);
      expect(report.status).toBe('completed');
      expect(report.binding.externalId).toBe(opened.session.externalId);
      if (suite.capabilities.replayGuard === 'nonce') expect(report.binding.nonce).toBe(opened.context.nonce);
    });

    it('leads into no other session', async () => {
      const world = suite.world();
      const [opened, other] = [await world.open(), await world.open()];
      await passThrough(world, opened, (await renew(world, opened)).url);
      const { value: untouched, error } = await world.settle(world.fetch(other));
      expect(error?.code ?? untouched?.status).toMatch(/^(pending|not_ready)$/);
      expect((await world.fetch(opened)).binding.externalId).toBe(opened.session.externalId);
    });
  });
}

/** From another process, as every call. @throws TypeError for an adapter that cannot */
export async function renew(world: ConformanceWorld, { context, session }: OpenSession): Promise<RedirectHandoff> {
  const { renewHandoff } = world.adapter();
  if (!renewHandoff) throw new TypeError('this adapter renews nothing');
  const { externalId, secretState } = session;
  return renewHandoff({ ...context, externalId, secretState });
}

const addressOf = ({ created: { handoff } }: OpenSession): string => ('url' in handoff ? handoff.url : '');

function secondsLeft(world: ConformanceWorld, { created: { handoff } }: OpenSession): number {
  const end = handoff.kind === 'redirect' ? handoff.expiresAt?.getTime() : undefined;
  return Math.ceil(((end ?? Number.NaN) - world.clock.now().getTime()) / 1000);
}

/** The person in a browser: the address, the form of the page it leads to, and the way back. */
async function passThrough(world: ConformanceWorld, opened: OpenSession, address: string): Promise<void> {
  const { url: page } = await fetch(address);
  const body = new URLSearchParams({ decision: 'pass', ...CANARY });
  const decided = await fetch(page, { method: 'POST', redirect: 'manual', body });
  const back = new URL(decided.headers.get('location') ?? '', page);
  opened.finished = true;
  await world.comeBack(opened, Object.fromEntries(back.searchParams));
}
