import { ModernFakeTimers } from '@jest/fake-timers';
import { ModuleMocker } from 'jest-mock';

/**
 * Tests run in Node's own realm, as the service does, not in a context that Jest makes for each file: there every look-up
 * of a global is slow (https://jestjs.io/docs/configuration#sandboxinjectedglobals-arraystring), and no package can be
 * loaded once for all files. What a file changes about the realm ends with the file.
 */
export default class OneRealmEnvironment {
  global = globalThis;
  #before = stateOfRealm();

  constructor({ projectConfig }) {
    this.moduleMocker = new ModuleMocker(globalThis);
    this.fakeTimersModern = new ModernFakeTimers({ config: projectConfig, global: globalThis });
  }

  /** Each `expect` takes a stack, and Jest has just asked for a hundred lines of it. */
  async setup() {
    Error.stackTraceLimit = 20;
  }

  async teardown() {
    this.fakeTimersModern.dispose();
    this.moduleMocker.restoreAllMocks();
    restoreRealm(this.#before);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** None: see test/one-realm-runtime.mjs. */
  getVmContext() {
    return null;
  }
}

function stateOfRealm() {
  return {
    globals: Object.getOwnPropertyDescriptors(globalThis),
    environment: process.env,
    variables: { ...process.env },
    directory: process.cwd(),
    listeners: new Map(process.eventNames().map((name) => [name, process.rawListeners(name)])),
    exit: process.exit,
  };
}

function restoreRealm({ globals, environment, variables, directory, listeners, exit }) {
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!(key in globals)) Reflect.deleteProperty(globalThis, key);
  }
  for (const key of Reflect.ownKeys(globals)) {
    const now = Object.getOwnPropertyDescriptor(globalThis, key);
    const same = ['value', 'get', 'set'].every((part) => now?.[part] === globals[key][part]);
    if (!same) Object.defineProperty(globalThis, key, globals[key]);
  }
  process.env = environment;
  for (const name of Object.keys(process.env)) if (!(name in variables)) delete process.env[name];
  Object.assign(process.env, variables);
  process.chdir(directory);
  for (const name of process.eventNames()) {
    for (const listener of process.rawListeners(name)) {
      if (!listeners.get(name)?.includes(listener)) process.off(name, listener);
    }
  }
  process.exit = exit;
}
