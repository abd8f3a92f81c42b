import type {
  BranchProtection,
  Build,
  Entity,
  EnvironmentDelivery,
  Fact,
  Workload,
  WorkloadEnvironment,
} from '@slipway/kinds';
import { ruleFor } from '@slipway/sources';

/** One step of a pipeline's run, as Argo Workflows writes it. */
export interface PipelineStep {
  displayName?: string;
  templateName?: string;
  type?: string;
  phase?: string;
}

/** What was read about a service. Absent: it could not be read. */
export interface Seen {
  workload: Workload;
  entity?: Entity;
  /** Names of groups and teams that exist. */
  groups: string[];
  /** Characters of the README at the newest revision; 0 when there is none. */
  readmeLength?: number;
  /** Steps of the newest pipeline that has ended. */
  steps?: PipelineStep[];
  builds: Build[];
  protections?: BranchProtection[];
  delivery: EnvironmentDelivery[];
  /** Milliseconds since 1970. */
  now: number;
}

const DAY_MS = 86_400_000;

/** Every fact that checks may ask for, by its id. Pure. */
export const FACTS: Record<string, (seen: Seen) => Fact> = {
  owner: ownerFact,
  'readme-length': readmeFact,
  'tests-passed': testsFact,
  healthy: healthyFact,
  'days-since-deployment': deploymentFact,
  'image-pinned': pinnedFact,
  'bill-of-materials': seen =>
    buildFact(seen, 'bill of materials', build => build.status?.sbom !== undefined),
  signature: seen => buildFact(seen, 'signature', build => build.status?.signature !== undefined),
  provenance: seen => buildFact(seen, 'provenance', build => build.status?.provenance !== undefined),
  'branch-protected': protectedFact,
  'required-approvals': approvalsFact,
};

/** All facts of a service. */
export function factsOf(seen: Seen): Record<string, Fact> {
  return Object.fromEntries(Object.entries(FACTS).map(([id, fact]) => [id, fact(seen)]));
}

function unknown(reason: string): Fact {
  return { reason };
}

function ownerFact({ entity, groups, workload }: Seen): Fact {
  if (!entity) return unknown('the catalog has no entity of it yet');
  const evidence = `Entity ${entity.metadata.namespace}/${entity.metadata.name}`;
  const owner = entity.spec.entity.spec?.owner;
  if (typeof owner !== 'string' || owner === '')
    return { value: false, reason: 'its catalog file names no owner', evidence };
  const group = /^(?:group:)?(?:[^/:]+\/)?([^/:]+)$/i.exec(owner)?.[1]?.toLowerCase();
  const isPerson = /^user:/i.test(owner);
  const team = workload.metadata.namespace?.replace(/^team-/, '');
  const exists = isPerson || (group !== undefined && [...groups, team].includes(group));
  const reason = exists ? `owned by ${owner}` : `its owner ${owner} does not exist`;
  return { value: exists, reason, evidence };
}

function readmeFact({ readmeLength }: Seen): Fact {
  if (readmeLength === undefined) return unknown('its repository could not be read');
  if (readmeLength === 0) return { value: 0, reason: 'there is no README.md' };
  return { value: readmeLength, reason: `README.md has ${readmeLength} characters` };
}

function testsFact({ workload, steps }: Seen): Fact {
  const run = workload.status?.pipeline?.workflow;
  if (!steps || !run) return unknown('no pipeline of it has ended yet');
  const evidence = `Workflow ${workload.metadata.namespace}/${run}`;
  const tests = steps.filter(
    ({ type, displayName = '', templateName = '' }) =>
      type === 'Pod' &&
      /(^|[^a-z])(test|tests|verify|check)([^a-z]|$)/i.test(`${templateName} ${displayName}`),
  );
  if (tests.length === 0) return { value: false, reason: 'its pipeline has no step for tests', evidence };
  const bad = tests.find(({ phase }) => phase !== 'Succeeded');
  const named = (step: PipelineStep) => step.displayName ?? step.templateName ?? 'test';
  const reason = bad
    ? `step ${named(bad)}: ${bad.phase ?? 'not run'}`
    : `step ${tests.map(named).join(', ')} succeeded`;
  return { value: !bad, reason, evidence };
}

