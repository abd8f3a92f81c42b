import { DEFAULT_BLUEPRINT } from './blueprint.ts';
import type { CapabilityId } from './capability.ts';
import {
  blueprintOf,
  type Catalogue,
  capabilityOf,
  choicesFor,
  existingFor,
  parameterSchema,
  technologyOf,
} from './catalogue.ts';
import type { Choice, Located, PlatformDocument, Problem } from './document.ts';
import { withResolved } from './elsewhere/resolve-definition.ts';
import { gitopsOf, gitopsProblems } from './gitops.ts';
import { GUIDANCE_ONLY, isGuidanceOnly, knownTechnology, whereOf } from './map.ts';
import type { PackageRequest } from './package/resolve-packages.ts';
import { ruleProblems } from './promotion-rule.ts';
import { schemaProblems } from './schema-problems.ts';
import type { Ground, Technology } from './technology.ts';

/** One technology of a platform, for all capabilities it was chosen for. */
export interface SelectedComponent {
  technology: Technology;
  capabilities: CapabilityId[];
  engine: 'embedded' | 'upstream' | 'existing' | 'built-in';
  /** Of `existing`: where it is, and the name of the Secret (in `slipway-system`) with its credentials. */
  existing?: { url: string; credentials?: string };
  parameters: Record<string, unknown>;
}

export interface SelectedEnvironment {
  name: string;
  order: number;
  promotion?: {
    from: string;
    requires?: Record<string, unknown>[];
    rollback?: { requires: Record<string, unknown>[] };
  };
}

export interface SelectedTeam {
  name: string;
  members: string[];
  may: unknown[];
}

/** A definition with every default filled in and every word known. */
export interface Selection {
  name: string;
  ground: Ground;
  domain: string;
  appsDomain: string;
  /** Whether everything but source and delivery is applied through the platform's repository. */
  gitops: boolean;
  components: SelectedComponent[];
  environments: SelectedEnvironment[];
  teams: SelectedTeam[];
  packages: PackageRequest[];
  document: PlatformDocument;
}

/** The definition that runs when nobody wrote one. */
export const DEFAULT_DOCUMENT: PlatformDocument = {
  apiVersion: 'slipway.dev/v1alpha1',
  kind: 'Platform',
  metadata: { name: 'slipway' },
  spec: { blueprint: DEFAULT_BLUEPRINT },
};

/**
 * Chooses a technology for each capability: what the definition names, else what its blueprint names.
 * Words that are known but do not work yet are refused with what does.
 * @throws DefinitionError with every problem at once
 */
export function select(located: Located, known: Catalogue): Selection {
  const { document } = located;
  const catalogue = withResolved(known, document);
  const own = document.spec ?? {};
  const base = blueprintOf(catalogue, own.blueprint ?? DEFAULT_BLUEPRINT)?.document.spec ?? {};
  const spec = { ...base, ...own, capabilities: { ...base.capabilities, ...own.capabilities } };
  const ground = groundOf(document);
  if (ground === 'embedded' && groundOf({ spec: base } as PlatformDocument) === 'kubernetes')
    throw located.error([needsCluster(own.blueprint ?? DEFAULT_BLUEPRINT)]);
  const chosen = chooseAll(spec.capabilities, catalogue, ground);
  const problems = [
    ...unsupported(document, catalogue),
    ...environmentProblems(document, chosen.components),
    ...teamProblems(document),
    ...packageProblems(document, spec.environments ?? []),
    ...gitopsProblems(spec, ground, { components: chosen.components, catalogue }),
    ...chosen.problems,
    ...(chosen.problems.length > 0 ? [] : unmet(chosen.components, catalogue)),
  ];
  if (problems.length > 0) throw located.error(problems);
  return {
    name: document.metadata.name,
    ground,
    domain: spec.domain ?? 'slipway.localhost',
    appsDomain: spec.appsDomain ?? 'slipway-apps.localhost',
    gitops: gitopsOf(spec, ground, chosen.components),
    components: ordered(chosen.components),
    environments: (spec.environments ?? []).map((each, index) => ({ ...each, order: index + 1 })),
    teams: (spec.teams ?? []).map(team => ({
      name: team.name,
      members: team.members ?? [],
      may: team.may ?? [],
    })),
    packages: spec.packages ?? [],
    document,
  };
}

