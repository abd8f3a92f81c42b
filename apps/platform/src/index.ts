// config: what the surroundings say; technologies: the one list; start: everything put together;
// running: what other processes of the same user may know of it.

export { createToken, issueSignIn } from '@slipway/identity/contract';
export type { Lock, Opener } from './age/age-file.ts';
export { type PackedBackup, packBackup } from './backup/pack.ts';
export { type RestoredPlatform, restoreBackup } from './backup/restore.ts';
export { awaitAuthors } from './cluster/await-authors.ts';
export { type GitAccount, gitAccount } from './cluster/git-door.ts';
export { runController } from './cluster/run-controller.ts';
export { type Config, readConfig, type UpOptions } from './config.ts';
export { diagnose, type Finding } from './doctor.ts';
export {
  dataOfPlatform,
  FIRST_PLATFORM,
  forgetPlatform,
  type KnownPlatform,
  knownPlatforms,
  rememberPlatform,
  usePlatform,
} from './known-platforms.ts';
export { clusterDefinitions, clusterObjects } from './own-kinds.ts';
export { readDefinition, readLock } from './read-definition.ts';
export { type PlatformReport, type RunningPlatform, readRunning } from './running.ts';
export { createSignIn } from './sign-in.ts';
export { type StartedPlatform, startPlatform } from './start.ts';
export { storedSelection } from './stored-definition.ts';
export { catalogue } from './technologies.ts';
export { wireTools } from './wire-tools.ts';
