import {
  BLUEPRINT_FILE,
  blueprintFileOf,
  blueprintOfFile,
  bringSource,
  type Pushing,
  pushArtifact,
  type SourceFile,
  TECHNOLOGY_FILE,
  technologyDataOf,
} from '@slipway/definition';
import { catalogue } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { CommandError, EXIT, print } from '../../output.ts';
import { bringing, connectionOf } from '../../package/sources.ts';

interface Options extends GlobalOptions {
  plainHttp?: boolean;
}

/** Pushes a blueprint or a technology as an OCI artifact; one with a mistake in it is not pushed. */
export async function run(options: Options, [folder = '.', place]: string[]): Promise<number> {
  if (!place?.startsWith('oci://'))
    throw new CommandError('where to? name it oci://registry/team', { exitCode: EXIT.usage });
  const how = await bringing(await connectionOf(options), options);
  const { files } = await bringSource({ path: folder }, how);
  const pushing = pushingOf(files, folder);
  const pushed = await pushArtifact(place, pushing, how.access?.(place) ?? {});
  const { kind, name, version } = pushing;
  const word =
    kind === 'blueprint' ? `blueprint: ${pushed.reference}` : `technologies: [${pushed.reference}]`;
  print(
    options.output,
    { kind, name, version, ...pushed },
    () =>
      `${pushed.isNew ? 'pushed' : 'there already:'} ${pushed.reference}\nnext: in platform.yaml, ${word}`,
  );
  return EXIT.done;
}

function pushingOf(files: SourceFile[], folder: string): Pushing {
  const has = (name: string) => files.some(({ path }) => path === name);
  if (has(TECHNOLOGY_FILE) && !has(BLUEPRINT_FILE)) {
    const { id, version, title } = technologyDataOf(files, folder);
    return { kind: 'technology', name: id, version, description: title, files };
  }
  const file = blueprintFileOf(files, folder);
  blueprintOfFile(file, folder, catalogue().blueprints);
  const { version, purpose } = file.spec;
  return { kind: 'blueprint', name: file.metadata.name, version, description: purpose, files };
}
