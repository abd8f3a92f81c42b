/** Folders of the host base with their modes; every other one is 0755. */
export const FOLDERS: Record<string, number> = {
  '/dev': 0o755,
  '/etc': 0o755,
  '/home/node': 0o755,
  '/proc': 0o555,
  '/root': 0o700,
  '/run': 0o755,
  '/sys': 0o555,
  '/tmp': 0o1777,
  '/usr/bin': 0o755,
  '/usr/lib': 0o755,
  '/usr/lib64': 0o755,
  '/usr/local/bin': 0o755,
  '/usr/sbin': 0o755,
  '/var/tmp': 0o1777,
};

/** What is not root's, as in the official node images. */
export const OWNERS = { 'home/node': { uid: 1000, gid: 1000 } };

/** One tree below /usr, as current distributions have it. */
export const LINKS: Record<string, string> = {
  '/bin': 'usr/bin',
  '/lib': 'usr/lib',
  '/lib64': 'usr/lib64',
  '/sbin': 'usr/sbin',
  '/usr/local/bin/nodejs': 'node',
  '/usr/local/bin/npm': '../lib/node_modules/npm/bin/npm-cli.js',
  '/usr/local/bin/npx': '../lib/node_modules/npm/bin/npx-cli.js',
  '/var/run': '../run',
};

export const TEXTS: Record<string, string> = {
  '/etc/passwd':
    'root:x:0:0:root:/root:/bin/sh\nnode:x:1000:1000:node:/home/node:/bin/sh\nnobody:x:65534:65534:nobody:/:/bin/false\n',
  '/etc/group': 'root:x:0:\nnode:x:1000:\nnogroup:x:65534:\n',
  '/etc/hosts': '127.0.0.1\tlocalhost\n::1\tlocalhost\n',
  '/etc/resolv.conf': '',
  '/etc/nsswitch.conf': 'passwd: files\ngroup: files\nhosts: files dns\n',
  '/etc/os-release': 'ID=slipway-host\nNAME="Slipway host base"\nPRETTY_NAME="Slipway host base"\n',
};
