import { z } from 'zod';

type Prefixed<Prefix extends string, Members> = {
  [Name in keyof Members & string as `${Prefix}${Name}`]: Members[Name];
};

/** `TENANT_ID` → `TRUECREDENTIAL_TENANT_ID`, and so on: an object schema of the names as they stand in the environment. */
export function withPrefix<Prefix extends string, Shape extends Record<string, z.ZodType>>(
  prefix: Prefix,
  shape: Shape,
) {
  const entries = Object.entries(shape).map(([name, variable]) => [`${prefix}${name}`, variable] as const);
  return z.object(Object.fromEntries(entries) as Prefixed<Prefix, Shape>);
}

/** The values under the names without prefix. */
export function withoutPrefix<Members>(prefix: string, values: object): Members {
  return Object.fromEntries(
    Object.entries(values).map(([name, value]) => [name.slice(prefix.length), value]),
  ) as Members;
}
