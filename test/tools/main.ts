// `npm run tools -- keycloak gitea …`: real tools for the tests that run them, into a cache outside the repository.
import { buildTool } from './build-tool.ts';
import { toolFolder, toolsFolder } from './cache.ts';
import { recipes } from './recipes.ts';

const BEAT_MS = 10_000;
const LINE_CHARACTERS = 120;

const chosen = process.argv.slice(2);
if (chosen.length === 0) list();
for (const tool of chosen) await get(tool);

function list(): void {
  print(`Tools in ${toolsFolder()} (npm run tools -- NAME… gets them):`);
  for (const [tool, { version, from }] of Object.entries(recipes)) {
    print(`  ${tool.padEnd(20)} ${version.padEnd(12)} ${from.padEnd(8)} ${toolFolder(tool) ? 'here' : ''}`);
  }
}

async function get(tool: string): Promise<void> {
  const here = toolFolder(tool);
  if (here) return print(`${tool}: here already (${here})`);
  const start = performance.now();
  const seconds = () => `${Math.round((performance.now() - start) / 1000)} s`;
  let newest = '';
  print(`${tool}: ${recipes[tool]?.from} …`);
  const beat = setInterval(() => print(`  ${seconds()}: ${newest.slice(0, LINE_CHARACTERS)}`), BEAT_MS);
  try {
    const folder = await buildTool(tool, line => {
      newest = line;
    });
    print(`${tool}: ${folder} (${seconds()})`);
  } catch (error) {
    print(`${tool}: failed after ${seconds()}: ${error instanceof Error ? error.message : String(error)}`);
    process.exitCode = 1;
  } finally {
    clearInterval(beat);
  }
}

function print(line: string): void {
  process.stdout.write(`${line}\n`);
}
