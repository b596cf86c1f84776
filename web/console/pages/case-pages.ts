import { Injectable } from '@nestjs/common';
import { newSecret } from '../../../src/platform/ids/ids.js';
import { DeskCases } from '../../../src/recovery-request/desk-cases.js';
import { principalOf } from '../../../src/staff-access/staff-access.guard.js';
import type { Exchange } from '../../pages/page-frames.js';
import { CASE_NOTICES, type CaseFault } from '../templates/index.js';
import { ConsoleFrames } from './console-frames.js';

/**
 * The page of one case, as this member of staff may see it: after opening it, after a form, and after a refused form.
 */
@Injectable()
export class CasePages {
  constructor(
    private readonly frames: ConsoleFrames,
    private readonly desk: DeskCases,
  ) {}

  /** @throws Problem not_found */
  async show(caseId: string, exchange: Exchange, again?: { fault: CaseFault; given?: string }): Promise<void> {
    const staff = principalOf(exchange.request);
    const shown = await this.desk.one(caseId, staff);
    const { done } = exchange.request.query as { done?: unknown };
    const notice = CASE_NOTICES.find((known) => known === done);
    await this.frames.send(
      {
        screen: 'case',
        shown,
        may: { help: staff.scopes.has('cases:write'), authorize: staff.scopes.has('cases:authorize') },
        formKey: newSecret(),
        notice: again ? undefined : notice,
        ...again,
      },
      { ...exchange, status: again ? 400 : 200 },
    );
  }
}
