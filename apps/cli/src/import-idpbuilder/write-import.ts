import { mkdir, stat, writeFile } from 'node:fs/promises';
import { basename, dirname, join, posix, resolve, sep } from 'node:path';
import { type AnyObject, messageOf } from '@slipway/api';
import { bringSource, type PackageRequest, type SourceAddress, sourceText } from '@slipway/definition';
import { parseYaml, stringifyYaml } from '@slipway/render';
import { CommandError } from '../output.ts';
import { localFolders } from '../package/rewrite.ts';
import { bringing } from '../package/sources.ts';
import { customizationFiles } from './customization.ts';
import { definitionOf } from './definition.ts';
import { type Finding, otherwise, type Setup, taken, without } from './setup.ts';

/** One file that an import makes; the path is below its folder. */
export interface ImportFile {
  path: string;
  data: Uint8Array;
}

export interface Import {
  files: ImportFile[];
  packages: PackageRequest[];
  findings: Finding[];
}

/**
 * Works out what a setup comes to: platform.yaml, packages/, and what became of everything that was said. Files of
 * packages are read where the setup says they are; nothing is written.
 */
export async function importOf(setup: Setup): Promise<Import> {
  const result: Import = { files: [], packages: [], findings: [] };
  const folders: LocalPackage[] = [];
  for (const { place, form } of setup.packages) {
    if (form === 'remote') putRemote(result, place);
    if (form === 'folder-or-file') folders.push(...(await localPackage(result, place)));
  }
  putLocal(result, folders);
  for (const each of setup.customizations) await putCustomization(result, each);
  const { text, findings } = definitionOf(setup, result.packages);
  const all = [...findings, ...result.findings, ...setup.findings];
  const report = Buffer.from(reportText(setup, all));
  const files = [
    { path: 'platform.yaml', data: Buffer.from(text) },
    ...result.files,
    { path: 'import-report.md', data: report },
  ];
  return { files, packages: result.packages, findings: all };
}

/** Writes an import into a folder. @throws CommandError when one of its files is there already: then none is written */
export async function writeImport({ files }: Import, folder: string): Promise<void> {
  for (const path of [...new Set(files.map(each => each.path.split('/').slice(0, 2).join('/')))])
    if (await stat(join(folder, path)).catch(() => undefined))
      throw new CommandError(`${join(folder, path)}: is there already, and nothing was written`, {
        next: 'name an empty folder with --folder, or move it away',
      });
  for (const { path, data } of files) {
    await mkdir(dirname(join(folder, path)), { recursive: true });
    await writeFile(join(folder, path), data, { flag: 'wx' });
  }
}

interface LocalPackage {
  place: string;
  name: string;
  files: ImportFile[];
  /** Where its Applications stand, when they name folders beside it; else at its top. */
  base?: string;
}

/** Folders that Applications name outside of their own come along, and everything moves down to have them beside it. */
async function withOutside(
  folder: string,
  files: ImportFile[],
): Promise<Pick<LocalPackage, 'files' | 'base'>> {
  const outside = files
    .flatMap(applicationsIn)
    .flatMap(localFolders)
    .map(local => posix.normalize(local).replace(/\/$/, ''))
    .filter(local => local.startsWith('../'));
  const depth = Math.max(0, ...outside.map(local => local.split('/').filter(part => part === '..').length));
  if (depth === 0) return { files };
  const base = resolve(folder).split(sep).slice(-depth).join('/');
  const below = files.map(file => ({ ...file, path: `${base}/${file.path}` }));
  for (const local of new Set(outside)) {
    const brought = await bringSource({ path: join(folder, local) }, await bringing(undefined)).catch(
      () => undefined,
    );
    const at = posix.normalize(posix.join(base, local));
    for (const { path, data } of brought?.files ?? []) below.push({ path: `${at}/${path}`, data });
  }
  return { files: below, base };
}

function putRemote(result: Import, place: string): void {
  const from = remoteAddress(place);
  const name = freeName(result, from.path ?? from.git);
  result.packages.push({ name, from });
  const { ref } = from;
  const moves = ref === undefined ? '; it names no version: slipway.lock pins the newest commit' : '';
  result.findings.push(
    taken(`--package ${place}`, `spec.packages: ${name}, from ${sourceText(from)}${moves}`),
  );
}

