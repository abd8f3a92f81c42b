import type { IncomingMessage, ServerResponse } from 'node:http';
import { StatusError } from '@slipway/api';
import { wantsHtml } from '@slipway/gateway';
import type { SignInAudit } from '../audit.ts';
import type { Person } from '../people/directory.ts';
import type { Clients } from '../provider/clients.ts';
import { programOf } from '../sessions/program.ts';
import type { SignIn, SignIns } from '../sessions/sign-ins.ts';
import { redirect } from '../sign-in/site.ts';
import { sendJson } from './send-json.ts';
import type { SignedIn } from './signed-in.ts';

interface Options {
  portalUrl: string;
  clients: Clients;
  signIns: SignIns;
  audit: SignInAudit;
  signedIn(request: IncomingMessage): Promise<SignedIn>;
}

/**
 * Keycloak's Account REST API (`/realms/<realm>/account`), as far as it is about a person's own sessions. `rest` is
 * what follows `account/`.
 */
export function accountHandler(options: Options) {
  return async (request: IncomingMessage, response: ServerResponse, rest: string): Promise<void> => {
    // People who follow a tool's link to their account are led to where it is.
    if (rest === '' && request.method === 'GET' && wantsHtml(request))
      return redirect(response, `${options.portalUrl}/me`);
    const who = await options.signedIn(request).catch(error => {
      if (!(error instanceof StatusError)) throw error;
      const { status, message } = error;
      // Keycloak's words, and after them what to do.
      sendJson(response, status, { error: `HTTP ${status} ${error.reason}`, error_description: message });
    });
    if (!who) return;
    const answer = OPERATIONS.find(
      ({ method, path }) => method === request.method && new RegExp(`^${path}$`).test(rest),
    );
    if (!answer) {
      const message = `${request.method} account/${rest}: not supported; sessions and sessions/devices are`;
      return sendJson(response, 501, { error: 'not_supported', errorMessage: message });
    }
    await answer.run({ ...options, ...who, request, response, rest });
  };
}

interface Call extends Options, SignedIn {
  request: IncomingMessage;
  response: ServerResponse;
  rest: string;
}

const OPERATIONS: { method: string; path: string; run(call: Call): void | Promise<void> }[] = [
  { method: 'GET', path: '', run: ({ response, person }) => sendJson(response, 200, profileOf(person)) },
  { method: 'GET', path: 'sessions', run: listSessions },
  { method: 'GET', path: 'sessions/devices', run: listDevices },
  { method: 'DELETE', path: 'sessions', run: endSessions },
  { method: 'DELETE', path: 'sessions/[^/]+', run: endSession },
];

function profileOf({ id, name, displayName, email }: Person) {
  return { id, username: name, firstName: displayName, email, emailVerified: false, attributes: {} };
}

async function listSessions(call: Call): Promise<void> {
  sendJson(call.response, 200, await sessionsOf(call));
}

/** Keycloak puts sessions of one program at one address together. */
async function listDevices(call: Call): Promise<void> {
  const sessions = await sessionsOf(call);
  const devices = Map.groupBy(sessions, each => `${each.ipAddress} ${each.os} ${each.browser}`);
  sendJson(
    call.response,
    200,
    [...devices.values()].map(group => ({
      ipAddress: group[0]?.ipAddress,
      os: group[0]?.os,
      browser: group[0]?.browser,
      device: 'Other',
      lastAccess: Math.max(...group.map(each => each.lastAccess)),
      current: group.some(each => each.current),
      mobile: false,
      sessions: group.map(({ os: _os, ...session }) => session),
    })),
  );
}

/** All but the one that asks, unless `current=true`. */
async function endSessions(call: Call): Promise<void> {
  const { signIns, person, sid, request } = call;
  const isAll = new URL(request.url ?? '/', 'http://account').searchParams.get('current') === 'true';
  for (const { id } of signIns.of(person.id)) if (isAll || id !== sid) await end(call, id);
  noContent(call.response);
}

/** Somebody else's session is answered as one that has ended. */
async function endSession(call: Call): Promise<void> {
  const id = decodeURIComponent(call.rest.slice('sessions/'.length));
  if (call.signIns.of(call.person.id).some(each => each.id === id)) await end(call, id);
  noContent(call.response);
}

async function end({ signIns, audit, person, request }: Call, id: string): Promise<void> {
  signIns.end(id);
  await audit.tell({
    actor: person.name,
    verb: 'sign-out',
    object: 'one of their own sessions',
    outcome: 'allowed',
    source: request.socket.remoteAddress,
  });
}

async function sessionsOf({ signIns, person, sid, clients }: Call) {
  const found = signIns.of(person.id).toSorted((a, b) => b.lastAccess - a.lastAccess);
  return Promise.all(found.map(signIn => sessionOf(signIn, { sid, clients })));
}

/** Keycloak's SessionRepresentation; its times are seconds. */
async function sessionOf(signIn: SignIn, { sid, clients }: { sid: string; clients: Clients }) {
  const { id, ipAddress, startedAt, lastAccess, endsAt, isOffline, userAgent } = signIn;
  return {
    id,
    ipAddress,
    started: Math.floor(startedAt / 1000),
    lastAccess: Math.floor(lastAccess / 1000),
    expires: Math.floor(endsAt / 1000),
    clients: await Promise.all(
      signIn.clients.map(async clientId => ({
        clientId,
        clientName: (await clients.find(clientId))?.metadata.client_name ?? clientId,
        userConsentRequired: false,
        inUse: true,
        offlineAccess: isOffline,
      })),
    ),
    ...programOf(userAgent),
    current: id === sid,
  };
}

function noContent(response: ServerResponse): void {
  response.writeHead(204, { 'cache-control': 'no-store' }).end();
}
