// access: who asks; http: one address; chart: packed charts from repositories and registries, kept by digest;
// git/command: the system's git, hermetic; git/remote: how a server is reached; git/mirror: bare copies of remotes;
// git/fetch: a revision's files in a folder; git/objects, git/refs: straight from a repository; reader: for render.
export { authorizationOf, type SourceAccess } from './access.ts';
export { type ChartCache, chartCache, sha256 } from './chart/chart-cache.ts';
export { type ChartIndex, isVersion, newestOf, parseIndex } from './chart/chart-index.ts';
export { type ChartRepository, isOci } from './chart/chart-repository.ts';
export { type ChartRequest, type FetchedChart, fetchChart, resolveChart } from './chart/fetch-chart.ts';
export type { FetchChartOptions } from './chart/http-charts.ts';
export {
  fetchOci,
  type OciArtifact,
  ociClient,
  ociReference,
  ociTags,
  ociVersions,
} from './chart/oci-charts.ts';
export { parseIndexIn } from './chart/parse-index-in-pool.ts';
export { type BranchWriter, type BranchWriterOptions, openBranch } from './git/branch-writer.ts';
export { exitOf, GitError, type GitResult, runGit, spawnGit, useGitPath } from './git/command.ts';
export { type CommitPerson, type ParsedCommit, parseCommit } from './git/commit.ts';
export { type FetchedGit, type FetchGitOptions, fetchGit } from './git/fetch-git.ts';
export { forgetGit, type Mirrored, type MirrorOptions, mirrorGit } from './git/mirror.ts';
export { type GitObject, type GitObjects, openObjects } from './git/objects.ts';
export { openReaderPool, type ReaderPool } from './git/reader-pool.ts';
export { readHead, readRefs } from './git/refs.ts';
export type { GitAddress, GitAuth, GitRemote } from './git/remote.ts';
export { configEnv, remoteSettings, withRemote } from './git/remote.ts';
export { isCommit, listRemote, type RemoteRef, resolveRevision, revisionIn } from './git/resolve-revision.ts';
export { isSsh, type SshAccess } from './git/ssh.ts';
export { type FetchedTree, fetchTree, type TreeOptions } from './git/submodules.ts';
export { parseTree, type TreeEntry } from './git/tree.ts';
export { fetchHttp, type HttpAnswer, type HttpOptions, shownUrl } from './http/fetch-http.ts';
export { fitsBranch, patternOf, ruleFor } from './pattern/branch-rule.ts';
export { globSource } from './pattern/glob.ts';
export { type Pattern, regularExpression } from './pattern/pattern.ts';
export { followLinks, type LinkOptions, type LinkReader } from './reader/follow-links.ts';
export { type GitReader, gitReader } from './reader/git-reader.ts';
export { inspectTree, type SourceTree, type TreeReader, treeReader } from './reader/source-tree.ts';
export * from './releases/index.ts';
