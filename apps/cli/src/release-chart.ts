import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  archiveFiles,
  type ChartFile,
  pathsOfSetFile,
  readChartFiles,
  type ValueSources,
} from '@slipway/render';
import {
  type ChartRepository,
  chartCache,
  fetchChart,
  isOci,
  resolveChart,
  type SourceAccess,
} from '@slipway/sources';
import type { Connection } from './connection.ts';
import { localSource } from './local-source.ts';
import { CommandError, EXIT } from './output.ts';

/** Which chart is meant, and with which values. */
export interface ChartOptions {
  repo?: string;
  version?: string;
  username?: string;
  passwordFile?: string;
  caFile?: string;
  certFile?: string;
  keyFile?: string;
  insecureSkipTlsVerify?: boolean;
  plainHttp?: boolean;
  passCredentials?: boolean;
  values: string[];
  set: string[];
  setString: string[];
  setJson: string[];
  setFile: string[];
  setLiteral: string[];
}

/**
 * The files of the chart that a person names: a folder, a packed chart, `oci://…`, or a name with `--repo`.
 * @throws CommandError when there is no such chart
 */
export async function chartFiles(
  chart: string,
  options: ChartOptions,
  connection: Connection,
): Promise<ChartFile[]> {
  if (!options.repo && !chart.startsWith('oci://')) return localChart(chart);
  const slash = chart.lastIndexOf('/');
  const [url, name] = options.repo ? [options.repo, chart] : [chart.slice(0, slash), chart.slice(slash + 1)];
  const repository = await repositoryOf(url, options, connection);
  const { name: bare, digest } = pinned(name);
  const wanted = { repository, chart: bare };
  const version = digest ?? (await resolveChart(wanted, options.version ?? '*'));
  // A folder that only this user can write to: what stands in it is believed.
  const cache = chartCache(join(connection.platform.data, 'cache', 'charts'));
  return archiveFiles((await fetchChart(wanted, version, { cache })).bytes);
}

/** `web@sha256:…` pins a chart of a registry. */
function pinned(name: string): { name: string; digest?: string } {
  const at = name.indexOf('@');
  return at < 0 ? { name } : { name: name.slice(0, at), digest: name.slice(at + 1) };
}

async function localChart(path: string): Promise<ChartFile[]> {
  const found = await stat(path).catch(() => undefined);
  if (found?.isDirectory()) return readChartFiles(localSource(path), '.');
  if (found) return archiveFiles(await readFile(path));
  throw new CommandError(`chart ${JSON.stringify(path)}: there is no such folder or file`, {
    exitCode: EXIT.usage,
    next: 'name a folder, a .tgz, oci://…, or a chart of a repository with --repo',
  });
}

async function repositoryOf(
  url: string,
  options: ChartOptions,
  connection: Connection,
): Promise<ChartRepository> {
  const password = options.passwordFile && (await textOf(options.passwordFile)).trim();
  const [ca, cert, key] = await Promise.all(
    [options.caFile, options.certFile, options.keyFile].map(file => (file ? textOf(file) : undefined)),
  );
  const access: SourceAccess = {
    ...ownServer(url, connection),
    ...(options.username ? { username: options.username } : {}),
    ...(password ? { password } : {}),
    ...(ca ? { ca } : {}),
    ...(cert && key ? { cert, key } : {}),
    ...(options.insecureSkipTlsVerify ? { insecure: true } : {}),
    ...(options.plainHttp ? { plainHttp: true } : {}),
  };
  return { url, access, passCredentials: options.passCredentials ?? false };
}

/** Names of the platform lead to this machine, and its CA is trusted there. */
function ownServer(url: string, { platform, ca, token }: Connection): SourceAccess {
  const parsed = URL.parse(isOci(url) ? url.replace(/^(oci:\/\/)?/, 'https://') : url);
  if (!parsed?.hostname.endsWith(`.${platform.domain}`)) return {};
  const port = Number(parsed.port) || 443;
  return { password: token, address: { host: '127.0.0.1', port, serverName: parsed.hostname, ca } };
}

/** The values of `-f`, `--set` and its kin. */
export async function valuesOf(options: ChartOptions): Promise<ValueSources> {
  const paths = options.setFile.flatMap(pathsOfSetFile);
  const texts = await Promise.all(paths.map(async path => [path, await textOf(path)] as const));
  return {
    files: await Promise.all(options.values.map(async name => ({ name, text: await textOf(name) }))),
    setJson: options.setJson,
    set: options.set,
    setString: options.setString,
    setFile: options.setFile,
    fileTexts: Object.fromEntries(texts),
    setLiteral: options.setLiteral,
  };
}

async function textOf(file: string): Promise<string> {
  try {
    return await readFile(file, 'utf8');
  } catch (error) {
    throw new CommandError(
      `file ${JSON.stringify(file)}: it cannot be read (${(error as { code?: string }).code})`,
      {
        exitCode: EXIT.usage,
      },
    );
  }
}
