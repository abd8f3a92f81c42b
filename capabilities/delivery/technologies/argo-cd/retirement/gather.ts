import { type AnyObject, apiVersionOf, type Kind, type Stored } from '@slipway/api';
import type { Client } from '@slipway/client';
import {
  Application,
  CronJob,
  Deployment,
  Environment,
  Pod,
  Repository,
  type Retirement,
  StatefulSet,
  TemplateRun,
  Workload,
} from '@slipway/kinds';
import { environmentRepository, teamOf, WORKLOAD_LABEL } from '../workload/plan.ts';
import type { Folders } from './folders.ts';
import type { Images } from './images.ts';
import type { Known } from './plan.ts';
import { sameThing, type Thing, thingOf } from './thing.ts';

/** Records of what happened, and heartbeats: they end by themselves. */
const PASSING = ['Event', 'Lease'];
/** Kinds that say which images run, wherever they stand. */
const RUNNERS = [Pod, Deployment, StatefulSet, CronJob] as Kind[];

/** What a controller can reach, beyond the API with all rights. */
export interface Doors {
  /** Undefined: there is no Git server whose files it may change. */
  folders(): Promise<Folders | undefined>;
  /** Undefined: there is no registry that it has a key to. */
  images: Images | undefined;
  /** Kinds that it may list; absent: all. */
  sees?: (kind: Kind) => boolean;
  /** The tool removes what its Applications applied: that is not for us to do. */
  cascades?: boolean;
}

/** Reads everything that a plan has to know, as it is now. */
export async function gather(
  client: Client,
  retirement: Stored<Retirement>,
  workload: Stored<Workload>,
  doors: Doors,
): Promise<Known> {
  const { namespace = '' } = retirement.metadata;
  const team = teamOf(namespace) ?? '';
  const service = workload.metadata.name;
  // Before anything goes, what is there now is all there is to know.
  const listed = retirement.status?.phase === 'Removing' ? (retirement.status.items ?? []) : [];
  const { items: repositories } = await client.list(Repository, { namespace });
  const own = repositories.find(
    ({ spec }) => spec.name === workload.spec.repository && spec.owner.toLowerCase() === team,
  );
  const folders = await doors.folders();
  const things = await thingsAround(client, { workload: thingFrom(Workload, workload), team, doors });
  const environments = repositories.filter(({ spec }) => spec.name.startsWith(environmentRepository('')));
  const found = await Promise.all(
    environments.map(({ spec }) => folders?.find(`${spec.owner}/${spec.name}`, service)),
  );
  const digests = digestsOf(things, service, listed);
  const imageRepositories = [`${team}/${service}`, `${team}/${service}/changes`];
  return {
    workload: thingFrom(Workload, workload),
    ...(own ? { repository: thingFrom(Repository, own) } : {}),
    things,
    listed,
    keep: retirement.spec.keep ?? [],
    folders: found.flatMap(each => (each ? [each] : [])),
    images: (
      await Promise.all(
        imageRepositories.map(each => doors.images?.find(each, digests) ?? Promise.resolve([])),
      )
    ).flat(),
    ...(doors.cascades ? { cascades: true } : {}),
    limits: limitsOf(doors, {
      ...(folders ? {} : { folders: environments.map(({ spec }) => `${spec.owner}/${spec.name}`) }),
      images: imageRepositories,
      service,
    }),
  };
}

/** What may be left, in words, each with what to do about it. */
function limitsOf(
  { images, sees }: Doors,
  about: { folders?: string[]; images: string[]; service: string },
): string[] {
  const { folders = [], service } = about;
  return [
    ...(folders.length > 0
      ? [`folders: no account at the Git server; remove ${service}/ from ${folders.join(', ')} by a commit`]
      : []),
    ...(images
      ? []
      : [
          `images: no account at the registry; remove ${about.images.join(' and ')} with the registry’s own tools`,
        ]),
    ...(sees
      ? [
          `objects: Secrets and kinds of others are not listed; kubectl get -A -l ${WORKLOAD_LABEL}=${service} shows what is left`,
        ]
      : []),
  ];
}

