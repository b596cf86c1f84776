import type { ClockPort, HttpPort, LoggerPort, ProviderPorts, TimingPort } from '../../../providers/kit/index.js';
import type { Logger } from '../../platform/logging/logger.js';

type PortFields = Parameters<LoggerPort['info']>[1];

/** An adapter's words in our log: one code for all of them, its own message as a field. */
export function providerLogger(logger: Logger, provider: string): LoggerPort {
  const entry = (text: string, fields: PortFields) => ({ ...fields, provider, text });
  return {
    info: (text, fields) => logger.info('provider_message', entry(text, fields)),
    warn: (text, fields) => logger.warn('provider_message', entry(text, fields)),
  };
}

export interface HostParts {
  http: HttpPort;
  clock: ClockPort;
  logger: Logger;
  timings?: TimingPort;
}

/** What one adapter is given: the guarded network, the clock and a log of its own. */
export function portsFor(host: HostParts, provider: string): ProviderPorts {
  const { http, clock, timings } = host;
  return { http, clock, timings, logger: providerLogger(host.logger, provider) };
}
