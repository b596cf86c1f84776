import { pageContext, type PageContext } from '../../templates/page-context.js';
import type { PageFrame } from '../../templates/page-frame.js';
import { CONSOLE_CATALOGUES, type ConsoleWords } from '../language/index.js';

/** What surrounds a page of the console. */
export interface ConsoleFrame extends PageFrame {
  /** What the signed-in person is called; absent where nobody is. */
  signedInAs?: string;
  /** What they may do: sections that it does not open are not linked. */
  scopes?: ReadonlySet<string>;
}

export interface ConsoleContext extends PageContext {
  frame: ConsoleFrame;
  staff: ConsoleWords;
}

export function consoleContext(frame: ConsoleFrame): ConsoleContext {
  return { ...pageContext(frame), frame, staff: CONSOLE_CATALOGUES[frame.language] };
}
