// `npm run pin -- <technology…> [--write] [--git-mirror '/mirrors/{owner}+{name}/repo']`: looks up the commit behind each
// revision that a technology's `releases.ts` names, and the digest of each release's files. It prints what differs from
// what is written, and ends with 1 when something does; `--write` puts it into the file. Without a mirror of its own a
// repository is asked over the network.
import { existsSync, globSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { pathToFileURL } from 'node:url';
import { parseArgs } from 'node:util';
import { fetchParts, type Sources } from '@slipway/cluster';
import { filesDigest, type Release, type SourcePart } from '@slipway/definition';
import { resolveRevision, runGit } from '@slipway/sources';

type GitPart = Extract<SourcePart, { git: unknown }>['git'];

/** A literal of `releases.ts` that is not what it should be. */
interface Correction {
  what: string;
  /** Finds the literal; its last group is the text between the quotes. */
  pattern: RegExp;
  found: string;
  right: string;
}

const root = join(import.meta.dirname, '..');
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    write: { type: 'boolean', default: false },
    'git-mirror': { type: 'string' },
    cache: { type: 'string', default: join(root, 'node_modules', '.cache', 'slipway-pin') },
  },
});

const sources: Sources = { cacheFolder: values.cache, mirrorOf };
if (positionals.length === 0) {
  process.stdout.write(
    'usage: npm run pin -- <technology…> [--write] [--git-mirror <path with {owner} and {name}>]\n',
  );
  process.exit(2);
}
let wrong = 0;
for (const technology of positionals) wrong += await pin(technology);
process.exit(wrong > 0 && !values.write ? 1 : 0);

async function pin(technology: string): Promise<number> {
  const [file] = globSync(join(root, 'capabilities', '*', 'technologies', technology, 'releases.ts'));
  if (!file) throw new Error(`technology "${technology}": it has no releases.ts`);
  const { releases } = (await import(pathToFileURL(file).href)) as { releases: Release[] };
  const corrections: Correction[] = [];
  for (const release of releases) corrections.push(...(await check(release)));
  for (const { what, found, right } of corrections)
    process.stdout.write(`${technology} ${what}: found '${found}', should be '${right}'\n`);
  if (corrections.length === 0) process.stdout.write(`${technology}: as pinned\n`);
  if (values.write) write(file, corrections);
  return corrections.length;
}

async function check(release: Release): Promise<Correction[]> {
  const corrections: Correction[] = [];
  const parts: SourcePart[] = [];
  for (const part of release.parts) {
    if (!('git' in part)) parts.push(part);
    if (!('git' in part)) continue;
    const { revision, commit } = part.git;
    const right = await commitOf(part.git);
    parts.push({ at: part.at, git: { ...part.git, commit: right } });
    if (right === commit) continue;
    const what = `${release.version}, commit of ${revision}`;
    const pattern = new RegExp(`revision: '${escaped(revision)}',\\s*commit: '([^']*)'`, 'g');
    corrections.push({ what, pattern, found: commit, right });
  }
  const right = filesDigest(await fetchParts(parts, sources));
  if (right === release.digest) return corrections;
  const pattern = new RegExp(
    `version: '${escaped(release.version)}',\\s*form:(?:(?!\\bform:)[^])*?digest:\\s*'([^']*)'`,
    'g',
  );
  corrections.push({ what: `${release.version}, digest`, pattern, found: release.digest, right });
  return corrections;
}

function escaped(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\]/g, '\\$&');
}

function write(file: string, corrections: Correction[]): void {
  let text = readFileSync(file, 'utf8');
  for (const { what, pattern, right } of corrections) {
    const before = text;
    text = text.replace(pattern, (whole, found: string) => `${whole.slice(0, -found.length - 2)}'${right}'`);
    // One correction mends every part of the same revision.
    if (text === before && !text.includes(`'${right}'`))
      throw new Error(`${file}: ${what}: no such literal; write '${right}' there by hand`);
  }
  writeFileSync(file, text);
}

async function commitOf({ repository, revision }: GitPart): Promise<string> {
  const mirror = mirrorOf(repository);
  if (!mirror) return await resolveRevision({ url: repository, revision, cacheFolder: values.cache });
  const asked = [`refs/tags/${revision}^{commit}`, `${revision}^{commit}`];
  for (const name of asked) {
    const found = await runGit([`--git-dir=${mirror}`, 'rev-parse', '--verify', '--quiet', name]).catch(
      () => undefined,
    );
    if (found) return found.stdout.toString().trim();
  }
  throw new Error(`${repository}: no revision "${revision}" in ${mirror}`);
}

function mirrorOf(repository: string): string | undefined {
  const template = values['git-mirror'];
  const [owner, name] = new URL(repository).pathname
    .replace(/\.git$/, '')
    .split('/')
    .slice(1);
  if (!template || !owner || !name) return undefined;
  const path = template.replaceAll('{owner}', owner).replaceAll('{name}', name);
  return existsSync(path) ? path : undefined;
}
