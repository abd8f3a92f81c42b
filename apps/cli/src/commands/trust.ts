import { spawnSync } from 'node:child_process';
import { copyFile, readFile } from 'node:fs/promises';
import { connect } from '../connection.ts';
import type { GlobalOptions } from '../global-options.ts';
import { CommandError, EXIT, say } from '../output.ts';

const DEBIAN = '/usr/local/share/ca-certificates/slipway-local.crt';

/** Adds the CA to the system's trust; without the rights it prints the commands instead. */
export async function run(options: GlobalOptions & { print?: boolean }): Promise<number> {
  const { platform } = await connect(options);
  if (options.print) {
    process.stdout.write(await readFile(platform.ca, 'utf8'));
    return EXIT.done;
  }
  const commands = process.platform === 'darwin' ? darwin(platform.ca) : debian(platform.ca);
  if (process.platform !== 'linux' || process.getuid?.() !== 0) {
    say('run these to trust the platform on this machine:');
    process.stdout.write(`${commands.join('\n')}\n`);
    return EXIT.done;
  }
  await copyFile(platform.ca, DEBIAN);
  const done = spawnSync('update-ca-certificates', [], { stdio: ['ignore', 2, 2] });
  if (done.status !== 0)
    throw new CommandError(`${DEBIAN} was written, but update-ca-certificates did not work`, {
      next: commands.join(' && '),
    });
  say(
    'trusted by curl, git and other programs that use the system store; browsers may need it in their own settings',
  );
  return EXIT.done;
}

function debian(ca: string): string[] {
  return [`sudo cp ${ca} ${DEBIAN}`, 'sudo update-ca-certificates'];
}

function darwin(ca: string): string[] {
  return [`sudo security add-trusted-cert -d -r trustRoot -k /Library/Keychains/System.keychain ${ca}`];
}
