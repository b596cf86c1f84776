import { Injectable } from '@nestjs/common';
import { flowOf } from '../../src/flow-session/flow.guard.js';
import { FlowViews } from '../../src/flow-view/flow-views.js';
import { FlowPageFacts } from './flow-page-facts.js';
import { PageFrames, type Exchange } from './page-frames.js';
import { pageOfFlow, type PageFacts } from './step-page.js';

/** Shows the page that fits the case's state, in the words of the case's own profile, to the browser of its session. */
@Injectable()
export class FlowPages {
  constructor(
    private readonly frames: PageFrames,
    private readonly views: FlowViews,
    private readonly facts: FlowPageFacts,
  ) {}

  /** `wanted`: what was asked for beside the state, and what is wrong with a form that was just sent (400). */
  async show(exchange: Exchange, wanted: Partial<PageFacts> = {}): Promise<void> {
    const flow = flowOf(exchange.request);
    const view = await this.views.of(flow, exchange.request);
    const facts = { ...(await this.facts.of(flow.caseId)), ...wanted };
    const wrong = wanted.problem ?? wanted.codeError;
    const frame = { flow, reference: view.case.reference, callCode: view.callCode, copy: facts.copy };
    await this.frames.send(pageOfFlow(view, facts), { ...exchange, ...frame, status: wrong === undefined ? 200 : 400 });
  }
}
