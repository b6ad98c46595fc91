import { plainToInstance } from 'class-transformer';
import { getMetadataStorage } from 'class-validator';
import {
  type EasemobApi,
  EasemobApiError,
  EasemobValidationError,
  type Message,
  MESSAGE_TYPES,
  MessageDto,
} from 'nestjs-easemob';
import { afterAll, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type EasemobTest, startEasemob } from '../support/easemob.js';
import {
  BODY_FIELDS,
  COMMON_FIELDS,
  type CommonFieldContract,
  type FieldContract,
  ids,
  MOST_TARGETS,
} from '../support/message-contract.js';

const APIS = ['legacy', 'current'] as const;
const TARGET_TYPES = ['users', 'chatgroups', 'chatrooms'] as const;
const ENTIRE_REQUEST_BYTES = 51_200;

type Fields = Readonly<Record<string, unknown>>;
type Contracts = Readonly<Record<string, FieldContract>>;

/** One field of a message whose other fields are all there and legal. */
interface FieldUnderTest {
  /** As a violation names it, for instance `msg.lat`. */
  readonly path: string;
  readonly contract: FieldContract;
  /** The message with this value in the field; undefined leaves the field out. */
  readonly messageWith: (value: unknown) => Fields;
}

let validating: EasemobTest;
let trusting: EasemobTest;
/** As `trusting`, with an emulator that takes what the service is known to take. */
let observed: EasemobTest;

describe.each(APIS)('over the %s API', (api) => {
  beforeAll(async () => {
    const options = { api, rateLimit: false, retry: false } as const;
    validating = await startEasemob(options, { limits: { rate: false } });
    trusting = await startEasemob({ ...options, validate: false }, { limits: { rate: false } });
    observed = await startEasemob(options, { limits: { rate: false }, strictness: 'observed' });
  });

  beforeEach(() => {
    validating.emulator.reset();
    trusting.emulator.reset();
    observed.emulator.reset();
  });

  afterAll(async () => {
    await validating.stop();
    await trusting.stop();
    await observed.stop();
  });

  describe.each(MESSAGE_TYPES)('msg of type %s', (type) => {
    const contracts = BODY_FIELDS[type] ?? {};
    const sent = samples(contracts, ({ neverSent = false }) => !neverSent);
    const required = samples(contracts, isRequired);

    it(`has samples of every field that the DTO of ${type} has`, () => {
      expect(Object.keys(contracts).toSorted()).toEqual(fieldsOf(bodyClassOf(type)));
    });

    itKeepsTheContract(
      api,
      Object.entries(contracts).map(([name, contract]) => ({
        path: `msg.${name}`,
        contract,
        messageWith: (value) => toBob({ msg: withField(sent, name, value) }),
      })),
    );

    it('arrives with its required fields alone', () => expectArrival(api, toBob({ msg: required })));

    it('is refused by both when it is too large', async () => {
      const message = toBob({ msg: sent, ext: { note: 'x'.repeat(ENTIRE_REQUEST_BYTES) } });
      expect(await rejection(validating, message)).toMatchObject({
        name: 'EasemobValidationError',
        kind: 'too-large',
      });
      expect(await rejection(trusting, message)).toMatchObject({
        name: 'EasemobApiError',
        kind: 'too-large',
        ...(api === 'legacy' ? { status: 413 } : { status: 400, errorCode: 14007 }),
      });
      expect([validating.calls(), trusting.emulator.messages]).toEqual([[], []]);
    });
  });

  describe.each(TARGET_TYPES)('a message to %s', (targetType) => {
    const contracts: Readonly<Record<string, CommonFieldContract>> = {
      ...COMMON_FIELDS,
      // The other target types are the other runs of this `describe`.
      target_type: { ...COMMON_FIELDS.target_type, legal: [targetType] },
    };
    const isKnown = ({ knownFor }: CommonFieldContract): boolean => knownFor[api].includes(targetType);
    const known = Object.entries(contracts).filter(([, contract]) => isKnown(contract));
    const unknown = Object.entries(contracts).filter(([, contract]) => !isKnown(contract));
    const all = samples(Object.fromEntries(known), () => true);
    const required = samples(contracts, isRequired);

    itKeepsTheContract(
      api,
      known.map(([name, contract]) => ({
        path: name,
        contract,
        messageWith: (value) => withField(all, name, value),
      })),
    );

    it('arrives with its required fields alone', () => expectArrival(api, required));

    it.each(unknown.map(([name, { legal }]): [string, unknown] => [name, legal[0]]))(
      'is refused by the library with %s, which the emulator ignores',
      async (name, value) => {
        const message = { ...all, [name]: value };
        await expectLocalRefusal(message, name);
        await trusting.messages.send(asMessage(message));
        expect(recorded(trusting)).toEqual(emulated(api, all));
      },
    );

    it('arrives at the most targets, and is refused by both with one more', async () => {
      const most = MOST_TARGETS[api][targetType];
      await expectArrival(api, { ...required, target: ids(most) });
      validating.emulator.reset();
      const message = { ...required, target: ids(most + 1) };
      await expectLocalRefusal(message, 'target');
      await expectRemoteRefusal(api, message, 'target');
    });

    it('is refused by both with users, which only directed messages have', async () => {
      const message = { ...required, users: ['carol'] };
      await expectLocalRefusal(message, 'users');
      expect(await post(api, message)).toBe(400);
      expect(trusting.emulator.messages).toEqual([]);
    });
  });
});

