import { resolve } from 'node:path';
import { connect } from '../../connection.ts';
import type { GlobalOptions } from '../../global-options.ts';
import { duration, EXIT, print, say } from '../../output.ts';
import { sizeText } from '../../size-text.ts';
import { exportTeam } from '../../team-archive/export-team.ts';

/** Writes what a team has into one file, for another platform. */
export async function run(options: GlobalOptions, [team = '', name]: string[]): Promise<number> {
  const begun = performance.now();
  const connection = await connect(options);
  const file = resolve(name ?? `${team}.team`);
  const exported = await exportTeam(connection, { team, file, progress: say });
  const result = { ...exported, ms: Math.round(performance.now() - begun) };
  print(options.output, result, () =>
    [
      `${file}  ${sizeText(result.size)}: ${result.objects} objects, ${result.repositories} repositories, ${result.images} images, in ${duration(result.ms)}`,
      ...result.left.map(each => `left here   ${each}`),
      `import      slipway import team ${file} --platform NAME`,
    ].join('\n'),
  );
  return EXIT.done;
}
