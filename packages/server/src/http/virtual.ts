import type { KubeObject } from '@slipway/api';
import { validateObject } from '../schema/index.ts';
import { asObject, parseBody } from './decode.ts';
import { objectAnswer } from './encode.ts';
import { auditedResource, type Exchange, jsonAnswer, sourceOf, targetOf } from './exchange.ts';
import { negotiate, notAcceptable } from './negotiate.ts';
import { writeOptions } from './options.ts';
import { methodNotAllowed } from './refusals.ts';

/** Step: a create that is computed instead of stored, if this is one. */
export async function serveVirtual(exchange: Exchange): Promise<void> {
  const { info, verb, namespace, name, subresource } = targetOf(exchange);
  const resource = subresource === undefined ? info.kind.plural : `${info.kind.plural}/${subresource}`;
  const virtual = exchange.parts.virtual.get(`${info.kind.group}/${resource}`);
  if (!virtual) return;
  if (verb === 'list' && virtual.list) {
    exchange.answer = jsonAnswer(200, await virtual.list(exchange.incoming.query));
    return;
  }
  if (verb !== 'create') throw methodNotAllowed();
  refuseOtherShapes(exchange.incoming.accept);
  const sub = info.subresources.find(candidate => candidate.name === subresource);
  const kind = sub?.kind ? { ...info.kind, ...sub.kind } : info.kind;
  const body = parseBody(await exchange.incoming.body(), exchange.incoming.contentType, exchange.complaints);
  const decoded = asObject(body, { kind });
  const { dryRun } = writeOptions(exchange);
  const object = await virtual.create({
    object: subresource === undefined && !info.custom ? checked(exchange, decoded) : decoded,
    user: exchange.user,
    ...(exchange.impersonator ? { impersonator: exchange.impersonator } : {}),
    dryRun,
    ...(namespace === undefined ? {} : { namespace }),
    ...(name === undefined ? {} : { name }),
  });
  if (subresource !== undefined && !dryRun) await recordPart(exchange, resource);
  exchange.answer = objectAnswer(exchange, object, { ...info, kind }, 201);
}

/** Reviews change nothing; a token made for a ServiceAccount lets somebody act, so the audit tells of it. */
async function recordPart(exchange: Exchange, resource: string): Promise<void> {
  const { info, namespace, name } = targetOf(exchange);
  await exchange.parts.store.audit.append({
    actor: exchange.user.username,
    door: 'api',
    verb: 'create',
    // `serviceaccounts/token`: the resource has its subresource with it.
    resource: auditedResource(info.kind.group, resource),
    object: [namespace, name].filter(Boolean).join('/'),
    source: sourceOf(exchange),
    outcome: 'allowed',
  });
}

/** What is only answered has no metadata that tables could show. @throws StatusError NotAcceptable */
function refuseOtherShapes(accept: string): void {
  const shape = negotiate(accept);
  if (shape.as !== 'object') throw notAcceptable();
}

/** Fields of reviews are of their types, and unknown ones are told, as in any other object. */
function checked(exchange: Exchange, object: KubeObject): KubeObject {
  const { validation } = writeOptions(exchange);
  const found = validateObject(object, targetOf(exchange).info, validation, exchange.complaints);
  exchange.warnings.push(...found.warnings);
  return found.object;
}
