import { describe, expect, it } from '@jest/globals';
import { testConfig } from '../../test/model/core-stage.js';
import { LANGUAGES } from '../platform/language/languages.js';
import { MAIL_CATALOGUES } from './language/index.js';
import { mailFrame, type MailFrame } from './mail-frame.js';
import { accountText, codeText, linkText, NOTICE_KINDS, noticeText, returnText } from './notice-texts.js';
import { SUBJECT_CHANGES } from './subject-changes.js';

const AT = new Date('2026-01-02T03:04:05Z');
const PAGE = 'https://recover.example.org/notices/secret';
const LINK = { reference: 'REC-7F3K', link: PAGE, minutes: 2 };
const FACTS = { reference: 'REC-7F3K', at: AT, pageUrl: PAGE, browser: 'Safari, iPhone' };
const frameOf = (language: string, zone = 'UTC'): MailFrame =>
  mailFrame(testConfig({ MAIL_LANGUAGE: language, TIME_ZONE: zone }));

/** Every mail there is, by what it is about. */
function mailsIn(frame: MailFrame): [string, { subject: string; text: string }][] {
  return [
    ...NOTICE_KINDS.map((kind) => [kind, noticeText(frame, kind, { ...FACTS, until: AT })] as const),
    ...SUBJECT_CHANGES.map((change) => [change, accountText(frame, change, AT)] as const),
    ['link', linkText(frame, LINK)],
    ['return', returnText(frame, LINK)],
    ['code', codeText(frame, { reference: 'REC-7F3K', code: '1234 5678', minutes: 10 })],
  ] as [string, { subject: string; text: string }][];
}

/** Calls every text that takes values. */
function leaves(value: unknown, path: string): { path: string; text: string }[] {
  if (typeof value === 'string') return [{ path, text: value }];
  if (typeof value === 'function') return leaves(value(2, 'Name'), path);
  return Object.entries(value as object).flatMap(([key, inner]) => leaves(inner, `${path}.${key}`));
}

describe.each(LANGUAGES)('mails in %s', (language) => {
  const words = leaves(MAIL_CATALOGUES[language], '');

  it('have words for everything, and none of them left in English', () => {
    const english = leaves(MAIL_CATALOGUES.en, '');
    expect(words.map(({ path }) => path)).toEqual(english.map(({ path }) => path));
    expect(words.filter(({ text }) => text.trim() === '' || /undefined|\[object/.test(text))).toEqual([]);
    const same = words.filter(({ text }, index) => language !== 'en' && text === english[index]?.text);
    expect(same.map(({ path }) => path).filter((path) => path !== '.browser')).toEqual([]);
  });

  it('name the organisation, the help desk and the request, and have no link but their own', () => {
    for (const [about, { subject, text }] of mailsIn(frameOf(language))) {
      const ofAccount = (SUBJECT_CHANGES as readonly string[]).includes(about);
      expect([about, subject.includes('Example'), text.includes('extension 100')]).toEqual([about, true, true]);
      expect([about, text.includes('REC-7F3K')]).toEqual([about, !ofAccount]);
      expect([about, text.match(/https?:\/\/\S+/g)]).toEqual([about, ofAccount || about === 'code' ? null : [PAGE]]);
      expect([about, /[\r\n]/.test(subject)]).toEqual([about, false]);
    }
  });

  it('say of a hold until when it can be stopped, where that is still to come', () => {
    const frame = frameOf(language, 'Asia/Tokyo');
    const until = new Date('2026-03-04T05:00:00Z');
    const [told, untold] = [
      noticeText(frame, 'recovery_held', { ...FACTS, until }),
      noticeText(frame, 'recovery_held', FACTS),
    ];
    expect(told.text).toContain(MAIL_CATALOGUES[language].stopUntil(frame.timeText(until)));
    expect(frame.timeText(until)).toMatch(/14:00/);
    expect(untold.text).not.toMatch(/14:00/);
    expect(noticeText(frame, 'recovery_approved', { ...FACTS, until }).text).not.toMatch(/14:00/);
  });
});

describe('the time in a mail', () => {
  it('is the organisation’s, with its zone and the year', () => {
    expect(frameOf('en').timeText(AT)).toBe('2 January 2026 at 03:04 UTC');
    expect(frameOf('de', 'Europe/Berlin').timeText(AT)).toBe('2. Januar 2026 um 04:04 MEZ');
  });
});

describe('a mail in Arabic', () => {
  const mails = mailsIn(frameOf('ar', 'Africa/Cairo'));

  it('begins every line with an Arabic word, which sets it from the right, but for the link’s', () => {
    const isolates = /\u2068[^\u2069]*\u2069/g;
    for (const [about, { subject, text }] of mails)
      for (const line of [subject, ...text.split('\n')].filter((one) => one !== '' && one !== PAGE))
        expect([about, line.replace(isolates, '').match(/\p{L}/u)?.[0]]).toEqual([
          about,
          expect.stringMatching(/\p{Script=Arabic}/u),
        ]);
  });

  it('keeps names, numbers and times from being reordered', () => {
    const frame = frameOf('ar');
    const { text } = noticeText(frame, 'recovery_started', FACTS);
    for (const apart of ['extension 100', 'REC-7F3K', 'Safari, iPhone']) expect(text).toContain(`\u2068${apart}\u2069`);
    expect(frame.timeText(AT)).toMatch(/^\u2068.*03:04.*\u2069$/);
  });
});
