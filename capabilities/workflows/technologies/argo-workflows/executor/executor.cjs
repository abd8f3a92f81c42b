// Runs inside pods, as the text of `node -e`: fetches input artifacts (SLIPWAY_MODE=inputs), or waits for `main` and
// delivers outputs (SLIPWAY_MODE=outputs). Node's own modules only, and no file of ours in the image.
const fs = require('node:fs');
const https = require('node:https');
const path = require('node:path');
const zlib = require('node:zlib');
const { pipeline } = require('node:stream/promises');

const { SLIPWAY_MODE, SLIPWAY_URL, SLIPWAY_CA, SLIPWAY_NODE, SLIPWAY_NEAR } = process.env;
// Stands for `/` where a container is a plain process; it has no resolver of its own there either.
const { SLIPWAY_ROOT = '' } = process.env;
const RUN_DIR = process.env.SLIPWAY_RUN_DIR ?? `${SLIPWAY_ROOT}/var/run/argo`;
const TOKEN =
  process.env.SLIPWAY_TOKEN ?? `${SLIPWAY_ROOT}/var/run/secrets/kubernetes.io/serviceaccount/token`;
const TERMINATION_LOG = `${SLIPWAY_ROOT}/dev/termination-log`;
const ATTEMPTS = 5;

main().catch(error => {
  console.error(error.message);
  if (fs.existsSync(TERMINATION_LOG)) fs.writeFileSync(TERMINATION_LOG, error.message.slice(0, 4000));
  process.exit(1);
});

async function main() {
  if (SLIPWAY_MODE === 'inputs')
    for (const input of JSON.parse(process.env.SLIPWAY_INPUTS))
      await fetchInput({ ...input, target: SLIPWAY_ROOT + input.target });
  if (SLIPWAY_MODE === 'outputs') await deliver(JSON.parse(process.env.SLIPWAY_OUTPUTS));
}

async function fetchInput(input) {
  const draft = `${input.target}.part`;
  fs.mkdirSync(path.dirname(input.target), { recursive: true });
  await attempted(`input artifact ${input.name}`, async () => {
    const response = input.url
      ? await download(input)
      : await request('GET', `inputs/${encodeURIComponent(input.name)}`);
    await pipeline(response, fs.createWriteStream(draft));
  });
  const whole = input.subPath ? `${input.target}.whole` : input.target;
  const archived = !input.plain && unpackable(draft);
  if (archived) await unpack(draft, whole, input.keepTop === true);
  if (!archived) place(draft, whole);
  if (input.subPath) takePart(input, whole);
  if (input.mode !== undefined) fs.chmodSync(input.target, input.mode);
}

/** `subPath` of an artifact: only that file or folder of it. */
function takePart({ name, subPath, target }, whole) {
  const part = path.resolve(whole, subPath);
  const there = part.startsWith(whole + path.sep) && fs.existsSync(part);
  const inside = there && fs.realpathSync(part).startsWith(fs.realpathSync(whole) + path.sep);
  if (!inside) throw new Error(`input artifact ${name}: nothing at subPath ${subPath}`);
  place(part, target);
  fs.rmSync(whole, { recursive: true, force: true });
}

async function deliver(outputs) {
  while (!fs.existsSync(`${RUN_DIR}/exitcode`)) await new Promise(resolve => setTimeout(resolve, 20));
  // Upstream delivers what is there after a failure too, and complains only about a success without outputs.
  const succeeded = fs.readFileSync(`${RUN_DIR}/exitcode`, 'utf8') === '0';
  for (const [index, output] of outputs.entries()) {
    const copy = `${RUN_DIR}/outputs/${index}`;
    if (fs.existsSync(copy)) await deliverOne(output, copy);
    else if (succeeded && !output.optional)
      throw new Error(`output ${output.kind} ${output.name}: no file at ${output.path}`);
  }
}

async function deliverOne(output, copy) {
  const name = encodeURIComponent(output.name);
  if (output.kind === 'parameter') {
    const text = fs.readFileSync(copy, 'utf8').replace(/\n$/, '');
    return attempted(`output parameter ${output.name}`, () =>
      request('PUT', `outputs/parameters/${name}`, Buffer.from(text)),
    );
  }
  // A folder that is not to be archived becomes a folder again where it arrives; it only travels as an archive.
  const plain = output.plain && !fs.statSync(copy).isDirectory();
  const archive = `${copy}.deliver`;
  if (plain) fs.copyFileSync(copy, archive);
  else
    await pipeline(
      pack(copy, path.basename(output.path)),
      zlib.createGzip({ level: 1 }),
      fs.createWriteStream(archive),
    );
  await attempted(`output artifact ${output.name}`, () =>
    request(
      'PUT',
      `outputs/artifacts/${name}?archive=${plain ? 'none' : 'tar'}`,
      fs.createReadStream(archive),
    ),
  );
}

