import 'reflect-metadata';
import { RequestMethod, type Type } from '@nestjs/common';
import { GUARDS_METADATA, METHOD_METADATA, MODULE_METADATA, PATH_METADATA } from '@nestjs/common/constants.js';
import type { ZodType } from 'zod';
import { ApiModule } from '../../src/api.module.js';
import { OPERATION, type OperationOptions } from '../../src/platform/http/operation.js';

/** One handler of the service, as its decorators describe it. */
export interface Route {
  /** `GET /v1/reviews`. */
  name: string;
  guards: string[];
  /** One of these is needed. */
  scopes: readonly string[];
  personOnly: boolean;
  /** What it takes; undefined when there is no JSON body. */
  body?: ZodType;
  /** Whether its answer is kept for a retry under the same `Idempotency-Key`. */
  keepsAnswer: boolean;
}

const metadata = <Value>(key: string, target: object): Value | undefined =>
  Reflect.getMetadata(key, target) as Value | undefined;

/** Every controller that is reached from the root of the service. */
function controllersOf(module: Type, seen = new Set<unknown>()): Type[] {
  if (seen.has(module)) return [];
  seen.add(module);
  const imported = metadata<Type[]>(MODULE_METADATA.IMPORTS, module) ?? [];
  const own = metadata<Type[]>(MODULE_METADATA.CONTROLLERS, module) ?? [];
  return [...own, ...imported.flatMap((one) => controllersOf(one, seen))];
}

/** A path as a decorator was given it: one, or several for one handler. */
const pathsOf = (target: object): string[] => [metadata<string | string[]>(PATH_METADATA, target) ?? ''].flat();

const joined = (...parts: string[]): string =>
  parts
    .map((part) => part.replace(/^\/|\/$/g, ''))
    .filter((part) => part !== '')
    .join('/');

function routesOf(controller: Type): Route[] {
  const prototype = controller.prototype as Record<string, object>;
  const handlers = Object.getOwnPropertyNames(prototype)
    .filter((name) => name !== 'constructor')
    .map((name) => prototype[name])
    .filter((handler): handler is object => handler !== undefined && metadata(PATH_METADATA, handler) !== undefined);
  return handlers.flatMap((handler) => {
    const method = RequestMethod[metadata<number>(METHOD_METADATA, handler) ?? 0];
    const guards = [controller, handler].flatMap((one) => metadata<Type[]>(GUARDS_METADATA, one) ?? []);
    return pathsOf(controller).flatMap((base) =>
      pathsOf(handler).map((path) => ({
        name: `${method} /${joined(base, path)}`,
        guards: guards.map((guard) => guard.name),
        scopes: metadata<string[]>('regain:scopes', handler) ?? [],
        personOnly: metadata<boolean>('regain:person-only', handler) ?? false,
        body: metadata<OperationOptions>(OPERATION, handler)?.body,
        keepsAnswer: metadata<OperationOptions>(OPERATION, handler)?.idempotent === true,
      })),
    );
  });
}

/** Every route that answers, sorted by name: from the controllers, without starting anything. */
export const ROUTES: readonly Route[] = controllersOf(ApiModule)
  .flatMap(routesOf)
  .sort((a, b) => (a.name < b.name ? -1 : 1));
