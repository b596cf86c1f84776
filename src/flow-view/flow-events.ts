import { setTimeout as wait } from 'node:timers/promises';
import type { FlowView } from './flow-view.schemas.js';

const LOOK_EVERY_MS = 1_000;
const HEARTBEAT_EVERY_MS = 15_000;
/** A stream ends after this long and the browser opens another: no connection is for ever. */
const STREAM_LIFE_MS = 300_000;

/**
 * The SSE twin of `GET /v1/flow`: one event when something changed, a comment every 15 s so that proxies keep the line.
 * Ends when the case can no longer change, when its page session is over, when the browser leaves, or after five minutes.
 */
export async function* flowEvents(
  look: () => Promise<FlowView | undefined>,
  signal: AbortSignal,
): AsyncGenerator<string> {
  yield 'retry: 3000\n\n';
  let last = '';
  let quietMs = 0;
  for (let livedMs = 0; livedMs < STREAM_LIFE_MS && !signal.aborted; livedMs += LOOK_EVERY_MS) {
    const view = await look();
    if (!view) return;
    const text = JSON.stringify(view);
    if (text !== last) {
      yield `event: status\ndata: ${text}\n\n`;
      last = text;
      quietMs = 0;
    } else if (quietMs >= HEARTBEAT_EVERY_MS) {
      yield ': still here\n\n';
      quietMs = 0;
    }
    if (view.step === 'ended' || view.step === 'done') return;
    await wait(LOOK_EVERY_MS, undefined, { signal, ref: false }).catch(() => undefined);
    quietMs += LOOK_EVERY_MS;
  }
}
