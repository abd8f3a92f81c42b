import { DEVELOPMENT_SERVERS, KNOWN_SERVERS, PREVIEW_ARGS, PRODUCTION_SERVERS } from './known-programs.ts';
import {
  foreignLockfile,
  hasLockfile,
  isPublished,
  mainProgram,
  type PackageFacts,
  resolveFile,
} from './package-facts.ts';

/** How the finished image starts. */
export type Start =
  | { kind: 'command'; command: string[] }
  /** Shell text, run with `exec` where that is possible. */
  | { kind: 'script'; script: string }
  /** The first of these folders that holds an index.html. */
  | { kind: 'static'; folders: string[] };

export interface NodePlan {
  install: 'ci' | 'install' | 'none';
  /** The package's own lifecycle scripts run when it is installed: then its sources must be there first. */
  needsSources: boolean;
  /** The package's own lifecycle scripts are left out: they are for those who develop it. */
  dropsScripts: boolean;
  keepsDevDependencies: boolean;
  build: boolean;
  start: Start;
  /** Files made when they are missing. */
  files: Record<string, string>;
  /** Why, for the log. */
  notes: string[];
}

const STATIC_FOLDERS = ['dist', 'build', 'out', 'public', '_site', 'www', 'docs/.vitepress/dist', '.'];
const ENTRY_FILES = ['server.js', 'server.mjs', 'app.js', 'index.js', 'src/server.js', 'src/index.js'];
const LIFECYCLE = [
  'preinstall',
  'install',
  'postinstall',
  'prepublish',
  'preprepare',
  'prepare',
  'postprepare',
];

/** How to make an image of a Node package; undefined when nothing in it can be served. Pure. */
export function planNode(facts: PackageFacts, procfile: string | undefined): NodePlan | undefined {
  const published = isPublished(facts);
  const start = startOf(facts, { published, web: webIn(procfile) });
  if (!start) return undefined;
  const { manifest } = facts;
  const build = manifest.scripts?.build !== undefined && !(published && start.isReady);
  const lifecycle = LIFECYCLE.filter(name => manifest.scripts?.[name] !== undefined);
  const hasDependencies =
    Object.keys({ ...manifest.dependencies, ...manifest.optionalDependencies }).length > 0;
  const needsDev = build || start.usesDev;
  const hasDev = Object.keys(manifest.devDependencies ?? {}).length > 0;
  const dropsScripts = published && !build;
  const servesFiles = start.start.kind === 'static' && !build;
  const wanted = hasDependencies || (needsDev && hasDev) || (lifecycle.length > 0 && !dropsScripts);
  const installs = wanted && !servesFiles;
  const known = start.known ? KNOWN_SERVERS[start.known] : undefined;
  const files = Object.entries(known?.files ?? {}).filter(([path]) => !facts.files.has(path));
  const notes = [...start.notes];
  const foreign = foreignLockfile(facts);
  if (foreign && !hasLockfile(facts))
    notes.push(`${foreign} is not read: npm takes versions from package.json`);
  if (dropsScripts && lifecycle.length > 0) {
    notes.push(
      `a published package: its scripts ${lifecycle.join(', ')} are for its developers and are not run`,
    );
  }
  return {
    install: installs ? (hasLockfile(facts) ? 'ci' : 'install') : 'none',
    needsSources: lifecycle.length > 0 && !dropsScripts,
    dropsScripts,
    keepsDevDependencies: needsDev,
    build,
    start: start.start,
    files: Object.fromEntries(files),
    notes,
  };
}

interface Candidate {
  start: Start;
  /** What it starts is there before any build. */
  isReady: boolean;
  usesDev: boolean;
  known?: string;
  notes: string[];
}

function startOf(
  facts: PackageFacts,
  hints: { published: boolean; web: string | undefined },
): Candidate | undefined {
  if (hints.web !== undefined) return script(facts, hints.web, `start: Procfile's web: ${hints.web}`);
  return (
    fromStartScript(facts, hints.published) ?? fromProgram(facts) ?? fromEntry(facts) ?? fromOutput(facts)
  );
}

