// The values and functions of the golden facts, as the Go program that recorded them has them.

import { printGo } from './format.ts';
import { contextFunction, type FunctionTable, GoError, goFunction } from './function.ts';
import { fromBytes } from './go-string.ts';
import { typeName } from './type-name.ts';
import {
  type CollectionType,
  GoComplex,
  type GoMap,
  GoNamed,
  GoNil,
  GoStruct,
  type GoValue,
  goMap,
  INTS,
  type IntKind,
  int64,
  nilCollection,
  SizedInt,
  STRING_MAP,
  STRINGS,
  type StructType,
  withType,
} from './value.ts';

/** A value as the facts write it: plain JSON, and `{ "$int": "5" }` and its kin for the rest. */
export type Written = null | boolean | string | number | Written[] | { [key: string]: Written };

function textMethod(print: (value: GoValue) => string): (receiver: GoValue) => ReturnType<typeof goFunction> {
  return receiver => goFunction({ in: [], out: 'string' }, () => print(receiver));
}

const INNER: StructType = {
  name: 'main.Inner',
  fields: { Name: 'string', Any: 'interface {}', hidden: 'int' },
  pointerMethods: { Shout: textMethod(inner => String((inner as GoStruct).fields.Name).toUpperCase()) },
};
const PERSON: StructType = {
  name: 'main.Person',
  fields: {
    Name: 'string',
    Age: 'int',
    Tags: '[]string',
    Inner: 'main.Inner',
    Pointer: '*main.Inner',
    Nothing: '*main.Inner',
    Any: 'interface {}',
    Labels: 'map[string]string',
    hidden: 'string',
  },
  methods: {
    Greet: person =>
      goFunction(
        { in: ['string'], out: 'string' },
        greeting => `${greeting} ${(person as GoStruct).fields.Name}`,
      ),
    Fail: () =>
      goFunction({ in: [], out: 'string' }, () => {
        throw new GoError('no luck');
      }),
    Sum: () =>
      goFunction({ in: [], variadic: 'int', out: 'int' }, (...numbers) =>
        numbers.reduce((a, b) => a + b, 0n),
      ),
    Self: person =>
      goFunction({ in: [], out: 'any' }, () => new GoStruct(PERSON, (person as GoStruct).fields)),
  },
};
const VERSION: StructType = {
  name: 'main.Version',
  fields: { Version: 'string', Major: 'string' },
  pointerMethods: {
    String: textMethod(version => String((version as GoStruct).fields.Version)),
    Short: textMethod(version => `short ${(version as GoStruct).fields.Version}`),
  },
};
const HOLDER: StructType = { name: 'main.Holder', fields: { Version: 'main.Version', Any: 'interface {}' } };
const PROBLEM: StructType = {
  name: 'main.Problem',
  fields: { Code: 'int' },
  methods: { Error: textMethod(problem => `problem ${(problem as GoStruct).fields.Code}`) },
};
const VALUES: CollectionType = {
  name: 'main.Values',
  element: 'interface {}',
  underlying: 'map[string]interface {}',
  methods: {
    Keys: values => goFunction({ in: [], out: 'int' }, () => BigInt(Object.keys(values as GoMap).length)),
    Pick: values => goFunction({ in: ['string'], out: 'any' }, key => (values as GoMap)[key]),
  },
};
const WORDS: CollectionType = {
  name: 'main.Words',
  element: 'string',
  underlying: '[]string',
  methods: {
    Has: words => goFunction({ in: ['string'], out: 'bool' }, word => (words as GoValue[]).includes(word)),
  },
};

function inner(name: string, content: GoValue, hidden: bigint, pointer: boolean): GoStruct {
  return new GoStruct(INNER, { Name: name, Any: content, hidden }, pointer);
}

function person(name: string, pointer: boolean): GoStruct {
  return new GoStruct(
    PERSON,
    {
      Name: name,
      Age: 42n,
      Tags: withType(['a', 'b'], STRINGS),
      Inner: inner('in', null, 0n, false),
      Pointer: inner('ptr', null, 0n, true),
      Nothing: new GoNil('*main.Inner', INNER),
      Any: goMap({ k: 'v' }),
      Labels: withType(goMap({ l: 'x' }), STRING_MAP),
      hidden: '',
    },
    pointer,
  );
}

function holder(version: string, pointer: boolean): GoStruct {
  const of = (major: string) => new GoStruct(VERSION, { Version: version, Major: major });
  return new GoStruct(HOLDER, { Version: of('1'), Any: of('2') }, pointer);
}

