import 'reflect-metadata';
import { join } from 'node:path';
import { writePrivate } from '../src/embedded/settings.js';
import { startEmbedded } from '../src/embedded/start-embedded.js';
import { runProcess } from '../src/run-process.js';

/** `npm start`: the embedded profile, until Ctrl-C. */
await runProcess(async (shutdown) => {
  const ready = await startEmbedded(process.env, shutdown);
  writePrivate(join(process.env.DATA_DIR ?? '.regain', 'ready.json'), ready);
  process.stdout.write(`ready ${JSON.stringify(ready)}\n`);
});
