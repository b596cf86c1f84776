/** One finished exchange, for whoever wants to hold it against the contract. */
export interface Exchange {
  method: string;
  path: string;
  status: number;
  headers: Headers;
  bytes: Buffer;
}

export interface RequestOptions {
  json?: unknown;
  /** Raw bytes with their type, or a form, which brings its own. */
  body?: FormData | { bytes: Uint8Array; type: string };
  headers?: Readonly<Record<string, string>>;
}

export interface HttpClientOptions {
  baseUrl: string;
  /** Sent as `Authorization: Bearer`. */
  bearer?: string;
  /** What the page's browser would send with writes. */
  origin?: string;
  /** Called with every exchange before the caller sees it; what it throws fails the call. */
  observe?: (exchange: Exchange) => void;
}

/** An answer with another status than the one that was needed. */
export class UnexpectedAnswerError extends Error {
  override readonly name = 'UnexpectedAnswerError';

  constructor(
    readonly answer: Answer,
    expected: number,
  ) {
    super(`${answer.method} ${answer.path} answered ${answer.status} ${answer.code ?? ''} instead of ${expected}`);
  }
}

/** What came back. */
export class Answer implements Exchange {
  readonly method: string;
  readonly path: string;
  readonly status: number;
  readonly headers: Headers;
  readonly bytes: Buffer;

  constructor(exchange: Exchange) {
    ({
      method: this.method,
      path: this.path,
      status: this.status,
      headers: this.headers,
      bytes: this.bytes,
    } = exchange);
  }

  get text(): string {
    return this.bytes.toString('utf8');
  }

  /** The body as JSON; the caller says what it should be. */
  json<Body>(): Body {
    return JSON.parse(this.text) as Body;
  }

  /** The `code` of a problem document (RFC 9457). */
  get code(): string | undefined {
    const problem = this.headers.get('content-type')?.startsWith('application/problem+json');
    return problem ? this.json<{ code?: string }>().code : undefined;
  }

  /** Gives itself back. @throws UnexpectedAnswerError when the status is another one */
  expect(status: number): this {
    if (this.status !== status) throw new UnexpectedAnswerError(this, status);
    return this;
  }
}

/**
 * One HTTP caller with its own cookies: a machine of the help desk (with `bearer`) or a person's browser (with `origin`).
 * Redirects are answers, not followed. Cookies are kept by name: the service uses one host and `Path=/` only.
 */
export class HttpClient {
  readonly #cookies = new Map<string, string>();

  constructor(private readonly options: HttpClientOptions) {}

  get(path: string, options?: RequestOptions): Promise<Answer> {
    return this.send('GET', path, options);
  }

  post(path: string, json: unknown = {}, options?: RequestOptions): Promise<Answer> {
    return this.send('POST', path, { ...options, json });
  }

  /** @throws TypeError when nobody answers */
  async send(method: string, path: string, request: RequestOptions = {}): Promise<Answer> {
    const response = await fetch(new URL(path, this.options.baseUrl), {
      method,
      headers: this.headersFor(method, request),
      body: bodyOf(request),
      redirect: 'manual',
    });
    this.keepCookies(response.headers);
    const { status, headers } = response;
    const exchange = { method, path, status, headers, bytes: Buffer.from(await response.arrayBuffer()) };
    this.options.observe?.(exchange);
    return new Answer(exchange);
  }

  /** The value of a cookie this caller holds. */
  cookie(name: string): string | undefined {
    return this.#cookies.get(name);
  }

  private headersFor(method: string, request: RequestOptions): Record<string, string> {
    const { bearer, origin } = this.options;
    const cookies = [...this.#cookies].map(([name, value]) => `${name}=${value}`).join('; ');
    return {
      accept: 'application/json',
      ...(bearer === undefined ? {} : { authorization: `Bearer ${bearer}` }),
      ...(origin === undefined || method === 'GET' ? {} : { origin, 'sec-fetch-site': 'same-origin' }),
      ...(cookies === '' ? {} : { cookie: cookies }),
      ...(request.json === undefined ? {} : { 'content-type': 'application/json' }),
      ...(request.body && 'bytes' in request.body ? { 'content-type': request.body.type } : {}),
      ...request.headers,
    };
  }

  private keepCookies(headers: Headers): void {
    for (const line of headers.getSetCookie()) {
      const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
      const name = pair.slice(0, pair.indexOf('='));
      const ended = attributes.some((attribute) => /^max-age=0$|^expires=thu, 01 jan 1970/i.test(attribute));
      if (ended) this.#cookies.delete(name);
      else this.#cookies.set(name, pair.slice(name.length + 1));
    }
  }
}

function bodyOf({ json, body }: RequestOptions): RequestInit['body'] {
  if (json !== undefined) return JSON.stringify(json);
  if (body && 'bytes' in body) return Buffer.from(body.bytes);
  return body;
}
