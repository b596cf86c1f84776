import type { Html } from '../../src/platform/html/html.js';

/** The six steps a person sees; `Step n of 6` on every page that belongs to one. */
export type StepNumber = 1 | 2 | 3 | 4 | 5 | 6;

/** A fault in what was entered; the summary links it to its field. */
export interface FieldProblem {
  fieldId: string;
  text: string;
}

/** What one screen adds to the frame. */
export interface ScreenContent {
  heading: string;
  body: Html;
  step?: StepNumber;
  /** A picture above the heading that says at a glance how things stand. */
  sign?: Html;
  /** Shown in an alert above the heading; the title begins with "Error:". */
  problems?: readonly FieldProblem[];
  /** Title of that alert, when "There is a problem" says too little. */
  problemsTitle?: string;
  /** Style sheets besides the one of every page. */
  styles?: readonly string[];
  /** Same-origin scripts, in order. */
  scripts?: readonly string[];
  /** Reloads the page after so many seconds in browsers without scripts. */
  refreshSeconds?: number;
  /** Offers "Stop this request" while there is a session. */
  stoppable?: boolean;
}
