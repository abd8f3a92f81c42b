import { gzipSync } from 'node:zlib';

export interface PackedEntry {
  name: string;
  data: string | Uint8Array;
  /** The header's letter; a file when absent. */
  type?: string;
}

/** A `.tgz` of these files, entries before them. */
export function packed(files: Record<string, string | Uint8Array>, before: PackedEntry[] = []): Uint8Array {
  const entries = Object.entries(files).map(([name, data]) => ({ name, data }));
  return gzipSync(tarOf([...before, ...entries]));
}

/** A tar archive; names longer than its field go into a pax record. */
export function tarOf(entries: PackedEntry[]): Buffer {
  const parts = entries.flatMap(entry => {
    const long = entry.name.length > 100;
    const record = long ? [member({ name: 'pax', type: 'x', data: paxRecord('path', entry.name) })] : [];
    return [...record, member({ ...entry, name: entry.name.slice(0, 100) })];
  });
  return Buffer.concat([...parts, Buffer.alloc(1024)]);
}

function paxRecord(key: string, value: string): string {
  const rest = ` ${key}=${value}\n`;
  const length = rest.length + String(rest.length + 3).length;
  return `${length}${rest}`;
}

function member({ name, data, type = '0' }: PackedEntry): Buffer {
  const content = Buffer.from(data);
  const header = Buffer.alloc(512);
  header.write(name, 0);
  header.write('0000644\0', 100);
  header.write(`${content.length.toString(8).padStart(11, '0')}\0`, 124);
  header.write('        ', 148);
  header.write(type, 156);
  header.write('ustar\x0000', 257);
  const sum = header.reduce((total, byte) => total + byte, 0);
  header.write(`${sum.toString(8).padStart(6, '0')}\0 `, 148);
  return Buffer.concat([header, content, Buffer.alloc((512 - (content.length % 512)) % 512)]);
}
