import type { IncomingHttpHeaders } from 'node:http';
import type { Metrics } from '../platform/telemetry/metrics.js';
import { browserName } from './browser-kind.js';
import { inAppBrowser } from './in-app-browser.js';

/** Counts a landing or a start by the kind of browser: two labels of few values, nothing of the header itself. */
export function countBrowser(metrics: Metrics, step: 'link_opened' | 'started', headers: IncomingHttpHeaders): void {
  const userAgent = headers['user-agent'];
  const place = inAppBrowser(userAgent) ? 'in_app' : 'browser';
  metrics.flowBrowsers.inc({ step, browser: browserName(userAgent), place });
}
