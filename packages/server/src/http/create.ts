import { hasReason, type KubeObject, StatusError, timestamp } from '@slipway/api';
import { trackUpdate } from '../apply/index.ts';
import { defaultObject } from '../defaults/index.ts';
import { type ResourceInfo, validateObject } from '../schema/index.ts';
import { type Admitting, mutateByAdmission, validateByAdmission } from './admit.ts';
import { commit, type Decision, type Outcome } from './commit.ts';
import { decodeObject } from './decode.ts';
import { entryAnswer, objectAnswer } from './encode.ts';
import { type Exchange, type Target, targetOf } from './exchange.ts';
import { countsGenerations } from './generation.ts';
import { initialStatus } from './initial-status.ts';
import { statusOf } from './kind-rules.ts';
import { type WriteOptions, writeOptions } from './options.ts';
import { pause } from './pause.ts';
import { detailsOf, invalidField, subjectOf } from './refusals.ts';

/** Endpoint: a new object. */
export async function create(exchange: Exchange): Promise<void> {
  const target = targetOf(exchange);
  const options = writeOptions(exchange);
  const decoded = await decodeObject(exchange, target.info);
  const generated = !decoded.metadata.name && Boolean(decoded.metadata.generateName);
  const { object, entry } = await tryNames(generated, () =>
    createOnce(exchange, { decoded, options, generated }),
  );
  exchange.answer = entry
    ? entryAnswer(exchange, entry, target.info, 201)
    : objectAnswer(exchange, object, target.info, 201);
}

const MOST_NAMES = 8;

/** A generated name that is taken is no reason to give up at once (KEP-4420). */
async function tryNames(generated: boolean, attempt: () => Promise<Outcome>): Promise<Outcome> {
  for (let left = generated ? MOST_NAMES : 1; ; left--) {
    try {
      return await attempt();
    } catch (error) {
      if (left <= 1 || !hasReason(error, 'AlreadyExists')) throw error;
    }
  }
}

function createOnce(
  exchange: Exchange,
  { decoded, options, generated }: { decoded: KubeObject; options: WriteOptions; generated: boolean },
): Promise<Outcome> {
  const target = targetOf(exchange);
  const object = placed(exchange, target, decoded);
  const name = object.metadata.name ?? '';
  return commit(exchange, { target, name, verb: 'create', dryRun: options.dryRun }, async live => {
    if (live) throw alreadyExists(target, name, generated);
    return createDecision(exchange, { target, object, options });
  });
}

function alreadyExists({ info }: Target, name: string, generated: boolean): StatusError {
  const more = generated ? ', the server was not able to generate a unique name for the object' : '';
  const message = `${subjectOf(info, name)} already exists${more}`;
  return new StatusError('AlreadyExists', message, detailsOf(info, name));
}

const LETTERS = 'bcdfghjklmnpqrstvwxz2456789';
const LONGEST_BASE = 58;

/** The object with its name and namespace, and without what only the server sets. */
function placed(exchange: Exchange, target: Target, object: KubeObject): KubeObject {
  const { metadata } = object;
  const name = metadata.name || generatedName(exchange, metadata.generateName) || target.name;
  if (!name) {
    const message = 'Required value: name or generateName is required';
    throw invalidField(target.info, '', { field: 'metadata.name', message });
  }
  if (metadata.resourceVersion) {
    throw new StatusError('InternalError', 'resourceVersion should not be set on objects to be created');
  }
  const { namespace: _namespace, ...rest } = metadata;
  return { ...object, metadata: { ...rest, name, ...namespaceFor(target, object) } };
}

/** @throws StatusError BadRequest when the body names another namespace than the path */
export function namespaceFor(target: Target, object: KubeObject): { namespace?: string } {
  const { namespace } = object.metadata;
  if (!target.info.kind.namespaced) return {};
  if (target.namespace === undefined) {
    throw new StatusError('BadRequest', 'an empty namespace may not be set during creation');
  }
  if (namespace && namespace !== target.namespace) {
    throw new StatusError(
      'BadRequest',
      'the namespace of the provided object does not match the namespace sent on the request',
    );
  }
  return { namespace: target.namespace };
}

function generatedName(exchange: Exchange, base: string | undefined): string | undefined {
  if (!base) return undefined;
  const letters = Array.from(exchange.parts.random.bytes(5), byte => LETTERS[byte % LETTERS.length]);
  return base.slice(0, LONGEST_BASE) + letters.join('');
}

export interface Creating {
  target: Target;
  object: KubeObject;
  options: WriteOptions;
  /** Server-side apply has its own managedFields already. */
  tracked?: boolean;
}

/** Everything between the decoded object and the stored one: defaults, admission, validation, server fields. */
export async function createDecision(exchange: Exchange, creating: Creating): Promise<Decision> {
  const { target, options } = creating;
  const { info } = target;
  const name = creating.object.metadata.name ?? '';
  const whole = defaultObject(withSystemFields(exchange, creating), info);
  await pause(exchange);
  const checked = validateObject(whole, info, options.validation, exchange.complaints);
  exchange.warnings.push(...checked.warnings);
  const admitting: Admitting = { operation: 'CREATE', target, name, dryRun: options.dryRun };
  const mutated = await mutateByAdmission(exchange, { ...admitting, object: checked.object });
  await pause(exchange);
  const object = initialStatus(validAfter(mutated, checked.object, info), info);
  await validateByAdmission(exchange, { ...admitting, object });
  await pause(exchange);
  if (creating.tracked) return { change: 'put', object };
  const now = exchange.parts.clock.now();
  return {
    change: 'put',
    object: trackUpdate({
      live: undefined,
      updated: object,
      manager: options.manager,
      info,
      now,
    }),
  };
}

/** What admission has changed is checked once more: users write policies that change objects. */
export function validAfter(mutated: KubeObject, before: KubeObject, info: ResourceInfo): KubeObject {
  return mutated === before ? mutated : validateObject(mutated, info, 'Ignore').object;
}

function withSystemFields(exchange: Exchange, { target, object, tracked }: Creating): KubeObject {
  const { parts } = exchange;
  const {
    deletionTimestamp: _d,
    deletionGracePeriodSeconds: _g,
    resourceVersion: _r,
    managedFields,
    ...metadata
  } = object.metadata;
  const { [statusOf(target.info)]: _status, ...content } = object as KubeObject & Record<string, unknown>;
  return {
    ...(content as unknown as KubeObject),
    metadata: {
      ...metadata,
      uid: parts.random.uuid(),
      creationTimestamp: timestamp(parts.clock.now()),
      ...(countsGenerations(target.info) ? { generation: 1 } : {}),
      ...(tracked && managedFields ? { managedFields } : {}),
    },
  };
}