/** Images that lost their tag are known from the Builds that made them, or from an earlier look. */
function digestsOf(things: Thing[], service: string, listed: { kind: string; name: string }[]): string[] {
  const built = things.flatMap(({ digest, labels }) =>
    digest && labels[WORKLOAD_LABEL] === service ? [digest] : [],
  );
  const before = listed.flatMap(({ kind, name }) =>
    kind === 'Image' ? [name.slice(name.indexOf('@') + 1)] : [],
  );
  return [...new Set([...built, ...before])];
}

/** All objects in the team's namespaces, and what elsewhere has to do with the service. */
async function thingsAround(
  client: Client,
  { workload, team, doors: { sees = () => true } }: { workload: Thing; team: string; doors: Doors },
): Promise<Thing[]> {
  const kinds = (await client.kinds()).filter(kind => !PASSING.includes(kind.kind) && sees(kind));
  const applications = await listThings(client, Application as Kind, {});
  const runs = await listThings(client, TemplateRun as Kind, { namespace: workload.namespace ?? '' });
  const namespaces = await namespacesOf(client, workload, team, applications);
  const labelSelector = `${WORKLOAD_LABEL}=${workload.name}`;
  const lists = await Promise.all([
    ...namespaces.flatMap(namespace =>
      kinds.filter(({ namespaced }) => namespaced).map(kind => listThings(client, kind, { namespace })),
    ),
    ...kinds.filter(({ namespaced }) => !namespaced).map(kind => listThings(client, kind, { labelSelector })),
    ...RUNNERS.map(kind => listThings(client, kind, {})),
  ]);
  const all = [...applications, ...runs, ...lists.flat()];
  const references = referencesOf(all, workload);
  const elsewhere = await findElsewhere(client, { looked: namespaces, references, sees });
  return [...new Map([...all, ...elsewhere].map(thing => [thing.uid, thing])).values()];
}

/** Where the team's things stand, and where its Applications put theirs. */
async function namespacesOf(
  client: Client,
  { namespace = '', name }: Thing,
  team: string,
  applications: Thing[],
): Promise<string[]> {
  const { items } = await client.list(Environment);
  const own = applications.filter(({ labels }) => labels[WORKLOAD_LABEL] === name);
  const applied = own.flatMap(each => each.applied ?? []).flatMap(each => each.namespace ?? []);
  return [
    ...new Set([namespace, ...items.map(({ metadata }) => `${team}-${metadata.name}`), ...applied]),
  ].filter(each => each !== '');
}

type Reference = { apiVersion: string; kind: string; namespace?: string; name: string };

/** What the service's Applications and runs say that they made. */
function referencesOf(things: Thing[], workload: Thing): Reference[] {
  return things.flatMap(({ applied, inventory, labels }): Reference[] => {
    if (applied && labels[WORKLOAD_LABEL] === workload.name)
      return applied.map(({ group = '', version = 'v1', kind, namespace, name }) => ({
        apiVersion: apiVersionOf({ group, version }),
        kind,
        ...(namespace ? { namespace } : {}),
        name,
      }));
    return inventory?.some(made => sameThing(made, workload)) ? inventory : [];
  });
}

async function findElsewhere(
  client: Client,
  { looked, references, sees }: { looked: string[]; references: Reference[]; sees(kind: Kind): boolean },
): Promise<Thing[]> {
  const beyond = references.filter(({ namespace }) => namespace === undefined || !looked.includes(namespace));
  const found = await Promise.all(
    beyond.map(async ({ apiVersion, kind: kindName, namespace, name }) => {
      const kind = await client.discover(apiVersion, kindName);
      const key = { name, ...(namespace && kind?.namespaced ? { namespace } : {}) };
      const object = kind && sees(kind) ? await client.find(kind, key) : undefined;
      return kind && object ? [thingFrom(kind, object)] : [];
    }),
  );
  return found.flat();
}

async function listThings(
  client: Client,
  kind: Kind,
  options: { namespace?: string; labelSelector?: string },
): Promise<Thing[]> {
  const { items } = await client.list(kind, options);
  return items.map(item => thingFrom(kind, item));
}

function thingFrom(kind: unknown, object: unknown): Thing {
  return thingOf(kind as Kind, object as AnyObject);
}
