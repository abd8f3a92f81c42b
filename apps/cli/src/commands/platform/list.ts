import { knownPlatforms, readConfig, readRunning } from '@slipway/platform';
import type { GlobalOptions } from '../../global-options.ts';
import { columns, EXIT, print } from '../../output.ts';

/** Every platform of this user, with what it answers to. */
export async function run(options: GlobalOptions): Promise<number> {
  const { data: meant, folders } = readConfig(options.data);
  const rows = await Promise.all(
    knownPlatforms(folders).map(async ({ name, data }) => {
      const running = await readRunning(data);
      const { portal = null, api = null, pid = null, kubeconfig = null } = running ?? {};
      return {
        name,
        current: data === meant,
        running: running !== undefined,
        portal,
        api,
        kubeconfig,
        pid,
        data,
      };
    }),
  );
  print(options.output, rows, () =>
    rows.length === 0
      ? 'no platform yet: slipway up'
      : columns([
          ['', 'NAME', 'STATE', 'PORTAL', 'DATA'],
          ...rows.map(row => [
            row.current ? '*' : '',
            row.name,
            row.running ? 'runs' : 'stopped',
            row.portal ?? '-',
            row.data,
          ]),
        ]),
  );
  return EXIT.done;
}
