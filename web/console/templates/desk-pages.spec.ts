import { describe, expect, it } from '@jest/globals';
import { matches, unbalanced } from '../../../test/support/markup.js';
import { scopesOfRoles } from '../../../src/staff-access/scopes.js';
import { consoleGallery, type ConsolePage } from '../../../test/pages/console-gallery.js';
import { renderConsole, type ConsoleFrame } from './index.js';

const EVIL = `"><script>alert(1)</script><img src=x onerror=alert(1)>'`;
const PAGES = consoleGallery();
const named = (name: string): ConsolePage => PAGES.find((page) => page.name === name) as ConsolePage;
const render = (page: ConsolePage, frame: Partial<ConsoleFrame> = {}): string =>
  renderConsole(page.view, { ...page.frame, ...frame });

/** The same view with every text of a person's, a colleague's or a ticket's replaced. */
function withEvil(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withEvil);
  if (typeof value !== 'object' || value === null) return value;
  const replaced = [
    'displayName',
    'login',
    'openedBy',
    'ticketRef',
    'reference',
    'reason',
    'self',
    'groups',
    'mailedTo',
  ];
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      replaced.includes(name) ? (Array.isArray(member) ? [EVIL] : EVIL) : withEvil(member),
    ]),
  );
}
const DESK = ['find-person', 'new-request', 'relayed-link', 'cases', 'authorizations', 'case'];
const deskPages = PAGES.filter(({ view }) => DESK.includes(view.screen));

describe('the help desk’s pages', () => {
  it.each(deskPages.map((page) => [page.name, page] as const))(
    'T95: %s shows what people are called as text',
    (_name, page) => {
      const view = withEvil(page.view) as ConsolePage['view'];
      const markup = renderConsole(view, { ...page.frame, signedInAs: EVIL, query: EVIL });
      expect(markup).not.toMatch(/<script|<img/);
      expect(unbalanced(markup)).toEqual([]);
    },
  );

  it.each(deskPages.map((page) => [page.name, page] as const))(
    'T47, T55: %s has no picture, and no link but where it was just made',
    (_name, page) => {
      const markup = render(page);
      expect(markup).not.toMatch(/<img|href="[^"]*\/r\//);
      expect(/\/r\/\w{43}/.test(markup)).toBe(page.view.screen === 'relayed-link');
    },
  );

  it('gives every form that does something a key of its own, so that a second click is the same request', () => {
    for (const page of deskPages) {
      const acting = matches(render(page), /<form[\s\S]*?<\/form>/g).filter(
        (form) => form.includes('method="post"') && !/action="[^"]*(sign-out|\/find)"/.test(form),
      );
      const keys = acting.map((form) => matches(form, /name="formKey" value="([^"]+)"/g));
      expect([page.name, keys.every((own) => own.length === 1), new Set(keys.flat()).size]).toEqual([
        page.name,
        true,
        acting.length,
      ]);
    }
  });

  it('puts nobody’s name, login or address into an address', () => {
    for (const page of deskPages)
      expect(matches(render(page), /(?:href|action)="([^"]+)"/g).join(' ')).not.toMatch(
        /ana|oakley|example\.com|4711/i,
      );
  });

  it('asks for the address of a link nowhere', () => {
    for (const page of deskPages) expect(render(page)).not.toMatch(/type="email"|name="(email|address|phone)"/);
  });

  it('offers the ways that are open and no other, and none where something stands in the way', () => {
    const ways = (name: string): string[] =>
      matches(render(named(`en-console-${name}`)), /type="radio"\s+id="[^"]+"\s+name="channel"\s+value="(\w+)"/g);
    expect(ways('new-request')).toEqual(['email', 'relay']);
    expect([ways('new-request-own'), ways('new-request-already')]).toEqual([[], []]);
  });

  it('T55: shows of a trail what has words for an agent: decisions and what reviewers do have none', () => {
    const markup = render(named('en-console-case'));
    expect(markup).toContain('Link opened');
    expect(matches(markup, /<th scope="row">([^<]*)<\/th>/g)).toEqual(['Opened', 'Link sent', 'Link opened']);
    expect(markup).not.toMatch(/decision.made|regain</);
  });

  it('names nobody in the message for the ticket', () => {
    const [message = ''] = matches(render(named('en-console-case')), /id="message"[^>]*>([^<]*)</g);
    expect(message).toContain('REC-7F3K');
    expect(message).not.toMatch(/Ana|Oakley|@/);
  });

  it.each([
    ['case', ['link', 'call-code', 'cancel']],
    ['case-code-right', ['link', 'cancel']],
    ['case-waits', ['authorization', 'cancel']],
    ['case-waits-not-mine', ['cancel']],
    ['case-over', []],
    ['case-of-auditor', []],
  ])('offers on %s what can be done by whoever looks: %j', (name, expected) => {
    const actions = matches(render(named(`en-console-${name}`)), /action="\/console\/cases\/\w+\/([\w-]+)"/g);
    expect(actions.sort()).toEqual([...expected].sort());
  });

  it.each([
    [['helpdesk'], ['/console/cases', '/console/cases/new', '/console/authorizations']],
    [['reviewer'], ['/console/reviews', '/console/cases', '/console/authorizations']],
    [['auditor'], ['/console/cases', '/console/audit']],
    [['operator', 'provisioner', 'relying_party'], []],
  ])('T47: links for %j to the sections %j', (roles, expected) => {
    const markup = render(named('en-console-cases'), { scopes: scopesOfRoles(roles) });
    const [nav = ''] = matches(markup, /<nav class="console-sections"[\s\S]*?<\/nav>/g);
    expect(matches(nav, /href="([^"]+)"/g)).toEqual(expected);
  });
});
