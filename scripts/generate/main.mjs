// `npm run generate`: writes the tables of built-in kinds and of upstream tools' kinds from what the real
// servers and tools publish. The same input gives the same bytes; a test compares them with what is committed.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import process from 'node:process';
import { fileURLToPath } from 'node:url';
import { bootstrapTable } from './bootstrap.mjs';
import { resourceTable } from './resources.mjs';
import { schemaTable } from './schemas.mjs';
import { TOOLS, toolTable } from './upstream.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));

/** Every generated file with its text, by path inside the project. */
export function generatedFiles(corpora) {
  const kubernetes = join(corpora, 'kubernetes');
  const schemas = schemaTable(kubernetes);
  const place = 'packages/kinds/src/kubernetes';
  return new Map([
    [`${place}/schemas.generated.json`, text(schemas)],
    [`${place}/resources.generated.json`, text(resourceTable(kubernetes, schemas))],
    [`${place}/bootstrap.generated.json`, text(bootstrapTable(kubernetes))],
    ...TOOLS.map(tool => [
      `packages/kinds/src/upstream/${tool}.generated.json`,
      text(toolTable(join(corpora, 'crds', tool))),
    ]),
  ]);
}

/** One line for each entry of the outermost lists and maps, so that differences can be read. */
function text(table) {
  const sections = Object.entries(table).map(([name, section]) => {
    const list = Array.isArray(section);
    const lines = list
      ? section.map(entry => JSON.stringify(entry))
      : Object.entries(section).map(([key, entry]) => `${JSON.stringify(key)}:${JSON.stringify(entry)}`);
    return `${JSON.stringify(name)}:${list ? '[' : '{'}\n${lines.join(',\n')}\n${list ? ']' : '}'}`;
  });
  return `{${sections.join(',\n')}}\n`;
}

if (process.argv[1] && resolve(process.argv[1]) === fileURLToPath(import.meta.url)) {
  const shared = resolve(root, process.env.SLIPWAY_SHARED ?? '../shared');
  const corpora = join(shared, 'corpora');
  if (!existsSync(corpora)) {
    process.stderr.write(
      `generate: ${corpora} does not exist; set SLIPWAY_SHARED to the folder that holds corpora/\n`,
    );
    process.exit(1);
  }
  for (const [path, content] of generatedFiles(corpora)) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    writeFileSync(join(root, path), content);
    process.stdout.write(`${path}: ${content.length} bytes\n`);
  }
}
