import { type FunctionTable, GoError, goFunction } from '../go-template/function.ts';
import { type GoMap, goMap } from '../go-template/value.ts';
import { kindOf, underlying } from './go-kind.ts';
import { formatUrl, hostname, parseUrl, userinfoText } from './go-url.ts';

function urlParse(text: string): GoMap {
  const url = refusing('unable to parse url', () => parseUrl(text));
  return goMap({
    scheme: url.scheme,
    host: url.host,
    hostname: hostname(url.host),
    path: url.path,
    query: url.query,
    opaque: url.opaque,
    fragment: url.fragment,
    userinfo: userinfoText(url.user),
  });
}

function refusing<T>(problem: string, work: () => T): T {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof GoError)) throw error;
    throw new GoError(`${problem}: ${error.message}`, { cause: error });
  }
}

function textAt(map: GoMap, key: string): string {
  if (!Object.hasOwn(map, key)) return '';
  const value = underlying(map[key]);
  if (typeof value === 'string') return value;
  throw new GoError(`unable to parse ${key} key, must be of type string, but ${kindOf(value)} found`);
}

function urlJoin(map: GoMap): string {
  const userinfo = textAt(map, 'userinfo');
  const parse = () => parseUrl(`proto://${userinfo}@host`).user;
  return formatUrl({
    scheme: textAt(map, 'scheme'),
    host: textAt(map, 'host'),
    path: textAt(map, 'path'),
    query: textAt(map, 'query'),
    opaque: textAt(map, 'opaque'),
    fragment: textAt(map, 'fragment'),
    user: userinfo === '' ? undefined : refusing('unable to parse userinfo in dict', parse),
  });
}

/** URLs in parts: sprig's url.go. */
export const urlFunctions: FunctionTable = {
  urlParse: goFunction({ in: ['string'], out: 'map' }, urlParse),
  urlJoin: goFunction({ in: ['map'], out: 'string' }, urlJoin),
};
