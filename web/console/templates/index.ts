import type { ScreenContent } from '../../templates/screen-content.js';
import { audit } from './audit.js';
import { deskCase } from './case.js';
import { authorizations, cases } from './cases.js';
import { confirmVote } from './confirm.js';
import { consoleContext, type ConsoleContext, type ConsoleFrame } from './console-context.js';
import { consoleLayout } from './console-layout.js';
import type { ConsoleScreen, ConsoleView, ConsoleViewOf } from './console-view.js';
import { findPerson } from './find-person.js';
import { newRequest } from './new-request.js';
import { problem } from './problem.js';
import { queue } from './queue.js';
import { relayedLink } from './relayed-link.js';
import { review } from './review.js';
import { signIn } from './sign-in.js';

export { AUDIT_FIELDS, type AuditField, type AuditFields } from './audit-view.js';
export type { ConsoleFrame } from './console-context.js';
export { CONSOLE_SECTIONS } from './console-sections.js';
export {
  CASE_NOTICES,
  QUEUE_NOTICES,
  type CaseFault,
  type CaseNotice,
  type ConsoleView,
  type FoundPeople,
  type OpenedEvidence,
  type QueueNotice,
  type RequestFault,
  type RequestFields,
} from './console-view.js';

type Views = { [Screen in ConsoleScreen]: ConsoleViewOf<Screen> };
type Screens = { [Screen in ConsoleScreen]: (view: Views[Screen], context: ConsoleContext) => ScreenContent };

/** Every screen of the console; one without a function does not compile. */
const SCREENS: Screens = {
  'sign-in': signIn,
  'find-person': findPerson,
  'new-request': newRequest,
  'relayed-link': relayedLink,
  cases,
  case: deskCase,
  authorizations,
  queue,
  review,
  confirm: confirmVote,
  audit,
  problem,
};

/** Renders one page of the console: a whole HTML document, everything escaped. Pure, like the person's pages. */
export function renderConsole(view: ConsoleView, frame: ConsoleFrame): string {
  const context = consoleContext(frame);
  return consoleLayout(context, view.screen, contentOf(view, context)).toString();
}

function contentOf<Screen extends ConsoleScreen>(view: Views[Screen], context: ConsoleContext): ScreenContent {
  const draw: Screens[Screen] = SCREENS[view.screen];
  return draw(view, context);
}
