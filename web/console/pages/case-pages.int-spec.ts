import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { BrowserStub } from '../../../test/model/browser-stub.js';
import { addPerson, addPolicy, openCase } from '../../../test/model/core-stage.js';
import { auditOf } from '../../../test/support/approved-case.js';
import { alterProfile, caseRow, secretOf, staff } from '../../../test/support/case-desk.js';
import {
  ConsoleStage,
  linkIn,
  openAs,
  wishFor,
  type Colleague,
  type Page,
} from '../../../test/support/console-stage.js';
import type { Policy } from '../../../src/policy/policy.js';

const EVIL = '<img src=x onerror=alert(1)>"\'';
const UNKNOWN = 'rc_00000000000000000000000000';

let stage: ConsoleStage;
let policy: Policy;
let agent: Colleague;
let other: Colleague;

beforeAll(async () => {
  stage = await ConsoleStage.start();
  policy = await addPolicy(stage.core, { relay: { allowed: true, holdSeconds: 0 } });
  [agent, other] = [await stage.colleague('agent', ['helpdesk']), await stage.colleague('other', ['helpdesk'])];
});
afterAll(() => stage?.close());

const livingLinks = (caseId: string): Promise<number> =>
  stage.db.database.read(async (tx) => {
    const { living } = await tx.one<{ living: number }>`SELECT count(*)::int AS living FROM recovery_links
      WHERE case_id = ${caseId} AND dead_at IS NULL AND used_at IS NULL`;
    return living;
  });
const rowOf = (id: string) => caseRow(stage.db.database, id);

/** A case that an agent opened at the console's services, by a policy that allows a relayed link. */
async function opened(channel: 'email' | 'relay' = 'email') {
  const { id } = await addPerson(stage.core);
  return openCase(stage.core, { policy, subjectId: id, channel });
}

/** A case of a privileged account that waits for somebody else. */
async function waiting(of: { opener?: string; login?: string } = {}) {
  const { id } = await addPerson(stage.core, { privileged: true, ...(of.login ? { login: of.login } : {}) });
  return openCase(stage.core, { policy, subjectId: id, opener: of.opener ?? 'agent' });
}

