import { Inject, Injectable } from '@nestjs/common';
import type { FlowSession } from '../../src/flow-session/flow-sessions.js';
import { FLOW_IDLE_SECONDS } from '../../src/flow-session/flow-sessions.js';
import { FormTokens } from '../../src/flow-session/form-tokens.js';
import { Clock } from '../../src/platform/clock/clock.js';
import type { Config } from '../../src/platform/config/config.js';
import type { Reply, Request } from '../../src/platform/http/request-context.js';
import { LANGUAGE_COOKIE, pageLanguageOf } from '../../src/platform/language/page-language.js';
import { CONFIG } from '../../src/platform/platform.module.js';
import { wordsIn, type PolicyCopy } from '../../src/policy/policy-copy.js';
import { LANGUAGES, type Language } from '../language/index.js';
import { renderPage, type PageFrame, type PageSession, type PageView } from '../templates/index.js';

/** A browser that asked, and the answer it waits for. */
export interface Exchange {
  request: Request;
  reply: Reply;
}

/** What is known about a request besides its page. */
export interface PageFacts {
  flow?: FlowSession;
  reference?: string;
  callCode?: string | null;
  /** The profile's own words for the page of a case. */
  copy?: PolicyCopy | undefined;
}

/** Puts the frame around a page: organisation, language, the session's token. */
@Injectable()
export class PageFrames {
  constructor(
    @Inject(CONFIG) private readonly config: Config,
    private readonly tokens: FormTokens,
    private readonly clock: Clock,
  ) {}

  /** Where people reach these pages, from configuration alone (T7). */
  get publicUrl(): string {
    return this.config.PUBLIC_URL;
  }

  language(request: Request): Language {
    return pageLanguageOf(request);
  }

  /** Sends one page. The language asked for by `?lang=` is remembered; it is not a secret and proves nothing. */
  async send(page: PageView, place: PageFacts & Exchange & { status?: number }): Promise<void> {
    const language = this.chosen(place);
    await place.reply
      .status(place.status ?? 200)
      .type('text/html; charset=utf-8')
      .send(renderPage(page, this.frame(language, place)));
  }

  /** The page's language, remembered where it was asked for just now. For pages of another frame, too. */
  chosen({ request, reply }: Exchange): Language {
    const language = this.language(request);
    if (request.cookies[LANGUAGE_COOKIE] !== language) {
      void reply.setCookie(LANGUAGE_COOKIE, language, {
        path: '/',
        sameSite: 'lax',
        secure: true,
        httpOnly: true,
        maxAge: 31_536_000,
      });
    }
    void reply.header('vary', 'accept-language, cookie');
    return language;
  }

  private frame(language: Language, facts: PageFacts): PageFrame {
    const { organisationName, helpDesk } = wordsIn(facts.copy ?? {}, language, {
      organisationName: this.config.ORGANISATION_NAME,
      helpDesk: this.config.HELP_DESK_CONTACT,
    });
    return {
      organisationName,
      helpDesk: this.helpDesk(helpDesk),
      timeZone: this.config.TIME_ZONE,
      language,
      languages: LANGUAGES,
      ...(facts.flow ? this.session(facts.flow) : {}),
      reference: facts.reference,
      callCode: facts.callCode ?? undefined,
    };
  }

  /** Whoever asked for this page has touched the session: it idles from now on. */
  private session({ sessionId, endsInSeconds }: FlowSession): { csrfToken: string; session: PageSession } {
    const left = Math.min(FLOW_IDLE_SECONDS, endsInSeconds);
    const openUntil = new Date(this.clock.now().getTime() + left * 1_000);
    return {
      csrfToken: this.tokens.of(sessionId),
      session: { openUntil, idleSeconds: FLOW_IDLE_SECONDS, endsInSeconds },
    };
  }

  private helpDesk(name: string): PageFrame['helpDesk'] {
    const { HELP_DESK_PHONE: phone, HELP_DESK_EMAIL: email, HELP_DESK_URL: url } = this.config;
    return { name, phone, email, url };
  }
}