/** As kustomize reads addresses: `//` before the folder, else host and two names are the repository. */
export function remoteAddress(place: string): Extract<SourceAddress, { git: string }> {
  const [address = '', query] = place.replace(/^git::/, '').split('?', 2);
  const [, scheme = 'https://', rest = ''] = /^([a-z][a-z0-9+.-]*:\/\/)?(.*)$/i.exec(address) ?? [];
  const [before = '', after] = rest.split(/\/\/(.*)/s, 2);
  const parts = before.split('/');
  const git = parts.findIndex(part => part.endsWith('.git'));
  const count = git >= 0 ? git + 1 : 3;
  const repository = after === undefined ? parts.slice(0, count).join('/') : before;
  const path = (after ?? parts.slice(count).join('/')).replace(/\/$/, '');
  const ref = new URLSearchParams(query ?? '').get('ref') ?? new URLSearchParams(query ?? '').get('version');
  return { git: `${scheme}${repository}`, ...(path ? { path } : {}), ...(ref ? { ref } : {}) };
}

async function localPackage(result: Import, place: string): Promise<LocalPackage[]> {
  const found = await stat(place).catch(() => undefined);
  if (!found) {
    const how =
      'it is not on this machine: bring it here, then slipway package add <folder> -f platform.yaml';
    result.findings.push(without(`package ${place}`, how));
    return [];
  }
  const folder = found.isFile() ? dirname(place) : place;
  try {
    const { files } = await bringSource({ path: folder }, await bringing(undefined));
    const all = files.map(({ path, data }) => ({ path, data }));
    const own = found.isFile() ? filesOfOne(basename(place), all) : all;
    const name = basename(found.isFile() ? place.replace(/\.ya?ml$/, '') : place.replace(/\/+$/, ''));
    return [{ place, name, ...(await withOutside(folder, own)) }];
  } catch (error) {
    result.findings.push(without(`package ${place}`, messageOf(error)));
    return [];
  }
}

/** A file, and the folders beside it that it names. */
function filesOfOne(file: string, all: ImportFile[]): ImportFile[] {
  const own = all.filter(({ path }) => path === file);
  const folders = own
    .flatMap(applicationsIn)
    .flatMap(localFolders)
    .map(folder => folder.replace(/^\.\/|\/$/g, ''));
  const named = all.filter(({ path }) => folders.some(folder => path.startsWith(`${folder}/`)));
  return [...own, ...named];
}

/** Later packages' Applications take the place of earlier ones' by the same name, as idpbuilder's priorities do. */
function putLocal(result: Import, folders: LocalPackage[]): void {
  const last = new Map<string, LocalPackage>();
  for (const folder of folders) for (const id of idsIn(folder, folder.files)) last.set(id, folder);
  for (const folder of folders) {
    const kept = folder.files.filter(file => {
      const ids = idsIn(folder, [file]);
      const over = ids.filter(id => last.get(id) !== folder);
      if (over.length === 0) return true;
      const isWhole = over.length === ids.length;
      const other = last.get(over[0] ?? '')?.place;
      const how = isWhole
        ? `that of ${other} counts, as it did; ${file.path} is left out`
        : `that of ${other} counted: take it out of ${file.path} by hand, for others are in it`;
      result.findings.push((isWhole ? otherwise : without)(`${over.join(', ')} of ${folder.place}`, how));
      return !isWhole;
    });
    putFolder(result, { ...folder, files: kept });
  }
}

/** Files at the top of a package, where idpbuilder looks for Applications. */
function ownFiles({ base }: LocalPackage, files: ImportFile[]): ImportFile[] {
  if (base === undefined) return files;
  return files.flatMap(file =>
    file.path.startsWith(`${base}/`) ? [{ ...file, path: file.path.slice(base.length + 1) }] : [],
  );
}