async function attempted(what, action) {
  for (let attempt = 1; ; attempt++) {
    try {
      return await action();
    } catch (error) {
      if (attempt === ATTEMPTS || error.final) throw new Error(`${what}: ${error.message}`);
      await new Promise(resolve => setTimeout(resolve, 100 * 2 ** attempt));
    }
  }
}

function request(method, rest, body) {
  const url = new URL(`${SLIPWAY_URL}/executor/v1/${SLIPWAY_NODE}/${rest}`);
  const headers = { authorization: `Bearer ${fs.readFileSync(TOKEN, 'utf8').trim()}`, host: url.host };
  return send(url, { method, headers, ca: SLIPWAY_CA || undefined, ...near(url) }, body);
}

/** Where the platform is, for who cannot resolve its internal names. */
function near({ hostname }) {
  if (!SLIPWAY_ROOT || !SLIPWAY_NEAR) return {};
  const [address, port] = SLIPWAY_NEAR.split(':');
  return { hostname: address, port, servername: hostname, setHost: false };
}

function download({ url, headers = [] }) {
  const target = new URL(url);
  return send(target, {
    method: 'GET',
    headers: Object.fromEntries(headers.map(({ name, value }) => [name, value])),
  });
}

/** Resolves with the response of a success; follows no redirect but those of plain downloads. */
function send(url, options, body, hops = 0) {
  const client = url.protocol === 'http:' ? require('node:http') : https;
  return new Promise((resolve, reject) => {
    const request = client.request(url, options, response => {
      const { statusCode = 0, headers } = response;
      if (
        statusCode >= 300 &&
        statusCode < 400 &&
        headers.location &&
        !options.headers.authorization &&
        hops < 5
      ) {
        response.resume();
        return resolve(send(new URL(headers.location, url), options, undefined, hops + 1));
      }
      if (statusCode < 300) return resolve(options.method === 'PUT' ? drained(response) : response);
      const chunks = [];
      response.on('data', chunk => chunks.push(chunk));
      response.on('end', () => {
        const error = new Error(
          `${url.pathname}: ${statusCode} ${Buffer.concat(chunks).toString().slice(0, 500)}`,
        );
        error.final = statusCode < 500 && statusCode !== 429;
        reject(error);
      });
    });
    request.on('error', reject);
    if (body && typeof body.pipe === 'function') body.on('error', reject).pipe(request);
    else request.end(body);
  });
}

function drained(response) {
  return new Promise((resolve, reject) => response.on('error', reject).on('end', resolve).resume());
}

function unpackable(file) {
  const head = Buffer.alloc(512);
  const handle = fs.openSync(file, 'r');
  const length = fs.readSync(handle, head, 0, 512, 0);
  fs.closeSync(handle);
  return (
    (head[0] === 0x1f && head[1] === 0x8b) ||
    (length === 512 && head.toString('latin1', 257, 262) === 'ustar')
  );
}

/** As upstream: a single entry at the top becomes the artifact itself. */
async function unpack(file, target, keepTop) {
  const folder = `${target}.files`;
  fs.mkdirSync(folder, { recursive: true });
  const content = fs.readFileSync(file);
  const compressed = content[0] === 0x1f && content[1] === 0x8b;
  extract(compressed ? zlib.gunzipSync(content) : content, folder);
  const names = fs.readdirSync(folder);
  const only = names.length === 1 && !keepTop ? path.join(folder, names[0]) : folder;
  place(only, target);
  fs.rmSync(folder, { recursive: true, force: true });
  fs.rmSync(file, { force: true });
}

/** Moves a file or folder; into a folder that is there already (a mount), entry by entry. */
function place(source, target) {
  if (fs.existsSync(target) && fs.statSync(target).isDirectory() && fs.statSync(source).isDirectory()) {
    for (const name of fs.readdirSync(source)) place(path.join(source, name), path.join(target, name));
    return;
  }
  try {
    fs.renameSync(source, target);
  } catch {
    fs.cpSync(source, target, { recursive: true, verbatimSymlinks: true });
  }
}

