import { connect, createServer, type AddressInfo, type Server, type Socket } from 'node:net';

/** What the network between two programs does to them. */
export type Weather =
  | { kind: 'clear' }
  /** Closes each connection at once, and those that are open. */
  | { kind: 'refuse' }
  /** Bytes vanish and nobody is told, as behind a cut cable; they arrive when it is mended. */
  | { kind: 'silent' }
  /** Only what the side that dialled sends vanishes so: it hears everything, and nobody hears that it did. */
  | { kind: 'mute' }
  | { kind: 'slow'; delayMs: number }
  /** Cuts a connection after so many bytes of answers, once for each. */
  | { kind: 'cut_after'; bytes: number }
  /** Lets PostgreSQL's COMMIT through, and cuts the connection before its answer arrives; so often in all. */
  | { kind: 'cut_commit'; times: number };

/** The end of a simple query `COMMIT` (PostgreSQL 18 manual, 54.7: `Q`, length, text, zero). */
const COMMIT = Buffer.from('COMMIT\0');

interface Line {
  client: Socket;
  server: Socket;
  answered: number;
  /** Its COMMIT is on its way: the answer must not come back. */
  doomed: boolean;
}

/**
 * Stands between a program and the server it uses, on a real socket, and does to its bytes what networks do. With
 * several targets it takes the next one that accepts, as a load balancer does.
 */
export class TcpProxy {
  /** COMMITs whose answer was kept back. */
  cutCommits = 0;
  #weather: Weather = { kind: 'clear' };
  readonly #lines = new Set<Line>();
  #next = 0;

  private constructor(
    private readonly listener: Server,
    private readonly targets: () => readonly number[],
  ) {
    listener.on('connection', (client) => this.#accept(client));
  }

  static async start(targets: () => readonly number[], port = 0): Promise<TcpProxy> {
    const listener = createServer({ allowHalfOpen: false });
    await new Promise<void>((resolve) => listener.listen(port, '127.0.0.1', resolve));
    return new TcpProxy(listener, targets);
  }

  get port(): number {
    return (this.listener.address() as AddressInfo).port;
  }

  set weather(weather: Weather) {
    this.#weather = weather;
    if (weather.kind === 'refuse') this.cutAll();
    for (const line of this.#lines) this.#listen(line);
  }

  cutAll(): void {
    for (const line of this.#lines) this.#cut(line);
  }

  async close(): Promise<void> {
    this.cutAll();
    await new Promise((resolve) => this.listener.close(resolve));
  }

  #accept(client: Socket): void {
    client.on('error', () => client.destroy());
    if (this.#weather.kind === 'refuse') return void client.destroy();
    const ports = this.targets();
    this.#next += 1;
    this.#dial(client, [...ports.slice(this.#next % ports.length), ...ports.slice(0, this.#next % ports.length)]);
  }

  /** The first of the ports that accepts. */
  #dial(client: Socket, [port, ...others]: readonly number[]): void {
    if (port === undefined) return void client.destroy();
    const server = connect(port, '127.0.0.1');
    const refused = (): void => this.#dial(client, others);
    server.once('error', refused);
    server.once('connect', () => {
      server.off('error', refused);
      this.#join(client, server);
    });
  }

  #join(client: Socket, server: Socket): void {
    const line: Line = { client, server, answered: 0, doomed: false };
    this.#lines.add(line);
    for (const end of [client, server]) {
      end.setNoDelay(true);
      end.on('error', () => this.#cut(line));
      end.on('close', () => this.#cut(line));
    }
    this.#listen(line);
    client.on('data', (bytes) => this.#ask(line, bytes));
    server.on('data', (bytes) => this.#answer(line, bytes));
  }

  #listen({ client, server }: Line): void {
    const { kind } = this.#weather;
    if (kind === 'silent' || kind === 'mute') client.pause();
    else client.resume();
    if (kind === 'silent') server.pause();
    else server.resume();
  }

  #ask(line: Line, bytes: Buffer): void {
    const weather = this.#weather;
    if (weather.kind === 'cut_commit' && weather.times > 0 && bytes.includes(COMMIT)) {
      weather.times -= 1;
      line.doomed = true;
    }
    this.#pass(line.server, bytes);
  }

  #answer(line: Line, bytes: Buffer): void {
    const weather = this.#weather;
    line.answered += bytes.length;
    if (line.doomed) this.cutCommits += 1;
    if (line.doomed || (weather.kind === 'cut_after' && line.answered > weather.bytes)) return this.#cut(line);
    this.#pass(line.client, bytes);
  }

  #pass(to: Socket, bytes: Buffer): void {
    const { kind } = this.#weather;
    if (kind === 'slow')
      setTimeout(() => to.writable && to.write(bytes), (this.#weather as { delayMs: number }).delayMs);
    else if (to.writable) to.write(bytes);
  }

  #cut(line: Line): void {
    this.#lines.delete(line);
    line.client.destroy();
    line.server.destroy();
  }
}
