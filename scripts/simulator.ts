import { randomBytes } from 'node:crypto';
import { simulatorOf } from '../src/embedded/simulator-host.js';
import { ConfigurationError } from '../src/platform/config/config.js';
import { runProcess } from '../src/run-process.js';
import { developerOptions } from './developer-options.js';

const USAGE = `npm run simulator -- <provider> [options]

  --port N              where it listens (default: any free port)
  --public-url URL      where a browser finds it (default: http://localhost:{port})
  --push-url URL        for partners whose push address is an account setting
`;

/**
 * `npm run simulator -- clear1`: one simulated partner alone, until Ctrl-C. The `ready` line has the variables that point
 * an adapter at it, and the key of its control calls (`POST /control/scenarios`, `/control/decisions`).
 */
const { values, positionals } = developerOptions(USAGE, {
  help: { type: 'boolean' },
  port: { type: 'string' },
  'public-url': { type: 'string' },
  'push-url': { type: 'string' },
});

await runProcess(async (shutdown) => {
  const [provider] = positionals;
  if (!provider) throw new ConfigurationError([`which provider?\n\n${USAGE}`]);
  const simulator = await simulatorOf(provider);
  const credentials = simulator.credentials(process.env);
  const controlKey = randomBytes(24).toString('base64url');
  const running = await simulator.start({
    credentials,
    controlKey,
    port: values.port === undefined ? undefined : Number(values.port),
    publicUrl: values['public-url'],
    pushUrl: values['push-url'],
  });
  shutdown.onShutdown('simulator', () => running.close());
  const { baseUrl, publicUrl } = running;
  const environment = simulator.environment(baseUrl, credentials);
  process.stdout.write(`ready ${JSON.stringify({ provider, baseUrl, publicUrl, controlKey, environment })}\n`);
});
