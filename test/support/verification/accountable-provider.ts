import type { CreatedSession, CreateSessionContext, SessionContext } from '../../../providers/kit/index.js';
import { ScriptedProvider } from './scripted-provider.js';

/** A partner that keeps a list of its sessions, finds them by our reference, and cancels and erases them. */
export class AccountableProvider extends ScriptedProvider {
  readonly sessions = new Map<string, { reference: string; state: 'living' | 'cancelled' }>();
  readonly lookUps: string[] = [];
  readonly erased: string[] = [];

  constructor(id: string, capabilities: ConstructorParameters<typeof ScriptedProvider>[1] = {}) {
    super(id, { idempotentCreate: false, findByReference: true, cancel: true, deletion: 'api', ...capabilities });
  }

  override session(context: CreateSessionContext): CreatedSession {
    const externalId = `${this.id}-${context.reference}-${this.sessions.size}`;
    this.sessions.set(externalId, { reference: context.reference, state: 'living' });
    return { ...super.session(context), externalId };
  }

  async findSession(context: CreateSessionContext): Promise<CreatedSession | undefined> {
    this.lookUps.push(context.reference);
    const known = [...this.sessions].find(([, { reference }]) => reference === context.reference);
    return known && { ...super.session(context), externalId: known[0] };
  }

  async cancel({ externalId }: SessionContext): Promise<void> {
    const session = this.sessions.get(externalId);
    if (session) session.state = 'cancelled';
  }

  async erase({ externalId }: SessionContext): Promise<void> {
    this.erased.push(externalId);
  }

  get living(): string[] {
    return [...this.sessions].filter(([, { state }]) => state === 'living').map(([externalId]) => externalId);
  }
}
