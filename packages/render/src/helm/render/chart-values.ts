import { goFunction } from '../../go-template/function.ts';
import {
  type CollectionType,
  type GoMap,
  type GoStruct,
  type GoValue,
  goMap,
  isGoMap,
  MAP,
  STRING_MAP,
  withType,
} from '../../go-template/value.ts';
import { stringifyYaml } from '../../yaml/stringify-yaml.ts';
import type { Chart, ChartDependency, ChartMetadata, ValueMap } from '../chart.ts';
import type { ReleaseOptions } from '../render-options.ts';
import { isTable, table } from '../values/tables.ts';
import { filesValue } from './files-value.ts';

/** A map of the type that Helm gives a chart's values, with the methods it has. */
const VALUES: CollectionType = {
  name: 'common.Values',
  element: 'interface {}',
  underlying: 'map[string]interface {}',
  methods: {
    AsMap: values => goFunction({ in: [], out: 'map' }, () => goMap(values as GoMap)),
    YAML: values => goFunction({ in: [], out: 'string' }, () => stringifyYaml(values)),
    Table: values => goFunction({ in: ['string'], out: 'common.Values' }, path => tableOf(values, path)),
  },
};

function tableOf(values: GoValue, path: string): GoMap {
  let at = values;
  for (const name of path.split('.')) {
    const next: GoValue = isGoMap(at) ? at[name] : undefined;
    if (!isGoMap(next)) throw new Error(`"${name}" is not a table`);
    at = next;
  }
  return asValues(at as GoMap);
}

export function asValues(values: GoMap): GoMap {
  return withType(values, VALUES);
}

/**
 * `.Values` of one chart. A subchart's are a part of its parent's: of Helm's own type where the subchart sees them, a plain
 * map where the parent does, so they have that type only while a template of the subchart runs. A template that puts
 * something else in their place has a plain map from then on.
 */
export class OwnValues {
  #values: GoValue;
  #isReplaced = false;

  constructor(values: GoMap) {
    this.#values = values;
  }

  /** Makes `Values` of the data these. */
  placeIn(data: GoMap): void {
    Object.defineProperty(data, 'Values', {
      enumerable: true,
      configurable: true,
      get: () => this.#values,
      set: (values: GoValue) => {
        this.#values = values;
        this.#isReplaced = true;
        if (isGoMap(values)) withType(values, MAP);
      },
    });
  }

  during<T>(work: () => T): T {
    const values = this.#values;
    if (this.#isReplaced || !isGoMap(values)) return work();
    asValues(values);
    try {
      return work();
    } finally {
      withType(values, MAP);
    }
  }
}

/** `.Release` */
export function releaseValue({ name, namespace, revision = 1, isUpgrade = false }: ReleaseOptions): GoMap {
  return goMap({
    Name: name,
    Namespace: namespace,
    IsUpgrade: isUpgrade,
    IsInstall: !isUpgrade,
    Revision: BigInt(revision),
    Service: 'Helm',
  });
}

/** `.Chart`: Chart.yaml's fields under the names of Helm's Go struct. */
export function metadataValue(metadata: ChartMetadata, isRoot: boolean): GoMap {
  return goMap({
    Name: metadata.name,
    Home: metadata.home,
    Sources: [...metadata.sources],
    Version: metadata.version,
    Description: metadata.description,
    Keywords: [...metadata.keywords],
    Maintainers: metadata.maintainers.map(({ name, email, url }) =>
      goMap({ Name: name, Email: email, URL: url }),
    ),
    Icon: metadata.icon,
    APIVersion: metadata.apiVersion,
    Condition: metadata.condition,
    Tags: metadata.tags,
    AppVersion: metadata.appVersion,
    Deprecated: metadata.deprecated,
    Annotations: withType(goMap(metadata.annotations), STRING_MAP),
    KubeVersion: metadata.kubeVersion,
    Dependencies: (metadata.dependencies ?? []).map(dependencyValue),
    Type: metadata.type,
    IsRoot: isRoot,
  });
}

function dependencyValue(dependency: ChartDependency): GoMap {
  return goMap({
    Name: dependency.name,
    Version: dependency.version,
    Repository: dependency.repository,
    Condition: dependency.condition,
    Tags: [...dependency.tags],
    Enabled: dependency.enabled,
    ImportValues: dependency.importValues as GoValue[],
    Alias: dependency.alias,
  });
}

/** One template of a chart or subchart, with the data it is executed on. */
export interface Renderable {
  /** `web/charts/db/templates/a.yaml` */
  name: string;
  text: string;
  data: GoMap;
  values: OwnValues;
  /** `web/charts/db/templates` */
  basePath: string;
}

export interface Surroundings {
  release: GoMap;
  capabilities: GoStruct;
}

export function fullPath(chart: Chart): string {
  const { name } = chart.metadata;
  return chart.parent ? `${fullPath(chart.parent)}/charts/${name}` : name;
}

/** All templates of a chart and its subcharts; each chart's templates share one map of data. */
export function renderables(
  chart: Chart,
  values: ValueMap,
  surroundings: Surroundings,
  textOf: (data: Uint8Array) => string,
): Renderable[] {
  const found = new Map<string, Renderable>();
  const collect = (each: Chart, own: GoMap): GoMap => {
    const subcharts = goMap();
    const data = goMap({
      Chart: metadataValue(each.metadata, each.parent === undefined),
      Files: filesValue(each.files),
      Release: surroundings.release,
      Capabilities: surroundings.capabilities,
      Subcharts: subcharts,
    });
    const ownValues = new OwnValues(own);
    ownValues.placeIn(data);
    for (const subchart of each.dependencies) {
      const { name } = subchart.metadata;
      const inner = valuesAt(own, name);
      subcharts[name] = collect(subchart, inner);
    }
    const path = fullPath(each);
    const isLibrary = each.metadata.type.toLowerCase() === 'library';
    for (const { name: file, data: bytes } of each.templates) {
      if (isLibrary && !file.split('/').at(-1)?.startsWith('_')) continue;
      const name = `${path}/${file}`;
      const basePath = `${path}/templates`;
      found.set(name, { name, text: textOf(bytes), data: asValues(data), values: ownValues, basePath });
    }
    return data;
  };
  collect(chart, values as GoMap);
  return [...found.values()];
}

/** A subchart's part of its parent's values: the same map, so that what a template sets in it, both see. */
function valuesAt(values: GoMap, path: string): GoMap {
  let at: GoValue = values;
  for (const name of path.split('.')) {
    at = isGoMap(at) ? at[name] : undefined;
    if (!isTable(at)) return table() as GoMap;
  }
  return at as GoMap;
}
