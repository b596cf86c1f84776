import { HttpFault } from '../../kit/simulator/index.js';
import type { TransactionRequest } from './transaction.js';

/** @throws HttpFault 400 for a request that IDKit would refuse */
export function readTransactionRequest(body: Record<string, unknown>): TransactionRequest {
  return {
    name: text(body.name),
    reference: text(body.reference),
    flow_type: text(body.flow_type),
    redirect_url_success: address(body.redirect_url_success),
    redirect_url_exit: address(body.redirect_url_exit),
    notification: notificationIn(body.notifications),
  };
}

/** The only event is `complete`, and the only type `https`. */
function notificationIn(value: unknown): TransactionRequest['notification'] {
  const { complete } = (value ?? {}) as { complete?: Record<string, unknown>[] };
  const [first, ...others] = Array.isArray(complete) ? complete : [];
  if (!first || others.length > 0 || first.type !== 'https') throw new HttpFault(400, 'Bad Request.');
  return {
    url: address(first.url),
    auth_header_name: text(first.auth_header_name),
    auth_header_value: text(first.auth_header_value),
  };
}

function text(value: unknown): string {
  if (typeof value !== 'string' || value === '' || value.length > 255) throw new HttpFault(400, 'Bad Request.');
  return value;
}

function address(value: unknown): string {
  const url = typeof value === 'string' && URL.canParse(value) ? new URL(value) : undefined;
  if (!url || !/^https?:$/.test(url.protocol)) throw new HttpFault(400, 'Bad Request.');
  return url.href;
}
