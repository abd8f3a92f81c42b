import type { Environment, Promotion, WorkloadEnvironment } from '@slipway/kinds';
import type { Past } from '../environment/past.ts';

/** What is to be promoted, from what was asked and what ran where. */
export interface Target {
  from: string;
  image?: string;
  revision: string;
  rollback: boolean;
}

export interface Question {
  spec: Promotion['spec'];
  /** The environment that is promoted to; undefined: the platform has none of this name. */
  environment: Environment | undefined;
  /** Environments of the service, in order. */
  environments: string[];
  /** What ran in `to` and in `from`, newest first. */
  past: { to: Past[]; from: Past[] };
  /** How `from` is now. */
  fromNow: WorkloadEnvironment | undefined;
}

/** A promotion that cannot be; the message says what could. */
export interface Refusal {
  refused: string;
}

/** Where a promotion to this environment comes from; a rollback stays where it is. Pure. */
export function sourceOf({
  spec,
  environment,
  environments,
}: Omit<Question, 'past' | 'fromNow'>): string | Refusal {
  const { to, from, rollbackOf } = spec;
  if (!environment)
    return {
      refused: `environment ${JSON.stringify(to)}: the platform has none of this name; this service has ${environments.join(', ')}`,
    };
  if (!environments.includes(to))
    return {
      refused: `environment ${to}: service ${spec.workload} does not run there; it has ${environments.join(', ')}`,
    };
  if (rollbackOf !== undefined) return to;
  const rule = environment.spec.promotion?.from;
  if (rule === undefined)
    return {
      refused: `environment ${to}: nothing is promoted to it: the definition gives it no promotion.from`,
    };
  if (from !== undefined && from !== rule)
    return { refused: `from ${from}: what comes to ${to} comes from ${rule}; leave "from" out` };
  return rule;
}

/** The image and revision that are meant. Pure. */
export function targetOf(question: Question, from: string): Target | Refusal {
  return question.spec.rollbackOf === undefined ? forward(question, from) : backward(question);
}

function forward({ spec, past, fromNow }: Question, from: string): Target | Refusal {
  const { to, image, workload } = spec;
  const [now] = past.from;
  const wanted = image === undefined ? now : [...past.from, ...past.to].find(each => each.image === image);
  if (!wanted)
    return image === undefined
      ? { refused: `${workload}: nothing runs in ${from} yet; push to its repository first` }
      : { refused: `image ${image}: it never ran in ${from} or ${to}; these did: ${imagesOf(past)}` };
  const ranThere = past.to.some(each => each.image === wanted.image && each.revision === wanted.revision);
  const isCurrent = fromNow?.revision === wanted.revision && fromNow.image === wanted.image;
  if (wanted === now && !ranThere && !(isCurrent && fromNow?.healthy))
    return {
      refused: `${workload} in ${from} is ${isCurrent ? (fromNow?.health ?? 'Unknown') : 'Progressing'}${fromNow?.message ? ` (${fromNow.message})` : ''}; only what runs healthy there is promoted`,
    };
  return unlessThere(spec, { from, ...brought(wanted), rollback: false }, past.to[0]);
}

function backward({ spec, past }: Question): Target | Refusal {
  const { to, image, rollbackOf, workload } = spec;
  const [now, ...earlier] = past.to;
  if (!now) return { refused: `${workload}: nothing ran in ${to} yet; there is nothing to roll back` };
  if (now.image !== rollbackOf)
    return {
      refused: `${workload} in ${to} runs ${now.image ?? now.revision}, not ${rollbackOf}; look again`,
    };
  const wanted = earlier.find(each =>
    image === undefined ? each.image !== now.image : each.image === image,
  );
  if (!wanted)
    return image === undefined
      ? { refused: `${workload}: no other image ran in ${to} before; there is nothing to roll back to` }
      : {
          refused: `image ${image}: it never ran in ${to}; these did: ${imagesOf({ to: past.to, from: [] })}`,
        };
  return unlessThere(spec, { from: to, ...brought(wanted), rollback: true }, now);
}

function unlessThere(
  { workload, to }: Promotion['spec'],
  target: Target,
  now: Past | undefined,
): Target | Refusal {
  if (!now || now.image !== target.image || now.revision !== target.revision) return target;
  const what = target.image ?? target.revision;
  return { refused: `${workload}: ${what} runs in ${to} already, since ${now.at}` };
}

function brought({ image, revision }: Past): { image?: string; revision: string } {
  return { revision, ...(image ? { image } : {}) };
}

function imagesOf({ to, from }: Question['past']): string {
  const images = [...from, ...to].flatMap(({ image }) => (image ? [image] : []));
  return [...new Set(images)].slice(0, 5).join(', ') || 'none';
}
