// git/command: the system's git, hermetic; git/remote: how a server is reached; git/mirror: bare copies of remotes;
// git/fetch: a revision's files in a folder; git/objects, git/refs: straight from a repository; reader: for render.
export { exitOf, GitError, type GitResult, runGit, spawnGit, useGitPath } from './git/command.ts';
export { type FetchedGit, type FetchGitOptions, fetchGit } from './git/fetch-git.ts';
export { forgetGit, type Mirrored, type MirrorOptions, mirrorGit } from './git/mirror.ts';
export { type GitObject, type GitObjects, openObjects } from './git/objects.ts';
export { openReaderPool, type ReaderPool } from './git/reader-pool.ts';
export { readHead, readRefs } from './git/refs.ts';
export type { GitAddress, GitAuth, GitRemote } from './git/remote.ts';
export { configEnv, remoteSettings } from './git/remote.ts';
export { listRemote, type RemoteRef, resolveRevision } from './git/resolve-revision.ts';
export { parseTree, type TreeEntry } from './git/tree.ts';
export { type GitReader, gitReader } from './reader/git-reader.ts';
