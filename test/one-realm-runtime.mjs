import { createRequire } from 'node:module';
import { pathToFileURL } from 'node:url';
import { compileFunction, SyntheticModule } from 'node:vm';
import JestRuntime from 'jest-runtime';

const PACKAGES = '/node_modules/';
/** What Jest hands out under this name is another for each file. */
const OF_THE_FILE = '@jest/globals';

/** The packages this process has loaded, for every file. */
const loaded = new Map();

/**
 * Jest's runtime without contexts: what belongs to the project is loaded anew for each test file, as ever; what is a
 * package is loaded once, by Node itself, so what a test changes inside of a package it has to change back. `jest.mock`
 * does nothing to packages; no test here asks for it.
 */
export default class OneRealmRuntime extends JestRuntime {
  constructor(...args) {
    super(...args);
    const { esmLoader, executor } = this;
    const resolveModule = esmLoader.resolveModule.bind(esmLoader);
    esmLoader.getContext = () => undefined;
    esmLoader.resolveModule = async (specifier, from, context) =>
      (await this.#packageModule(specifier, from)) ?? resolveModule(specifier, from, context);
    executor.compile = (code, filename) => compileFunction(code, executor.injectedModuleParameters, { filename });
    // Node 22 and later would be asked without waiting, past what stands above.
    this._resolution.canResolveSync = () => false;
  }

  /** Jest's own parts: the one that holds the state of a run is loaded for each file, what that one needs is not. */
  requireInternalModule(from, to) {
    return to ? createRequire(from)(to) : super.requireInternalModule(from, to);
  }

  requireModuleOrMock(from, name) {
    const path = name.startsWith('node:') ? name : this._resolution.resolveCjs(from, name);
    if (!path.includes(PACKAGES)) return super.requireModuleOrMock(from, name);
    const require = createRequire(from);
    if (path in require.cache) return require(path);
    const done = this._environment.packageIsLoaded(path);
    const exported = require(path);
    done();
    return exported;
  }

  async #packageModule(specifier, from) {
    if (/^(\.|node:|data:|file:)/.test(specifier) || specifier === OF_THE_FILE) return undefined;
    const path = await this._resolution.resolveEsmAsync(from, specifier);
    if (!path.includes(PACKAGES)) return undefined;
    if (!loaded.has(path)) {
      loaded.set(path, this.#load(path));
      // What one file could not load another may.
      loaded.get(path).catch(() => loaded.delete(path));
    }
    return loaded.get(path);
  }

  async #load(path) {
    const done = this._environment.packageIsLoaded(path);
    const exported = await import(pathToFileURL(path).href);
    done();
    return moduleOf(path, exported);
  }
}

async function moduleOf(path, exported) {
  const names = Object.keys(exported);
  const setAll = function () {
    for (const name of names) this.setExport(name, exported[name]);
  };
  const module = new SyntheticModule(names, setAll, { identifier: path });
  await module.link(() => undefined);
  await module.evaluate();
  return module;
}
