import { readFileSync, writeFileSync } from 'node:fs';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { eventually } from '../harness/eventually.js';
import type { PageWalk } from '../harness/page-walk.js';
import type { Story } from '../demo/story.js';
import { KeyRemoval } from './key-removal.js';
import { lockedOut, type LockedOut, type PartnerDesk } from './locked-out.js';
import type { ProductionStack } from './production-stack.js';
import type { OpenedCase, RecoveryWalk } from './recovery-walk.js';
import { countRows } from './stack-servers.js';
import { SteadyLoad } from './steady-load.js';
import { holdRegistration, openForm, RepeatedOpening } from './under-way.js';

const NEW_KEY = 'k-new';
/** Whose case is opened again and again, and waits in front of a form. */
const WAITING = 'bank.waiting';
/** A checkpoint is signed once a minute, when something happened. */
const SEALED_WITHIN_MS = 150_000;

interface RingFile {
  keys: { id: string; secret: string; retired?: boolean }[];
}

/**
 * F38 on the running stack: a new master key is first made known to every process, then made the active one, by two
 * rolling restarts, while somebody makes a passkey, somebody has a form open, somebody is signed in, and staff keep asking and
 * open the same case again and again. Nobody may be refused, and nothing may be done twice.
 */
export class KeyRotation {
  constructor(
    private readonly parts: { story: Story; stack: ProductionStack; partner: PartnerDesk; walk: RecoveryWalk },
  ) {}

  /** @param before what is of the old key: a completed case, and the browser of somebody who signed in */
  async run(before: { signedIn: PageWalk; opened: OpenedCase }): Promise<void> {
    const { story, stack, partner, walk } = this.parts;
    story.chapter('Keys are rotated while people are under way');
    const keyId = this.activeKey();
    const later = await lockedOut('demo.privileged');
    await walk.makeAccount(later, { portrait: later.pictures.referencePortrait });
    const person = await lockedOut('demo.bea');
    partner.present(person);
    await walk.makeAccount(person);
    const opened = await walk.openCase(person);
    const page = await walk.walkToPasskey(person, opened);
    const opening = new RepeatedOpening(await walk.staff('helpdesk'), WAITING);
    const form = await this.beginForm(later, opening);
    const load = new SteadyLoad(before.signedIn, await walk.staff('helpdesk'), opening);
    const running = load.run(`/v1/recovery-cases/${opened.caseId}`);
    // What it throws is told where it is waited for.
    running.catch(() => undefined);
    await story.step('the new key is made known, process by process', () => this.roll({ retired: true }));
    const held = await story.step('a browser makes a passkey, which is not stored yet', () => holdRegistration(page));
    await story.step('the new key is made the active one, process by process', () => this.roll({ retired: false }));
    await story.step(
      'the passkey is stored with token, challenge and user handle of the old key, and signs in',
      () => held.finish(),
      (says) => says.replace(/^It works\. /, ''),
    );
    await story.step('the form of the old key is taken', () => form.agree());
    load.stop();
    await running;
    await story.step('nobody was refused meanwhile', async () => load.requireNoRefusal(), String);
    await (await walk.desk()).cancel(opening.caseId);
    await story.step('what is new is under the new key', async () => {
      const prefix = `\\x${Buffer.from(`${NEW_KEY}.`).toString('hex')}`;
      const { appUrl } = stack.around.database;
      if (
        (await countRows(appUrl, `relying_party_sessions WHERE position('${prefix}'::bytea IN cookie_digest) = 1`)) !==
        1
      )
        throw new Error('the sign-in is not');
      await eventually(
        'a checkpoint of the new key',
        async () => (await countRows(appUrl, `audit_checkpoints WHERE signature LIKE '${NEW_KEY}.%'`)) > 0,
        { timeoutMs: SEALED_WITHIN_MS },
      );
    });
    await story.step('both keys’ signatures verify', () => stack.verifyAudit());
    const browsers = { old: before.signedIn, new: page };
    await new KeyRemoval(this.parts).run({ keyId, opened: before.opened, browsers, person: later });
  }

  /** Somebody else's case is opened, under a key for repeats, and their form stays open. */
  private async beginForm(like: LockedOut, opening: RepeatedOpening): Promise<PageWalk> {
    const { story, stack, walk } = this.parts;
    const person = { ...like.person, givenName: 'Nora', familyName: 'Winter', birthDate: '1971-02-03' };
    await walk.makeAccount({ ...like, login: WAITING, person });
    return story.step('a case is opened under an Idempotency-Key, and its first form is open', async () => {
      await opening.first();
      return openForm(stack, `${WAITING}@example.test`, await walk.newPage());
    });
  }

  private activeKey(): string {
    return KeyRing.fromFile(this.parts.stack.environment.KEYRING_FILE ?? '').activeId;
  }

  /** Writes the ring with the new key, and restarts one process after the other. */
  private async roll({ retired }: { retired: boolean }): Promise<void> {
    const { stack } = this.parts;
    const path = stack.environment.KEYRING_FILE ?? '';
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as RingFile;
    const known = keys.find(({ id }) => id === NEW_KEY) ?? KeyRing.generate(NEW_KEY).keys[0];
    const others = keys.filter(({ id }) => id !== NEW_KEY);
    writeFileSync(path, JSON.stringify({ keys: [...others, { ...known, retired }] }), { mode: 0o600 });
    for (const { process } of stack.processes) {
      await process.stop();
      await process.start();
    }
  }
}
