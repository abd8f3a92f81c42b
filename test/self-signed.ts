// Certificates for tests, made when they run: the repository holds no private key, not even a worthless one.
import 'reflect-metadata';
import * as x509 from '@peculiar/x509';

/** PEM text of a certificate and of its private key (PKCS #8). */
export interface CertificateAndKey {
  cert: string;
  key: string;
}

export interface CertificateOptions {
  /** DNS names it is good for; the first is its common name. */
  names: string[];
  /** IP addresses it is good for. */
  addresses?: string[];
  /** Who signs it; absent: it signs itself and is its own root. */
  ca?: CertificateAndKey;
  /** Common name of a client's certificate, instead of the first DNS name: the user it stands for. */
  clientName?: string;
  /** `O=` of the subject: the groups of that user. */
  organizations?: string[];
}

const ALGORITHM = { name: 'ECDSA', namedCurve: 'P-256', hash: 'SHA-256' };
const DAY_MS = 24 * 60 * 60 * 1000;

/** A certificate (EC P-256, valid for a day) of a server or, with `clientName`, of a client. */
export async function selfSigned(options: CertificateOptions): Promise<CertificateAndKey> {
  const { names, addresses = [], ca, clientName = names[0], organizations = [] } = options;
  if (clientName === undefined) throw new Error('selfSigned: names: empty, and no clientName; give either');
  const alternatives = [
    ...names.map(value => ({ type: 'dns' as const, value })),
    ...addresses.map(value => ({ type: 'ip' as const, value })),
  ];
  const subject = [...organizations.map(name => ({ O: [name] })), { CN: [clientName] }];
  // Servers' certificates serve as clients' too: a stranger is refused for its CA, not for its purpose.
  const { clientAuth, serverAuth } = x509.ExtendedKeyUsage;
  const purposes = options.clientName === undefined ? [serverAuth, clientAuth] : [clientAuth];
  const extensions = [
    new x509.ExtendedKeyUsageExtension(purposes),
    ...(alternatives.length > 0 ? [new x509.SubjectAlternativeNameExtension(alternatives)] : []),
  ];
  return issue({ subject: new x509.Name(subject), extensions, isAuthority: ca === undefined, ca });
}

/** A root, valid for a day, that signs what is given it as `ca`. */
export async function testAuthority(name: string): Promise<CertificateAndKey> {
  const subject = new x509.Name([{ CN: [name] }]);
  return issue({ subject, extensions: [], isAuthority: true, ca: undefined });
}

async function issue(template: {
  subject: x509.Name;
  extensions: x509.Extension[];
  isAuthority: boolean;
  ca: CertificateAndKey | undefined;
}): Promise<CertificateAndKey> {
  const { subject, extensions, isAuthority, ca } = template;
  const keys = await crypto.subtle.generateKey(ALGORITHM, true, ['sign', 'verify']);
  const { digitalSignature, keyCertSign } = x509.KeyUsageFlags;
  const now = Date.now();
  const made = await x509.X509CertificateGenerator.create({
    subject: subject.toString(),
    issuer: ca ? new x509.X509Certificate(ca.cert).subject : subject.toString(),
    notBefore: new Date(now),
    notAfter: new Date(now + DAY_MS),
    publicKey: keys.publicKey,
    signingKey: ca ? await signingKey(ca.key) : keys.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(isAuthority, undefined, true),
      new x509.KeyUsagesExtension(isAuthority ? digitalSignature | keyCertSign : digitalSignature, true),
      ...extensions,
    ],
  });
  const pkcs8 = await crypto.subtle.exportKey('pkcs8', keys.privateKey);
  return { cert: `${made.toString('pem')}\n`, key: `${x509.PemConverter.encode(pkcs8, 'PRIVATE KEY')}\n` };
}

function signingKey(pem: string): Promise<CryptoKey> {
  return crypto.subtle.importKey('pkcs8', x509.PemConverter.decodeFirst(pem), ALGORITHM, false, ['sign']);
}