/** Reads a tar archive; entries that would leave the folder are refused. */
function extract(tar, folder) {
  let overrides = {};
  for (let at = 0; at + 512 <= tar.length && tar[at] !== 0; ) {
    const header = tar.subarray(at, at + 512);
    const text = (from, to) => header.toString('utf8', from, to).replace(/\0.*$/s, '');
    const size = Number.parseInt(text(124, 136).trim() || '0', 8);
    const content = tar.subarray(at + 512, at + 512 + size);
    const type = String.fromCharCode(header[156] || 48);
    at += 512 + Math.ceil(size / 512) * 512;
    if (type === 'x' || type === 'g') {
      if (type === 'x') overrides = paxOf(content);
      continue;
    }
    if (type === 'L') {
      overrides = { ...overrides, path: content.toString('utf8').replace(/\0.*$/s, '') };
      continue;
    }
    const prefix = text(345, 500);
    const name =
      overrides.path ??
      (prefix && header.toString('latin1', 257, 262) === 'ustar'
        ? `${prefix}/${text(0, 100)}`
        : text(0, 100));
    write(folder, {
      name,
      type,
      content,
      mode: Number.parseInt(text(100, 108).trim() || '644', 8) & 0o777,
      link: overrides.linkpath ?? text(157, 257),
    });
    overrides = {};
  }
}

function write(folder, { name, type, content, mode, link }) {
  const target = path.resolve(folder, name);
  if (target !== folder && !target.startsWith(folder + path.sep))
    throw new Error(`archive entry ${name} leaves its folder`);
  if (target === folder) return;
  const parent = path.dirname(target);
  fs.mkdirSync(parent, { recursive: true });
  const real = fs.realpathSync(parent);
  const root = fs.realpathSync(folder);
  if (real !== root && !real.startsWith(root + path.sep))
    throw new Error(`archive entry ${name} leaves its folder through a link`);
  if (type === '5') return void fs.mkdirSync(target, { recursive: true, mode: mode | 0o700 });
  if (type === '2') return void fs.symlinkSync(link, target);
  if (type === '1') return void fs.copyFileSync(path.resolve(folder, link), target);
  if (type === '0' || type === '7') fs.writeFileSync(target, content, { mode });
}

function paxOf(content) {
  const records = {};
  for (let at = 0; at < content.length; ) {
    const space = content.indexOf(32, at);
    const length = Number(content.toString('utf8', at, space));
    if (!(length > 0)) break;
    const record = content.toString('utf8', space + 1, at + length - 1);
    records[record.slice(0, record.indexOf('='))] = record.slice(record.indexOf('=') + 1);
    at += length;
  }
  return records;
}

async function* pack(source, name) {
  yield* packEntry(source, name);
  yield Buffer.alloc(1024);
}

async function* packEntry(source, name) {
  const info = fs.lstatSync(source);
  const isFolder = info.isDirectory();
  const link = info.isSymbolicLink() ? fs.readlinkSync(source) : '';
  const type = isFolder ? '5' : link ? '2' : '0';
  const size = type === '0' ? info.size : 0;
  const full = isFolder ? `${name}/` : name;
  const records = {
    ...(Buffer.byteLength(full) > 100 ? { path: full } : {}),
    ...(Buffer.byteLength(link) > 100 ? { linkpath: link } : {}),
    ...(size >= 8 ** 11 ? { size } : {}),
  };
  if (Object.keys(records).length > 0) {
    const body = Buffer.from(
      Object.entries(records)
        .map(([key, value]) => paxRecord(key, value))
        .join(''),
    );
    yield header({ name: 'pax', type: 'x', size: body.length, mode: 0o644 });
    yield padded(body);
  }
  yield header({ name: full.slice(0, 100), type, size, mode: info.mode & 0o777, link: link.slice(0, 100) });
  if (type === '0') {
    for await (const chunk of fs.createReadStream(source)) yield chunk;
    yield Buffer.alloc((512 - (size % 512)) % 512);
  }
  if (isFolder)
    for (const child of fs.readdirSync(source).sort())
      yield* packEntry(path.join(source, child), `${name}/${child}`);
}

function paxRecord(key, value) {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}

function padded(body) {
  return Buffer.concat([body, Buffer.alloc((512 - (body.length % 512)) % 512)]);
}

function header({ name, type, size, mode, link = '' }) {
  const block = Buffer.alloc(512);
  const octal = (value, at, length) => block.write(value.toString(8).padStart(length - 1, '0'), at, 'latin1');
  block.write(name, 0, 100, 'utf8');
  octal(mode, 100, 8);
  octal(0, 108, 8);
  octal(0, 116, 8);
  octal(Math.min(size, 8 ** 11 - 1), 124, 12);
  octal(0, 136, 12);
  block.write('        ', 148, 'latin1');
  block.write(type, 156, 'latin1');
  block.write(link, 157, 100, 'utf8');
  block.write('ustar\0' + '00', 257, 'latin1');
  const sum = block.reduce((total, byte) => total + byte, 0);
  block.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148, 'latin1');
  return block;
}
