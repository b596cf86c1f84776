import type { Reply } from '../../platform/http/request-context.js';
import { REPORT_CONTENT_POLICY } from './report-page.js';

/** Sends a report as a page that loads and runs nothing. */
export async function sendPage(reply: Reply, page: string): Promise<void> {
  await reply
    .header('content-security-policy', REPORT_CONTENT_POLICY)
    .header('cache-control', 'no-store')
    .type('text/html; charset=utf-8')
    .send(page);
}
