import { toBytes } from '../go-template/go-string.ts';
import type { GoValue } from '../go-template/value.ts';
import { nodeCrypto } from '../node-crypto.ts';
import { toInt64 } from './cast.ts';

// The Master Password algorithm (version 3).

const SEED = 'com.lyndir.masterpassword';
/** What each kind of password looks like; each letter stands for one of a set below. */
const TEMPLATES: Record<string, string[]> = {
  maximum: ['anoxxxxxxxxxxxxxxxxx', 'axxxxxxxxxxxxxxxxxno'],
  long: [
    ...[
      'CvcvnoCvcvCvcv',
      'CvcvCvcvnoCvcv',
      'CvcvCvcvCvcvno',
      'CvccnoCvcvCvcv',
      'CvccCvcvnoCvcv',
      'CvccCvcvCvcvno',
    ],
    ...[
      'CvcvnoCvccCvcv',
      'CvcvCvccnoCvcv',
      'CvcvCvccCvcvno',
      'CvcvnoCvcvCvcc',
      'CvcvCvcvnoCvcc',
      'CvcvCvcvCvccno',
    ],
    ...[
      'CvccnoCvccCvcv',
      'CvccCvccnoCvcv',
      'CvccCvccCvcvno',
      'CvcvnoCvccCvcc',
      'CvcvCvccnoCvcc',
      'CvcvCvccCvccno',
    ],
    ...['CvccnoCvcvCvcc', 'CvccCvcvnoCvcc', 'CvccCvcvCvccno'],
  ],
  medium: ['CvcnoCvc', 'CvcCvcno'],
  short: ['Cvcn'],
  basic: ['aaanaaan', 'aannaaan', 'aaannaaa'],
  pin: ['nnnn'],
};
const CHARACTERS: Record<string, string> = {
  V: 'AEIOU',
  C: 'BCDFGHJKLMNPQRSTVWXYZ',
  v: 'aeiou',
  c: 'bcdfghjklmnpqrstvwxyz',
  A: 'AEIOUBCDFGHJKLMNPQRSTVWXYZ',
  a: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz',
  n: '0123456789',
  o: "@&%?,=[]_:-+*$#!'^~;()/.",
  x: 'AEIOUaeiouBCDFGHJKLMNPQRSTVWXYZbcdfghjklmnpqrstvwxyz0123456789!@#$%^&*()',
};

function number(value: number): Uint8Array {
  return Uint8Array.of(value >>> 24, value >>> 16, value >>> 8, value);
}

/** sprig's `derivePassword`: the same password for the same counter, kind, master password, user and site. */
export function derivePassword(
  counter: GoValue,
  kind: string,
  password: string,
  user: string,
  site: string,
): string {
  const templates = Object.hasOwn(TEMPLATES, kind) ? TEMPLATES[kind] : undefined;
  if (!templates) return `cannot find password template ${kind}`;
  const [userBytes, siteBytes] = [toBytes(user), toBytes(site)];
  const salt = Buffer.concat([toBytes(SEED), number(userBytes.length), userBytes]);
  const key = nodeCrypto().scryptSync(toBytes(password), salt, 64, {
    N: 32_768,
    r: 8,
    p: 2,
    maxmem: 128 * 1024 * 1024,
  });
  const message = [toBytes(SEED), number(siteBytes.length), siteBytes, number(Number(toInt64(counter)))];
  const seed = nodeCrypto().createHmac('sha256', key).update(Buffer.concat(message)).digest();
  const template = templates[(seed[0] ?? 0) % templates.length] ?? '';
  return Array.from(template, (letter, at) => {
    const set = CHARACTERS[letter] ?? '';
    return set.charAt((seed[at + 1] ?? 0) % set.length);
  }).join('');
}
