import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { addPerson, addPolicy } from '../../../test/model/core-stage.js';
import { alterProfile } from '../../../test/support/case-desk.js';
import { ConsoleStage, linkIn, openAs, wishFor, type Colleague } from '../../../test/support/console-stage.js';
import { LIMITS } from '../../../src/platform/limits/limits.js';

let stage: ConsoleStage;
let agent: Colleague;
let other: Colleague;

beforeAll(async () => {
  stage = await ConsoleStage.start();
  await addPolicy(stage.core, { relay: { allowed: true, holdSeconds: 0 } });
  await addPolicy(stage.core, { name: 'no relay', priority: 500, include: ['desk-only'] });
  [agent, other] = [await stage.colleague('agent', ['helpdesk']), await stage.colleague('other', ['helpdesk'])];
});
afterAll(() => stage?.close());

describe('the page of a new request', () => {
  it.each(['login', 'employee number', 'address', 'id'] as const)('finds one person by the exact %s', async (by) => {
    const employeeId = `E-${Math.random().toString(36).slice(2, 10)}`;
    const { id, login } = await stage.person({ employeeId });
    const who = { login: login.toUpperCase(), 'employee number': employeeId, address: `${login}@Example.org`, id }[by];
    const page = await agent.post('/console/cases/new/find', { who });
    expect([page.status, page.heading]).toEqual([200, 'New case for Dora Desk']);
    expect(page.text).toContain(`name="subjectId" value="${id}"`);
  });

  it('finds nobody by what only begins alike, and says so on the same page', async () => {
    const { login } = await stage.person();
    for (const who of [login.slice(0, -1), `${login}*`, `%${login}`, 'Dora Desk', "' OR 1=1", 'x'.repeat(5_000)]) {
      const page = await agent.post('/console/cases/new/find', { who });
      expect([who.slice(0, 40), page.status, page.text.includes('Nobody has exactly')]).toEqual([
        who.slice(0, 40),
        200,
        true,
      ]);
    }
    expect((await agent.post('/console/cases/new/find', { who: ' ' })).status).toBe(400);
  });

  it('finds everybody who shares an address, nobody whose address it was, and nothing by a part of one', async () => {
    const box = `desk.box.${Date.now()}@example.org`;
    const sharing = [await stage.person({ emails: [box] }), await stage.person({ emails: ['a@example.org', box] })];
    const gone = await stage.person({ emails: [box] });
    await stage.person({ ...gone, emails: ['elsewhere@example.org'] });
    // As a version leaves it that changes addresses and knows of no hashes of them.
    await stage.db.database.transaction(
      (tx) => tx.run`INSERT INTO subject_emails (subject_id, email_digest)
        SELECT ${gone.id}, email_digest FROM subject_emails WHERE subject_id = ${sharing[0]?.id}`,
    );
    const page = await agent.post('/console/cases/new/find', { who: box });
    const found = [...page.text.matchAll(/name="who" value="(sub_\w+)"/g)].map(([, id]) => id);
    expect(found.sort()).toEqual(sharing.map(({ id }) => id).sort());
    await stage.indexAccounts();
    for (const who of [box.slice(1), box.replace('desk.box', 'desk.box+x'), '@example.org'])
      expect((await agent.post('/console/cases/new/find', { who })).text).toContain('Nobody has exactly');
  });

  it('says that nobody has an address only once every account is searchable by it', async () => {
    const who = `new.here.${Date.now()}@example.org`;
    const { id } = await stage.person({ emails: [who] });
    // As a version leaves it that knows of no hashes of addresses.
    await stage.db.asOwner(`DELETE FROM subject_emails WHERE subject_id = '${id}'`);
    const early = await agent.post('/console/cases/new/find', { who });
    expect(early.text).toContain('not searchable by address yet');
    expect(early.text).not.toContain('Nobody has exactly');
    await stage.indexAccounts();
    expect((await agent.post('/console/cases/new/find', { who })).text).toContain(`value="${id}"`);
    expect((await agent.post('/console/cases/new/find', { who: `x${who}` })).text).toContain('Nobody has exactly');
  });

  it('says that there are more than it shows where very many have, or had, an address', async () => {
    const box = `crowd.${Date.now()}@example.org`;
    const crowd: { id: string; login: string }[] = [];
    for (let count = 0; count < 21; count += 1) crowd.push(await stage.person({ emails: [box] }));
    const find = async () => (await agent.post('/console/cases/new/find', { who: box })).text;
    const many = await find();
    expect([many.match(/name="who" value="sub_/g)?.length, many.includes('than can be shown')]).toEqual([20, true]);
    await stage.person({ ...crowd[20], emails: [] });
    expect(await find()).not.toContain('than can be shown');
  });

  it('hides nobody behind an account that cannot be opened, and does not call that one nobody', async () => {
    const login = `desk.broken.${Date.now()}`;
    const [broken, whole] = [await stage.person({ login }), await stage.person({ employeeId: login })];
    await alterProfile(stage.db.database, broken.id);
    const page = await agent.post('/console/cases/new/find', { who: login });
    const found = [...page.text.matchAll(/name="who" value="(sub_\w+)"/g)].map(([, id]) => id);
    expect([page.status, found, page.text.includes('cannot be opened')]).toEqual([200, [whole.id], true]);
    for (const who of [broken.id, `${login}@example.org`]) {
      const alone = await agent.post('/console/cases/new/find', { who });
      expect([alone.status, alone.text.includes('cannot be opened')]).toEqual([200, true]);
      expect(alone.text).not.toContain('Nobody has exactly');
    }
  });

  it('leaves the choice to the agent, by the id, where two have it', async () => {
    const login = `desk.twice.${Date.now()}`;
    const [byLogin, byNumber] = [await stage.person({ login }), await stage.person({ employeeId: login })];
    const page = await agent.post('/console/cases/new/find', { who: login });
    expect(page.text).toContain('More than one person');
    const chosen = [...page.text.matchAll(/name="who" value="(sub_\w+)"/g)].map(([, id]) => id);
    expect(chosen).toEqual([byLogin.id, byNumber.id]);
    expect(page.text).not.toContain('name="subjectId"');
  });

  it('opens what POST /v1/recovery-cases opens: by this agent, by this ticket, for an address on file', async () => {
    const { id } = await stage.person();
    const page = await openAs(agent, id, { ticketRef: 'INC-77' });
    const [row] = await stage.casesOf(id);
    expect([page.status, page.location]).toEqual([303, `/console/cases/${row?.id}?done=opened`]);
    expect(row).toMatchObject({ openedBy: 'agent', openedByKind: 'person', ticketRef: 'INC-77', channel: 'email' });
    const shown = await agent.get(page.location ?? '');
    expect(shown.text).toContain('The case is open.');
    expect(linkIn(shown)).toBeUndefined();
  });

  it('T4, T48, T52: takes no address and no other member of a case from the form', async () => {
    const { id } = await stage.person({ emails: ['dora@example.org'] });
    const extra = {
      email: 'mallory@evil.example',
      'delivery[address]': 'mallory@evil.example',
      openedBy: 'somebody',
      mode: 'evaluation',
      state: 'approved',
      policyId: 'pol_x',
    };
    expect((await openAs(agent, id, extra)).status).toBe(303);
    expect(await stage.casesOf(id)).toMatchObject([{ openedBy: 'agent', mode: 'production', state: 'link_sent' }]);
    const page = await agent.post('/console/cases/new/find', { who: (await stage.person()).id });
    const fields = [...page.text.matchAll(/<(?:input|select|textarea)[^>]*\sname="(\w+)"/g)].map(([, name]) => name);
    expect([...new Set(fields)].sort()).toEqual(['_csrf', 'channel', 'formKey', 'reason', 'subjectId', 'ticketRef']);
  });

  it('opens one case for a double click, a reload and a second window of the same page', async () => {
    const { id } = await stage.person();
    const form = { ...wishFor(id), formKey: 'one-page', _csrf: await agent.token() };
    const pages = await Promise.all([1, 2, 3].map(() => agent.send('/console/cases/new/open', form)));
    const [row, ...more] = await stage.casesOf(id);
    expect(more).toEqual([]);
    const address = `/console/cases/${row?.id}?done=opened`;
    expect(pages.map(({ status, location }) => [status, location])).toEqual([1, 2, 3].map(() => [303, address]));
    expect((await agent.send('/console/cases/new/open', form)).location).toBe(address);
    expect((await agent.send('/console/cases/new/open', { ...form, reason: 'another' })).status).toBe(409);
    const { formKey: _formKey, ...keyless } = form;
    expect((await agent.send('/console/cases/new/open', keyless)).status).toBe(400);
  });

  it('keeps one colleague’s forms apart from another’s, whatever key they bring', async () => {
    const [first, second] = [await stage.person(), await stage.person()];
    const formKey = `shared-${first.id}`;
    const mine = await openAs(agent, first.id, { formKey });
    const theirs = await openAs(other, second.id, { formKey });
    const cases = [...(await stage.casesOf(first.id)), ...(await stage.casesOf(second.id))];
    expect([mine, theirs].map(({ location }) => location)).toEqual(
      cases.map(({ id }) => `/console/cases/${id}?done=opened`),
    );
    expect(cases.map(({ openedBy }) => openedBy)).toEqual(['agent', 'other']);
  });

  it('asks again, with what was written, where something is missing', async () => {
    const { id } = await stage.person();
    const page = await openAs(agent, id, { channel: '', reason: '', ticketRef: 'two words' });
    expect(page.status).toBe(400);
    expect([...page.text.matchAll(/<li><a href="#(\w+)"/g)].map(([, field]) => field)).toEqual([
      'channel',
      'reason',
      'ticketRef',
    ]);
    expect(page.text).toContain('value="two words"');
    expect((await openAs(agent, id, { reason: 'x'.repeat(501) })).status).toBe(400);
    expect((await openAs(agent, id, { reason: 'a\u0000b' })).status).toBe(400);
    expect(await stage.casesOf(id)).toEqual([]);
  });

  it('leads to the open case of whoever has one, and opens no second', async () => {
    const { id } = await stage.person();
    await openAs(agent, id);
    const [row] = await stage.casesOf(id);
    const page = await other.post('/console/cases/new/find', { who: id });
    expect(page.text).toContain(`href="/console/cases/${row?.id}"`);
    expect(page.text).not.toContain('name="subjectId"');
    expect([(await openAs(other, id)).status, (await stage.casesOf(id)).length]).toEqual([409, 1]);
  });

  it('T49: opens nothing for the account of whoever asks, whatever they are called', async () => {
    const { id, login } = await stage.person();
    for (const accounts of [[login], [id], [`${login}@example.org`]]) {
      const owner = await stage.colleague('pairwise-77', ['helpdesk'], accounts);
      const page = await owner.post('/console/cases/new/find', { who: login });
      expect(page.text).toContain('This is your own account.');
      expect([page.text.includes('name="subjectId"'), (await openAs(owner, id)).status]).toEqual([false, 403]);
    }
    expect(await stage.casesOf(id)).toEqual([]);
  });

  it('says why nothing can be opened, and opens nothing: disabled, unreachable, no policy for it', async () => {
    const disabled = await addPerson(stage.core, { status: 'disabled' });
    const page = await agent.post('/console/cases/new/find', { who: disabled.id });
    expect(page.text).toContain('The account is disabled.');
    expect((await openAs(agent, disabled.id)).status).toBe(409);
    const unreachable = await addPerson(stage.core, { emails: [], groups: ['desk-only'] });
    const without = await agent.post('/console/cases/new/find', { who: unreachable.id });
    expect(without.text).toContain('No address on file can receive a link now.');
    expect((await openAs(agent, unreachable.id)).status).toBe(409);
  });

  it('shows a relayed link in the answer to the opening and nowhere else', async () => {
    const { id } = await addPerson(stage.core);
    const form = { ...wishFor(id, { channel: 'relay' }), formKey: `relay-${id}`, _csrf: await agent.token() };
    const page = await agent.send('/console/cases/new/open', form);
    const [row] = await stage.casesOf(id);
    expect([page.status, page.headers['cache-control']]).toEqual([200, 'no-store']);
    expect(page.text).toMatch(/<textarea[^>]*>https:\/\/recover\.example\.org\/r\/[\w-]{43}<\/textarea>/);
    expect(page.text).not.toMatch(/href="[^"]*\/r\//);
    expect(linkIn(await agent.send('/console/cases/new/open', form))).toBe(linkIn(page));
    await stage.secondsPass(11);
    const reloaded = await agent.send('/console/cases/new/open', form);
    expect([reloaded.location, linkIn(reloaded)]).toEqual([`/console/cases/${row?.id}?done=opened`, undefined]);
    for (const path of [`/console/cases/${row?.id}`, `/console/cases/${row?.id}/link`, '/console/cases/new/open'])
      expect([path, linkIn(await agent.get(path))]).toEqual([path, undefined]);
  });

  it('offers no relayed link where the policy allows none, and makes none', async () => {
    const { id } = await addPerson(stage.core, { groups: ['desk-only'] });
    const page = await agent.post('/console/cases/new/find', { who: id });
    expect([...page.text.matchAll(/type="radio"[^>]*value="(\w+)"/g)].map(([, value]) => value)).toEqual(['email']);
    expect((await openAs(agent, id, { channel: 'relay' })).status).toBe(409);
    expect((await openAs(agent, id, { channel: 'sms' })).status).toBe(409);
    expect(await stage.casesOf(id)).toEqual([]);
  });

  it('T50: counts with the interface, and stops an agent at the same number', async () => {
    const busy = await stage.colleague('busy', ['helpdesk']);
    const { id } = await stage.person();
    const { max, windowSeconds } = LIMITS.open_per_agent;
    await stage.db.database.transaction(async (tx) => {
      await tx.run`INSERT INTO limit_counters (name, key_digest, window_start, used)
        VALUES ('open_per_agent', ${stage.core.ring.digest('lookup', 'open_per_agent:person:busy')},
          to_timestamp(floor(EXTRACT(EPOCH FROM clock_timestamp()) / ${windowSeconds}) * ${windowSeconds}), ${max})`;
    });
    const page = await openAs(busy, id);
    expect([page.status, Number(page.headers['retry-after']) > 0]).toEqual([429, true]);
    expect(await stage.casesOf(id)).toEqual([]);
  });
});