it('has samples of every field beside msg', () => {
  expect(Object.keys(COMMON_FIELDS).toSorted()).toEqual(fieldsOf(MessageDto));
});

/** Declares one test for each sample of each field. */
function itKeepsTheContract(api: EasemobApi, fields: readonly FieldUnderTest[]): void {
  it.each(fields.flatMap(legalRows))('arrives: %s', (_title, { given, sent }) =>
    expectArrival(api, given, sent),
  );

  it.each(fields.flatMap(convertedRows))('is converted: %s', async (_title, { given, sent }) => {
    await expectArrival(api, given, sent);
    expect(await post(api, given)).toBe(400);
    expect(trusting.emulator.messages).toEqual([]);
  });

  it.each(fields.flatMap((field) => illegalRows(api, field)))(
    'is refused: %s',
    async (_title, { path, message, isDocumented }) => {
      await expectLocalRefusal(message, path);
      if (isDocumented) await expectRemoteRefusal(api, message, path);
      else await trusting.messages.send(asMessage(message));
    },
  );

  it.each(fields.flatMap((field) => observedRows(api, field)))(
    'has the status %i as observed: %s',
    async (status, _title, message) => {
      expect(await post(api, message, observed)).toBe(status);
      expect(observed.emulator.messages.length > 0).toBe(status === 200);
    },
  );

  it.each(fields.flatMap(leftToServiceRows))('is not delivered: %s', async (_title, { path, message }) => {
    expect(await rejection(validating, message)).toMatchObject({ kind: 'validation', sent: 'no' });
    expect(validating.emulator.messages).toEqual([]);
    await expectRemoteRefusal(api, message, path);
  });
}

type SendRow = [title: string, row: { readonly given: Fields; readonly sent: Fields }];

function legalRows({ path, contract, messageWith }: FieldUnderTest): SendRow[] {
  const { legal, neverSent = false } = contract;
  return legal.map((value) => [
    `${path} ${excerpt(value)}${neverSent ? ', without the field' : ''}`,
    { given: messageWith(value), sent: messageWith(neverSent ? undefined : value) },
  ]);
}

function convertedRows({ path, contract, messageWith }: FieldUnderTest): SendRow[] {
  return (contract.converted ?? []).map(({ given, sent }) => [
    `${path} ${excerpt(given)} to ${excerpt(sent)}, and the emulator refuses the former`,
    { given: messageWith(given), sent: messageWith(sent) },
  ]);
}

interface Refusal {
  readonly path: string;
  readonly message: Fields;
  /** Whether a document of the service calls it illegal; otherwise the library alone refuses it. */
  readonly isDocumented: boolean;
}

type RefusalRow = [title: string, row: Refusal];

function illegalRows(api: EasemobApi, { path, contract, messageWith }: FieldUnderTest): RefusalRow[] {
  const row = (rule: string, value: unknown, isDocumented: boolean): RefusalRow => [
    `${path}, ${rule}${isDocumented ? '' : ', by the library alone'}`,
    { path, message: messageWith(value), isDocumented },
  ];
  const { required = [], illegal, neverSent = false } = contract;
  return [
    ...(isRequired(contract) ? [row('left out', undefined, required.includes(api))] : []),
    ...Object.entries(illegal).map(([rule, value]) => row(rule, value, !neverSent)),
  ];
}

type ObservedRow = [status: number, title: string, message: Fields];

/** What an emulator responds that takes what the service is known to take. */
function observedRows(api: EasemobApi, { path, contract, messageWith }: FieldUnderTest): ObservedRow[] {
  const { legal, converted = [], illegal, leftToService = {}, required = [], notEnforced } = contract;
  if (contract.neverSent) return [];
  const refused = path === 'target_type' && api === 'current' ? 500 : 400;
  const isTaken = (rule: string): boolean =>
    notEnforced?.[api]?.includes(rule) === true || (rule === 'null' && !required.includes(api));
  return [
    ...legal.map((value): ObservedRow => [200, `${path} ${excerpt(value)}`, messageWith(value)]),
    ...converted.map(({ given }): ObservedRow => [200, `${path} ${excerpt(given)}`, messageWith(given)]),
    ...Object.entries({
      ...(required.includes(api) ? { 'left out': undefined } : {}),
      ...illegal,
      ...leftToService,
    }).map(([rule, value]): ObservedRow => {
      return [isTaken(rule) ? 200 : refused, `${path}, ${rule}`, messageWith(value)];
    }),
  ];
}

function leftToServiceRows({ path, contract, messageWith }: FieldUnderTest): RefusalRow[] {
  return Object.entries(contract.leftToService ?? {}).map(([rule, value]) => [
    `${path}, ${rule}`,
    { path, message: messageWith(value), isDocumented: true },
  ]);
}

