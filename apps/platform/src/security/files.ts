import { readdir, readFile, stat } from 'node:fs/promises';
import { join, relative } from 'node:path';
import { bad, type Check, ok, several, unknown } from './check.ts';

const OTHERS = 0o077;
const LOG_BYTES = 16 << 20;
/** Files that hold keys or tokens, or everything. */
const SECRET_FILES = ['local-admin.token', 'kubeconfig', 'sign-in', 'objects.sqlite', 'objects.sqlite-wal'];

export interface Files {
  /** The data folder. */
  data: string;
  /** The file of the platform's key. */
  keyFile: string;
  adminToken: string;
}

export function secretFiles({ data, keyFile, adminToken }: Files): Check[] {
  return [
    {
      check: 'key-file',
      what: 'the platform’s key is outside the data folder, and only its owner reads it',
      how: 'path and mode of the key file (key provider: file)',
      look: async () => {
        const fix = 'move the keys out of the data folder, and chmod 600 them';
        if (!relative(data, keyFile).startsWith('..')) return bad(`${keyFile} is in the data folder`, fix);
        const mode = (await stat(keyFile)).mode & 0o777;
        return (mode & OTHERS) === 0
          ? ok(`${keyFile}, mode ${mode.toString(8)}`)
          : bad(`${keyFile} has mode ${mode.toString(8)}`, `chmod 600 ${keyFile}`);
      },
    },
    {
      check: 'data-files',
      what: 'nobody else on this machine reads the data folder, its tokens or its database',
      how: 'modes of the folder and of each such file',
      look: async () => {
        const paths = [data, ...SECRET_FILES.map(name => join(data, name))];
        const modes = await Promise.all(
          paths.map(path =>
            stat(path).then(
              ({ mode }) => ({ path, mode: mode & 0o777 }),
              () => undefined,
            ),
          ),
        );
        const there = modes.filter(each => each !== undefined);
        const open = there.filter(({ mode }) => (mode & OTHERS) !== 0);
        if (open.length === 0) return ok(`${there.length} looked at, none open to others`);
        return bad(
          several(open.map(({ path, mode }) => `${path} ${mode.toString(8)}`)),
          'chmod go= what is named',
        );
      },
    },
    {
      check: 'token-leaks',
      what: 'the administrator’s token is in no log and no process list',
      how: 'a search for it in the newest 16 MiB of the log, and in the arguments of every process',
      look: async () => {
        const log = await readFile(join(data, 'platform.log'), 'latin1').catch(() => '');
        const inLog = log.slice(-LOG_BYTES).includes(adminToken);
        const inArguments = await processesWith(adminToken);
        const fix =
          'stop the platform, delete local-admin.token in its data folder and the log, and start it again';
        if (inLog) return bad('it is in platform.log', fix);
        if (inArguments === undefined) return unknown('no process list could be read', 'run: ps -eo args');
        return inArguments > 0 ? bad(`${inArguments} processes have it as an argument`, fix) : ok('nowhere');
      },
    },
  ];
}

async function processesWith(text: string): Promise<number | undefined> {
  const names = await readdir('/proc').catch(() => undefined);
  if (!names) return undefined;
  const lines = await Promise.all(
    names
      .filter(name => /^\d+$/.test(name))
      .map(name => readFile(`/proc/${name}/cmdline`, 'latin1').catch(() => '')),
  );
  return lines.filter(line => line.includes(text)).length;
}