const TAGS: Record<string, (written: Written) => GoValue> = {
  int: written => BigInt(String(written)),
  float: written => Number(String(written).replace(/Inf$/, 'Infinity')),
  complex: written => new GoComplex(...(written as [number, number])),
  bytes: written => new Uint8Array(Buffer.from(String(written), 'base64')),
  raw: written => fromBytes(Buffer.from(String(written), 'base64')),
  strings: written => (written === null ? nilCollection(STRINGS) : withType(list(written), STRINGS)),
  ints: written => withType((written as number[]).map(BigInt), INTS),
  stringMap: written => (written === null ? nilCollection(STRING_MAP) : withType(map(written), STRING_MAP)),
  intMap: written =>
    withType(
      goMap(Object.fromEntries(Object.entries(written as object).map(([key, each]) => [key, BigInt(each)]))),
      { name: 'map[string]int', element: 'int' },
    ),
  values: written => withType(map(written), VALUES),
  words: written => withType(list(written), WORDS),
  text: written =>
    new GoNamed('main.Text', String(written), { String: textMethod(text => `<${(text as GoNamed).value}>`) }),
  word: written => new GoNamed('main.Word', String(written)),
  level: written =>
    new GoNamed('main.Level', BigInt(String(written)), {
      String: textMethod(level => `level ${(level as GoNamed).value}`),
    }),
  celsius: written => new GoNamed('main.Celsius', Number(written)),
  problem: written => new GoStruct(PROBLEM, { Code: BigInt(String(written)) }),
  inner: written => inner(String(written), 1n, 7n, false),
  innerPointer: written => inner(String(written), 1n, 7n, true),
  nilInner: () => new GoNil('*main.Inner', INNER),
  person: written => person(String(written), false),
  personPointer: written => person(String(written), true),
  holder: written => holder(String(written), false),
  holderPointer: written => holder(String(written), true),
  func: written => functions[String(written)],
};

function list(written: Written): GoValue[] {
  return (written as Written[]).map(readValue);
}

function map(written: Written): GoMap {
  return goMap(
    Object.fromEntries(Object.entries(written as object).map(([key, value]) => [key, readValue(value)])),
  );
}

/** The value that the facts write so. */
export function readValue(written: Written): GoValue {
  if (Array.isArray(written)) return list(written);
  if (typeof written !== 'object' || written === null) return written;
  const [key = '', value = null] = Object.entries(written)[0] ?? [];
  if (!key.startsWith('$') || Object.keys(written).length !== 1) return map(written);
  const tag = key.slice(1);
  if (/^u?int\d*$/.test(tag) && tag !== 'int') return new SizedInt(tag as IntKind, BigInt(String(value)));
  return TAGS[tag]?.(value);
}

const includes: FunctionTable = {
  include: contextFunction({ in: ['string', 'any'], out: 'string' }, (call, name, data) => {
    if (call.depth > 50) throw new GoError('too deep');
    return call.execute(name, data);
  }),
};

/** The functions that templates of the facts may call. */
export const functions: FunctionTable = {
  ...includes,
  takesInt: goFunction({ in: ['int'], out: 'int' }, number => BigInt.asIntN(64, number * 2n)),
  takesInt64: goFunction({ in: ['int64'], out: 'int64' }, number => int64((number as SizedInt).value * 2n)),
  takesUint8: goFunction({ in: ['uint8'], out: 'uint8' }, number => number),
  takesFloat: goFunction({ in: ['float64'], out: 'float64' }, number => number / 2),
  takesBool: goFunction({ in: ['bool'], out: 'bool' }, truth => !truth),
  takesString: goFunction({ in: ['string'], out: 'string' }, text => `<${text}>`),
  takesList: goFunction({ in: ['list'], out: 'int' }, values => BigInt(values.length)),
  takesStrings: goFunction({ in: ['[]string'], out: 'int' }, values => BigInt(values.length)),
  takesMap: goFunction({ in: ['map'], out: 'int' }, values => BigInt(Object.keys(values).length)),
  takesAny: goFunction({ in: ['any'], out: 'string' }, value => nilOr(value)),
  takesTwo: goFunction({ in: ['string', 'int'], out: 'string' }, (text, number) => text + number),
  takesInner: goFunction({ in: ['main.Inner'], out: 'string' }, value => (value as GoStruct).fields.Name),
  joined: goFunction({ in: ['string'], variadic: 'string', out: 'string' }, (mark, ...texts) =>
    texts.join(mark),
  ),
  joinedInts: goFunction({ in: ['string'], variadic: 'int', out: 'string' }, (mark, ...numbers) =>
    printGo([mark, withType(numbers, INTS)]),
  ),
  count: goFunction({ in: [], variadic: 'any', out: 'int' }, (...values) => BigInt(values.length)),
  list: goFunction({ in: [], variadic: 'any', out: 'list' }, (...values) => values),
  dict: goFunction({ in: [], variadic: 'any', out: 'map' }, (...values) => {
    const result = goMap();
    for (let at = 0; at + 1 < values.length; at += 2) result[printGo([values[at]])] = values[at + 1];
    return result;
  }),
  fails: goFunction({ in: ['string'], out: 'string' }, message => {
    throw new GoError(message);
  }),
  nothing: goFunction({ in: [], out: 'any' }, () => null),
  words: goFunction({ in: [], out: '[]string' }, () => withType(['x', 'y'], STRINGS)),
  anyMap: goFunction({ in: [], out: 'any' }, () => goMap({ k: 'v' })),
  typeOf: goFunction({ in: ['any'], out: 'string' }, value => nilOr(value)),
  int64: goFunction({ in: ['int'], out: 'int64' }, number => new SizedInt('int64', number)),
  upper: goFunction({ in: ['string'], out: 'string' }, text => text.toUpperCase()),
};

function nilOr(value: GoValue): string {
  return value === null ? '<nil>' : typeName(value);
}
