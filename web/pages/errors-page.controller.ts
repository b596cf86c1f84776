import { Controller, Get, Res } from '@nestjs/common';
import { PROBLEM_ADVICE, RETRIES } from '../../src/platform/errors/problem-advice.js';
import { PROBLEM_CODES, PROBLEMS } from '../../src/platform/errors/problem-catalogue.js';
import type { Reply } from '../../src/platform/http/request-context.js';
import { html } from '../../src/platform/html/html.js';

/** Names of members and calls are set off in the texts as they are in Markdown. */
const marked = (text: string) =>
  text.split('`').map((part, at) => (at % 2 === 0 ? html`${part}` : html`<code>${part}</code>`));

const entries = PROBLEM_CODES.map((code) => {
  const { when, retry, advice } = PROBLEM_ADVICE[code];
  return html`<section id="${code}" class="section">
    <h2>${code}</h2>
    <p>HTTP ${String(PROBLEMS[code].status)}. ${PROBLEMS[code].title}</p>
    <p><strong>When:</strong> ${marked(when)}</p>
    <p><strong>Again?</strong> ${marked(RETRIES[retry])}</p>
    <p><strong>What to do:</strong> ${marked(advice)}</p>
  </section>`;
});

const PAGE = html`<!doctype html>
  <html lang="en">
    <head>
      <meta charset="utf-8" />
      <meta name="viewport" content="width=device-width, initial-scale=1" />
      <title>Errors</title>
      <link rel="stylesheet" href="/assets/regain.css" />
    </head>
    <body>
      <div class="columns">
        <main class="card">
          <h1>Errors</h1>
          ${entries}
        </main>
      </div>
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
