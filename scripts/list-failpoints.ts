import { FAILPOINTS } from '../src/platform/failpoints/failpoints.js';

process.stdout.write(`${FAILPOINTS.join('\n')}\n`);
