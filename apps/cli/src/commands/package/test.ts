import { mkdir, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { bringSource, type PackageTestResult, packageOf, testPackage } from '@slipway/definition';
import type { GlobalOptions } from '../../global-options.ts';
import { duration, EXIT, print } from '../../output.ts';
import { bringing } from '../../package/sources.ts';

interface Options extends GlobalOptions {
  write?: boolean;
}

/** Renders a package as each of its tests says and compares. Needs no platform. */
export async function run({ output, write }: Options, [folder = '.']: string[]): Promise<number> {
  const started = performance.now();
  const { files } = await bringSource({ path: folder }, await bringing(undefined));
  const definition = packageOf(files, folder);
  const first = await testPackage(definition, files);
  const results = write ? await written(folder, definition.spec.tests ?? [], first) : first;
  const ms = Math.round(performance.now() - started);
  const ok = results.every(each => each.ok);
  const { name } = definition.metadata;
  print(output, { name, version: definition.spec.version, ok, tests: results, ms }, () =>
    [
      ...results.flatMap(each => [
        `${each.ok ? 'ok    ' : 'wrong '} ${each.name}`,
        ...each.problems.flatMap(problem => problem.split('\n').map(line => `         ${line}`)),
      ]),
      `${name} ${definition.spec.version}: ${ok ? 'works' : 'does not work'} (${results.length} test${results.length === 1 ? '' : 's'}, ${duration(ms)})`,
    ].join('\n'),
  );
  return ok ? EXIT.done : EXIT.failed;
}

/** Writes what tests come to where they expect it; what could not be rendered stays wrong. */
async function written(
  folder: string,
  tests: { name: string; expect?: string }[],
  results: PackageTestResult[],
): Promise<PackageTestResult[]> {
  const after: PackageTestResult[] = [];
  for (const result of results) {
    const expect = tests.find(({ name }) => name === result.name)?.expect;
    const canWrite = expect !== undefined && result.text !== '';
    if (canWrite) {
      await mkdir(dirname(join(folder, expect)), { recursive: true });
      await writeFile(join(folder, expect), result.text);
    }
    after.push(canWrite ? { ...result, ok: true, problems: [] } : result);
  }
  return after;
}
