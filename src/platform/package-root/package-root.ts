import { existsSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';

/**
 * The installed package's own directory, whether this runs as TypeScript under the test runner or compiled in `dist`.
 * Files that are read as they are (migrations, stylesheets) are found from here.
 */
export function packageRoot(): string {
  let directory = dirname(fileURLToPath(import.meta.url));
  while (!existsSync(join(directory, 'nest-cli.json')) && dirname(directory) !== directory) {
    directory = dirname(directory);
  }
  return directory;
}

/** A path inside the package, e.g. `packagePath('web/assets')`. */
export function packagePath(relative: string): string {
  return join(packageRoot(), relative);
}
