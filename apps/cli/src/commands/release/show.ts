import { stringify } from 'yaml';
import { EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases, revisionOf } from '../../release.ts';

interface Options extends ReleaseOptions {
  revision?: number;
  part: 'values' | 'manifest' | 'hooks' | 'notes';
}

/** What a release holds, as `helm get` shows it. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { store } = await releases(options);
  const { config = {}, manifest, hooks = [], info } = await revisionOf(store, name, options.revision);
  const texts = {
    values: () => stringify(config).trimEnd(),
    manifest: () => manifest.trimEnd(),
    hooks: () => hooks.map(hook => `---\n# Source: ${hook.path}\n${hook.manifest}`).join('\n'),
    notes: () => info.notes ?? '',
  };
  const values = { values: config, manifest, hooks, notes: info.notes ?? '' };
  print(options.output, values[options.part], texts[options.part]);
  return EXIT.done;
}
