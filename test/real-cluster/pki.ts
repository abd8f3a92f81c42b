// The certificates kubeadm would make, each for a day, written where the processes read them.
import { generateKeyPairSync, randomBytes } from 'node:crypto';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { type CertificateAndKey, selfSigned, testAuthority } from '../self-signed.ts';

const SERVICE_NAMES = ['kubernetes', 'kubernetes.default', 'kubernetes.default.svc'];

export interface Pki {
  /** PEM text of the CA of the API server and of its clients. */
  ca: string;
  /** Token of a member of `system:masters`. */
  token: string;
  /** Path of `<name>.crt`, `<name>.key` and so on. */
  file(name: string): string;
}

/** Writes all certificates and keys into `folder`. */
export async function writePki(folder: string): Promise<Pki> {
  const file = (name: string) => join(folder, name);
  const put = async (name: string, made: CertificateAndKey) => {
    await writeFile(file(`${name}.crt`), made.cert);
    await writeFile(file(`${name}.key`), made.key, { mode: 0o600 });
  };
  const [ca, frontProxy, etcd] = await Promise.all(
    ['kubernetes', 'front-proxy-ca', 'etcd-ca'].map(testAuthority),
  );
  if (!ca || !frontProxy || !etcd) throw new Error('no authorities');
  const local = { names: ['localhost'], addresses: ['127.0.0.1'] };
  const user = (clientName: string, organizations: string[], by = ca) =>
    selfSigned({ names: [], clientName, organizations, ca: by });
  const apiServer = {
    names: [...local.names, ...SERVICE_NAMES],
    addresses: [...local.addresses, '10.96.0.1'],
    ca,
  };
  await Promise.all([
    put('ca', ca),
    put('front-proxy-ca', frontProxy),
    put('etcd-ca', etcd),
    put('etcd', await selfSigned({ ...local, ca: etcd })),
    put('apiserver', await selfSigned(apiServer)),
    put('apiserver-etcd-client', await user('kube-apiserver-etcd-client', [], etcd)),
    put('apiserver-kubelet-client', await user('kube-apiserver-kubelet-client', ['kubeadm:cluster-admins'])),
    put('front-proxy-client', await user('front-proxy-client', [], frontProxy)),
    put('controller-manager', await user('system:kube-controller-manager', [])),
    put('scheduler', await user('system:kube-scheduler', [])),
  ]);
  const { publicKey, privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  await writeFile(file('sa.pub'), publicKey.export({ type: 'spki', format: 'pem' }));
  await writeFile(file('sa.key'), privateKey.export({ type: 'pkcs8', format: 'pem' }), { mode: 0o600 });
  const token = randomBytes(24).toString('hex');
  await writeFile(file('tokens.csv'), `${token},test-admin,test-admin,system:masters\n`, { mode: 0o600 });
  return { ca: ca.cert, token, file };
}
