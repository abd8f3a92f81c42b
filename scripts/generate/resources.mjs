// Every built-in resource as discovery, the tables and the schemas describe it.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';

/** `{ groups: [{group, versions: [{version, resources}]}] }` in the order in which discovery lists them. */
export function resourceTable(kubernetes, { definitions }) {
  const columns = read(kubernetes, 'printer-columns.json');
  const names = definitionNames(definitions);
  const groups = ['aggregated_api.json', 'aggregated_apis.json']
    .flatMap(file => read(kubernetes, `discovery/${file}`).items)
    .map(item => ({
      group: item.metadata.name ?? '',
      versions: item.versions.map(({ version, resources }) => ({
        version,
        resources: resources.map(resource =>
          resourceOf({ kubernetes, columns, names, group: item.metadata.name ?? '', version }, resource),
        ),
      })),
    }));
  return { groups, version: read(kubernetes, 'discovery/version.json') };
}

function resourceOf({ kubernetes, columns, names, group, version }, found) {
  const groupVersion = group ? `${group}/${version}` : version;
  const kind = found.responseKind.kind;
  return {
    name: found.resource,
    kind,
    singular: found.singularResource,
    namespaced: found.scope === 'Namespaced',
    verbs: found.verbs,
    ...(found.shortNames ? { shortNames: found.shortNames } : {}),
    ...(found.categories ? { categories: found.categories } : {}),
    ...(found.subresources ? { subresources: found.subresources.map(subresourceOf) } : {}),
    ...hashOf(kubernetes, group, version, found.resource),
    schema: names.get(`${groupVersion}/${kind}`),
    columns: columns[`${groupVersion}/${found.resource}`] ?? [
      { name: 'Name', type: 'string', format: 'name', priority: 0 },
      { name: 'Created At', type: 'date', format: '', priority: 0 },
    ],
  };
}

function subresourceOf({ subresource, responseKind, verbs }) {
  const { group, version, kind } = responseKind;
  return { name: subresource, kind, verbs, ...(group ? { group, version } : {}) };
}

function hashOf(kubernetes, group, version, name) {
  const path = group ? `discovery/apis__${group}__${version}.json` : `discovery/api__${version}.json`;
  if (!existsSync(join(kubernetes, path))) return {};
  const hash = read(kubernetes, path).resources.find(resource => resource.name === name)?.storageVersionHash;
  return hash ? { hash } : {};
}

function definitionNames(definitions) {
  return new Map(
    Object.entries(definitions).flatMap(([name, schema]) =>
      (schema['x-kubernetes-group-version-kind'] ?? []).map(({ group, version, kind }) => [
        `${group ? `${group}/${version}` : version}/${kind}`,
        name,
      ]),
    ),
  );
}

function read(folder, file) {
  return JSON.parse(readFileSync(join(folder, file), 'utf8'));
}