async function expectArrival(api: EasemobApi, given: Fields, sent = given): Promise<void> {
  await validating.messages.send(asMessage(given));
  expect(recorded(validating)).toEqual(emulated(api, sent));
}

/** The library names the field and sends nothing. */
async function expectLocalRefusal(message: Fields, path: string): Promise<void> {
  const error = await rejection(validating, message);
  expect(error).toBeInstanceOf(EasemobValidationError);
  const paths = (error as EasemobValidationError).violations.map((violation) => violation.path);
  expect(paths).not.toEqual([]);
  expect(paths.filter((each) => each !== path && !each.startsWith(`${path}.`))).toEqual([]);
  expect(validating.calls()).toEqual([]);
}

/** The emulator responds with a documented error and accepts nothing. */
async function expectRemoteRefusal(api: EasemobApi, message: Fields, path: string): Promise<void> {
  const error = await rejection(trusting, message);
  expect(error).toBeInstanceOf(EasemobApiError);
  expect(error).toMatchObject({
    exception: expect.stringMatching(/./) as string,
    description: expect.stringMatching(/./) as string,
    timestamp: expect.any(Number) as number,
  });
  const { status, error: word } = error as EasemobApiError;
  expect(documentedErrors(api, path)).toContain(`${status} ${word}`);
  expect(trusting.calls().map((call) => call.status)).toEqual([status]);
  expect(trusting.emulator.messages).toEqual([]);
}

/** The current API has the target type in its path, and an unknown path is an error of its own. */
function documentedErrors(api: EasemobApi, path: string): readonly string[] {
  if (api === 'legacy') return ['400 illegal_argument'];
  if (path === 'target_type') return ['500 web_application'];
  return ['400 invalid_request_body', '400 message_send_error'];
}

/** What the sender gets instead of a result. */
async function rejection({ messages }: EasemobTest, message: Fields): Promise<unknown> {
  return messages.send(asMessage(message)).then(
    ({ outcomes }) => ({ outcomes }),
    (error: unknown) => error,
  );
}

/** Posts a message past the library and returns the status. */
async function post(api: EasemobApi, message: Fields, { emulator, tokens } = trusting): Promise<number> {
  const { target_type: targetType, target: to, msg, ...others } = message;
  const { type, ...body } = (msg ?? {}) as Fields;
  const [path, request] =
    api === 'legacy'
      ? ['/messages', message]
      : [`/messages/${String(targetType)}`, { to, type, body, ...others }];
  const response = await fetch(`${emulator.url}/easemob-demo/testapp${path}`, {
    method: 'POST',
    headers: {
      authorization: `Bearer ${await tokens.getToken()}`,
      'content-type': 'application/json',
    },
    body: JSON.stringify(request),
  });
  await response.arrayBuffer();
  return response.status;
}

/** The messages that arrived, without what differs in every run. */
function recorded({ emulator }: EasemobTest): object[] {
  return emulator.messages.map(({ id: _id, sentAt: _sentAt, requestIndex: _index, ...message }) => message);
}

/** The messages that the emulator has to record: one per target. */
function emulated(api: EasemobApi, message: Fields): object[] {
  const {
    target_type: targetType,
    target: targets,
    msg,
    from = 'admin',
    sync_device: syncDevice = false,
    ...others
  } = message;
  const { type, ...body } = msg as Fields;
  const shared = { api, targetType, from, syncDevice, type, msg, body, ...others };
  return (targets as readonly string[]).map((target) => Object.assign({ target }, shared));
}

/** A message with fields that the types of the library may forbid. */
function asMessage(message: Fields): Message {
  return message as unknown as Message;
}

function toBob(fields: Fields): Fields {
  return { target_type: 'users', target: ['bob'], msg: { type: 'txt', msg: 'hi' }, ...fields };
}

/** The first legal value of each field that is wanted. */
function samples(contracts: Contracts, isWanted: (contract: FieldContract) => boolean): Fields {
  const wanted = Object.entries(contracts).filter(([, contract]) => isWanted(contract));
  return Object.fromEntries(wanted.map(([name, { legal }]) => [name, legal[0]]));
}

function isRequired({ required = [] }: FieldContract): boolean {
  return required.length > 0;
}

/** With undefined the field stays an own property, as an absent field of a DTO instance does. */
function withField(fields: Fields, name: string, value: unknown): Fields {
  return { ...fields, [name]: value };
}

/** The class that `MessageDto` makes of a body of this type. */
function bodyClassOf(type: string): DtoClass {
  return plainToInstance(MessageDto, { msg: { type } }).msg.constructor as DtoClass;
}

type DtoClass = new () => object;

/** The fields that class-validator checks in instances of a class. */
function fieldsOf(dto: DtoClass): string[] {
  const rules = getMetadataStorage().getTargetValidationMetadatas(dto, '', false, false);
  return [...new Set(rules.map(({ propertyName }) => propertyName))].toSorted();
}

function excerpt(value: unknown): string {
  const json = JSON.stringify(value);
  return json.length > 60 ? `${json.slice(0, 60)}…` : json;
}
