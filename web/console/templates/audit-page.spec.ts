import { describe, expect, it } from '@jest/globals';
import { matches } from '../../../test/support/markup.js';
import { consoleGallery } from '../../../test/pages/console-gallery.js';
import { renderConsole } from './index.js';

const named = (name: string): string => {
  const page = consoleGallery().find((one) => one.name === `en-console-${name}`);
  if (!page) throw new Error(`there is no page ${name}`);
  return renderConsole(page.view, page.frame);
};
const text = (markup: string): string => markup.replaceAll(/<[^>]+>/g, ' ').replaceAll(/\s+/g, ' ');

describe('the auditors’ page', () => {
  it('leads from an event to its chain and to all that its actor did, by ids alone: no address names anybody', () => {
    const markup = named('audit');
    expect(text(markup)).toContain('rita.reviewer@example.org');
    const addresses = matches(markup, /(?:href|action)="([^"]+)"/g);
    expect(addresses).toContain('/console/audit?chain=rc_01jd4z6w3v0000000000000000');
    expect(addresses).toContain('/console/audit?actorOf=evt_01jd4z6w3v0000000000000004');
    expect(addresses.filter((address) => /rita|example|%40|@/.test(address))).toEqual([]);
  });

  it('keeps what narrows it down in its form, its pages and its exports, and leaves its place in the list out of these', () => {
    const markup = named('audit-narrowed');
    const kept = 'chain=rc_01jd4z6w3v0000000000000000&amp;type=review.voted&amp;from=2026-11-22&amp;actorOf=evt_4';
    expect(matches(markup, /href="(\/console\/audit\/export[^"]+)"/g)).toEqual([
      `/console/audit/export?${kept}&amp;format=jsonl`,
      `/console/audit/export?${kept}&amp;format=cef`,
    ]);
    expect(matches(markup, /<a href="([^"]+)">Back to the newest/g)).toEqual([`/console/audit?${kept}`]);
    expect(markup).toMatch(/<option\s+value="review.voted"\s+selected/);
    expect(markup).toContain('name="actorOf" value="evt_4"');
    expect(text(markup)).toContain('Only events by: Colleague rita.reviewer@example.org');
  });

  it('says in plain words what a verification found, and where', () => {
    expect(text(named('audit-intact'))).toContain('The trail is whole.');
    expect(text(named('audit-intact'))).toContain('48,211 events in 1,904 chains read, 233 seals checked.');
    const broken = text(named('audit-broken'));
    expect(broken).toContain('The trail is NOT whole.');
    expect(broken).toMatch(
      /The first fault is at position 3 of rc_01jd4z6w3v0{16} ?\. This event does not say what was written\./,
    );
    expect(broken).not.toContain('The trail is whole');
    expect(text(named('audit-unrecorded'))).toMatch(
      /An event is missing from rc_01jd4z6w3v0{16} ?\. A passkey is in the database, and no event says where it came from\./,
    );
    expect(text(named('audit-too-long'))).toContain('regain audit verify');
  });

  it('names what cannot be read beside its field, and shows nothing then', () => {
    const markup = named('audit-wrong');
    expect(matches(markup, /<a href="#(\w+)">/g)).toEqual(['chain', 'from']);
    expect(markup).toContain('value="22.11.2026"');
    expect(markup).not.toMatch(/<table|export/);
  });
});
