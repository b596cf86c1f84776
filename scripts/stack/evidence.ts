import { readFileSync } from 'node:fs';
import { buffer } from 'node:stream/consumers';
import type { Readable } from 'node:stream';
import { GetObjectCommand, ListObjectsV2Command, PutBucketVersioningCommand } from '@aws-sdk/client-s3';
import { Redis } from 'ioredis';
import { eventually } from '../harness/eventually.js';
import type { Story } from '../demo/story.js';
import type { LockedOut } from './locked-out.js';
import type { ProductionStack, StackProcess } from './production-stack.js';
import { BUCKET, s3Client } from './stack-servers.js';

/** First bytes of the pictures a browser sends: JPEG, PNG, and WebP's container. */
const PICTURE_MARKS = [Buffer.from([0xff, 0xd8, 0xff]), Buffer.from([0x89, 0x50, 0x4e, 0x47]), Buffer.from('RIFF')];
const ERROR_LEVEL = 50;

interface LogLine {
  level?: number;
  code?: string;
  correlationId?: string;
}

/** What has to be true of the stack after a recovery, each looked at where an operator would look. */
export async function showEvidence(
  { story, stack }: { story: Story; stack: ProductionStack },
  walked: { person: LockedOut; secrets: readonly string[] },
): Promise<void> {
  await story.step('each process can be scraped', () => scrape(stack), String);
  await story.step('one correlation id leads from the API’s log to a worker’s', () => sharedIds(stack), withFirst);
  await story.step('and one trace through processes of both kinds', () => sharedTraces(stack), withFirst);
  await story.step('the queue dashboard shows the queues of that server', () => dashboard(stack), String);
  await story.step('photos lie in the bucket, encrypted', () => objectsAreSealed(stack, walked.person), String);
  await story.step('the service’s account may not change the bucket', () => rightsAreFew(stack));
  await story.step('no log has the link’s secret or the token', () => logsAreClean(stack, walked.secrets), String);
  await story.step('no process logged an error', async () => requireNoErrors(stack));
  await story.step('the audit trail verifies', () => stack.verifyAudit());
}

const withFirst = (ids: string[]): string => `${ids.length}, one of them ${ids[0]}`;

async function ask(stack: ProductionStack, one: StackProcess, path: string): Promise<string> {
  const headers = { authorization: `Bearer ${stack.adminToken}` };
  const answer = await fetch(`http://127.0.0.1:${one.adminPort}${path}`, { headers });
  const text = await answer.text();
  if (!answer.ok) throw new Error(`${one.name} answered ${path} with ${answer.status}`);
  return text;
}

async function scrape(stack: ProductionStack): Promise<string> {
  const counts = await Promise.all(
    stack.processes.map(async (one) => {
      const text = await ask(stack, one, '/metrics');
      const wanted = one.role === 'api' ? 'regain_http_request_duration_seconds_count' : 'regain_jobs_total';
      const samples = text.split('\n').filter((line) => line.startsWith('regain_'));
      if (!samples.some((line) => line.startsWith(wanted))) throw new Error(`${one.name} does not tell ${wanted}`);
      return samples.length;
    }),
  );
  return `${counts.join(', ')} samples`;
}

/** Its own lines; what Node itself has to say of a package is none. */
function logLines(one: StackProcess): LogLine[] {
  const lines = one.process.log().split('\n');
  return lines.filter((line) => line.startsWith('{')).map((line) => JSON.parse(line) as LogLine);
}

function ofRole<Value>(stack: ProductionStack, role: string, values: (one: StackProcess) => Value[]): Set<Value> {
  return new Set(stack.processes.filter((one) => one.role === role).flatMap(values));
}

async function sharedIds(stack: ProductionStack): Promise<string[]> {
  const ids = (one: StackProcess): string[] => logLines(one).flatMap(({ correlationId }) => correlationId ?? []);
  const ofWorkers = ofRole(stack, 'worker', ids);
  const shared = [...ofRole(stack, 'api', ids)].filter((id) => ofWorkers.has(id));
  if (shared.length === 0) throw new Error('no id is in both');
  return shared;
}

