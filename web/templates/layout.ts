import { LANGUAGES, CATALOGUES } from '../language/index.js';
import { ADDRESSES, ASSETS, safeHref } from './addresses.js';
import { errorSummary, postForm, submitButton } from './form-parts.js';
import { html, type Html } from '../../src/platform/html/html.js';
import { ICONS } from './icons.js';
import type { PageContext } from './page-context.js';
import { bulletList, disclosure, literal } from './page-parts.js';
import type { ScreenContent, StepNumber } from './screen-content.js';
import { openUntil, sessionEndDialog } from './session-end.js';

const STEPS: readonly StepNumber[] = [1, 2, 3, 4, 5, 6];

/** Puts one screen into the frame that is the same on every page. */
export function layout(context: PageContext, content: ScreenContent): Html {
  const { frame, words, direction } = context;
  return html`<!doctype html>
    <html lang="${frame.language}" dir="${direction}">
      ${head(context, content)}
      <body>
        <a class="skip" href="#content">${words.frame.skipToContent}</a>
        <header>${masthead(context)}${content.step && steps(context, content.step)}</header>
        <div class="columns">
          <main id="content" class="card">
            ${content.problems && content.problems.length > 0 && errorSummary(content.problemsTitle ?? words.frame.errorSummary, content.problems)}
            ${content.sign}
            <h1>${content.heading}</h1>
            ${callCode(context)} ${content.body}
          </main>
          ${aside(context, content)}
        </div>
        ${frame.session && sessionEndDialog(context, frame.session)}
      </body>
    </html> `;
}

function title({ frame, words }: PageContext, { heading, step, problems }: ScreenContent): string {
  const parts = [heading, step && words.frame.titleStep(step, STEPS.length), frame.organisationName].filter(Boolean);
  return `${problems && problems.length > 0 ? `${words.frame.titleError} ` : ''}${parts.join(' – ')}`;
}

export function head(context: PageContext, content: ScreenContent): Html {
  const { nonce, session } = context.frame;
  const scripts = [...(content.scripts ?? []), ...(session ? [ASSETS.sessionEndScript] : [])];
  return html`<head>
    <meta charset="utf-8" />
    <meta name="viewport" content="width=device-width, initial-scale=1" />
    <title>${title(context, content)}</title>
    <meta name="robots" content="noindex" />
    <meta name="format-detection" content="telephone=no" />
    <meta name="color-scheme" content="light dark" />
    <link rel="icon" href="${ASSETS.icon}" type="image/svg+xml" />
    <link rel="stylesheet" href="${ASSETS.style}" />
    ${(content.styles ?? []).map((address) => html`<link rel="stylesheet" href="${address}" /> `)}
    ${content.refreshSeconds && html`<noscript><meta http-equiv="refresh" content="${content.refreshSeconds}" /></noscript>`}
    ${scripts.map((address) => html`<script type="module" src="${address}" ${nonce && html` nonce="${nonce}"`}></script> `)}
  </head>`;
}

/** The organisation's mark and name, and what this is. */
export function brand({ frame }: PageContext, service: string): Html {
  const initial = [...frame.organisationName.trim()][0] ?? '';
  return html`<div class="brand">
    <span class="mark" aria-hidden="true">${initial}</span>
    <p><bdi class="brand-name">${frame.organisationName}</bdi><span class="brand-service">${service}</span></p>
  </div>`;
}

function masthead(context: PageContext): Html {
  const { frame, words } = context;
  return html`<div class="masthead">
    <div class="masthead-inner">
      ${brand(context, words.frame.accountRecovery)}
      <div class="masthead-links">
        ${languageSwitch(frame, words.frame.languageSwitch)}
        <a class="help-link" href="#help">${ICONS.help}<span>${words.frame.getHelp}</span></a>
      </div>
    </div>
  </div>`;
}

export function languageSwitch(frame: PageContext['frame'], label: string): Html {
  const languages = frame.languages ?? LANGUAGES;
  if (languages.length < 2) return html``;
  const entry = (language: (typeof languages)[number]): Html => {
    const name = CATALOGUES[language].frame.languageName;
    return language === frame.language
      ? html`<li><span lang="${language}" aria-current="true">${name}</span></li>`
      : html`<li>
          <a href="?${frame.query ? `${frame.query}&` : ''}lang=${language}" lang="${language}" hreflang="${language}"
            >${name}</a
          >
        </li>`;
  };
  return html`<nav class="languages" aria-label="${label}">
    <ul>
      ${languages.map(entry)}
    </ul>
  </nav>`;
}

function steps({ words }: PageContext, current: StepNumber): Html {
  const names = words.frame.steps;
  const state = (step: StepNumber): string => (step < current ? 'done' : step === current ? 'now' : 'next');
  return html`<div class="steps">
    <p class="steps-text">${words.frame.stepOf(current, STEPS.length, names[current])}</p>
    <ol class="steps-bar" aria-hidden="true">
      ${STEPS.map(
        (step) =>
          html`<li class="steps-${state(step)}">
            <span class="steps-dot">${step < current ? ICONS.check : step}</span
            ><span class="steps-name">${names[step]}</span>
          </li>`,
      )}
    </ol>
  </div>`;
}

function callCode({ frame, words, organisation }: PageContext): Html {
  if (!frame.callCode) return html``;
  return html`<section class="call-code">
    <h2>${ICONS.phone}${words.frame.callCodeHeading}</h2>
    <p>${words.frame.callCodeExplained}</p>
    <p class="call-code-digits"><bdi dir="ltr">${frame.callCode}</bdi></p>
    <p class="hint">${words.frame.callCodeWarning(organisation)}</p>
  </section>`;
}

/** Help, the request's number and the way out: the same things in the same place on every page (WCAG 2.2, 3.2.6). */
function aside(context: PageContext, content: ScreenContent): Html {
  const { frame, words } = context;
  return html`<aside class="side">
    ${help(context)}
    ${
      frame.reference &&
      html`<section>
        <h2>${words.frame.requestNumber}</h2>
        <p class="reference">${literal(frame.reference)}</p>
      </section>`
    }
    ${frame.session && openUntil(context, frame.session)}
    <section class="protection">
      <h2>${ICONS.lock}${words.frame.protection}</h2>
      ${bulletList(words.frame.protectionPoints)}
    </section>
    ${content.stoppable && frame.csrfToken && stopForm(context)}
  </aside>`;
}

function help({ frame, words, helpDesk }: PageContext): Html {
  const { phone, email, url } = frame.helpDesk;
  return html`<section id="help" tabindex="-1">
    <h2>${ICONS.help}${words.frame.getHelp}</h2>
    <p>${words.frame.helpFrom(helpDesk)}</p>
    <ul class="contacts">
      ${phone && html`<li>${words.frame.helpPhone}: <a href="tel:${phone.replace(/[^+\d]/g, '')}">${literal(phone)}</a></li>`}${email && html`<li>${words.frame.helpEmail}: <a href="mailto:${encodeURIComponent(email).replace('%40', '@')}">${literal(email)}</a></li>`}${url && html`<li><a href="${safeHref(url)}">${words.frame.helpPage}</a></li>`}
    </ul>
    <p class="hint">${words.frame.helpNeverAsks}</p>
  </section>`;
}

function stopForm(context: PageContext): Html {
  const { words } = context;
  const body = html`<p>${words.frame.stopExplained}</p>
    ${submitButton(words.frame.stopConfirm, 'danger')}`;
  return disclosure(words.frame.stop, postForm(context, { action: ADDRESSES.stop, body, className: 'stop-form' }));
}
