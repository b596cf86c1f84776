import { Controller, Get, Res } from '@nestjs/common';
import { PROBLEMS } from '../../src/platform/errors/problem-catalogue.js';
import type { Reply } from '../../src/platform/http/request-context.js';
import { html } from '../../src/platform/html/html.js';

const entries = Object.entries(PROBLEMS).map(
  ([code, { status, title }]) =>
    html`<section id="${code}">
      <h2>${code}</h2>
      <p>HTTP ${String(status)}. ${title}</p>
    </section>`,
);

const PAGE = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Errors</title>
      <link rel="stylesheet" href="/assets/regain.css" />
    </head>
    <body>
      <main>
        <h1>Errors</h1>
        ${entries}
      </main>
    </body>
  </html>`.toString();

/** Where the `type` of every problem document points. */
@Controller('docs/errors')
export class ErrorsPageController {
  @Get()
  async page(@Res() reply: Reply): Promise<void> {
    await reply.header('cache-control', 'public, max-age=3600').type('text/html; charset=utf-8').send(PAGE);
  }
}
