import { randomBytes } from 'node:crypto';
import pg from 'pg';
import { simulator } from '../../../providers/sandbox/simulator/index.js';
import { startTwoProcesses, type TwoProcesses } from '../two-processes.js';
import { startLimit, type LimitProcess } from './limit-process.js';
import { CONNECTIONS, load, type LoadFigures, type PreparedRequest } from './load.js';
import { WEBHOOK_SECRET, type Operation } from './operations.js';
import { rowsPerRequest } from './rows-written.js';

/** The product and what is possible on this machine, on one database. */
export interface ThroughputRig {
  product: TwoProcesses;
  limit: LimitProcess;
}

export async function openThroughputRig(): Promise<ThroughputRig> {
  // Nobody asks the partner anything here: it only delivers.
  const environment = {
    ...simulator.environment('http://127.0.0.1:9', simulator.credentials()),
    SANDBOX_WEBHOOK_SECRET: WEBHOOK_SECRET,
  };
  const product = await startTwoProcesses({ providers: ['local', 'sandbox'], environment, origins: [] });
  try {
    return { product, limit: await startLimit(product.ownerUrl, WEBHOOK_SECRET) };
  } catch (error) {
    await product.stop();
    throw error;
  }
}

export async function closeThroughputRig({ product, limit }: ThroughputRig): Promise<void> {
  await limit.stop();
  await product.stop();
}

/** What was made for a run is put in order before it: else the server begins to do that at any moment of it, on our time. */
async function settle(ownerUrl: string): Promise<void> {
  const owner = new pg.Client({ connectionString: ownerUrl });
  await owner.connect();
  await owner.query('VACUUM (ANALYZE)');
  await owner.end();
}

export type Measured = LoadFigures & { rows: number };

interface Asked {
  /** Where a request is refused that nobody made: the database is asked for its token, or its key, and nothing is written. */
  path: string;
  prepared: readonly PreparedRequest[];
}

/** More at once than there are connections to the database. */
function refusedRequests(path: string): PreparedRequest[] {
  const headers = {
    'content-type': 'application/json',
    authorization: `Bearer rgk_${randomBytes(32).toString('base64url')}`,
  };
  return Array.from({ length: 4 * CONNECTIONS }, () => ({ path, headers, body: '{"token":"none"}' }));
}

/** The limit first, then the product, each with as many requests. */
export async function measurePair(
  { product, limit }: ThroughputRig,
  { operation, requests }: { operation: Operation; requests: number },
): Promise<{ product: Measured; limit: Measured }> {
  const measure = async (baseUrl: string, { path, prepared }: Asked): Promise<Measured> => {
    let figures: LoadFigures | undefined;
    const work = async (): Promise<number> => {
      figures = await load(baseUrl, prepared);
      return prepared.length;
    };
    const useEveryConnection = (): Promise<LoadFigures> => load(baseUrl, refusedRequests(path));
    const rows = await rowsPerRequest(product.database, { work, useEveryConnection });
    if (!figures) throw new Error('nothing was measured');
    return { ...figures, rows };
  };
  const [first] = product.baseUrls;
  const possible = await operation.limit(product, requests);
  const ours = await operation.product(product, requests);
  await settle(product.ownerUrl);
  return {
    limit: await measure(limit.baseUrl, { path: '/redeem', prepared: possible }),
    product: await measure(first, { path: '/v1/recovery-cases', prepared: ours }),
  };
}