describe('an agent’s page of a case', () => {
  it('T55, T75: shows where it stands and what happened: no picture, no score, no reason of a check, no link', async () => {
    const row = await opened('relay');
    await stage.core.help.resendLink(row.id, staff('agent'));
    const page = await agent.get(`/console/cases/${row.id}`);
    expect(page.heading).toBe(`${row.reference} · Test Person`);
    for (const words of ['Link sent', 'Time left', 'Message for the ticket', 'Passed on by the agent', 'Link made'])
      expect(page.text).toContain(words);
    expect(page.text).not.toMatch(/<img|score|\/r\/|example\.org/);
  });

  it('sends a new link and kills the old one; a second click sends no other', async () => {
    const row = await opened();
    const form = { formKey: `again-${row.id}`, _csrf: await agent.token() };
    for (const _click of [1, 2]) {
      const page = await agent.send(`/console/cases/${row.id}/link`, form);
      expect([page.status, page.location]).toEqual([303, `/console/cases/${row.id}?done=link_sent`]);
    }
    const asked = (await auditOf(stage.db.database, row.id)).filter((type) => type === 'link.requested');
    expect(asked).toHaveLength(1);
  });

  it('shows a new relayed link to a second click, and to no reload later', async () => {
    const row = await opened('relay');
    const form = { formKey: `relayed-${row.id}`, _csrf: await agent.token() };
    const [first, second] = [
      await agent.send(`/console/cases/${row.id}/link`, form),
      await agent.send(`/console/cases/${row.id}/link`, form),
    ];
    expect([linkIn(first) !== undefined, linkIn(first) === linkIn(second)]).toEqual([true, true]);
    await stage.secondsPass(11);
    const reloaded = await agent.send(`/console/cases/${row.id}/link`, form);
    expect([reloaded.status, reloaded.location]).toEqual([303, `/console/cases/${row.id}`]);
    expect([linkIn(reloaded), await livingLinks(row.id)]).toEqual([undefined, 1]);
  });

  it('shows a new relayed link once; the old one is dead', async () => {
    const row = await opened('relay');
    const first = await agent.post(`/console/cases/${row.id}/link`);
    const second = await other.post(`/console/cases/${row.id}/link`);
    expect([linkIn(first) !== undefined, linkIn(first) === linkIn(second), await livingLinks(row.id)]).toEqual([
      true,
      false,
      1,
    ]);
  });

  it('ties the call to the browser by the four digits, tells how many tries are left, and no more after five', async () => {
    const { id } = await addPerson(stage.core);
    const page = await openAs(agent, id, { channel: 'relay' });
    const [row] = await stage.casesOf(id);
    const caseId = row?.id ?? '';
    expect((await agent.get(`/console/cases/${caseId}`)).text).not.toContain('name="code"');
    await stage.core.entry.start(secretOf(linkIn(page) ?? ''), new BrowserStub().exchange);
    const path = `/console/cases/${caseId}/call-code`;
    const code = await stage.db.database.read(async (tx) => {
      const sealed = (await stage.core.cases.find(tx, caseId))?.callCodeSealed ?? Buffer.alloc(0);
      return (await stage.core.keys.open(tx, caseId, { sealed, use: 'call-code' })).toString();
    });
    expect((await agent.post(path, { code: '12' })).text).toContain('Enter the four digits.');
    const wrong = await agent.post(path, { code: code === '0000' ? '0001' : '0000' });
    expect([wrong.status, wrong.text.includes('Tries left: 4.'), wrong.text.includes(code)]).toEqual([
      400,
      true,
      false,
    ]);
    const right = await agent.post(path, { code });
    expect([right.status, right.location]).toEqual([303, `/console/cases/${caseId}?done=code_confirmed`]);
    expect((await agent.get(`/console/cases/${caseId}`)).text).not.toContain('name="code"');
    expect((await rowOf(caseId)).callConfirmedAt).not.toBeNull();
  });

  it('stops a case with a reason, and not without; nothing can be done in it then', async () => {
    const row = await opened();
    const path = `/console/cases/${row.id}`;
    const missing = await agent.post(`${path}/cancel`, { reason: ' ' });
    expect([missing.status, (await rowOf(row.id)).state]).toEqual([400, 'link_sent']);
    expect(missing.text).toContain('href="#cancel-reason"');
    const stopped = await agent.post(`${path}/cancel`, { reason: 'Caller hung up' });
    expect([stopped.location, (await rowOf(row.id)).state]).toEqual([`${path}?done=stopped`, 'cancelled']);
    const page = await agent.get(path);
    expect(page.text).toContain('the help desk stopped it');
    expect([...page.text.matchAll(/<form[^>]*action="([^"]+)"/g)].map(([, action]) => action)).toEqual([
      '/console/sign-out',
    ]);
    for (const form of ['link', 'call-code', 'cancel', 'authorization'])
      expect([form, (await other.post(`${path}/${form}`, { code: '1234', reason: 'x' })).status]).toEqual([form, 409]);
  });

  it('is shown, and can be stopped, when the account cannot be opened any more', async () => {
    const row = await opened();
    await alterProfile(stage.db.database, row.subjectId);
    const page = await agent.get(`/console/cases/${row.id}`);
    expect([page.status, page.text.includes(`/console/cases/${row.id}/cancel`)]).toEqual([200, true]);
    const stopped = await agent.post(`/console/cases/${row.id}/cancel`, { reason: 'Nothing can be checked' });
    expect([stopped.status, (await rowOf(row.id)).state]).toEqual([303, 'cancelled']);
  });

  it('T49: is helped on by nobody whose account it is', async () => {
    const { id, login } = await addPerson(stage.core);
    const { id: caseId } = await openCase(stage.core, { policy, subjectId: id });
    const owner = await stage.colleague('pairwise-88', ['helpdesk'], [login]);
    expect((await owner.post(`/console/cases/${caseId}/link`)).status).toBe(403);
    expect((await owner.post(`/console/cases/${caseId}/call-code`, { code: '1234' })).status).toBe(403);
  });

  it('T51: says of an id that names nothing what it says of one that cannot be, at every door', async () => {
    const plain = ({ status, text }: Page): string =>
      `${status} ${text.replaceAll(/<bdi dir="ltr">[^<]*<\/bdi>/g, '')}`;
    const doors = ['', '/link', '/call-code', '/cancel', '/authorization'];
    for (const door of doors) {
      const found = [UNKNOWN, 'a..b', `${UNKNOWN.slice(0, -1)}1`].map(async (id) =>
        plain(
          door === ''
            ? await agent.get(`/console/cases/${id}`)
            : await agent.post(`/console/cases/${id}${door}`, { code: '1234', reason: 'x' }),
        ),
      );
      const [first = '', ...more] = await Promise.all(found);
      expect([door, first.slice(0, 3), more.every((page) => page === first)]).toEqual([door, '404', true]);
    }
  });

  it('T95: shows names, tickets and colleagues as text', async () => {
    const { id } = await stage.person({ displayName: EVIL });
    const mallory = await stage.colleague(EVIL, ['helpdesk']);
    await openAs(mallory, id, { ticketRef: 'INC-1' });
    const [row] = await stage.casesOf(id);
    const found = await agent.post('/console/cases/new/find', { who: id });
    for (const page of [found, await mallory.get(`/console/cases/${row?.id}`), await mallory.get('/console/cases')]) {
      expect(page.text).toContain('&lt;img src=x onerror=alert(1)&gt;');
      expect(page.text).not.toContain('<img');
    }
  });
});

