import { PushSender, type ScenarioName } from '../../kit/simulator/index.js';
import type { Transaction } from './transaction.js';

const DUPLICATE_COPIES = 5;
const LATE_PUSH_MS = 5_000;

/** Tells the customer that a transaction is over, under the header it asked for. Nothing is signed. */
export class Notifications {
  constructor(private readonly sender: PushSender) {}

  async announce(transaction: Transaction, scenario: ScenarioName | undefined): Promise<void> {
    if (scenario === 'no_push') return;
    await this.#send(transaction, 'COMPLETED', scenario);
    if (scenario === 'replay') await this.#send(transaction, 'COMPLETED', scenario);
    if (scenario === 'out_of_order') await this.#send(transaction, 'SUBMITTED', scenario);
  }

  async #send({ id, request }: Transaction, status: string, scenario: ScenarioName | undefined): Promise<void> {
    const { url, auth_header_name: name, auth_header_value: value } = request.notification;
    await this.sender.push({
      url,
      sessionId: id,
      body: new URLSearchParams({ status, transaction_id: id }).toString(),
      headers: () => ({
        'content-type': 'application/x-www-form-urlencoded',
        [name]: scenario === 'bad_signature' ? [...value].reverse().join('') : value,
      }),
      copies: scenario === 'duplicate' ? DUPLICATE_COPIES : 1,
      delayMs: scenario === 'late_push' ? LATE_PUSH_MS : 0,
    });
  }
}