function delivered({ workload }: Seen): WorkloadEnvironment[] {
  return (workload.status?.environments ?? []).filter(each => each.image || each.revision);
}

function healthyFact(seen: Seen): Fact {
  const environments = delivered(seen);
  if (environments.length === 0) return unknown('nothing of it runs yet');
  const ill = environments.filter(each => !each.healthy);
  const told = (ill.length > 0 ? ill : environments).map(each => `${each.name} ${each.health ?? 'Unknown'}`);
  return { value: ill.length === 0, reason: told.join(', ') };
}

function deploymentFact({ delivery, now }: Seen): Fact {
  const last = delivery
    .flatMap(({ name, events }) =>
      events.flatMap(event => (event.type === 'deployment' ? [{ name, at: event.at }] : [])),
    )
    .sort((a, b) => Date.parse(a.at) - Date.parse(b.at))
    .at(-1);
  if (!last) return unknown('no deployment of it was seen');
  const days = Math.floor(Math.max(0, now - Date.parse(last.at)) / DAY_MS);
  return { value: days, reason: `deployed to ${last.name} at ${last.at}` };
}

function pinnedFact(seen: Seen): Fact {
  const images = delivered(seen).flatMap(({ name, image }) => (image ? [{ name, image }] : []));
  if (images.length === 0) return unknown('no image of it runs');
  const loose = images.find(({ image }) => !/@sha256:[0-9a-f]{64}$/.test(image));
  const reason = loose
    ? `${loose.name} runs ${loose.image}`
    : 'every environment runs an image by its digest';
  return { value: !loose, reason };
}

/** Something that hangs on the image which runs furthest: asked of the Build that made it. */
function buildFact(seen: Seen, what: string, has: (build: Build) => boolean): Fact {
  const image = delivered(seen)
    .flatMap(each => each.image ?? [])
    .at(-1);
  if (!image) return unknown('no image of it runs');
  const build = seen.builds.find(({ status }) => status?.image === image);
  if (!build) return unknown('the Build of the image that runs is gone');
  const value = has(build);
  const evidence = `Build ${build.metadata.namespace}/${build.metadata.name}`;
  return { value, reason: value ? `the image has a ${what}` : `the image has no ${what}`, evidence };
}

/** The rule that counts for the branch that is delivered, by source's own measure; absent: no rule does. */
function guarding({ workload, protections }: Seen): { rule?: BranchProtection } | undefined {
  if (!protections) return undefined;
  const { repository, branch = 'main' } = workload.spec;
  const own = protections.filter(({ spec }) => spec.repository === repository.toLowerCase());
  const rule = ruleFor(
    own.map(protection => ({ ...protection.spec, protection })),
    branch,
  );
  return rule ? { rule: rule.protection } : {};
}

function protectedFact(seen: Seen): Fact {
  const found = guarding(seen);
  if (!found) return unknown('branch protections could not be read');
  const { rule: first } = found;
  const branch = seen.workload.spec.branch ?? 'main';
  if (!first) return { value: false, reason: `anybody of the team may push to ${branch} directly` };
  const evidence = `BranchProtection ${first.metadata.namespace}/${first.metadata.name}`;
  const { enablePush, enablePushWhitelist } = first.spec;
  const value = enablePush !== true || enablePushWhitelist === true;
  const reason = value
    ? `${branch} is protected by ${first.spec.rule}`
    : `${first.spec.rule} lets everybody push to ${branch}`;
  return { value, reason, evidence };
}

function approvalsFact(seen: Seen): Fact {
  const found = guarding(seen);
  if (!found) return unknown('branch protections could not be read');
  const value = found.rule?.spec.requiredApprovals ?? 0;
  return { value, reason: `a change needs ${value} ${value === 1 ? 'approval' : 'approvals'}` };
}
