import { createHash } from 'node:crypto';

/**
 * The notice a person agrees to before anything is collected (GDPR 13; BIPA 15(b): written, before the capture). The text
 * is stored as version, language and hash with each consent, so it is never changed under the same version.
 */
export const NOTICE_VERSION = '2026-11';

export interface PrivacyNotice {
  version: string;
  paragraphs: readonly string[];
  sha256: Buffer;
}

export function privacyNotice(details: { organisationName: string; retentionDays: number; helpDesk: string }): PrivacyNotice {
  const { organisationName, retentionDays, helpDesk } = details;
  const paragraphs = [
    `${organisationName} checks who you are before giving you back your account. We read your identity document and compare its photo with a photo of your face. That comparison uses biometric data.`,
    'Your photos are encrypted before they are stored. They are used for this check only. If a verification partner does the check, the page tells you before you go there.',
    `We delete the photos, and everything worked out from them, ${retentionDays} days after your request ends, or earlier if you ask. We keep a record of what was decided and when, without photos.`,
    'The help desk sees the result, not the photos. A reviewer sees the photos only when the check could not decide.',
    `You may say no. Nothing is collected then, and ${helpDesk} will tell you the other ways. You may also stop at any time.`,
  ];
  return { version: NOTICE_VERSION, paragraphs, sha256: createHash('sha256').update(paragraphs.join('\n')).digest() };
}
