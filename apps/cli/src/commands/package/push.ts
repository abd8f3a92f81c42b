import { bringSource, packageOf, pushArtifact, testPackage } from '@slipway/definition';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { bringing, connectionOf } from '../../package/sources.ts';

interface Options extends GlobalOptions {
  plainHttp?: boolean;
}

/** Pushes a package to a registry as an OCI artifact, its version the tag; one whose tests fail is not pushed. */
export async function run(options: Options, [folder = '.', place]: string[]): Promise<number> {
  if (!place?.startsWith('oci://'))
    throw new CommandError('where to? name it oci://registry/team', { exitCode: EXIT.usage });
  const connection = await connectionOf(options);
  const how = await bringing(connection, options);
  const { files } = await bringSource({ path: folder }, how);
  const definition = packageOf(files, folder);
  const { metadata, spec } = definition;
  const wrong = (await testPackage(definition, files)).filter(({ ok }) => !ok);
  if (wrong.length > 0)
    throw new CommandError(
      `package ${metadata.name}: not pushed, for ${wrong.map(({ name }) => name).join(', ')} went wrong`,
      {
        next: `slipway package test ${folder}`,
      },
    );
  const { version, description } = spec;
  const pushed = await pushArtifact(
    place,
    { kind: 'package', name: metadata.name, version, files, ...(description ? { description } : {}) },
    how.access?.(place) ?? {},
  );
  print(
    options.output,
    { name: metadata.name, version, ...pushed },
    () =>
      `${pushed.isNew ? 'pushed' : 'there already:'} ${pushed.reference}\nnext: slipway package add ${pushed.reference}`,
  );
  return EXIT.done;
}
