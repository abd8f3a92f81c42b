import { bringSource, packageOf, testPackage } from '@slipway/definition';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { bringing } from '../../package/sources.ts';

/** Checks what a package says of itself, and renders it as its tests do; what they expect plays no part. */
export async function run({ output }: GlobalOptions, [folder = '.']: string[]): Promise<number> {
  const { files, digest } = await bringSource({ path: folder }, await bringing(undefined));
  const { metadata, spec, ...rest } = packageOf(files, folder);
  const tests = (spec.tests ?? [{ name: 'defaults' }]).map(({ expect: _, ...test }) => test);
  const wrong = (await testPackage({ ...rest, metadata, spec: { ...spec, tests } }, files)).filter(
    each => !each.ok,
  );
  if (wrong.length > 0)
    throw new CommandError(wrong.map(({ name, problems }) => `${name}: ${problems.join('\n')}`).join('\n'), {
      next: 'a test gives the parameters that the package cannot do without',
    });
  const { version, provides = {}, requires = {} } = spec;
  print(output, { name: metadata.name, version, digest, provides, requires }, () =>
    [
      `${metadata.name} ${version}: nothing is wrong with it`,
      ...Object.entries(provides).map(([contract, of]) => `provides ${contract} ${of}`),
      ...Object.entries(requires).map(([contract, of]) => `requires ${contract} ${of}`),
      digest,
    ].join('\n'),
  );
  return EXIT.done;
}
