import { readConfig } from '@slipway/platform/config';
import { dataOfPlatform, knownPlatforms } from '@slipway/platform/known-platforms';
import { CommandError, EXIT } from './output.ts';

/**
 * Data folder of a platform by its name.
 * @throws CommandError naming those that are known
 */
export function dataOfKnown(name: string): string {
  const { folders } = readConfig();
  const known = knownPlatforms(folders);
  const found = known.find(each => each.name === name);
  if (found) return found.data;
  const names = known.map(each => each.name).join(', ') || 'none';
  throw new CommandError(`platform ${JSON.stringify(name)}: not known; known: ${names}`, {
    exitCode: EXIT.usage,
    next: `slipway up --platform ${name}`,
  });
}

/** What `--platform` means for a command: a platform's data folder; some commands make the platform. */
export function dataOption(
  options: { platform?: string; data?: string },
  { makes }: { makes: boolean },
): string | undefined {
  const { platform, data } = options;
  if (platform === undefined) return data;
  if (data !== undefined)
    throw new CommandError('give one of --platform and --data', { exitCode: EXIT.usage });
  return makes ? dataOfPlatform(readConfig().folders, platform) : dataOfKnown(platform);
}
