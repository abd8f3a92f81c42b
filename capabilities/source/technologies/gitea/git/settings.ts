import { configEnv } from '@slipway/sources';

/**
 * Configuration of every git that works on our repositories; it comes through the environment, so that nothing in a
 * repository's own files can weaken it.
 */
export function serverEnv(limits: { maxPushBytes: number }): Record<string, string> {
  return configEnv([
    // What is acknowledged is on the disk: objects, packs, references (git-config, core.fsync).
    ['core.fsync', 'all'],
    ['core.fsyncMethod', 'fsync'],
    ['core.hooksPath', '/dev/null'],
    ['core.logAllRefUpdates', 'false'],
    ['receive.fsckObjects', 'true'],
    ['receive.maxInputSize', String(limits.maxPushBytes)],
    // A pack costs two syncs, a loose object one each: small pushes stay loose.
    ['receive.unpackLimit', '4'],
    ['fastimport.unpackLimit', '1'],
    ['receive.autogc', 'false'],
    ['gc.auto', '0'],
    ['receive.denyDeletes', 'false'],
    ['uploadpack.allowAnySHA1InWant', 'true'],
    ['uploadpack.allowFilter', 'true'],
    ['transfer.hideRefs', 'refs/slipway'],
    // `refs/pull/<number>/head` is ours to move; everybody may fetch it.
    ['receive.hideRefs', 'refs/pull'],
  ]);
}
