import { readFileSync } from 'node:fs';
import { extname, join, sep } from 'node:path';
import type {
  AppControllerRoute,
  AppViewRoute,
  BullBoardQueues,
  ControllerHandlerReturnType,
  HTTPMethod,
  IServerAdapter,
  UIConfig,
} from '@bull-board/api/typings/app';
import type { FastifyInstance } from 'fastify';

const TYPES: Readonly<Record<string, string>> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.svg': 'image/svg+xml',
  '.png': 'image/png',
  '.json': 'application/json',
  '.woff2': 'font/woff2',
};

/** Serves bull-board on fastify: its calls, its one page and its files. The page is filled in by name. */
export class BoardAdapter implements IServerAdapter {
  #queues: BullBoardQueues | undefined;
  #views = '';
  #files = { route: '', path: '' };
  #onError: ((error: Error) => ControllerHandlerReturnType) | undefined;
  #calls: readonly AppControllerRoute[] = [];
  #page: AppViewRoute | undefined;
  #uiConfig: UIConfig = {};

  constructor(private readonly basePath: string) {}

  setQueues(queues: BullBoardQueues): this {
    this.#queues = queues;
    return this;
  }
  setViewsPath(path: string): this {
    this.#views = path;
    return this;
  }
  setStaticPath(route: string, path: string): this {
    this.#files = { route, path };
    return this;
  }
  setEntryRoute(page: AppViewRoute): this {
    this.#page = page;
    return this;
  }
  setErrorHandler(handler: (error: Error) => ControllerHandlerReturnType): this {
    this.#onError = handler;
    return this;
  }
  setApiRoutes(calls: readonly AppControllerRoute[]): this {
    this.#calls = calls;
    return this;
  }
  setUIConfig(config: UIConfig): this {
    this.#uiConfig = config;
    return this;
  }

  register(server: FastifyInstance): void {
    for (const call of this.#calls) for (const url of [call.route].flat()) this.answer(server, { call, url });
    for (const url of [this.#page?.route ?? []].flat())
      server.get(url, async (_request, reply) => reply.type('text/html; charset=utf-8').send(this.page()));
    server.get(`${this.#files.route}/*`, async (request, reply) => {
      const file = this.file((request.params as { '*': string })['*']);
      if (!file) return reply.status(404).send();
      return reply.type(file.type).send(file.bytes);
    });
    server.setErrorHandler((error: Error, _request, reply) => {
      const { status = 500, body } = this.#onError?.(error) ?? {};
      return reply.status(status).send(body);
    });
  }

  private answer(server: FastifyInstance, { call, url }: { call: AppControllerRoute; url: string }): void {
    const method = [call.method].flat().map((name: HTTPMethod) => name.toUpperCase());
    server.route({
      method,
      url,
      handler: async (request, reply) => {
        const { status = 200, body } = await call.handler({
          queues: this.#queues ?? new Map<never, never>(),
          uiConfig: this.#uiConfig,
          params: request.params as Record<string, string>,
          query: request.query as Record<string, string>,
          body: (request.body ?? {}) as Record<string, unknown>,
          headers: request.headers as Record<string, string>,
        });
        return reply.status(status).send(body);
      },
    });
  }

  private page(): string {
    const { name = '', params = {} } = this.#page?.handler({ basePath: this.basePath, uiConfig: this.#uiConfig }) ?? {};
    const values = params as Readonly<Record<string, string>>;
    return readFileSync(join(this.#views, name), 'utf8').replace(
      /<%[-=] (\w+) %>/g,
      (_all, key: string) => values[key] ?? '',
    );
  }

  private file(name: string): { type: string; bytes: Buffer } | undefined {
    const path = join(this.#files.path, name);
    const type = TYPES[extname(path)];
    if (type === undefined || !path.startsWith(this.#files.path + sep)) return undefined;
    try {
      return { type, bytes: readFileSync(path) };
    } catch {
      return undefined;
    }
  }
}