describe('the list of cases', () => {
  it('is narrowed down by state, agent and ticket in its address, and keeps them from page to page', async () => {
    const { id } = await stage.person();
    await openAs(agent, id, { ticketRef: 'LIST-1' });
    const [row] = await stage.casesOf(id);
    const references = async (query: string): Promise<string[]> =>
      [...(await agent.get(`/console/cases?${query}`)).text.matchAll(/REC-\w+/g)].map(([reference]) => reference);
    expect(await references('ticketRef=LIST-1')).toEqual([row?.reference]);
    expect(await references('ticketRef=LIST-1&state=link_sent&openedBy=agent')).toEqual([row?.reference]);
    expect(await references('ticketRef=LIST-1&state=denied')).toEqual([]);
    expect(await references('ticketRef=LIST-1&openedBy=somebody')).toEqual([]);
    const german = await agent.get('/console/cases?ticketRef=LIST-1&state=link_sent');
    expect(german.text).toContain('href="?state=link_sent&amp;ticketRef=LIST-1&amp;lang=de"');
    expect((await agent.get('/console/cases?state=nonsense')).status).toBe(400);
    expect((await agent.get(`/console/cases?openedBy=${encodeURIComponent(EVIL)}`)).text).not.toContain('<img');
  });

  it('has older pages', async () => {
    for (let count = 0; count < 21; count += 1)
      await openCase(stage.core, { policy, subjectId: (await addPerson(stage.core)).id, opener: 'prolific' });
    const first = await agent.get('/console/cases?openedBy=prolific');
    const [, older = ''] = /href="([^"]*cursor=[^"]*)"/.exec(first.text) ?? [];
    const second = await agent.get(older.replaceAll('&amp;', '&'));
    expect([first, second].map(({ text }) => [...text.matchAll(/href="\/console\/cases\/rc_/g)].length)).toEqual([
      20, 1,
    ]);
  });
});

describe('the second person’s page', () => {
  it('T49: sees who opened it and how many have said yes; their yes lets the flow start, and no more', async () => {
    const row = await waiting();
    expect((await other.get('/console/authorizations')).text).toContain(row.reference);
    const page = await other.get(`/console/cases/${row.id}`);
    for (const words of ['0 of 1', 'agent', 'Let it start', 'has to prove who they are all the same'])
      expect(page.text).toContain(words);
    const yes = await other.post(`/console/cases/${row.id}/authorization`);
    expect([yes.status, yes.location]).toEqual([303, `/console/cases/${row.id}?done=yes_counted`]);
    expect(await rowOf(row.id)).toMatchObject({ state: 'link_sent', verdict: null });
    expect((await other.get('/console/authorizations')).text).not.toContain(row.reference);
    expect((await auditOf(stage.db.database, row.id)).at(-1)).toBe('case.authorized');
  });

  it('T49: is never the opener, who is not even asked', async () => {
    const row = await waiting();
    expect((await agent.get('/console/authorizations')).text).not.toContain(row.reference);
    const page = await agent.get(`/console/cases/${row.id}`);
    expect([page.text.includes('Somebody else has to approve'), page.text.includes('Let it start')]).toEqual([
      true,
      false,
    ]);
    expect((await agent.post(`/console/cases/${row.id}/authorization`)).status).toBe(403);
    expect((await rowOf(row.id)).state).toBe('awaiting_authorization');
  });

  it('T49: is never whose account it is, whatever they are called at the identity provider', async () => {
    const login = `desk.boss.${Date.now()}`;
    const row = await waiting({ login });
    const owner = await stage.colleague('pairwise-99', ['helpdesk', 'reviewer'], [`${login}@example.org`]);
    expect((await owner.get('/console/authorizations')).text).not.toContain(row.reference);
    expect((await owner.get(`/console/cases/${row.id}`)).text).not.toContain('Let it start');
    expect((await owner.post(`/console/cases/${row.id}/authorization`)).status).toBe(403);
    expect((await rowOf(row.id)).state).toBe('awaiting_authorization');
  });

  it('T49: takes two where no named colleague opened it, and counts one of them once', async () => {
    const row = await waiting();
    await stage.db.asOwner(
      "UPDATE recovery_cases SET opened_by = 'self_service', opened_by_kind = 'self_service' WHERE id = $1",
      [row.id],
    );
    const form = { formKey: `yes-${row.id}`, _csrf: await other.token() };
    const path = `/console/cases/${row.id}/authorization`;
    for (const page of await Promise.all([other.send(path, form), other.send(path, form)]))
      expect(page.status).toBe(303);
    expect((await other.get(`/console/cases/${row.id}`)).text).toContain('1 of 2 approvals given.');
    expect((await other.post(path)).status).toBe(403);
    expect((await other.get('/console/authorizations')).text).not.toContain(row.reference);
    expect((await rowOf(row.id)).state).toBe('awaiting_authorization');
    const reviewer = await stage.colleague('rita', ['reviewer']);
    expect((await reviewer.post(path)).status).toBe(303);
    expect((await rowOf(row.id)).state).toBe('link_sent');
  });
});

describe('a reviewer’s vote', () => {
  it('is one vote for a second click and a reload, and none without the key of its page', async () => {
    const row = await opened();
    await stage.db.asOwner(`UPDATE recovery_cases SET state = 'in_review' WHERE id = '${row.id}'`);
    const reviewer = await stage.colleague('rita', ['reviewer']);
    const path = `/console/reviews/${row.id}`;
    const vote = { outcome: 'deny', reasonCode: 'not_same_person' };
    const confirm = await reviewer.post(`${path}/confirm`, vote);
    const formKey = /name="formKey" value="([^"]+)"/.exec(confirm.text)?.[1] ?? '';
    const form = { ...vote, _csrf: await reviewer.token() };
    expect([(await reviewer.send(`${path}/decision`, form)).status, (await rowOf(row.id)).state]).toEqual([
      400,
      'in_review',
    ]);
    for (const _click of [1, 2]) {
      const page = await reviewer.send(`${path}/decision`, { ...form, formKey });
      expect([page.status, page.location]).toEqual([303, '/console/reviews?done=denied']);
    }
    const trail = await auditOf(stage.db.database, row.id);
    expect(trail.filter((type) => type === 'review.voted')).toHaveLength(1);
    expect((await reviewer.send(`${path}/decision`, { ...form, formKey: 'another' })).status).toBe(409);
  });
});