function needsCluster(blueprint: string): Problem {
  const message = `blueprint ${blueprint} is made of tools on a cluster; add target: { kubernetes: { context: NAME } } and domain, or choose another one`;
  return { field: 'spec.blueprint', message };
}

/** Where the platform stands. */
export function groundOf({ spec }: PlatformDocument): Ground {
  return spec?.target === undefined || spec.target === 'embedded' ? 'embedded' : 'kubernetes';
}

type Choices = NonNullable<NonNullable<PlatformDocument['spec']>['capabilities']>;

function chooseAll(
  choices: Choices,
  catalogue: Catalogue,
  ground: Ground,
): { components: SelectedComponent[]; problems: Problem[] } {
  const problems: Problem[] = [];
  const components = new Map<string, SelectedComponent>();
  for (const [id, wanted] of Object.entries(choices) as [CapabilityId, Choice | Choice[]][]) {
    const field = `spec.capabilities.${id}`;
    const list: Choice[] = Array.isArray(wanted) ? wanted : [wanted];
    if (list.length > 1 && capabilityOf(catalogue, id)?.choice === 'one') {
      problems.push({ field, message: `found ${list.length} technologies; allowed: one` });
      continue;
    }
    for (const [index, choice] of list.entries()) {
      const problem = choiceProblem(choice, id, catalogue, ground);
      if (problem) problems.push({ field, message: problem });
      if (problem) continue;
      problems.push(
        ...parameterProblems(choice, Array.isArray(wanted) ? `${field}.${index}` : field, catalogue, ground),
      );
      addChoice(components, choice, id, { catalogue, ground });
    }
  }
  return { components: [...components.values()], problems };
}

/** What a chosen technology needs and none of the others brings, each with who would. */
function unmet(components: SelectedComponent[], catalogue: Catalogue): Problem[] {
  const provided = new Set(components.flatMap(({ technology }) => technology.provides));
  return components.flatMap(({ technology, capabilities }) =>
    technology.requires
      .filter(need => !provided.has(need))
      .map(need => {
        const who = catalogue.technologies.filter(each => each.provides.includes(need));
        const choose = who.map(({ id, capabilities: [first] }) => `${first}: ${id}`).join(' or ');
        return {
          field: `spec.capabilities.${capabilities[0]}`,
          message: `${technology.id} needs ${need}, which nothing chosen provides; choose ${choose || 'another technology'}`,
        };
      }),
  );
}

function addChoice(
  components: Map<string, SelectedComponent>,
  choice: Choice,
  id: CapabilityId,
  { catalogue, ground }: { catalogue: Catalogue; ground: Ground },
) {
  const technology = technologyOf(catalogue, technologyName(choice));
  const known = components.get(technology.id);
  const parameters = typeof choice === 'string' ? {} : (choice.parameters ?? {});
  const existing = existingOf(choice) ?? known?.existing;
  components.set(technology.id, {
    technology,
    engine: existing ? 'existing' : engineOf(technology, ground),
    ...(existing ? { existing } : {}),
    capabilities: [...(known?.capabilities ?? []), id],
    parameters: { ...known?.parameters, ...parameters },
  });
}

/** Where one is that somebody runs already, when that is what a person chose. */
function existingOf(choice: Choice): SelectedComponent['existing'] {
  if (typeof choice === 'string' || typeof choice.engine !== 'object' || choice.engine === null)
    return undefined;
  return (choice.engine as { existing?: SelectedComponent['existing'] }).existing;
}

