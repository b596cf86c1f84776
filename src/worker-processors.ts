import { Inject, Injectable, type BeforeApplicationShutdown, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import type { Queue } from 'bullmq';
import { Database } from './platform/database/database.js';
import { DeadLetters } from './platform/queue/dead-letters.js';
import { assertOneProcessorEach, processorsIn } from './platform/queue/processor-inventory.js';
import { QUEUES } from './platform/queue/queue.module.js';
import { Metrics } from './platform/telemetry/metrics.js';

/** Sees to it that each kind of job has its processor, and that what is being worked on is finished at the end. */
@Injectable()
export class WorkerProcessors implements OnModuleInit, BeforeApplicationShutdown {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly database: Database,
    @Inject(QUEUES) private readonly queues: Queue[],
    metrics: Metrics,
  ) {
    // A series that begins at one is no increase to Prometheus: the first would raise no alert.
    for (const { name } of queues) metrics.workGivenUp.inc({ job: name }, 0);
  }

  /** Before anything of the process starts: work that nobody or two would take must not be given out. */
  onModuleInit(): void {
    assertOneProcessorEach(this.discovery);
    const letters = new DeadLetters(this.database, this.queues);
    for (const one of processorsIn(this.discovery)) one.keepDeadLettersIn(letters);
  }

  /** Before anything is closed that they need: what is being worked on is finished, and nothing new is taken. */
  async beforeApplicationShutdown(): Promise<void> {
    await Promise.all(processorsIn(this.discovery).map((one) => one.stop()));
  }
}