describe('the doors (T22, T47)', () => {
  const reads = (caseId: string): string[] => ['/console/cases', `/console/cases/${caseId}`];
  const forms = (caseId: string): [string, Record<string, string>][] => [
    [`/console/cases/${caseId}/link`, {}],
    [`/console/cases/${caseId}/call-code`, { code: '1234' }],
    [`/console/cases/${caseId}/cancel`, { reason: 'x' }],
    [`/console/cases/${caseId}/authorization`, {}],
    ['/console/cases/new/find', { who: 'x' }],
  ];

  it('T47, T55: give each role its own, and anybody else a plain page that names nothing', async () => {
    const row = await waiting({ opener: 'somebody' });
    const statuses = async (role: string): Promise<number[]> => {
      const colleague = await stage.colleague(`door-${role}`, role === '' ? [] : [role]);
      const pages = [];
      for (const path of [...reads(row.id), '/console/cases/new', '/console/authorizations'])
        pages.push(await colleague.get(path));
      for (const page of pages)
        if (page.status === 403) {
          expect(page.heading).toBe('Your roles do not allow this');
          expect(page.text).not.toContain(row.reference);
        }
      return pages.map(({ status }) => status);
    };
    expect(await statuses('helpdesk')).toEqual([200, 200, 200, 200]);
    expect(await statuses('reviewer')).toEqual([200, 200, 403, 200]);
    expect(await statuses('auditor')).toEqual([200, 200, 403, 403]);
    for (const role of ['operator', 'provisioner', 'relying_party', ''])
      expect([role, await statuses(role)]).toEqual([role, [403, 403, 403, 403]]);
  });

  it('T47: lead everybody to their own work, and link to nothing that their roles do not open', async () => {
    const home = async (roles: string[]): Promise<[number, string | undefined]> => {
      const { status, location } = await (await stage.colleague(`home-${roles.join('-')}`, roles)).get('/console');
      return [status, location];
    };
    expect(await home(['helpdesk'])).toEqual([302, '/console/cases']);
    expect(await home(['reviewer'])).toEqual([302, '/console/reviews']);
    expect(await home(['auditor'])).toEqual([302, '/console/cases']);
    expect(await home(['operator'])).toEqual([403, undefined]);
    const links = async (roles: string[]): Promise<string[]> => {
      const page = await (await stage.colleague(`nav-${roles.join('-')}`, roles)).get('/console/cases');
      const [nav = ''] = /<nav class="console-sections"[\s\S]*?<\/nav>/.exec(page.text) ?? [];
      return [...nav.matchAll(/href="([^"]+)"/g)].map(([, href = '']) => href);
    };
    expect(await links(['helpdesk'])).toEqual(['/console/cases', '/console/cases/new', '/console/authorizations']);
    expect(await links(['reviewer'])).toEqual(['/console/reviews', '/console/cases', '/console/authorizations']);
    expect(await links(['auditor'])).toEqual(['/console/cases', '/console/audit']);
    expect(await links(['operator'])).toEqual([]);
  });

  it('T47: take no agent’s form from whoever only reviews or audits', async () => {
    const row = await waiting({ opener: 'somebody' });
    const { id: subjectId } = await stage.person();
    const opening = ['/console/cases/new/open', wishFor(subjectId)] as const;
    for (const role of ['reviewer', 'auditor', 'operator', 'provisioner']) {
      const colleague = await stage.colleague(`forms-${role}`, [role]);
      for (const [path, fields] of [...forms(row.id), opening]) {
        const expected = role === 'reviewer' && path.endsWith('authorization') ? 303 : 403;
        expect([role, path, (await colleague.post(path, fields)).status]).toEqual([role, path, expected]);
      }
    }
    expect(await stage.casesOf(subjectId)).toEqual([]);
    const page = await (await stage.colleague('look-auditor', ['auditor'])).get(`/console/cases/${row.id}`);
    expect([...page.text.matchAll(/method="post"/g)]).toHaveLength(1);
  });

  it('T22: take no form without its session’s token, with another’s, or from another site', async () => {
    const row = await waiting({ opener: 'somebody' });
    const [_csrf, others] = [await agent.token(), await other.token()];
    const { id: subjectId } = await stage.person();
    const all = [...forms(row.id), ['/console/cases/new/open', wishFor(subjectId)] as const];
    const elsewhere = { origin: 'https://evil.example', 'sec-fetch-site': 'cross-site' };
    for (const [path, fields] of all) {
      const key = { formKey: 'forged' };
      const found = [
        await agent.send(path, { ...key, ...fields }),
        await agent.send(path, { ...key, ...fields, _csrf: others }),
        await agent.send(path, { ...key, ...fields, _csrf }, elsewhere),
      ];
      expect([path, found.map(({ status }) => status)]).toEqual([path, [403, 403, 403]]);
    }
    expect([(await rowOf(row.id)).state, await stage.casesOf(subjectId)]).toEqual(['awaiting_authorization', []]);
  });

  it('are closed without a session', async () => {
    const row = await opened();
    for (const path of [...reads(row.id), '/console/cases/new', '/console/authorizations', '/console']) {
      const page = await stage.send({ method: 'GET', path, headers: {} });
      expect([path, page.status, page.text.includes('REC-')]).toEqual([path, 401, false]);
    }
  });
});