/** Spans are sent a second after they ended. */
function sharedTraces(stack: ProductionStack): Promise<string[]> {
  const { spans } = stack.around.traces;
  const tracesOf = (wanted: string): Set<string> =>
    new Set(spans.filter(({ role, correlationId }) => role === wanted && correlationId).map(({ traceId }) => traceId));
  return eventually('a trace with spans of both', async () => {
    const ofWorkers = tracesOf('worker');
    const shared = [...tracesOf('api')].filter((id) => ofWorkers.has(id));
    return shared.length > 0 && shared;
  });
}

/** Jobs that are done leave the queue: what stays are the queues themselves, in the queue's server, and no dead letter. */
async function dashboard(stack: ProductionStack): Promise<string> {
  const worker = stack.processes.find(({ role }) => role === 'worker');
  if (!worker) throw new Error('there is no worker');
  const { queues } = JSON.parse(await ask(stack, worker, '/queues/api/queues')) as {
    queues: { name: string; counts: Record<string, number> }[];
  };
  const dead = queues.filter(({ counts }) => counts.failed !== 0).map(({ name }) => name);
  if (queues.length === 0 || dead.length > 0)
    throw new Error(`${queues.length} queues, dead letters in: ${dead.join()}`);
  const redis = new Redis(stack.around.queue.url);
  try {
    const keys = await redis.keys('*');
    const absent = queues.filter(({ name }) => !keys.some((key) => key.includes(`:${name}:`)));
    if (absent.length > 0) throw new Error(`not in the queue’s server: ${absent.map(({ name }) => name).join()}`);
    return `${queues.length} queues, no dead letter`;
  } finally {
    redis.disconnect();
  }
}

async function objectsAreSealed(stack: ProductionStack, { pictures }: LockedOut): Promise<string> {
  const { server, service } = stack.around.objects;
  // As the service: what it wrote is its own, and not the bucket owner's to read.
  const client = s3Client(server.endpoint, service);
  const { Contents: found = [] } = await client.send(new ListObjectsV2Command({ Bucket: BUCKET }));
  if (found.length === 0) throw new Error('the bucket is empty');
  const middle = (picture: Uint8Array): Buffer =>
    Buffer.from(picture)
      .subarray(picture.length >> 1)
      .subarray(0, 64);
  const parts = [middle(pictures.documentFront), middle(pictures.selfie)];
  for (const { Key } of found) {
    const { Body } = await client.send(new GetObjectCommand({ Bucket: BUCKET, Key }));
    const bytes = await buffer(Body as Readable);
    const head = bytes.subarray(0, 64);
    if (PICTURE_MARKS.some((mark) => head.includes(mark))) throw new Error('an object begins like a picture');
    if (parts.some((part) => bytes.includes(part))) throw new Error('an object holds a part of a picture');
  }
  client.destroy();
  return `${found.length} objects`;
}

/** As the policy says: objects and listings, nothing else. */
async function rightsAreFew(stack: ProductionStack): Promise<void> {
  const { server, service } = stack.around.objects;
  const client = s3Client(server.endpoint, service);
  const VersioningConfiguration = { Status: 'Enabled' } as const;
  const refused = await client.send(new PutBucketVersioningCommand({ Bucket: BUCKET, VersioningConfiguration })).then(
    () => 'nothing',
    (error: Error) => error.name,
  );
  client.destroy();
  if (refused !== 'AccessDenied') throw new Error(`it was refused with ${refused}`);
}

async function logsAreClean(stack: ProductionStack, secrets: readonly string[]): Promise<string> {
  const texts = [
    ...stack.proxyLogs.map((path) => ({ name: path, text: readFileSync(path, 'utf8') })),
    ...stack.processes.map(({ name, process }) => ({ name, text: process.log() })),
  ];
  if (secrets.length < 2) throw new Error('the token was not seen');
  for (const { name, text } of texts) {
    if (secrets.some((secret) => text.includes(secret))) throw new Error(`${name} has one`);
  }
  const [requests] = texts;
  if (!requests?.text.includes(' POST 20')) throw new Error('the proxy logged no request');
  return `${texts.length} logs`;
}

function requireNoErrors(stack: ProductionStack): void {
  const errors = stack.processes.flatMap((one) =>
    logLines(one).filter(({ level }) => (level ?? ERROR_LEVEL) >= ERROR_LEVEL),
  );
  if (errors.length > 0) throw new Error(errors.map(({ code }) => code).join(', '));
}
