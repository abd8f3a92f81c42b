import type { RetirementItem, RetirementPart } from '@slipway/kinds';
import { WORKLOAD_LABEL } from '../workload/plan.ts';
import { groupOf, sameThing, type Thing } from './thing.ts';

/** A thing of the service: which part of it, and why. */
export interface Belonging {
  thing: Thing;
  part: RetirementPart;
  because: string;
  /** What it goes with: it stays when that stays. */
  via?: Thing;
  /** Its owner's end is its own: the garbage collector takes it. */
  owned?: boolean;
  /** Why it stays whatever anybody marks: others use it as well. */
  shared?: string;
}

/** What the rules look at. */
export interface Service {
  workload: Thing;
  /** Its Repository object. */
  repository?: Thing;
  things: Thing[];
  /** What an earlier look found, so that children are known when their parents are gone. */
  listed: RetirementItem[];
}

type Verdict = Omit<Belonging, 'thing'> | undefined;
type Rule = (thing: Thing, service: Service, found: Found) => Verdict;

/** What is known to belong to the service so far. */
class Found {
  readonly byUid = new Map<string, Belonging>();
  private readonly kinds = new Map<string, Belonging[]>();

  add(belonging: Belonging): void {
    this.byUid.set(belonging.thing.uid, belonging);
    const { kind } = belonging.thing;
    this.kinds.set(kind, [...(this.kinds.get(kind) ?? []), belonging]);
  }
  of(kind: string): Belonging[] {
    return this.kinds.get(kind) ?? [];
  }
  named(kind: string, { namespace }: Thing, name: string | undefined): Belonging | undefined {
    return this.of(kind).find(({ thing }) => thing.namespace === namespace && thing.name === name);
  }
}

/** Everything of the service among the things, by rules that are asked again until nothing more is found. */
export function belongingsOf(service: Service): Belonging[] {
  const found = new Found();
  let rest = service.things;
  for (;;) {
    const before = found.byUid.size;
    rest = rest.filter(thing => {
      const verdict = verdictOn(thing, service, found);
      if (verdict) found.add({ thing, ...verdict });
      return !verdict;
    });
    if (found.byUid.size === before) return [...found.byUid.values()];
  }
}

function verdictOn(thing: Thing, service: Service, found: Found): Verdict {
  // A receipt of a retirement is no part of what is retired.
  if (thing.kind === 'Retirement') return undefined;
  for (const rule of RULES) {
    const verdict = rule(thing, service, found);
    if (verdict) return verdict;
  }
  return undefined;
}

const itself: Rule = (thing, { workload }) =>
  thing.uid === workload.uid ? { part: 'service', because: 'the service itself' } : undefined;

const ownRepository: Rule = (thing, { workload, repository, things }) => {
  if (!repository || thing.uid !== repository.uid) return undefined;
  const other = things.find(
    each =>
      each.kind === 'Workload' &&
      each.uid !== workload.uid &&
      each.namespace === workload.namespace &&
      each.repository === workload.repository,
  );
  return {
    part: 'repository',
    because: 'holds its source, with all Git data',
    ...(other ? { shared: `service ${other.name} is made from it, too` } : {}),
  };
};

/** Records that controllers keep about it: they go when it goes, and would be made again before. */
const keptAboutIt: Rule = (thing, { workload }) =>
  thing.owners.includes(workload.uid) && PARTS[thing.kind] === undefined
    ? { part: 'service', because: 'kept about the service', owned: true }
    : undefined;

const labelled: Rule = (thing, { workload }) => {
  if (thing.labels[WORKLOAD_LABEL] !== workload.name || thing.kind === 'Workload') return undefined;
  if (thing.namespace !== undefined && thing.namespace !== workload.namespace) return undefined;
  const fromRepository = thing.labels[CATALOG_LABEL] !== undefined;
  return fromRepository ? undefined : { part: partOf(thing), because: 'labelled with the service' };
};

const naming: Rule = (thing, { workload }) =>
  thing.workload === workload.name &&
  thing.namespace === workload.namespace &&
  groupOf(thing).endsWith('slipway.dev')
    ? { part: partOf(thing), because: 'names the service' }
    : undefined;

const CATALOG_LABEL = 'catalog.slipway.dev/repository';
const HOOK_LABEL = 'source.slipway.dev/hook-of';

const ofRepository: Rule = (thing, { repository }, found) => {
  if (!repository || thing.namespace !== repository.namespace || !found.byUid.has(repository.uid))
    return undefined;
  const via = repository;
  if (thing.labels[CATALOG_LABEL] === repository.name)
    return { part: 'catalog', because: `read from repository ${repository.name}`, via };
  const isHook = thing.labels[HOOK_LABEL] === repository.name;
  const names = groupOf(thing) === 'source.slipway.dev' && thing.repository === repository.name;
  return isHook || names
    ? { part: 'repository', because: `belongs to repository ${repository.name}`, via }
    : undefined;
};