function engineOf({ upstream }: Technology, ground: Ground): SelectedComponent['engine'] {
  if (ground === 'embedded') return 'embedded';
  return upstream ? 'upstream' : 'built-in';
}

function technologyName(choice: Choice): string {
  return typeof choice === 'string' ? choice : choice.technology;
}

function choiceProblem(
  choice: Choice,
  id: CapabilityId,
  catalogue: Catalogue,
  ground: Ground,
): string | undefined {
  const existing = ground === 'kubernetes' && existingOf(choice) !== undefined;
  const allowed = existing ? existingFor(catalogue, id) : choicesFor(catalogue, id, ground);
  const name = technologyName(choice);
  const described = knownTechnology(catalogue, name) ? ` (${placeText(catalogue, name)})` : '';
  const found = `found ${JSON.stringify(name)}${described}`;
  if (allowed.length === 0)
    return `${found}; no technology for this capability runs in this version: leave it out`;
  if (!allowed.includes(name)) return `${found}; allowed: ${allowed.join(', ')}`;
  if (typeof choice === 'string') return undefined;
  const engine = ground === 'embedded' ? 'embedded' : 'upstream';
  if (choice.engine !== undefined && choice.engine !== engine && !existing) {
    return `engine ${JSON.stringify(choice.engine)} does not work in this version; allowed: ${engine}`;
  }
  const known = Object.keys(
    (parameterSchema(technologyOf(catalogue, name), ground).properties as object | undefined) ?? {},
  );
  const unknown = Object.keys(choice.parameters ?? {}).find(parameter => !known.includes(parameter));
  if (unknown === undefined) return undefined;
  return `parameter ${JSON.stringify(unknown)} is unknown to ${name}; allowed: ${known.join(', ') || 'none'}`;
}

function placeText(catalogue: Catalogue, id: string): string {
  return isGuidanceOnly(catalogue, id) ? `${GUIDANCE_ONLY} in this version` : whereOf(catalogue, id);
}

/** Values that a technology's parameters may not have, before anything is started with them. */
function parameterProblems(choice: Choice, field: string, catalogue: Catalogue, ground: Ground): Problem[] {
  const given = typeof choice === 'string' ? {} : (choice.parameters ?? {});
  const schema = parameterSchema(technologyOf(catalogue, technologyName(choice)), ground);
  const isWritten = typeof choice !== 'string' && choice.parameters !== undefined;
  if (!isWritten && schema.required === undefined) return [];
  return schemaProblems(given, schema).map(({ message, field: below }) => {
    // What has no value yet stands nowhere in the text: the choice itself is what to look at.
    if (isWritten) return { message, field: `${field}.parameters.${below}` };
    return { message: `${technologyName(choice)} needs parameters: ${below}: ${message}`, field };
  });
}

/** Words of the format that this version cannot keep yet: refused by name, never accepted and ignored. */
function unsupported({ spec = {} }: PlatformDocument, catalogue: Catalogue): Problem[] {
  const problems: Problem[] = [];
  const refuse = (field: string, found: unknown, allowed: string) =>
    problems.push({ field, message: `found ${JSON.stringify(found)}; allowed in this version: ${allowed}` });
  if (spec.blueprint !== undefined && !blueprintOf(catalogue, spec.blueprint))
    refuse('spec.blueprint', spec.blueprint, catalogue.blueprints.map(({ id }) => id).join(', '));
  if (groundOf({ spec } as PlatformDocument) === 'kubernetes') return [...problems, ...clusterProblems(spec)];
  if (spec.tls?.issuer !== undefined && spec.tls.issuer !== 'local')
    refuse('spec.tls.issuer', spec.tls.issuer, 'local');
  if (spec.expose !== undefined && spec.expose !== 'loopback') refuse('spec.expose', spec.expose, 'loopback');
  for (const field of ['domain', 'appsDomain'] as const) {
    const value = spec[field];
    if (value !== undefined && !/^([a-z0-9]([-a-z0-9]*[a-z0-9])?\.)*localhost$/.test(value)) {
      refuse(`spec.${field}`, value, 'a name that ends in .localhost');
    }
  }
  return problems;
}

