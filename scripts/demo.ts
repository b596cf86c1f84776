import { randomBytes } from 'node:crypto';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { openBrowser } from './harness/chromium/index.js';
import {
  DemoArgumentsError,
  readDemoArguments,
  USAGE,
  type DemoArguments,
  type OwnPictures,
} from './demo/demo-arguments.js';
import { DemoService } from './demo/demo-service.js';
import { DemoStage } from './demo/demo-stage.js';
import { demoPerson, refuseSpentToken, walkMainJourney, type LockedOutPerson } from './demo/main-journey.js';
import { readHolder } from './demo/own-document.js';
import { walkPartnerJourney } from './demo/partner-journey.js';
import { walkRefusals } from './demo/refusals.js';
import { walkSandboxJourney } from './demo/sandbox-journey.js';
import { toldRun } from './demo/told-run.js';

const SERVICE_END_MS = 25_000;
const ALL_ENDS_MS = 30_000;

/** `npm run demo`: the main job, its refusals, and the same through the sandbox partner, each step with its time. */
const { story, shutdown, tell } = toldRun({
  allEndMs: ALL_ENDS_MS,
  usage: USAGE,
  isMisunderstood: (error) => error instanceof DemoArgumentsError,
});
await tell(run);

async function run(): Promise<void> {
  const given = readDemoArguments(process.argv.slice(2));
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  story.title('Regain: account recovery without passwords');
  const service = await openService(given);
  const browser = await openChromium();
  await walk(new DemoStage(story, service, browser), given);
  const { steps, seconds } = story.summary();
  story.chapter(`All ${steps} steps passed in ${seconds} s.`);
  if (given.keep) explainKept(service);
}

async function openService({ keep, partner }: DemoArguments): Promise<DemoService> {
  const starting = DemoService.findOrStart(partner);
  const end = async (): Promise<void> => {
    const service = await starting.catch(() => undefined);
    if (keep) service?.leave();
    else await service?.end();
  };
  // Before it is there: whoever presses Ctrl-C meanwhile leaves nothing behind either.
  shutdown.onShutdown('service', end, { timeoutMs: SERVICE_END_MS });
  return story.step(
    'the service answers',
    () => starting,
    ({ ready, started }) =>
      started ? `${ready.url}, started in ${(started.afterMs / 1_000).toFixed(1)} s` : `${ready.url}, was running`,
  );
}

async function openChromium(): Promise<Browser> {
  const browser = await story.step(
    'a headless Chromium opens',
    () => openBrowser(),
    (opened) => opened.version(),
  );
  shutdown.onShutdown('browser', () => browser.close());
  return browser;
}

async function walk(stage: DemoStage, given: DemoArguments): Promise<void> {
  try {
    if (given.providers.includes('local')) await walkLocal(stage, given.ownPictures);
    if (given.providers.includes('sandbox') && !given.ownPictures) {
      story.chapter('The same through the sandbox partner');
      await walkSandboxJourney(stage, { login: 'demo.ana', email: 'ana@example.test' });
    }
    if (given.partner) {
      story.chapter(`The main job through ${given.partner}, played by its simulator`);
      await walkPartnerJourney(stage, given.partner);
    }
    requireCleanLog(stage.service);
  } catch (error) {
    for (const path of await stage.screenshots()) story.note(`screenshot: ${path}`);
    for (const line of stage.service.errorLines()?.slice(-5) ?? []) story.note(`log: ${line}`);
    throw error;
  }
}

async function walkLocal(stage: DemoStage, ownPictures: OwnPictures | undefined): Promise<void> {
  const person = ownPictures ? await accountFor(stage, ownPictures) : await demoPerson(stage, 'demo.ana');
  story.chapter(`The main job: ${person.login} has lost every way to sign in`);
  const recovered = await walkMainJourney(stage, person);
  requireCleanLog(stage.service);
  story.chapter('What must not work');
  await refuseSpentToken(stage, recovered);
  await walkRefusals(stage, await demoPerson(stage, 'demo.bea'));
}

/** Nobody's enrolment knows the visitor: an account is made whose proofing record holds the portrait to compare with. */
async function accountFor({ desk }: DemoStage, own: OwnPictures): Promise<LockedOutPerson> {
  const { document, back, selfie, portrait } = own;
  const login = `demo.own.${randomBytes(4).toString('hex')}`;
  const holder = await story.step(
    'your document is read, as enrolment would have done',
    () => readHolder(own.documentPaths),
    () => 'names, birth date and number',
  );
  const account = { login, ...holder, portrait };
  const { email } = await story.step(
    'an account is made for your own pictures',
    () => desk.createAccount(account),
    ({ login: made }) => made,
  );
  const source = portrait === document ? 'the face on your document' : 'your --portrait';
  story.note(
    `Its enrolment portrait is ${source}, and its name, birth date and document number are what your document says.`,
  );
  story.note('The pictures stay on this machine, encrypted; they go with the data of the demo’s service.');
  return { login, email, document, back, selfie };
}

function requireCleanLog(service: DemoStage['service']): void {
  const lines = service.errorLines();
  if (lines === undefined) story.note('The log of a service that was running already is not ours to read.');
  else if (lines.length === 0) story.note('No error in the service’s log.');
  else throw new Error(`the service logged ${lines.length} error(s):\n${lines.slice(0, 5).join('\n')}`);
}

function explainKept(service: DemoService): void {
  const { url, mailbox, pid } = service.ready;
  story.chapter('The service is still running:');
  story.fact('pages', url);
  story.fact('console', `${url}/console – sign in with any name, and adminToken as the password`);
  story.fact('mailbox', mailbox);
  if (service.started) story.fact('tokens', join(service.started.dataDir, 'ready.json'));
  story.fact('stop', `kill ${pid}`);
}
