import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { join } from 'node:path';
import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { Problem } from '../../src/platform/errors/problem.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { packagePath } from '../../src/platform/package-root/package-root.js';
import { withoutMargins } from './style-margins.js';

interface Asset {
  bytes: Buffer;
  type: string;
  etag: string;
}

const OWN: Readonly<Record<string, string>> = {
  'regain.css': 'text/css; charset=utf-8',
  'capture.css': 'text/css; charset=utf-8',
  'console.css': 'text/css; charset=utf-8',
  'regain.svg': 'image/svg+xml',
  'browser-events.js': 'text/javascript; charset=utf-8',
  'camera.js': 'text/javascript; charset=utf-8',
  'camera-sound.js': 'text/javascript; charset=utf-8',
  'capture.js': 'text/javascript; charset=utf-8',
  'checking.js': 'text/javascript; charset=utf-8',
  'copy-link.js': 'text/javascript; charset=utf-8',
  'frame-judge.js': 'text/javascript; charset=utf-8',
  'frame-measures.js': 'text/javascript; charset=utf-8',
  'frame-reader.js': 'text/javascript; charset=utf-8',
  'live-camera.js': 'text/javascript; charset=utf-8',
  'passkey.js': 'text/javascript; charset=utf-8',
  'photo-file.js': 'text/javascript; charset=utf-8',
  'photo-sending.js': 'text/javascript; charset=utf-8',
  'sending-plan.js': 'text/javascript; charset=utf-8',
  'session-end.js': 'text/javascript; charset=utf-8',
};

/** The library's own browser bundle, served as it comes: no third party, no build step of ours. */
function webauthnBundle(): Buffer {
  const entry = createRequire(import.meta.url).resolve('@simplewebauthn/browser');
  return readFileSync(
    join(entry.slice(0, entry.lastIndexOf('@simplewebauthn')), '@simplewebauthn/browser/dist/bundle/index.umd.min.js'),
  );
}

const served = (name: string, bytes: Buffer): Buffer =>
  name.endsWith('.css') ? Buffer.from(withoutMargins(bytes.toString('utf8'))) : bytes;

function load(): Map<string, Asset> {
  const files: { name: string; type: string; bytes: Buffer }[] = Object.entries(OWN).map(([name, type]) => ({
    name,
    type,
    bytes: served(name, readFileSync(packagePath(join('web/assets', name)))),
  }));
  files.push({ name: 'simplewebauthn-browser.js', type: 'text/javascript; charset=utf-8', bytes: webauthnBundle() });
  return new Map(
    files.map(({ name, type, bytes }) => [
      name,
      { bytes, type, etag: `"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"` },
    ]),
  );
}

/** A closed set of files, read once; no path of a request ever reaches the file system (T85). */
@Controller('assets')
export class AssetsController {
  readonly #assets = load();

  @Get(':name')
  async asset(@Param('name') name: string, @Req() request: Request, @Res() reply: Reply): Promise<void> {
    const asset = this.#assets.get(name);
    if (!asset) throw new Problem('not_found');
    void reply.header('cache-control', 'public, max-age=300').header('etag', asset.etag);
    if (request.headers['if-none-match'] === asset.etag) {
      await reply.status(304).send();
      return;
    }
    await reply.type(asset.type).send(asset.bytes);
  }
}
