import type { Socket } from 'node:dgram';
import { decode, encode, type Packet, type Question } from 'dns-packet';

const TTL_SECONDS = 5;
const RCODE = { noError: 0, serverFailure: 2, noSuchName: 3 };

/** Addresses of a name for whoever asks from `address`; empty: no such name. Rejects when it cannot say. */
export type Lookup = (name: string, address: string) => Promise<string[]>;

/** Answers questions that arrive at a bound UDP socket: A records; other types are empty where the name exists. */
export function serveDns(socket: Socket, lookup: Lookup): void {
  socket.on('message', (message, from) => {
    answer(message, name => lookup(name, from.address)).then(
      reply => {
        if (reply) socket.send(reply, from.port, from.address, () => {});
      },
      () => {},
    );
  });
}

/** The reply to one DNS message (RFC 1035); undefined for what is no question. */
export async function answer(
  message: Uint8Array,
  lookup: (name: string) => Promise<string[]>,
): Promise<Buffer | undefined> {
  const query = parse(message);
  const question = query?.questions?.[0];
  if (query?.type !== 'query' || !question) return undefined;
  const reply = await decide(question, lookup);
  return encode({
    type: 'response',
    id: query.id ?? 0,
    // Authoritative, recursion desired and available, then the response code.
    flags: 0x0400 | 0x0100 | 0x0080 | reply.rcode,
    questions: [question],
    answers: reply.addresses.map(data => ({ type: 'A', name: question.name, ttl: TTL_SECONDS, data })),
  } satisfies Packet);
}

function parse(message: Uint8Array): Packet | undefined {
  try {
    return decode(Buffer.from(message));
  } catch {
    return undefined;
  }
}

async function decide(
  question: Question,
  lookup: (name: string) => Promise<string[]>,
): Promise<{ rcode: number; addresses: string[] }> {
  try {
    const addresses = await lookup(question.name.toLowerCase().replace(/\.$/, ''));
    if (addresses.length === 0) return { rcode: RCODE.noSuchName, addresses };
    return { rcode: RCODE.noError, addresses: question.type === 'A' ? addresses : [] };
  } catch {
    return { rcode: RCODE.serverFailure, addresses: [] };
  }
}
