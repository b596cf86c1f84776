import { setTimeout as pause } from 'node:timers/promises';
import { getSystemErrorName } from 'node:util';
import { createTransport } from 'nodemailer';
import { CUT_OFF, fault, ok, type Finding } from './finding.js';

const SUBJECT = 'SMTP_URL';

/** What nodemailer says of a failure. */
interface SmtpFailure {
  code?: string;
  errno?: number | string;
}

/** Whether the mail server lets us in, as when a mail is sent: greeting, STARTTLS, sign-in. Nothing is sent. */
export async function mailFindings(url: string | undefined, waitMs: number): Promise<Finding | undefined> {
  if (url === undefined) return undefined;
  const patience = { connectionTimeout: waitMs, greetingTimeout: waitMs, socketTimeout: waitMs };
  const transport = createTransport({ url, ...patience });
  const ended = new AbortController();
  const silent = fault(SUBJECT, `does not answer within ${waitMs} ms`, CUT_OFF);
  const tooLong = pause(waitMs, silent, { signal: ended.signal });
  tooLong.catch(() => undefined);
  const lets = transport.verify().then(
    () => ok(SUBJECT, new URL(url).username === '' ? 'takes mail of anybody' : 'lets us sign in'),
    (error: SmtpFailure) => (error.code === 'ETIMEDOUT' ? silent : failure(error)),
  );
  return Promise.race([lets, tooLong]).finally(() => {
    ended.abort();
    transport.close();
  });
}

function failure({ code, errno }: SmtpFailure): Finding {
  if (code === 'EAUTH') return fault(SUBJECT, 'the server refuses our sign-in', 'correct user and password');
  if (code === 'ETLS')
    return fault(
      SUBJECT,
      'makes no TLS connection that can be trusted',
      'correct the address, the port or the certificate',
    );
  const reason = typeof errno === 'number' && errno < 0 ? getSystemErrorName(errno) : code;
  return fault(SUBJECT, `cannot be reached (${reason ?? 'no reason'})`, CUT_OFF);
}
