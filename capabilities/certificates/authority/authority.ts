import { createPrivateKey, createPublicKey, generateKeyPairSync, X509Certificate } from 'node:crypto';
import type { Clock, Random } from '@slipway/api';
import type { Authority, AuthorityOptions, Leaf, LeafRequest, SigningRequest } from '../contract.ts';
import { type AuthorityState, readAuthority, writeAuthority } from './authority-file.ts';
import { signCertificate } from './x509.ts';

const DAY_MS = 24 * 3600 * 1000;
const ROOT_LIFE_MS = 3650 * DAY_MS;
/** Clocks of clients may be a little behind. */
const BACKDATE_MS = 5 * 60 * 1000;
const LEAVES_KEPT = 1000;

/**
 * Opens the authority of this folder, or makes it. It renews itself with the same key at two thirds of its life,
 * so certificates it has issued stay valid under either root.
 * @throws SlipwayError AuthorityUnreadable when the file is damaged or its key cannot be unsealed
 */
export async function openAuthority(options: AuthorityOptions): Promise<Authority> {
  const authority = new LocalAuthority(options, await loadOrMake(options));
  await authority.renew();
  return authority;
}

async function loadOrMake(options: AuthorityOptions): Promise<AuthorityState> {
  const stored = await readAuthority(options.folder, options.keys);
  if (stored) return stored;
  const { key } = newKey();
  const made = { key, certificates: [await signRoot(options, key)] };
  await writeAuthority(options.folder, options.keys, made);
  return made;
}

async function signRoot({ clock, random, commonName }: AuthorityOptions, key: string): Promise<string> {
  const template = {
    publicKey: publicKeyOf(key),
    subject: { CN: [commonName], O: ['Slipway local authority'] },
    names: { dnsNames: [], ipAddresses: [], uris: [], emailAddresses: [] },
    usages: ['cert sign', 'crl sign', 'digital signature'],
    isAuthority: true,
    notBefore: clock.now() - BACKDATE_MS,
    notAfter: clock.now() + ROOT_LIFE_MS,
    serial: newSerial(random),
  };
  return signCertificate(template, { key });
}

class LocalAuthority implements Authority {
  readonly #options: AuthorityOptions;
  #state: AuthorityState;
  #renewing: Promise<void> | undefined;
  readonly #leaves = new Map<string, { leaf: Promise<Leaf>; until: number }>();

  constructor(options: AuthorityOptions, state: AuthorityState) {
    this.#options = options;
    this.#state = state;
  }

  get caPem(): string {
    return this.#state.certificates.join('');
  }

  issue(request: LeafRequest): Promise<Leaf> {
    const now = this.#options.clock.now();
    const key = JSON.stringify([
      request.names,
      request.addresses,
      request.ttlMs,
      request.usages,
      request.organizations,
    ]);
    const kept = this.#leaves.get(key);
    if (kept && kept.until > now) return kept.leaf;
    const leaf = this.#issueNew(request);
    // Two thirds of its life, as cert-manager's default renews; least recently made ones go first.
    this.#leaves.delete(key);
    this.#leaves.set(key, { leaf, until: now + (request.ttlMs * 2) / 3 });
    leaf.catch(() => this.#leaves.delete(key));
    for (const oldest of this.#leaves.keys()) {
      if (this.#leaves.size <= LEAVES_KEPT) break;
      this.#leaves.delete(oldest);
    }
    return leaf;
  }

  async #issueNew(request: LeafRequest): Promise<Leaf> {
    const { key, publicKey } = newKey();
    const name = request.names[0] ?? request.addresses?.[0] ?? '';
    const cert = await this.sign({
      publicKey,
      // RFC 5280: a common name has at most 64 characters.
      subject: {
        ...(name.length <= 64 ? { CN: [name] } : {}),
        ...(request.organizations ? { O: request.organizations } : {}),
      },
      names: {
        dnsNames: request.names,
        ipAddresses: request.addresses ?? [],
        uris: [],
        emailAddresses: [],
      },
      usages: ['digital signature', ...(request.usages ?? ['server auth'])],
      isAuthority: false,
      ttlMs: request.ttlMs,
    });
    return { cert, key, notAfter: Date.parse(new X509Certificate(cert).validTo) };
  }

  async sign(request: SigningRequest): Promise<string> {
    await this.renew();
    const { clock, random } = this.#options;
    const certificate = this.#state.certificates[0] ?? '';
    const rootEnd = Date.parse(new X509Certificate(certificate).validTo);
    return signCertificate(
      {
        ...request,
        notBefore: clock.now() - BACKDATE_MS,
        notAfter: Math.min(clock.now() + request.ttlMs, rootEnd),
        serial: newSerial(random),
      },
      { certificate, key: this.#state.key },
    );
  }

  /** Makes the next root when this one is in the last third of its life, and forgets roots that have ended. */
  async renew(): Promise<void> {
    if (!isDue(this.#state.certificates[0], this.#options.clock)) return;
    this.#renewing ??= this.#renewNow().finally(() => {
      this.#renewing = undefined;
    });
    await this.#renewing;
  }

  async #renewNow(): Promise<void> {
    const { folder, keys, clock } = this.#options;
    const stored = (await readAuthority(folder, keys)) ?? this.#state;
    if (!isDue(stored.certificates[0], clock)) {
      this.#state = stored;
      return;
    }
    const valid = stored.certificates.filter(pem => endOf(pem) > clock.now());
    const root = await signRoot(this.#options, stored.key);
    const next = { key: stored.key, certificates: [root, ...valid] };
    await writeAuthority(folder, keys, next);
    this.#state = next;
    this.#leaves.clear();
  }
}

function isDue(pem: string | undefined, clock: Clock): boolean {
  return pem === undefined || endOf(pem) - clock.now() < ROOT_LIFE_MS / 3;
}

function endOf(pem: string): number {
  return Date.parse(new X509Certificate(pem).validTo);
}

function newKey(): { key: string; publicKey: Uint8Array } {
  const pair = generateKeyPairSync('ec', { namedCurve: 'P-256' });
  const key = pair.privateKey.export({ format: 'pem', type: 'pkcs8' }).toString();
  return { key, publicKey: pair.publicKey.export({ format: 'der', type: 'spki' }) };
}

function publicKeyOf(key: string): Uint8Array {
  return createPublicKey(createPrivateKey(key)).export({ format: 'der', type: 'spki' });
}

/** RFC 5280, 4.1.2.2: positive, at most 20 bytes. */
export function newSerial(random: Random): string {
  const bytes = random.bytes(16);
  bytes[0] = ((bytes[0] ?? 0) & 0x7f) | 0x40;
  return Buffer.from(bytes).toString('hex');
}
