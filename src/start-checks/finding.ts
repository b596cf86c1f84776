/** What one check says of one setting or dependency. Never a value: names, and what is wrong with them. */
export interface Finding {
  /** The variable or dependency, as an operator knows it. */
  subject: string;
  /** A fault keeps a production process from starting; a warning is logged. */
  verdict: 'ok' | 'warning' | 'fault';
  detail: string;
  /** What to do about it. */
  remedy?: string;
}

/** What to do about a server that cannot be reached. */
export const CUT_OFF = 'start it, correct the address, or let the network pass it (in the chart: networkPolicy.egress)';

export const ok = (subject: string, detail: string): Finding => ({ subject, verdict: 'ok', detail });

export const warning = (subject: string, detail: string, remedy: string): Finding => ({
  subject,
  verdict: 'warning',
  detail,
  remedy,
});

export const fault = (subject: string, detail: string, remedy: string): Finding => ({
  subject,
  verdict: 'fault',
  detail,
  remedy,
});
