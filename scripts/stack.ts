import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { openBrowser } from './harness/chromium/index.js';
import { toldRun } from './demo/told-run.js';
import { showEvidence } from './stack/evidence.js';
import { KeyRotation } from './stack/key-rotation.js';
import { lockedOut, PartnerDesk } from './stack/locked-out.js';
import { ProductionStack, PUBLIC_HOST } from './stack/production-stack.js';
import { RecoveryWalk } from './stack/recovery-walk.js';
import { RestoreDrill } from './stack/restore-drill.js';
import { readStackArguments, StackArgumentsError, USAGE, type StackArguments } from './stack/stack-arguments.js';
import { trustInChromium, trustInThisProcess } from './stack/trust.js';

const STACK_ENDS_MS = 60_000;
const ALL_ENDS_MS = 70_000;

/**
 * `npm run stack`: the production profile on real servers, set up as a bank would, and one whole recovery through its
 * proxy. Each step is printed with its time; the exit code is 0 when all of them held.
 */
const { story, shutdown, tell } = toldRun({
  allEndMs: ALL_ENDS_MS,
  usage: USAGE,
  isMisunderstood: (error) => error instanceof StackArgumentsError,
});
// Each server and process ends with this one.
process.setMaxListeners(50);
await tell(run);

async function run(): Promise<void> {
  const given = readStackArguments(process.argv.slice(2));
  if (given.help) {
    process.stdout.write(USAGE);
    return;
  }
  story.title('Regain: the production profile on this machine');
  const stack = new ProductionStack(story);
  shutdown.onShutdown('stack', () => stack.stop(), { timeoutMs: STACK_ENDS_MS });
  const partner = new PartnerDesk();
  await setUp(stack, given, partner);
  const { certificatePem, authority } = stack;
  const place = { host: PUBLIC_HOST, authorityPem: authority.certificatePem, certificatePem };
  trustInThisProcess(place);
  const browser = await openBrowser(trustInChromium(place));
  shutdown.onShutdown('browser', () => browser.close());
  const walk = new RecoveryWalk(story, stack, browser);
  story.chapter('One recovery through the proxy');
  await walk.makePolicy();
  const ana = await lockedOut('demo.ana');
  partner.present(ana);
  await walk.makeAccount(ana);
  const opened = await walk.openCase(ana);
  const page = await walk.walkToPasskey(ana, opened);
  await walk.complete(page, opened);
  story.chapter('What an operator sees');
  await showEvidence({ story, stack }, { person: ana, secrets: walk.secrets });
  if (given.keyRotation) await new KeyRotation({ story, stack, partner, walk }).run({ signedIn: page, opened });
  if (given.restoreDrill) await new RestoreDrill({ story, stack, partner, walk }).run(opened);
  const { steps, seconds } = story.summary();
  story.chapter(`All ${steps} steps passed in ${seconds} s.`);
  if (given.keep) await stayUp(stack);
}

async function setUp(stack: ProductionStack, { redis }: StackArguments, partner: PartnerDesk): Promise<void> {
  story.chapter('Servers');
  await stack.startServers({ redis, identity: partner.identity });
  story.chapter('The service');
  const { warnings } = await story.step('regain doctor finds no fault', () => stack.doctor());
  for (const warning of warnings) story.note(`warning: ${warning}`);
  await stack.startProcesses();
}

/** Until a signal stops everything. */
async function stayUp(stack: ProductionStack): Promise<never> {
  const { dataDir, around, processes } = stack;
  const write = (name: string, text: string): string => {
    const path = join(dataDir, name);
    writeFileSync(path, text, { mode: 0o600 });
    return path;
  };
  const admin = write('admin-token', stack.adminToken);
  const desk = write('helpdesk-token', await around.network.signIn('helpdesk.visitor', 'helpdesk'));
  const { port } = new URL(stack.publicUrl);
  story.chapter('Everything stays up until Ctrl-C:');
  story.fact('pages', stack.publicUrl);
  story.note(`curl --cacert ${stack.caFile} --resolve ${PUBLIC_HOST}:${port}:127.0.0.1 ${stack.publicUrl}/`);
  story.note(
    `Chromium: ${trustInChromium({ host: PUBLIC_HOST, authorityPem: '', certificatePem: stack.certificatePem })
      .map((arg) => `'${arg}'`)
      .join(' ')}`,
  );
  for (const { name, adminPort, role } of processes) {
    story.fact(name, `http://127.0.0.1:${adminPort}/metrics${role === 'worker' ? ', queue dashboard /queues' : ''}`);
  }
  story.fact('operators', `bearer token, and password of the dashboard: ${admin}`);
  story.fact('help desk', `bearer token for an hour: ${desk}`);
  story.fact('mail', join(dataDir, 'mail.txt'));
  story.fact('logs', `${dataDir}/*.log, ${join(dataDir, 'proxy/access.log')}`);
  return new Promise(() => undefined);
}
