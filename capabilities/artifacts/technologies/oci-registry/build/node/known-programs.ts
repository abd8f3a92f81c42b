/** What a server needs to be told to listen where the platform looks; data that anyone may add to. */
export interface KnownServer {
  /** `$PORT` is filled in. */
  args: string[];
  /** Files it cannot do without, made when the repository has none. */
  files?: Record<string, string>;
}

/** Servers whose package is itself the application, by package name. */
export const KNOWN_SERVERS: Record<string, KnownServer> = {
  'json-server': {
    args: ['--host', '0.0.0.0', '--port', '$PORT', 'db.json'],
    files: {
      // From version 1 on it does not start in production without this folder.
      'public/.keep': '',
      'db.json': `${JSON.stringify(
        {
          posts: [{ id: '1', title: 'Hello from Slipway' }],
          comments: [{ id: '1', postId: '1', body: 'Replace db.json to serve your own data.' }],
          profile: { name: 'slipway' },
        },
        undefined,
        2,
      )}\n`,
    },
  },
  'http-server': { args: ['-a', '0.0.0.0', '-p', '$PORT'] },
  'local-web-server': { args: ['--hostname', '0.0.0.0', '--port', '$PORT'] },
  serve: { args: ['--listen', 'tcp://0.0.0.0:$PORT'] },
  'live-server': { args: ['--host=0.0.0.0', '--port=$PORT', '--no-browser'] },
  verdaccio: { args: ['--listen', '0.0.0.0:$PORT'] },
};

/** Commands that serve for development: rebuilt on change, large, meant for one person. Never for an environment. */
export const DEVELOPMENT_SERVERS = [
  /^react-scripts start\b/,
  /^(npx )?vite( dev| serve)?(\s+-|\s*$)/,
  /^webpack(-dev-server| serve| server)\b/,
  /^(npx )?ng serve\b/,
  /^vue-cli-service serve\b/,
  /^parcel(?! build)\b/,
  /^gatsby develop\b/,
  /^(astro|next|nuxt|nuxi|remix|snowpack|svelte-kit|docusaurus|vitepress) (dev|start$)/,
  /^(eleventy|@11ty\/eleventy).*--serve\b/,
  /^live-server\b/,
  /^browser-sync\b/,
];

/** `next start` and `docusaurus serve` are for production, though they look like the above. */
export const PRODUCTION_SERVERS = [/^next start\b/, /^nuxt start\b/, /^remix-serve\b/];

/** Arguments that let a production preview be reached from outside. */
export const PREVIEW_ARGS: [RegExp, string][] = [
  [/^vite preview\b/, '--host 0.0.0.0 --port $PORT'],
  [/^astro preview\b/, '--host 0.0.0.0 --port $PORT'],
  [/^serve\b(?!.*(?:-l|--listen|-p)\b)/, '--listen tcp://0.0.0.0:$PORT'],
  [/^json-server\b(?!.*--port)/, '--host 0.0.0.0 --port $PORT'],
  [/^http-server\b(?!.*-p)/, '-a 0.0.0.0 -p $PORT'],
];