function putFolder(result: Import, folder: LocalPackage): void {
  const { place, name: wanted, files, base } = folder;
  const own = ownFiles(folder, files);
  const applications = own.flatMap(applicationsIn);
  if (applications.length === 0) {
    result.findings.push(without(`package ${place}`, 'it has no Application or ApplicationSet of its own'));
    return;
  }
  const name = freeName(result, wanted);
  for (const { path, data } of files) result.files.push({ path: `packages/${name}/${path}`, data });
  if (base !== undefined)
    result.files.push({ path: `packages/${name}/package.yaml`, data: Buffer.from(packageText(name, base)) });
  result.packages.push({ name, from: { path: `./packages/${name}` } });
  const count = `${files.length} file${files.length === 1 ? '' : 's'}`;
  result.findings.push(taken(`package ${place}`, `spec.packages: ${name}, ${count} in packages/${name}`));
  for (const object of applications)
    for (const local of localFolders(object)) {
      const path = posix.normalize(posix.join(base ?? '.', local)).replace(/\/$/, '');
      const isThere = path === '.' || files.some(file => file.path.startsWith(`${path}/`));
      if (!isThere)
        result.findings.push(
          without(
            `${object.kind} ${object.metadata.name}: cnoe://${local}`,
            'there is no such folder: put it into the package',
          ),
        );
    }
  for (const left of own.flatMap(othersIn))
    result.findings.push(
      without(
        `${left} of ${place}`,
        'idpbuilder takes only Applications of a folder’s own files, and so does this',
      ),
    );
}

function packageText(name: string, base: string): string {
  return stringifyYaml({
    apiVersion: 'slipway.dev/v1alpha1',
    kind: 'PackageDefinition',
    metadata: { name },
    spec: { version: '0.0.0', namespace: 'argocd', source: { applications: base } },
  });
}

async function putCustomization(
  result: Import,
  { name, file }: { name: string; file: string },
): Promise<void> {
  const what = `-c ${name}:${file}`;
  try {
    const { files, findings, request } = await customizationFiles(name, file);
    result.files.push(...files);
    if (request) result.packages.push(request);
    result.findings.push(...findings);
  } catch (error) {
    result.findings.push(without(what, messageOf(error)));
  }
}

function documentsIn({ path, data }: ImportFile): AnyObject[] {
  if (!/^[^/]+\.ya?ml$/.test(path)) return [];
  try {
    return parseYaml(new TextDecoder().decode(data), path).flatMap(({ value }) =>
      typeof value === 'object' && value !== null ? [value as AnyObject] : [],
    );
  } catch {
    return [];
  }
}

function isApplication({ apiVersion, kind }: AnyObject): boolean {
  return /^argoproj\.io\//.test(apiVersion ?? '') && /^Application(Set)?$/.test(kind ?? '');
}

function applicationsIn(file: ImportFile): AnyObject[] {
  return documentsIn(file).filter(isApplication);
}

function othersIn(file: ImportFile): string[] {
  return documentsIn(file)
    .filter(object => !isApplication(object))
    .map(({ kind, metadata }) => `${kind ?? 'no kind'} ${metadata?.name ?? ''} in ${file.path}`);
}

function idsIn(folder: LocalPackage, files: ImportFile[]): string[] {
  return ownFiles(folder, files)
    .flatMap(applicationsIn)
    .map(({ kind, metadata }) => `${kind} ${metadata.name}`);
}

/** A DNS label that no package has yet. */
function freeName({ packages }: Import, wanted: string): string {
  const last = wanted.split('/').findLast(part => /[a-z0-9]/i.test(part)) ?? 'package';
  const label = last
    .toLowerCase()
    .replace(/\.git$/, '')
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 36)
    .replace(/^-+|-+$/g, '');
  const taken = (name: string) => packages.some(each => each.name === name);
  let name = label;
  for (let count = 2; taken(name); count++) name = `${label}-${count}`;
  return name;
}

const HEADINGS: Record<Finding['outcome'], string> = {
  taken: 'Taken over',
  otherwise: 'Said another way',
  without: 'Without an equivalent',
};

function reportText({ name = 'localdev' }: Setup, findings: Finding[]): string {
  const parts = (['taken', 'otherwise', 'without'] as const).map(outcome => {
    const lines = findings
      .filter(each => each.outcome === outcome)
      .map(({ what, how }) => `- ${what}: ${how}`);
    return `## ${HEADINGS[outcome]}\n\n${lines.length === 0 ? 'Nothing.' : lines.join('\n')}\n`;
  });
  return `# What became of the idpbuilder setup ${name}\n\n${parts.join('\n')}`;
}
