import { spawn } from 'node:child_process';

/** Ends process groups when the platform is gone, however it went. */
export interface Warden {
  watch(group: number): void;
  forget(group: number): void;
  close(): void;
}

/** Its input ends with the platform, even with `kill -9`; then it ends what it was told of and has not forgotten. */
const SCRIPT = `
groups=
while read -r what group; do
  case $what in
    watch) groups="$groups $group" ;;
    forget) rest=; for one in $groups; do [ "$one" = "$group" ] || rest="$rest $one"; done; groups=$rest ;;
  esac
done
for one in $groups; do kill -s KILL -- "-$one" 2>/dev/null; done
`;

/** A shell beside the platform, in a session of its own so that no signal to the platform's reaches it. */
export function startWarden(): Warden {
  const child = spawn('/bin/sh', ['-c', SCRIPT], { stdio: ['pipe', 'ignore', 'ignore'], detached: true });
  child.on('error', () => {});
  child.stdin.on('error', () => {});
  child.unref();
  return {
    watch: group => void child.stdin.write(`watch ${group}\n`),
    forget: group => void child.stdin.write(`forget ${group}\n`),
    close: () => void child.stdin.end(),
  };
}
