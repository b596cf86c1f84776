import 'reflect-metadata';
import { join } from 'node:path';
import { writePrivateFile } from '../src/embedded/process/index.js';
import { startEmbedded } from '../src/embedded/start-embedded.js';
import { configureFailpoints } from '../src/platform/failpoints/failpoints.js';
import { runProcess } from '../src/run-process.js';

/** `npm start`: the embedded profile, until Ctrl-C. */
await runProcess(async (shutdown) => {
  const ready = await startEmbedded(process.env, shutdown);
  await writePrivateFile(join(process.env.DATA_DIR ?? '.regain', 'ready.json'), JSON.stringify(ready));
  process.stdout.write(`ready ${JSON.stringify(ready)}\n`);
  configureFailpoints(process.env.REGAIN_FAILPOINTS ?? '');
});
