import 'reflect-metadata';
import { startEmbedded } from '../src/embedded/start-embedded.js';
import { runProcess } from '../src/run-process.js';

/** `npm start`: the embedded profile, until Ctrl-C. */
await runProcess(async (shutdown) => {
  const ready = await startEmbedded(process.env, shutdown);
  process.stdout.write(`ready ${JSON.stringify(ready)}\n`);
});
