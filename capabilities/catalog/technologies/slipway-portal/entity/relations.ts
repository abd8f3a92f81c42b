import type { BackstageEntity } from '@slipway/kinds';
import { parseRef, refOf, refText } from './envelope.ts';

export interface Relation {
  type: string;
  targetRef: string;
}

interface Rule {
  field: string;
  type: string;
  reverse: string;
  /** Kind of targets that name none. */
  kind?: string;
}

const COMMON: Rule[] = [{ field: 'owner', type: 'ownedBy', reverse: 'ownerOf', kind: 'group' }];
const DEPENDS: Rule[] = [
  { field: 'dependsOn', type: 'dependsOn', reverse: 'dependencyOf' },
  { field: 'dependencyOf', type: 'dependencyOf', reverse: 'dependsOn' },
];

/** Fields that make relations, by kind (Backstage's well-known relations). */
const RULES: Record<string, Rule[]> = {
  component: [
    ...COMMON,
    ...DEPENDS,
    { field: 'system', type: 'partOf', reverse: 'hasPart', kind: 'system' },
    { field: 'subcomponentOf', type: 'partOf', reverse: 'hasPart', kind: 'component' },
    { field: 'providesApis', type: 'providesApi', reverse: 'apiProvidedBy', kind: 'api' },
    { field: 'consumesApis', type: 'consumesApi', reverse: 'apiConsumedBy', kind: 'api' },
  ],
  api: [...COMMON, { field: 'system', type: 'partOf', reverse: 'hasPart', kind: 'system' }],
  resource: [...COMMON, ...DEPENDS, { field: 'system', type: 'partOf', reverse: 'hasPart', kind: 'system' }],
  system: [...COMMON, { field: 'domain', type: 'partOf', reverse: 'hasPart', kind: 'domain' }],
  domain: [...COMMON, { field: 'subdomainOf', type: 'partOf', reverse: 'hasPart', kind: 'domain' }],
  template: COMMON,
  group: [
    { field: 'parent', type: 'childOf', reverse: 'parentOf', kind: 'group' },
    { field: 'children', type: 'parentOf', reverse: 'childOf', kind: 'group' },
    { field: 'members', type: 'hasMember', reverse: 'memberOf', kind: 'user' },
  ],
  user: [{ field: 'memberOf', type: 'memberOf', reverse: 'hasMember', kind: 'group' }],
};

/** Relations an entity's own spec names, and the same seen from their targets. */
export function relationsOf(entity: BackstageEntity): {
  own: Relation[];
  reverse: { source: string; relation: Relation }[];
} {
  const self = refText(refOf(entity));
  const own: Relation[] = [];
  const reverse: { source: string; relation: Relation }[] = [];
  for (const rule of RULES[entity.kind.toLowerCase()] ?? []) {
    for (const target of targetsOf(entity, rule)) {
      own.push({ type: rule.type, targetRef: target });
      reverse.push({ source: target, relation: { type: rule.reverse, targetRef: self } });
    }
  }
  return { own: unique(own), reverse };
}

function targetsOf(entity: BackstageEntity, { field, kind }: Rule): string[] {
  const value = entity.spec?.[field];
  const texts = (Array.isArray(value) ? value : [value]).filter(
    text => typeof text === 'string' && text !== '',
  );
  const { namespace } = refOf(entity);
  return texts.flatMap(text => {
    try {
      return [refText(parseRef(text, { namespace, ...(kind ? { kind } : {}) }))];
    } catch {
      // A reference nobody can read relates to nothing; its entity was accepted by Backstage's rules.
      return [];
    }
  });
}

/** Each relation once, in a stable order. */
export function unique(relations: Relation[]): Relation[] {
  const byText = new Map(relations.map(relation => [`${relation.type} ${relation.targetRef}`, relation]));
  return [...byText.entries()].sort(([a], [b]) => (a < b ? -1 : 1)).map(([, relation]) => relation);
}
