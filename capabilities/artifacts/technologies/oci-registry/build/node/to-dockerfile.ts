import { LOCKFILES } from './package-facts.ts';
import type { NodePlan, Start } from './plan.ts';

/** Name of the folder with our own files in `COPY --from`. */
export const OWN_FOLDER = 'slipway';
export const STATIC_SERVER = 'static-server.mjs';

/** Left out of the image whatever the repository says. */
export const DEFAULT_IGNORE = ['.git', '**/node_modules', '**/.DS_Store', '**/npm-debug.log*'];

/** A plan as the Dockerfile that does the same; people see it in the log and may take it from there. */
export function toDockerfile(plan: NodePlan, image: string): string {
  const lines = [`FROM ${image}${needsStages(plan) ? ' AS build' : ''}`, 'WORKDIR /app'];
  if (!plan.keepsDevDependencies) lines.push('ENV NODE_ENV=production');
  lines.push(...installLines(plan));
  if (plan.build)
    lines.push(
      `RUN npm run build${plan.start.kind === 'static' ? ' && rm -rf node_modules' : pruning(plan)}`,
    );
  if (needsStages(plan)) lines.push('', `FROM ${image}`, 'WORKDIR /app', 'COPY --from=build /app /app');
  return `${[...lines, ...startLines(plan.start)].join('\n')}\n`;
}

/** What the build needed and the service does not stays behind in the first stage. */
function needsStages({ build }: NodePlan): boolean {
  return build;
}

function pruning({ install }: NodePlan): string {
  return install === 'none' ? '' : ' && npm prune --omit=dev --ignore-scripts --no-audit --no-fund';
}

function installLines(plan: NodePlan): string[] {
  const omit = plan.keepsDevDependencies ? ' --include=dev' : ' --omit=dev';
  const run = `RUN npm ${plan.install} --no-audit --no-fund --no-update-notifier${omit}`;
  const extra = Object.keys(plan.files).map(path => `COPY --from=${OWN_FOLDER} files/${path} ./${path}`);
  if (plan.install === 'none') return ['COPY . .', ...extra];
  if (plan.needsSources) return ['COPY . .', ...extra, run];
  // Only what decides the dependencies, so that another version or script does not install everything again.
  return [`COPY --from=${OWN_FOLDER} install/ ./`, run, 'COPY . .', ...extra];
}

function startLines(start: Start): string[] {
  const environment = ['ENV NODE_ENV=production HOST=0.0.0.0 PORT=8080', 'EXPOSE 8080'];
  if (start.kind === 'static') {
    const server = `/opt/slipway/${STATIC_SERVER}`;
    const command = ['node', server, '/app', ...start.folders];
    return [
      `COPY --from=${OWN_FOLDER} ${STATIC_SERVER} ${server}`,
      ...environment,
      `CMD ${JSON.stringify(command)}`,
    ];
  }
  if (start.kind === 'command') return [...environment, `CMD ${JSON.stringify(start.command)}`];
  const path = 'ENV PATH=/app/node_modules/.bin:$PATH';
  return [...environment, path, `CMD ${JSON.stringify(['/bin/sh', '-c', execed(start.script)])}`];
}

/** A single command replaces its shell, so that it gets the signals itself. */
function execed(script: string): string {
  const isSimple =
    !/[;&|()<>`]|\$\(/.test(script) && !/^\s*\w+=/.test(script) && !/^(cd|export|exec)\b/.test(script);
  return isSimple ? `exec ${script}` : script;
}

/** The fields of a package.json that decide what is installed; everything else may change without a new install. */
const INSTALL_FIELDS = [
  'dependencies',
  'devDependencies',
  'optionalDependencies',
  'peerDependencies',
  'peerDependenciesMeta',
  'bundleDependencies',
  'bundledDependencies',
  'overrides',
  'engines',
  'os',
  'cpu',
  'type',
];

/** Files for the install step: package.json and lockfile without name, version and scripts of the package itself. */
export function installFiles(
  read: (path: string) => string | undefined,
  { install, keepsDevDependencies }: Pick<NodePlan, 'install' | 'keepsDevDependencies'>,
): Record<string, string> {
  const manifest = JSON.parse(read('package.json') ?? '{}') as Record<string, unknown>;
  // Without a lockfile npm would look up the whole tree of what it then leaves out.
  const isUnneeded = (field: string) =>
    field === 'devDependencies' && install === 'install' && !keepsDevDependencies;
  const kept = INSTALL_FIELDS.filter(field => manifest[field] !== undefined && !isUnneeded(field)).map(
    field => [field, manifest[field]],
  );
  const named = { name: 'app', version: '0.0.0', private: true, ...Object.fromEntries(kept) };
  const files: Record<string, string> = { 'package.json': text(named) };
  for (const name of LOCKFILES) {
    const lock = read(name);
    if (lock !== undefined) files[name] = anonymousLock(lock);
  }
  const settings = read('.npmrc');
  if (settings !== undefined) files['.npmrc'] = settings;
  return files;
}

function anonymousLock(content: string): string {
  const lock = JSON.parse(content) as {
    name?: string;
    version?: string;
    packages?: Record<string, { name?: string; version?: string }>;
  };
  const root = lock.packages?.[''];
  if (root) Object.assign(root, { name: 'app', version: '0.0.0' });
  return text({ ...lock, name: 'app', version: '0.0.0' });
}

function text(value: unknown): string {
  return `${JSON.stringify(value, undefined, 2)}\n`;
}