const delivered: Rule = (thing, _service, found) => {
  const application = found
    .of('Application')
    .find(each => sees(each.thing, thing) || isSame(each.thing, thing.tracked));
  if (!application) return undefined;
  const part = partOf(thing) === 'data' ? 'data' : 'deliveries';
  const { name } = application.thing;
  const other = thing.tracked && !isSame(application.thing, thing.tracked) ? thing.tracked : undefined;
  const shared = other ? { shared: `Application ${other.namespace}/${other.name} delivers it` } : {};
  return { part, because: `Application ${name} applied it`, via: application.thing, ...shared };
};

function sees({ applied = [] }: Thing, thing: Thing): boolean {
  return applied.some(each => {
    const { group = '', kind, namespace, name } = each;
    return (
      kind === thing.kind && group === groupOf(thing) && name === thing.name && namespace === thing.namespace
    );
  });
}

function isSame(thing: Thing, key: { namespace: string; name: string } | undefined): boolean {
  return key !== undefined && thing.namespace === key.namespace && thing.name === key.name;
}

/** What controllers made beside an object without owning it. */
const besides: Rule = (thing, _service, found) => {
  const parent = parentOf(thing, found);
  if (!parent) return undefined;
  const part = partOf(thing) === 'data' ? 'data' : parent.part;
  const because = `made for ${parent.thing.kind} ${parent.thing.name}`;
  // The controller that wrote Endpoints takes them, and would write them again while their Service is there.
  const owned = thing.kind === 'Endpoints' ? { owned: true } : {};
  return { part, because, via: parent.thing, ...owned };
};

function parentOf(thing: Thing, found: Found): Belonging | undefined {
  switch (thing.kind) {
    case 'Endpoints':
      return found.named('Service', thing, thing.name);
    case 'Secret':
      return found.named('Certificate', thing, thing.annotations['cert-manager.io/certificate-name']);
    case 'PersistentVolumeClaim':
      return found.of('StatefulSet').find(each => isClaimOf(thing, each.thing));
    default:
      return undefined;
  }
}

function isClaimOf(claim: Thing, set: Thing): boolean {
  if (claim.namespace !== set.namespace) return false;
  return (set.claims ?? []).some(template => {
    const prefix = `${template}-${set.name}-`;
    return claim.name.startsWith(prefix) && /^\d+$/.test(claim.name.slice(prefix.length));
  });
}

const run: Rule = (thing, { workload, things }) => {
  if (!thing.inventory?.some(made => sameThing(made, workload))) return undefined;
  const other = thing.inventory.find(
    made =>
      made.kind === 'Workload' && !sameThing(made, workload) && things.some(each => sameThing(each, made)),
  );
  return {
    part: 'records',
    because: 'the run of the template that made it',
    ...(other ? { shared: `it made service ${other.name}, too` } : {}),
  };
};

const madeByRun: Rule = (thing, { workload, repository, things }, found) => {
  const by = found.of('TemplateRun').find(each => each.thing.inventory?.some(made => sameThing(made, thing)));
  if (!by || (thing.kind === 'Workload' && thing.uid !== workload.uid)) return undefined;
  const isOther = thing.kind === 'Repository' && thing.uid !== repository?.uid;
  const user = isOther
    ? things.find(({ kind, repository: name }) => kind === 'Workload' && name === thing.name)
    : undefined;
  return {
    part: partOf(thing),
    because: `made by ${by.thing.name}`,
    via: by.thing,
    ...(user ? { shared: `service ${user.name} is made from it` } : {}),
  };
};

const decision: Rule = (thing, _service, found) => {
  const on = thing.decides ? found.byUid.get(thing.decides) : undefined;
  return on
    ? { part: 'promotions', because: `decides on ${on.thing.kind} ${on.thing.name}`, via: on.thing }
    : undefined;
};

const owned: Rule = (thing, { workload }, found) => {
  const owner = thing.owners.map(uid => found.byUid.get(uid)).find(each => each !== undefined);
  if (!owner) return undefined;
  const because = `belongs to ${owner.thing.kind} ${owner.thing.name}`;
  const isOwn = owner.thing.uid === workload.uid || partOf(thing) === 'data';
  const part = isOwn ? partOf(thing) : owner.part;
  return { part, because, via: owner.thing, ...(owner.thing.uid === workload.uid ? {} : { owned: true }) };
};

/** Found by an earlier look, whose reason is gone by now. */
const listedBefore: Rule = (thing, { listed }) => {
  const item = listed.find(each => each.uid === thing.uid && each.action === 'Remove');
  return item ? { part: item.part, because: item.because } : undefined;
};

const RULES: Rule[] = [
  itself,
  ownRepository,
  keptAboutIt,
  labelled,
  naming,
  ofRepository,
  delivered,
  run,
  madeByRun,
  decision,
  owned,
  besides,
  listedBefore,
];

const PARTS: Record<string, RetirementPart> = {
  Promotion: 'promotions',
  Approval: 'promotions',
  Workflow: 'pipelines',
  CronWorkflow: 'pipelines',
  Build: 'pipelines',
  Application: 'deliveries',
  PersistentVolumeClaim: 'data',
  Repository: 'repository',
  Entity: 'catalog',
  Template: 'catalog',
};

function partOf({ kind }: Thing): RetirementPart {
  return PARTS[kind] ?? 'records';
}
