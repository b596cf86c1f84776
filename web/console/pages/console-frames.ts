import { Inject, Injectable } from '@nestjs/common';
import { FormTokens } from '../../../src/flow-session/form-tokens.js';
import type { Config } from '../../../src/platform/config/config.js';
import type { Principal } from '../../../src/platform/http/request-context.js';
import { CONFIG } from '../../../src/platform/platform.module.js';
import { LANGUAGES } from '../../language/index.js';
import { PageFrames, type Exchange } from '../../pages/page-frames.js';
import { renderConsole, type ConsoleFrame, type ConsoleView } from '../templates/index.js';

/** Puts the console's frame around a page: organisation, language, who is signed in, and their session's form token. */
@Injectable()
export class ConsoleFrames {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly pages: PageFrames,
    private readonly tokens: FormTokens,
  ) {}

  /** @param place `query`: what of it a change of language keeps */
  async send(view: ConsoleView, place: Exchange & { status?: number; query?: string }): Promise<void> {
    const { request, reply, status = 200, query } = place;
    const { principal, staffSession } = request;
    const frame: ConsoleFrame = {
      organisationName: this.config.ORGANISATION_NAME,
      helpDesk: { name: this.config.HELP_DESK_CONTACT },
      language: this.pages.chosen(place),
      languages: LANGUAGES,
      timeZone: this.config.TIME_ZONE,
      query: query || undefined,
      ...(principal && staffSession
        ? {
            signedInAs: nameOf(principal),
            scopes: principal.scopes,
            csrfToken: this.tokens.of(staffSession.sessionId),
          }
        : {}),
    };
    await reply.status(status).type('text/html; charset=utf-8').send(renderConsole(view, frame));
  }
}

/** What the directory calls them, where their sign-in says it; else what the trail calls them. */
function nameOf({ id, accounts = [] }: Principal): string {
  return accounts.find((name) => name !== id) ?? id;
}
