import type { ServerResponse } from 'node:http';
import { HttpFault, mislabel, send } from './http.js';
import { isGarbled, type Scenario } from './scenario.js';

const HUGE_BYTES = 8 * 1024 * 1024;
const GARBAGE = [
  { contentType: 'text/html; charset=utf-8', body: '<!doctype html><title>Welcome</title><p>It works!</p>' },
  { contentType: 'application/json', body: '{"id": "sbx_' },
];
let garbageSent = 0;

/**
 * Plays the network or the partner's front door at its worst, when the scenario says so. True when the call has been
 * answered, or never will be; false when it is to be answered as usual.
 * @param create for the call that opens a session: what it does. What a partner says is garbled about results only.
 */
export async function misbehave(
  scenario: Scenario | undefined,
  response: ServerResponse,
  create?: () => Promise<unknown>,
): Promise<boolean> {
  if (create && scenario && isGarbled(scenario.scenario)) return false;
  switch (scenario?.scenario) {
    case 'rate_limited':
      send(response, { status: 429, headers: { 'retry-after': '2' }, contentType: 'application/json', body: '{}' });
      return true;
    case 'outage':
      throw new HttpFault(503, 'unavailable');
    case 'reset':
      response.destroy();
      return true;
    case 'hang':
      return true;
    case 'hang_accepted':
      await create?.();
      return true;
    case 'garbage':
      garbageSent += 1;
      send(response, { status: 200, ...GARBAGE[garbageSent % GARBAGE.length] });
      return true;
    case 'huge':
      send(response, { status: 200, contentType: 'application/json', body: `{"x":"${'x'.repeat(HUGE_BYTES)}"}` });
      return true;
    case 'wrong_content_type':
      mislabel(response);
      return false;
    default:
      return false;
  }
}
