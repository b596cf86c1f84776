import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Type } from '@nestjs/common';
import { NestFactory } from '@nestjs/core';
import type { NestFastifyApplication } from '@nestjs/platform-fastify';
import { loadConfig } from '../../src/platform/config/config.js';
import { configureServer, createFastifyAdapter } from '../../src/platform/http/server.js';
import { newSecret } from '../../src/platform/ids/ids.js';
import type { TestDatabase } from './test-database.js';

export const MODULE_ORIGIN = 'https://recover.example.org';

interface ModuleServerOptions {
  db: TestDatabase;
  /** What the file of a key ring holds. */
  keyRing: object;
  /** Beside what every server needs. */
  environment?: NodeJS.ProcessEnv;
}

/** Modules of the service behind its real HTTP server, on a database of the test's own, without a second process. */
export class ModuleServers {
  readonly #directory = mkdtempSync(join(tmpdir(), 'regain-module-'));
  readonly #environment = { ...process.env };
  readonly #started: NestFastifyApplication[] = [];

  constructor({ db, keyRing, environment = {} }: ModuleServerOptions) {
    const keyRingPath = join(this.#directory, 'keyring.json');
    writeFileSync(keyRingPath, JSON.stringify(keyRing), { mode: 0o600 });
    Object.assign(process.env, {
      REGAIN_PROFILE: 'embedded',
      ADMIN_TOKEN: newSecret(),
      PUBLIC_URL: MODULE_ORIGIN,
      RP_ID: 'example.org',
      DATABASE_URL: db.appUrl,
      QUEUE_DATABASE_URL: db.queueUrl,
      OBJECTS_DIR: join(this.#directory, 'objects'),
      KEYRING_FILE: keyRingPath,
      STAFF_ISSUER: 'https://idp.example.org',
      STAFF_AUDIENCE: 'regain',
      STAFF_JWKS_URL: 'https://idp.example.org/jwks',
      LOG_LEVEL: 'silent',
      ...environment,
    });
  }

  /** One more server, e.g. the second process of two. It answers `inject`; `listen` is the caller's. */
  async start(module: Type): Promise<NestFastifyApplication> {
    const config = loadConfig(process.env);
    const options = { logger: false, abortOnError: false, bodyParser: false } as const;
    const app = await NestFactory.create<NestFastifyApplication>(module, createFastifyAdapter(config), options);
    this.#started.push(app);
    await configureServer(app, config);
    await app.init();
    return app;
  }

  async close(): Promise<void> {
    await Promise.all(this.#started.map((app) => app.close()));
    process.env = this.#environment;
    rmSync(this.#directory, { recursive: true, force: true });
  }
}

/** A partner that nobody calls. */
export const UNCALLED_SANDBOX: NodeJS.ProcessEnv = {
  PROVIDERS: 'sandbox',
  SANDBOX_BASE_URL: 'http://127.0.0.1:9',
  SANDBOX_API_KEY: newSecret(),
  SANDBOX_WEBHOOK_SECRET: `whsec_${Buffer.alloc(32).toString('base64')}`,
};
