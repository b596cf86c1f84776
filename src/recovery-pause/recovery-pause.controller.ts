import { Controller, Delete, Get, Post, Req, UseGuards } from '@nestjs/common';
import { z } from 'zod';
import { Database } from '../platform/database/database.js';
import { Operation } from '../platform/http/operation.js';
import type { Request } from '../platform/http/request-context.js';
import { ValidBody } from '../platform/http/valid-input.js';
import { PersonOnly, principalOf, RequireScopes, StaffGuard } from '../staff-access/staff-access.guard.js';
import { PAUSE_REASONS, RecoveryPauses } from './recovery-pauses.js';

const PauseOrder = z.strictObject({ reasonCode: z.enum(PAUSE_REASONS) }).meta({ id: 'PauseOrder' });
const PauseView = z
  .object({
    paused: z.boolean(),
    reasonCode: z.enum(PAUSE_REASONS).nullable(),
    pausedAt: z.iso.datetime().nullable(),
  })
  .meta({ id: 'PauseView' });
type PauseView = z.infer<typeof PauseView>;

/** Pauses and resumes all recoveries. One person throws the switch, and another one throws it back. */
@Controller('/v1/recovery-pause')
@UseGuards(StaffGuard)
export class RecoveryPauseController {
  constructor(
    private readonly database: Database,
    private readonly pauses: RecoveryPauses,
  ) {}

  @Get()
  @RequireScopes('policies:read')
  @Operation({
    summary: 'Whether all recoveries are paused, since when and why.',
    tag: 'Recovery pause',
    audience: 'staff',
    response: PauseView,
    problems: ['unauthenticated', 'insufficient_scope'],
  })
  async read(): Promise<PauseView> {
    const current = await this.database.read((tx) => this.pauses.current(tx));
    return {
      paused: current !== undefined,
      reasonCode: current?.reasonCode ?? null,
      pausedAt: current?.pausedAt.toISOString() ?? null,
    };
  }

  @Post()
  @RequireScopes('policies:write')
  @PersonOnly()
  @Operation({
    summary: 'Pause all recoveries: nothing starts, nothing is captured, no token is issued or redeemed.',
    tag: 'Recovery pause',
    audience: 'staff',
    body: PauseOrder,
    response: PauseView,
    repeated: 'the one pause goes on, and whoever ordered it again cannot end it either.',
    problems: ['unauthenticated', 'insufficient_scope', 'person_required'],
  })
  async pause(
    @ValidBody(PauseOrder) { reasonCode }: z.infer<typeof PauseOrder>,
    @Req() request: Request,
  ): Promise<PauseView> {
    const actor = principalOf(request);
    await this.database.transaction((tx) => this.pauses.pause(tx, { reasonCode, actor }));
    return this.read();
  }

  @Delete()
  @RequireScopes('policies:write')
  @PersonOnly()
  @Operation({
    summary: 'End the pause: another person than the one who began it.',
    tag: 'Recovery pause',
    audience: 'staff',
    response: PauseView,
    repeated: 'nothing is paused any more, and nothing happens.',
    problems: ['unauthenticated', 'insufficient_scope', 'person_required', 'separation_of_duties'],
  })
  async resume(@Req() request: Request): Promise<PauseView> {
    const actor = principalOf(request);
    await this.database.transaction((tx) => this.pauses.resume(tx, actor));
    return this.read();
  }
}
