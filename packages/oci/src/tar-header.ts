/** One member of a tar archive, as POSIX.1-2001 (pax) knows it. */
export interface TarMember {
  name: string;
  /** `device` is a character device 0/0: a whiteout as overlayfs has it. */
  type: 'file' | 'link' | 'symlink' | 'directory' | 'device';
  mode: number;
  uid: number;
  gid: number;
  size: number;
  /** Seconds since 1970. */
  time: number;
  linkname?: string;
}

const BLOCK = 512;
const FLAGS = { file: '0', link: '1', symlink: '2', device: '3', directory: '5' };
const LARGEST_OCTAL_SIZE = 8 ** 11 - 1;
const LARGEST_OCTAL_ID = 8 ** 7 - 1;

/** Header block(s) of a member; what does not fit the old fields goes into a pax record before it. */
export function tarHeader(member: TarMember): Buffer {
  const pax: [string, string][] = [];
  if (Buffer.byteLength(member.name) > 100) pax.push(['path', member.name]);
  if (Buffer.byteLength(member.linkname ?? '') > 100) pax.push(['linkpath', member.linkname ?? '']);
  if (member.size > LARGEST_OCTAL_SIZE) pax.push(['size', String(member.size)]);
  if (member.uid > LARGEST_OCTAL_ID) pax.push(['uid', String(member.uid)]);
  if (member.gid > LARGEST_OCTAL_ID) pax.push(['gid', String(member.gid)]);
  const header = block(member, FLAGS[member.type]);
  if (pax.length === 0) return header;
  const records = Buffer.from(pax.map(([key, value]) => record(key, value)).join(''));
  const before = block({ ...member, name: 'PaxHeader', size: records.length, linkname: '' }, 'x');
  return Buffer.concat([before, records, Buffer.alloc(padding(records.length)), header]);
}

/** Zero bytes that follow a content of this size. */
export function padding(size: number): number {
  return (BLOCK - (size % BLOCK)) % BLOCK;
}

/** Two empty blocks end an archive. */
export const TAR_END: Buffer = Buffer.alloc(2 * BLOCK);

/** `<length> <key>=<value>\n`, where the length counts itself. */
function record(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const bytes = Buffer.byteLength(rest);
  const digits = String(bytes + String(bytes).length).length;
  return `${bytes + digits}${rest}`;
}

function block(member: TarMember, flag: string): Buffer {
  const header = Buffer.alloc(BLOCK);
  header.write(cut(member.name, 100), 0);
  octal(header, member.mode & 0o7777, 100, 8);
  octal(header, Math.min(member.uid, LARGEST_OCTAL_ID), 108, 8);
  octal(header, Math.min(member.gid, LARGEST_OCTAL_ID), 116, 8);
  octal(header, Math.min(member.size, LARGEST_OCTAL_SIZE), 124, 12);
  octal(header, member.time, 136, 12);
  header.write('        ', 148);
  header.write(flag, 156);
  header.write(cut(member.linkname ?? '', 100), 157);
  header.write('ustar\x0000', 257);
  if (member.type === 'device') for (const offset of [329, 337]) octal(header, 0, offset, 8);
  let sum = 0;
  for (const byte of header) sum += byte;
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return header;
}

function cut(text: string, bytes: number): string {
  return Buffer.byteLength(text) <= bytes ? text : Buffer.from(text).subarray(0, bytes).toString('latin1');
}

function octal(header: Buffer, value: number, offset: number, width: number): void {
  header.write(
    `${Math.floor(value)
      .toString(8)
      .padStart(width - 1, '0')}\0`,
    offset,
  );
}
