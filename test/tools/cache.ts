import { existsSync } from 'node:fs';
import { homedir } from 'node:os';
import { join } from 'node:path';
import { recipes } from './recipes.ts';

/** The file that says a tool's folder is whole. */
export const WHOLE = '.whole';

/** Where built tools lie, outside the repository: `SLIPWAY_TOOLS`, else `slipway-tools` in the user's cache. */
export function toolsFolder(): string {
  const cache = process.env.XDG_CACHE_HOME ?? join(homedir(), '.cache');
  return process.env.SLIPWAY_TOOLS ?? join(cache, 'slipway-tools');
}

/** Where a tool's version lies or would lie. Throws for a name without a recipe. */
export function folderOf(tool: string): string {
  const recipe = recipes[tool];
  if (!recipe) {
    throw new Error(`tools: no recipe for '${tool}'; there are ${Object.keys(recipes).join(', ')}`);
  }
  return join(toolsFolder(), `${tool}-${recipe.version}`);
}

/** The folder of a tool that is here, or undefined: `npm run tools -- <tool>` gets it. */
export function toolFolder(tool: string): string | undefined {
  const folder = folderOf(tool);
  return existsSync(join(folder, WHOLE)) ? folder : undefined;
}

/** What a test says when it is skipped for want of tools; false: all are here. */
export function noTools(...tools: string[]): string | false {
  const missing = tools.filter(tool => !toolFolder(tool));
  return missing.length > 0 && `not here: ${missing.join(', ')} (npm run tools -- ${missing.join(' ')})`;
}
