import { CaseNotices } from '../../src/notification/case-notices.js';
import { DeliverLinkProcessor } from '../../src/notification/deliver-link.processor.js';
import { LinkMails } from '../../src/notification/link-mails.js';
import type { MailSender } from '../../src/notification/mail-sender.js';
import { OwedNotices } from '../../src/notification/owed-notices.js';
import type { Core } from '../model/core-stage.js';

type NoticeParts = Pick<
  Core,
  'database' | 'subjects' | 'ring' | 'clock' | 'logger' | 'config' | 'policies' | 'linkAddresses'
>;

/** What tells addresses of a case, with this way of sending mail. */
export function caseNotices(parts: NoticeParts, mail: MailSender): CaseNotices {
  const { database, subjects, ring, clock, logger, config, policies, linkAddresses } = parts;
  const owed = new OwedNotices(ring, clock);
  return new CaseNotices(database, subjects, owed, mail, logger, config, policies, linkAddresses);
}

/** What mails links, with this way of sending mail. */
export function linkProcessor(core: Core, mail: MailSender): DeliverLinkProcessor {
  const { database, cases, subjects, policies, links, flows, linkAddresses, config } = core;
  const mails = new LinkMails(subjects, policies, links, flows, linkAddresses, config);
  return new DeliverLinkProcessor(database, cases, mails, mail);
}
