import { Module } from '@nestjs/common';
import { PolicyModule } from '../policy/policy.module.js';
import { RecoveryCaseModule } from '../recovery-case/recovery-case.module.js';
import { EraseCaseProcessor } from './erase-case.processor.js';

@Module({ imports: [RecoveryCaseModule, PolicyModule], providers: [EraseCaseProcessor] })
export class ErasureWorkerModule {}