/** On a cluster an address has to be one of one's own. */
function clusterProblems(spec: NonNullable<PlatformDocument['spec']>): Problem[] {
  const problems: Problem[] = [];
  if (spec.domain === undefined)
    problems.push({
      field: 'spec.target',
      message:
        'spec.domain is missing; a platform on a cluster needs a domain whose names lead to its ingress',
    });
  if (spec.expose !== undefined)
    problems.push({
      field: 'spec.expose',
      message: 'means nothing on a cluster, whose ingress listens; leave it out',
    });
  const { issuer, acme, files } = spec.tls ?? {};
  const missing = {
    letsencrypt: !acme?.email && 'acme.email',
    acme: !acme?.server && 'acme.server',
    files: !files && 'files',
    local: false,
  };
  const field = missing[(issuer ?? 'local') as keyof typeof missing];
  if (field) problems.push({ field: 'spec.tls', message: `issuer ${issuer} needs spec.tls.${field}` });
  return problems;
}

function environmentProblems({ spec = {} }: PlatformDocument, components: SelectedComponent[]): Problem[] {
  const provided = new Set(components.flatMap(({ technology }) => technology.provides));
  const problems: Problem[] = [];
  const seen = new Set<string>();
  for (const [index, { name, promotion }] of (spec.environments ?? []).entries()) {
    const field = `spec.environments.${index}`;
    if (seen.has(name))
      problems.push({
        field: `${field}.name`,
        message: `found ${JSON.stringify(name)} twice; names are unique`,
      });
    if (promotion && !seen.has(promotion.from)) {
      problems.push({
        field: `${field}.promotion.from`,
        message: `found ${JSON.stringify(promotion.from)}; allowed: an earlier environment (${[...seen].join(', ') || 'none'})`,
      });
    }
    if (promotion) problems.push(...ruleProblems(promotion, `${field}.promotion`, provided));
    seen.add(name);
  }
  return problems;
}

function packageProblems({ spec = {} }: PlatformDocument, environments: { name: string }[]): Problem[] {
  const known = environments.map(({ name }) => name);
  const packages = spec.packages ?? [];
  return packages.flatMap(({ name, environments: stages = {} }, index) => {
    const field = `spec.packages.${index}`;
    const unknown = Object.keys(stages).filter(stage => !known.includes(stage));
    const isTwice = packages.findIndex(each => each.name === name) < index;
    return [
      ...unknown.map(stage => ({
        field: `${field}.environments.${stage}`,
        message: `unknown environment; allowed: ${known.join(', ') || 'none'}`,
      })),
      ...(isTwice
        ? [{ field: `${field}.name`, message: `found ${JSON.stringify(name)} twice; names are unique` }]
        : []),
    ];
  });
}

function teamProblems({ spec = {} }: PlatformDocument): Problem[] {
  const problems: Problem[] = [];
  for (const [index, team] of (spec.teams ?? []).entries()) {
    if (team.name === 'team')
      problems.push({ field: `spec.teams.${index}.name`, message: 'a team may not be called "team"' });
  }
  return problems;
}

/** Whoever provides a contract comes before whoever requires it; otherwise the order stays. */
function ordered(components: SelectedComponent[]): SelectedComponent[] {
  const result: SelectedComponent[] = [];
  const visit = (component: SelectedComponent, path: string[]) => {
    if (result.includes(component) || path.includes(component.technology.id)) return;
    for (const contract of component.technology.requires) {
      const provider = components.find(other => other.technology.provides.includes(contract));
      if (provider) visit(provider, [...path, component.technology.id]);
    }
    result.push(component);
  };
  for (const component of components) visit(component, []);
  return result;
}