function webIn(procfile: string | undefined): string | undefined {
  return /^web:\s*(.+?)\s*$/m.exec(procfile ?? '')?.[1];
}

function fromStartScript(facts: PackageFacts, published: boolean): Candidate | undefined {
  const { start, prestart, build } = facts.manifest.scripts ?? {};
  if (start === undefined) return undefined;
  const isProduction = PRODUCTION_SERVERS.some(pattern => pattern.test(start));
  const isDevelopment = !isProduction && DEVELOPMENT_SERVERS.some(pattern => pattern.test(start));
  if (isDevelopment && build !== undefined) {
    return staticOutput(`"${start}" serves for development; the built files are served instead`);
  }
  const file = nodeFile(start);
  const isThere = file !== undefined && resolveFile(facts, file) !== undefined;
  // What was published may name tools and sources that were not.
  if (published && !isThere) return undefined;
  if (prestart !== undefined)
    return { ...script(facts, 'npm start', 'start: npm start (it has prestart)'), isReady: isThere };
  return { ...script(facts, start, `start: ${start}`), isReady: isThere };
}

/** The file that `node [options] file …` runs. */
function nodeFile(command: string): string | undefined {
  return /^(?:\w+=\S+ +)*node (?:-\S+ +)*([^-\s]\S*)/.exec(command)?.[1];
}

function script(facts: PackageFacts, text: string, note: string): Candidate {
  const extra = PREVIEW_ARGS.find(([pattern]) => pattern.test(text))?.[1];
  const full = extra === undefined ? text : `${text} ${extra}`;
  const dev = Object.keys(facts.manifest.devDependencies ?? {});
  const words = text.split(/[\s;&|/]+/);
  return {
    start: { kind: 'script', script: full },
    isReady: false,
    usesDev: dev.some(name => words.includes(name) || words.includes(name.replace(/^@[^/]*\//, ''))),
    notes: [extra === undefined ? note : `${note} ${extra}`],
  };
}

function fromProgram(facts: PackageFacts): Candidate | undefined {
  const program = mainProgram(facts);
  const { name = '' } = facts.manifest;
  if (program === undefined) return undefined;
  const known = KNOWN_SERVERS[name];
  const args = known?.args.map(arg => arg.replace('$PORT', '8080')) ?? [];
  return {
    start: { kind: 'command', command: ['node', program, ...args] },
    isReady: true,
    usesDev: false,
    ...(known ? { known: name } : {}),
    notes: [`start: the package's own program, ${['node', program, ...args].join(' ')}`],
  };
}

function fromEntry(facts: PackageFacts): Candidate | undefined {
  const { main } = facts.manifest;
  const candidates = [...(main === undefined ? [] : [main]), ...ENTRY_FILES];
  const entry = candidates
    .map(path => resolveFile(facts, path))
    .find(path => path !== undefined && (path === 'server.js' || listens(facts.textOf(path))));
  if (entry === undefined) return undefined;
  return {
    start: { kind: 'command', command: ['node', entry] },
    isReady: true,
    usesDev: false,
    notes: [`start: ${entry}, which listens on a port`],
  };
}

/** A look at the text; wrong guesses show at once, for the service then never answers. */
function listens(text: string | undefined): boolean {
  return text !== undefined && /\.listen\s*\(|createServer\s*\(|\bserve\s*\(/.test(text);
}

function fromOutput(facts: PackageFacts): Candidate | undefined {
  if (facts.manifest.scripts?.build !== undefined)
    return staticOutput('start: the files that the build makes');
  const folder = STATIC_FOLDERS.find(path =>
    facts.files.has(path === '.' ? 'index.html' : `${path}/index.html`),
  );
  if (folder === undefined) return undefined;
  return { ...staticOutput(`start: the files in ${folder}`, [folder]), isReady: true };
}

function staticOutput(note: string, folders = STATIC_FOLDERS): Candidate {
  return { start: { kind: 'static', folders }, isReady: false, usesDev: false, notes: [note] };
}
