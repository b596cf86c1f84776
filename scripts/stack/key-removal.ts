import { readFileSync, renameSync } from 'node:fs';
import { decodeProtectedHeader, importJWK, jwtVerify, type JWK } from 'jose';
import { EvidenceReader } from '../../src/identity-evidence/evidence-reader.js';
import { EvidenceSlots } from '../../src/identity-evidence/evidence-slots.js';
import { EvidenceStore } from '../../src/identity-evidence/evidence-store.js';
import { SystemClock } from '../../src/platform/clock/clock.js';
import { loadConfig } from '../../src/platform/config/config.js';
import { CaseKeys } from '../../src/platform/crypto/case-keys.js';
import { KeyRing } from '../../src/platform/crypto/key-ring.js';
import { Database } from '../../src/platform/database/database.js';
import { createObjectStore } from '../../src/platform/storage/create-object-store.js';
import type { PageWalk } from '../harness/page-walk.js';
import type { Story } from '../demo/story.js';
import type { LockedOut, PartnerDesk } from './locked-out.js';
import { ask, expectRefusal } from './page-calls.js';
import type { ProductionStack } from './production-stack.js';
import type { OpenedCase, RecoveryWalk } from './recovery-walk.js';
import { runCommand } from './stack-servers.js';
import { SteadyLoad } from './steady-load.js';

const JPEG = Buffer.from([0xff, 0xd8, 0xff]);

interface KeyNeeds {
  keyId: string;
  needs: Record<string, Record<string, number> | undefined>;
}

/** What stands under the old key when it is to go. */
interface OfTheOldKey {
  keyId: string;
  /** Completed, with its pictures still there. */
  opened: OpenedCase;
  /** A browser that signed in, and one that signed in under the new key. */
  browsers: { old: PageWalk; new: PageWalk };
  /** Has an account, a proofing record and a portrait, and recovers when the key is gone. */
  person: LockedOut;
}

/** T117 on the running stack: everything is put under the new key, the old one's secret leaves the ring, and all goes on. */
export class KeyRemoval {
  constructor(
    private readonly parts: { story: Story; stack: ProductionStack; partner: PartnerDesk; walk: RecoveryWalk },
  ) {}

  async run({ keyId, opened, browsers, person }: OfTheOldKey): Promise<void> {
    const { story, stack, partner, walk } = this.parts;
    story.chapter('The old key is taken away');
    const load = new SteadyLoad(browsers.old, await walk.staff('helpdesk'));
    const running = load.run(`/v1/recovery-cases/${opened.caseId}`);
    await story.step(
      'regain keys reseal, beside the running service',
      () => this.command(['keys', 'reseal']),
      inOneLine,
    );
    load.stop();
    await running;
    await story.step('nobody was refused meanwhile', async () => load.requireNoRefusal(), String);
    await story.step(
      'nothing that can be put under another key needs it',
      () => this.requireResealed(keyId),
      inOneLine,
    );
    await story.step('its secret leaves the ring, process by process', () => this.forget(keyId));
    await story.step('a sign-in of the old key has ended', () => expectRefusal(browsers.old, '/v1/session'), String);
    await story.step('one of the new key goes on', async () => {
      const { status } = await ask(browsers.new, '/v1/session');
      if (status !== 200) throw new Error(`it was answered with ${status}`);
    });
    await story.step('the pictures of a case of the old key open', () => this.openPictures(opened), String);
    await story.step('its receipt verifies with a published key', () => this.verifyReceipt(opened), String);
    await story.step('the audit trail verifies, the old key’s signatures too', () => stack.verifyAudit());
    await story.step('regain doctor finds no fault', () => stack.doctor());
    partner.present(person);
    const recovered = await walk.openCase(person);
    await walk.complete(await walk.walkToPasskey(person, recovered), recovered);
  }

  private command(args: readonly string[]): Promise<string> {
    return runCommand(args, this.parts.stack.environment);
  }

  /** What is left of its uses. @throws Error when it is one that lasts */
  private async requireResealed(keyId: string): Promise<string> {
    const { keys } = JSON.parse(await this.command(['keys', 'usage'])) as { keys: KeyNeeds[] };
    const needs = keys.find((key) => key.keyId === keyId)?.needs ?? {};
    if (needs.resealed) throw new Error(JSON.stringify(needs));
    return JSON.stringify(needs);
  }

  private async forget(keyId: string): Promise<void> {
    const { environment, processes } = this.parts.stack;
    const path = environment.KEYRING_FILE ?? '';
    const { keys } = JSON.parse(readFileSync(path, 'utf8')) as { keys: { id: string; secret: string }[] };
    const next = `${path}.next`;
    await this.command(['keys', 'forget', keyId, '--anyway', '--out', next]);
    const ring = readFileSync(next, 'utf8');
    if (ring.includes(keys.find(({ id }) => id === keyId)?.secret ?? '')) throw new Error('the secret is still there');
    renameSync(next, path);
    for (const { process } of processes) {
      await process.stop();
      await process.start();
    }
  }

  /** As a process of the service reads them, with the ring as it is now. */
  private async openPictures({ caseId }: OpenedCase): Promise<string> {
    const config = loadConfig({ ...this.parts.stack.environment });
    const keys = new CaseKeys(KeyRing.fromFile(config.KEYRING_FILE));
    const database = await Database.connect({ url: config.DATABASE_URL, poolSize: 1, statementTimeoutMs: 10_000 });
    try {
      const store = new EvidenceStore(database, keys, await createObjectStore(config));
      const reader = new EvidenceReader(database, keys, new EvidenceSlots(new SystemClock()), store);
      for (const kind of ['document_front', 'selfie'] as const) {
        const picture = await reader.readUnhurried({ caseId, attempt: 1, kind });
        if (!picture || !Buffer.from(picture.reveal()).subarray(0, JPEG.length).equals(JPEG))
          throw new Error(`${kind} is no picture`);
      }
      return 'document_front, selfie';
    } finally {
      await database.close();
    }
  }

  /** `keys public` prints one object after the other. */
  private async verifyReceipt({ caseId }: OpenedCase): Promise<string> {
    const auditor = await this.parts.walk.staff('auditor');
    const { receipt } = (await auditor.get(`/v1/recovery-cases/${caseId}/receipt`))
      .expect(200)
      .json<{ receipt: string }>();
    const printed = (await this.command(['keys', 'public'])).trim().split(/(?<=^\})\n/m);
    const published = printed.map((text) => JSON.parse(text) as { purpose: string; kid: string; jwk: JWK });
    const { kid } = decodeProtectedHeader(receipt);
    const found = published.find((one) => one.kid === kid && one.purpose === 'receipt-signature');
    if (!found) throw new Error(`nothing is published of ${kid}`);
    await jwtVerify(receipt, await importJWK(found.jwk, 'EdDSA'), { typ: 'regain-recovery-receipt+jwt' });
    return `${kid}; ${published.length} keys are published`;
  }
}

const inOneLine = (printed: string): string => printed.replaceAll(/[\s"{}]+/g, ' ').trim();
