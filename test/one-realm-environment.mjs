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
    this.fakeTimersModern = new Timers({ config: projectConfig, global: globalThis });
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

  /**
   * Asked before a package is loaded; what it gives is called when that is done. What loading adds to the realm stays, as
   * it is added once: a global the package looks up later, a listener that ends at exit what it has started.
   */
  packageIsLoaded(path) {
    // It might keep the false clock for ever, and every later file of this process would wait on it.
    if (this.fakeTimersModern.faking) throw new Error(`${path} is loaded while timers are fake: import it before`);
    const before = stateOfRealm();
    return () => keepAdded(this.#before, before);
  }

  exportConditions() {
    return ['node', 'node-addons'];
  }

  /** None: see test/one-realm-runtime.mjs. */
  getVmContext() {
    return null;
  }
}

class Timers extends ModernFakeTimers {
  faking = false;

  useFakeTimers(config) {
    super.useFakeTimers(config);
    this.faking = true;
  }

  useRealTimers() {
    super.useRealTimers();
    this.faking = false;
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

/** Adds to `state` what the realm has more than it had `before`. */
function keepAdded(state, before) {
  const now = stateOfRealm();
  for (const key of Reflect.ownKeys(now.globals)) if (!(key in before.globals)) state.globals[key] ??= now.globals[key];
  for (const [name, listeners] of now.listeners) {
    const known = [...(before.listeners.get(name) ?? []), ...(state.listeners.get(name) ?? [])];
    const added = listeners.filter((listener) => !known.includes(listener));
    state.listeners.set(name, [...(state.listeners.get(name) ?? []), ...added]);
  }
}

function restoreRealm({ globals, environment, variables, directory, listeners, exit }) {
  for (const key of Reflect.ownKeys(globalThis)) {
    if (!(key in globals)) Reflect.deleteProperty(globalThis, key);
  }
  for (const key of Reflect.ownKeys(globals)) {
    const now = Object.getOwnPropertyDescriptor(globalThis, key);
    const same = ['value', 'get', 'set'].every((part) => Object.is(now?.[part], globals[key][part]));
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
