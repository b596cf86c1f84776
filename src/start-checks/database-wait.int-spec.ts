import { connect, createServer, type Server, type Socket } from 'node:net';
import { afterAll, afterEach, beforeAll, describe, expect, it } from '@jest/globals';
import { pickFreePort } from '../embedded/process/index.js';
import { openTestDatabase, type TestDatabase } from '../../test/support/test-database.js';
import { databaseFindings } from './database-check.js';

const WAIT_MS = 20_000;
const sockets: Socket[] = [];
let test: TestDatabase;
let away: URL;
let server: Server | undefined;

beforeAll(async () => {
  test = await openTestDatabase();
  away = new URL(test.appUrl);
  away.hostname = '127.0.0.1';
  away.port = String(await pickFreePort());
});
afterEach(() => {
  for (const socket of sockets.splice(0)) socket.destroy();
  server?.close();
  server = undefined;
});
afterAll(() => test?.close());

function listen(onConnection: (socket: Socket) => void): void {
  server = createServer((socket) => {
    sockets.push(socket.on('error', () => undefined));
    onConnection(socket);
  }).listen(Number(away.port), '127.0.0.1');
}

/** The real server, at the address where nobody was. */
function passOn(socket: Socket): void {
  const to = connect(Number(new URL(test.appUrl).port), '127.0.0.1').on('error', () => undefined);
  sockets.push(to);
  socket.pipe(to).pipe(socket);
}

/** `ErrorResponse` of the protocol: severity and code. */
function refuse(socket: Socket, code: string): void {
  const fields = Buffer.from(`SFATAL\0C${code}\0Mno\0\0`);
  const head = Buffer.alloc(5, 'E');
  head.writeInt32BE(fields.length + 4, 1);
  socket.once('data', () => socket.end(Buffer.concat([head, fields])));
}

const faultsWithin = async (waitMs: number, waiting?: () => void): Promise<string[]> =>
  (await databaseFindings(away.href, undefined, { waitMs, waiting })).flatMap(({ verdict, detail }) =>
    verdict === 'fault' ? [detail] : [],
  );

describe('a database that is not there yet', () => {
  it('is waited for until somebody listens', async () => {
    let waited = 0;
    const faults = await faultsWithin(WAIT_MS, () => {
      waited += 1;
      listen(passOn);
    });
    expect([waited, faults]).toEqual([1, []]);
  });

  it('is waited for while it starts', async () => {
    let starting = true;
    listen((socket) => (starting ? refuse(socket, '57P03') : passOn(socket)));
    expect(await faultsWithin(WAIT_MS, () => (starting = false))).toEqual([]);
  });

  it.each<[string, (socket: Socket) => void]>([
    ['closes the connection', (socket) => socket.end()],
    ['resets the connection', (socket) => socket.resetAndDestroy()],
  ])('is waited for while what is there %s', async (_what, leave) => {
    let starting = true;
    listen((socket) => (starting ? leave(socket) : passOn(socket)));
    expect(await faultsWithin(WAIT_MS, () => (starting = false))).toEqual([]);
  });

  it('is waited for while nobody knows its name', async () => {
    const unknown = new URL(away);
    unknown.hostname = 'database.invalid';
    let waited = 0;
    await databaseFindings(unknown.href, undefined, { waitMs: 1_000, waiting: () => (waited += 1) });
    expect(waited).toBe(1);
  });

  it('is waited for no longer than is said', async () => {
    expect(await faultsWithin(1)).toEqual(['cannot be used (ECONNREFUSED)']);
  });

  it('is not waited for when it refuses us', async () => {
    let waited = 0;
    listen((socket) => refuse(socket, '28P01'));
    const begun = performance.now();
    expect(await faultsWithin(WAIT_MS, () => (waited += 1))).toEqual(['cannot be used (28P01)']);
    expect([waited, performance.now() - begun < WAIT_MS]).toEqual([0, true]);
  });
});
