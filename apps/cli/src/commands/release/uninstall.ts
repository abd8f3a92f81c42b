import { type Cascade, uninstallRelease } from '@slipway/sources';
import { EXIT, print } from '../../output.ts';
import { type ReleaseOptions, releases } from '../../release.ts';

interface Options extends ReleaseOptions {
  keepHistory?: boolean;
  dryRun?: boolean;
  wait?: boolean;
  timeout: number;
  hooks: boolean;
  cascade: Cascade;
  description?: string;
}

/** Removes a release and what it installed, as `helm uninstall` does. */
export async function run(options: Options, [name = '']: string[]): Promise<number> {
  const { context } = await releases(options);
  const { keepHistory = false, dryRun = false, wait = false, cascade, description } = options;
  const { kept } = await uninstallRelease(context, name, {
    keepHistory,
    dryRun,
    wait,
    cascade,
    timeoutMs: options.timeout * 1000,
    noHooks: !options.hooks,
    ...(description ? { description } : {}),
  });
  const what = dryRun ? 'would be uninstalled' : 'uninstalled';
  print(options.output, { name, namespace: options.namespace, dryRun, kept }, () =>
    [
      `release "${name}" ${what}`,
      ...(kept.length > 0 ? ['These resources were kept due to the resource policy:', ...kept] : []),
    ].join('\n'),
  );
  return EXIT.done;
}
