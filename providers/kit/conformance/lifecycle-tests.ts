import { describe, expect, it } from '@jest/globals';
import type { CreatedSession } from '../index.js';
import { expectError } from './expectations.js';
import type { Suite } from './suite.js';

/** Opening once, ending early, and leaving nothing behind. */
export function declareLifecycleTests(suite: Suite): void {
  const { capabilities } = suite;

  describe('opening a session', () => {
    it('hands the person over in the declared way', async () => {
      const world = suite.world();
      const { created } = await world.open();
      expect(created.externalId).toMatch(/^\S{1,255}$/);
      if (capabilities.handoff !== 'wallet') expect(created.handoff.kind).toBe(capabilities.handoff);
      if (created.handoff.kind === 'redirect') expect(new URL(created.handoff.url).protocol).toMatch(/^https?:$/);
      const end = created.handoff.kind === 'redirect' ? created.handoff.expiresAt : undefined;
      if (end) expect(end.getTime()).toBeGreaterThan(world.clock.now().getTime());
      expect(end !== undefined).toBe(suite.renews);
      if (created.expiresAt) expect(created.expiresAt.getTime()).toBeGreaterThan(world.clock.now().getTime());
      world.shown.push({ ...created, handoff: undefined });
    });

    if (capabilities.idempotentCreate) {
      it('again, and five times at once, under the same reference gives the same session', async () => {
        const world = suite.world();
        const { context, session } = await world.open();
        const again = await Promise.all(Array.from({ length: 5 }, () => world.adapter().createSession(context)));
        expect(new Set(again.map((created) => created.externalId))).toEqual(new Set([session.externalId]));
      });

      it('again after an answer that never came gives the session that was made', async () => {
        const world = suite.world();
        const context = world.context();
        const create = () => world.adapter().createSession(context);
        expectError(await world.under({ kind: 'hang', accepted: true }, create), ['timeout']);
        const [first, second] = [await world.open(context), await world.open(context)];
        expect(second.session.externalId).toBe(first.session.externalId);
        await world.finish(first, 'pass');
        expect((await world.fetch(second)).status).toBe('completed');
      });
    }
  });

  if (capabilities.findByReference) {
    describe('opening a session', () => {
      it('that was made by a call nobody heard the end of is found by our reference, and no other is', async () => {
        const world = suite.world();
        const context = world.context();
        const create = () => world.adapter().createSession(context);
        expectError(await world.under({ kind: 'hang', accepted: true }, create), ['timeout']);
        const found = await world.adapter().findSession?.(context);
        const opened = world.opened(context, { created: found as CreatedSession, seenPushes: 0 });
        await world.finish(opened, 'pass');
        expect((await world.fetch(opened)).binding.externalId).toBe(found?.externalId);
        expect(await world.adapter().findSession?.(world.context())).toBeUndefined();
      });
    });
  }

  describe('ending a session', () => {
    if (capabilities.cancel) {
      it('cancelling ends it, and cancelling again or too late does no harm', async () => {
        const world = suite.world();
        const opened = await world.open();
        await world.adapter().cancel?.(opened.session);
        const { value: ended, error: gone } = await world.settle(world.fetch(opened));
        expect(gone?.code ?? ended?.status).toMatch(/^(cancelled|session_unknown)$/);
        const { error: again } = await world.settle(world.adapter().cancel?.(opened.session) ?? Promise.resolve());
        expect(again?.code ?? 'session_unknown').toBe('session_unknown');

        const finished = await world.openAndFinish('pass');
        await world.settle(world.adapter().cancel?.(finished.session) ?? Promise.resolve());
        const { value: report, error } = await world.settle(world.fetch(finished));
        expect(error?.code ?? report?.status).toMatch(/^(completed|cancelled|session_unknown)$/);
      });
    }

    if (capabilities.deletion === 'api') {
      it('erasing leaves nothing to fetch, and erasing again succeeds', async () => {
        const world = suite.world();
        const opened = await world.openAndFinish('pass');
        await world.adapter().erase?.(opened.session);
        expectError(await world.settle(world.adapter().fetchResult(opened.session)), ['session_unknown']);
        await world.adapter().erase?.(opened.session);
      });
    }

    it('a browser that comes back proves nothing, whatever it carries', async () => {
      const world = suite.world();
      const adapter = world.adapter();
      if (!adapter.handleReturn) return;
      const opened = await world.open();
      const claims = {
        status: 'approved',
        result: 'pass',
        verified: 'true',
        code: 'x',
        state: 'x',
      };
      for (const query of [{}, claims]) {
        const { value: arrival } = await world.settle(adapter.handleReturn(opened.session, query));
        if (arrival !== undefined) expect(['came_back', 'gave_up']).toContain(arrival.signal);
        if (arrival?.payload) opened.deliveries.push(arrival.payload);
      }
      const { value: report, error } = await world.settle(world.fetch(opened));
      expect(error?.code ?? report?.status).toMatch(/^(pending|not_ready)$/);
    });

    it('closing an adapter twice does no harm', async () => {
      const adapter = suite.world().adapter();
      await adapter.close?.();
      await adapter.close?.();
    });
  });
}
