import { Module } from '@nestjs/common';
import { ApiModule } from '../api.module.js';
import { DirectoryModule } from '../directory/directory.module.js';
import { MailModule } from '../notification/notification.module.js';
import { WorkerModule } from '../worker.module.js';

/** API and worker in one process. */
@Module({ imports: [ApiModule, WorkerModule, DirectoryModule, MailModule] })
export class EmbeddedModule {}
